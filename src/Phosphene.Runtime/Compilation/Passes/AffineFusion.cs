using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

/// <summary>
/// Makes passes over an image with one number for each channel (batch normalization that no convolution before it can take, squeeze and excitation), what is added to
/// the result, and its activation or mask one operator; and the sum over pixels of a product another.
/// </summary>
internal static class AffineFusion
{
    public static IReadOnlyList<Tensor> Apply(IReadOnlyList<Tensor> outputs)
    {
        Dictionary<Tensor, int> uses = Passes.Uses(outputs);
        return Passes.Rewrite(outputs, (tensor, inputs) =>
        {
            if (tensor.Shape.Rank != 4) return null;
            return tensor.Operator switch
            {
                Multiply when Mask.Of(tensor) is null && PerChannel(inputs) is { } at => With(tensor, new Affine(Scales: true), inputs[1 - at], inputs[at]),
                Add when PerChannel(inputs) is { } at => Open(tensor, inputs, 1 - at) is { Offsets: false, Adds: false } affine
                    ? With(tensor, affine with { Offsets = true }, [.. inputs[1 - at].Inputs, inputs[at]]) : With(tensor, new Affine(Offsets: true), inputs[1 - at], inputs[at]),
                Add when inputs[0].Shape == inputs[1].Shape => Sum(tensor, inputs, 0) ?? Sum(tensor, inputs, 1),
                Relu when Open(tensor, inputs, 0) is { } affine => With(tensor, affine with { Relu = true }, [.. inputs[0].Inputs]),
                Clip { Low: 0, High: > 0 and < float.PositiveInfinity } clip when Open(tensor, inputs, 0) is { } affine =>
                    With(tensor, affine with { Relu = true, Ceiling = clip.High }, [.. inputs[0].Inputs]),
                ReluGradient or ClipGradient or Multiply when Mask.Of(tensor) is { } mask && inputs[0].Shape == inputs[1].Shape && Open(tensor, inputs, 1) is { } affine =>
                    With(tensor, affine with { Mask = mask }, [.. inputs[1].Inputs, inputs[0]]),
                Sum { Axes: [2, 3] } when inputs[0].Operator is Multiply && uses[tensor.Inputs[0]] == 1 && inputs[0].Inputs.All(factor => factor.Shape == inputs[0].Shape) =>
                    With(tensor, new ChannelDot(), [.. inputs[0].Inputs]),
                _ => null,
            };
        });

        // The operator of an input that nothing else reads and that nothing comes after yet.
        Affine? Open(Tensor tensor, Tensor[] inputs, int input) =>
            uses[tensor.Inputs[input]] == 1 && inputs[input].Operator is Affine { Mask: null, Relu: false } affine ? affine : null;

        Tensor? Sum(Tensor tensor, Tensor[] inputs, int input) => Open(tensor, inputs, input) is { Adds: false } affine
            ? With(tensor, affine with { Adds = true }, [.. inputs[input].Inputs, inputs[1 - input]]) : null;
    }

    // Which of two factors or terms has one number for each channel of the other, an image of whole blocks.
    private static int? PerChannel(Tensor[] inputs) => IsPerChannel(inputs[0], inputs[1]) ? 0 : IsPerChannel(inputs[1], inputs[0]) ? 1 : null;

    private static bool IsPerChannel(Tensor numbers, Tensor image)
    {
        (Shape s, Shape of) = (numbers.Shape, image.Shape);
        if (of.Rank != 4 || of.Height * of.Width == 1 || of.Channels < 16 || s.Rank < 3) return false;
        return s[-1] == 1 && s[-2] == 1 && s[-3] == of.Channels && (s.Rank == 3 || s[0] == 1 || s[0] == of.Batch);
    }

    private static Tensor With(Tensor tensor, Operator op, params ReadOnlySpan<Tensor> inputs) => new(op, inputs) { Name = tensor.Name };
}
