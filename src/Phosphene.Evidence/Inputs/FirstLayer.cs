using Phosphene.Models;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Runtime.Onnx.Importing;
using Phosphene.Syntax;

namespace Phosphene.Evidence.Inputs;

/// <summary>
/// What a network's first ReLU tells of its input without any photo. A trained channel there is above 0 in some places and not in others, so that biases and normalization fit what its filter gives. Where values are far too small or shifted,
/// they decide alone, and channels are open everywhere or nowhere. Values that are too large, and red and blue exchanged, do not show here. Our own.
/// </summary>
internal sealed class FirstLayer
{
    private const int Images = 4;

    // A channel is the same everywhere if it is so in all but one of a hundred places.
    private const float Nearly = 0.01f;

    private readonly Model _model;
    private readonly string _relu;
    private readonly float[] _noise;
    private readonly Shape _shape;

    private FirstLayer(Model model, string relu)
    {
        (_model, _relu, _shape) = (model, relu, new Shape(Images, 3, model.UsualSize.Height, model.UsualSize.Width));
        _noise = Noise(_shape);
    }

    /// <summary>That of a model; null if it takes no colours or has no ReLU.</summary>
    public static FirstLayer? Of(Model model) =>
        model.Input.Channels == 3 && model.Layers.FirstOrDefault(layer => layer.Operator == "Relu") is { IsSupported: true } relu ? new FirstLayer(model, relu.Name) : null;

    /// <summary>The share of channels that are open everywhere or nowhere with a preprocessing, from 0 to 1; null where the layer cannot be had.</summary>
    public double? SameEverywhere(Preprocessing preprocessing)
    {
        try
        {
            var image = new Tensor(new Input(_shape, "image"));
            Tensor relu = _model.ActivateWith(preprocessing, image)[_relu];
            if (relu.Shape.Rank != 4) return null;
            using Plan plan = _model.Backend.Compile(relu);
            _noise.CopyTo(plan.Input(image));
            plan.Run();
            ReadOnlySpan<float> values = plan.Output(relu);
            int area = relu.Shape.Height * relu.Shape.Width, same = 0;
            for (int c = 0; c < relu.Shape.Channels; c++)
            {
                int open = 0;
                for (int n = 0; n < Images; n++) open += area - values.Slice((n * relu.Shape.Channels + c) * area, area).Count(0);
                if (Math.Min(open, Images * area - open) < Nearly * Images * area) same++;
            }
            return (double)same / relu.Shape.Channels;
        }
        catch (Exception error) when (error is UsageException or Runtime.Onnx.ModelFormatException)
        {
            return null;
        }
    }

    // In place of photos [N, 3, H, W] in [0, 1]: noise of all octaves alike, as photos have, about their mean and contrast, mostly in the light.
    private static float[] Noise(Shape shape)
    {
        const float mean = 0.45f, lightness = 0.2f, colour = 0.08f;
        (int height, int width) = (shape.Height, shape.Width);
        var values = new float[shape.Count];
        for (int n = 0; n < shape.Batch; n++)
        {
            float[] light = Octaves($"light {n}", height, width);
            for (int c = 0; c < 3; c++)
            {
                float[] own = Octaves($"colour {n} {c}", height, width);
                for (int i = 0; i < own.Length; i++) values[(n * 3 + c) * own.Length + i] = Math.Clamp(mean + lightness * light[i] + colour * own[i], 0, 1);
            }
        }
        return values;
    }

    // With a standard deviation of about 1: squares of 1, 2, 4 ... pixels on a side, each of its own shade.
    private static float[] Octaves(string name, int height, int width)
    {
        int count = (int)Math.Floor(Math.Log2(Math.Min(height, width)));
        var values = new float[height * width];
        for (int octave = 0; octave < count; octave++)
        {
            var stream = new RandomStream(0, octave, name);
            int columns = (width >> octave) + 1;
            float[] shades = stream.Normals((((height - 1) >> octave) + 1) * columns, 1 / MathF.Sqrt(count));
            for (int y = 0; y < height; y++)
                for (int x = 0; x < width; x++) values[y * width + x] += shades[(y >> octave) * columns + (x >> octave)];
        }
        return values;
    }
}
