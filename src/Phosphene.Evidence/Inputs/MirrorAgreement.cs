using Phosphene.Evidence.Datasets;
using Phosphene.Models;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Syntax;

namespace Phosphene.Evidence.Inputs;

/// <summary>
/// How far a network takes an image and its mirror image for the same, and both for something else than their own pixels in disorder:
/// <code>
/// a = p·p' - ½(p + p')·q
/// </code>
/// with p, p' and q what the network answers to the image, its mirror image and its pixels shuffled: the softmax over the channels of what it gives, averaged over positions; from -1 to 1. The first product is the chance that both are given
/// the same class. It is low where the network guesses; where it says the same of everything, as with values that are far too small for it, the second takes it away. Values that are far too large make a network surer of all it says and
/// not better, so what it gives is brought to the same standard deviation over the channels first. No labels are needed, nor that images differ. Our own.
/// </summary>
internal sealed class MirrorAgreement : IDisposable
{
    // The fewest channels that an answer has something to tell by.
    private const int FewestChannels = 4;

    // The standard deviation of what the network gives, over the channels: of 1,000 classes the highest stands out by 5 to 10 of it, so that answers are about as sure as classifiers are.
    private const float Deviation = 3;

    private readonly Model _model;
    private readonly int _batch, _height, _width;
    private readonly int[] _shuffled;
    private readonly Tensor _values, _answers;                       // what reaches the model [N, 3, H, W], and what it answers [N, C]
    private readonly Plan _plan;
    private readonly float[][] _views;                               // images, mirrored, shuffled: [N, 3, H, W] in [0, 1]

    private MirrorAgreement(Model model, int batch, Tensor values, Tensor answers)
    {
        (_model, _batch, (_height, _width), _values, _answers) = (model, batch, model.UsualSize, values, answers);
        _plan = model.Backend.Compile(answers);
        _views = [.. Enumerable.Range(0, 3).Select(_ => new float[values.Shape.Count])];
        var stream = new RandomStream(0, 0, "pixels");
        _shuffled = [.. Enumerable.Range(0, _height * _width).OrderBy(i => stream.Uniform(i))];
    }

    /// <summary>For a model and batches of so many images; null for a model that takes no colours, or of whose answers nothing can be told.</summary>
    public static MirrorAgreement? For(Model model, int batch)
    {
        if (model.Input.Channels != 3) return null;
        var values = new Tensor(new Input(new Shape(batch, 3, model.UsualSize.Height, model.UsualSize.Width), "values"));
        try
        {
            Tensor given = model.ActivateWith(Preprocessing.Unit, values)[model.LogitsLayer];
            if (given.Shape.Rank is not (2 or 4) || given.Shape.Batch != batch || given.Shape.Channels < FewestChannels) return null;
            Tensor answers = given.Shape.Rank == 4 ? given.MeanOver(2, 3).Reshape(new Shape(batch, given.Shape.Channels)) : given, centred = answers - answers.MeanOver(1);
            return new MirrorAgreement(model, batch, values, (Deviation * centred / ((centred * centred).MeanOver(1) + 1e-12f).Sqrt()).Softmax(1));
        }
        catch (Exception error) when (error is UsageException or Runtime.Onnx.ModelFormatException)
        {
            return null;                                             // its last layer cannot be had; those that are looked at may well
        }
    }

    /// <summary>Looks at other images.</summary>
    public void See(ImageBatch images)
    {
        images.CopyTo(_views[0]);
        int area = _height * _width;
        for (int plane = 0; plane < 3 * _batch; plane++)
        {
            ReadOnlySpan<float> from = _views[0].AsSpan(plane * area, area);
            Span<float> mirrored = _views[1].AsSpan(plane * area, area), shuffled = _views[2].AsSpan(plane * area, area);
            from.CopyTo(mirrored);
            for (int y = 0; y < _height; y++) mirrored.Slice(y * _width, _width).Reverse();
            for (int i = 0; i < area; i++) shuffled[i] = from[_shuffled[i]];
        }
    }

    /// <summary>The agreement of each of the images with a preprocessing.</summary>
    /// <param name="preprocessing">The preprocessing.</param>
    /// <param name="images">How many images the batch has.</param>
    public double[] With(Preprocessing preprocessing, int images)
    {
        var image = new Tensor(new Input(_values.Shape, "image"));
        Tensor prepared = preprocessing.Apply(image);
        using Plan preparation = _model.Backend.Compile(prepared);
        float[][] answers = [.. _views.Select(view =>
        {
            view.CopyTo(preparation.Input(image));
            preparation.Run();
            preparation.Output(prepared).CopyTo(_plan.Input(_values));
            _plan.Run();
            return _plan.Output(_answers).ToArray();
        })];
        return [.. Enumerable.Range(0, images).Select(n => Product(0, 1, n) - 0.5 * (Product(0, 2, n) + Product(1, 2, n)))];

        double Product(int a, int b, int n)
        {
            double sum = 0;
            for (int i = n * _answers.Shape.Channels; i < (n + 1) * _answers.Shape.Channels; i++) sum += (double)answers[a][i] * answers[b][i];
            return sum;
        }
    }

    public void Dispose() => _plan.Dispose();
}
