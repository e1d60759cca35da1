using Phosphene.Evidence.Stability;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Evidence.Diagnoses;

/// <summary>What the channels of a layer give for pictures of one size.</summary>
public sealed class PictureActivation : IDisposable
{
    private readonly Tensor _image, _layer;
    private readonly Plan _plan;

    /// <summary>A layer that looks at pictures.</summary>
    /// <param name="model">The model; it stays the caller's.</param>
    /// <param name="layer">The layer, [N, C, H, W] or [N, C].</param>
    /// <param name="height">The height of the pictures in pixels; that of the model, if the layer takes no other.</param>
    /// <param name="width">Their width.</param>
    /// <exception cref="UsageException">There is no such layer, or the model takes neither grey images nor colours.</exception>
    public PictureActivation(Model model, Layer layer, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(model);
        (_image, _layer) = FittingSize.Build(model, height, width, (h, w) =>
        {
            var image = new Tensor(new Input(new Shape(1, 3, h, w), "picture"));
            return (image, model.Activate(model.Input.FromColours(image))[layer]);
        });
        _plan = model.Backend.Compile([_layer]);
    }

    /// <summary>The largest activation of a channel over all positions of a picture.</summary>
    public float MaximumOf(Picture picture, int channel)
    {
        ArgumentNullException.ThrowIfNull(picture);
        picture.Cover(_image.Shape.Height, _image.Shape.Width).ToPlanar(_plan.Input(_image));
        _plan.Run();
        ReadOnlySpan<float> all = _plan.Output(_layer);
        int positions = all.Length / _layer.Shape.Channels;
        float maximum = float.NegativeInfinity;
        foreach (float value in all.Slice(channel * positions, positions)) maximum = MathF.Max(maximum, value);
        return maximum;
    }

    /// <inheritdoc/>
    public void Dispose() => _plan.Dispose();
}
