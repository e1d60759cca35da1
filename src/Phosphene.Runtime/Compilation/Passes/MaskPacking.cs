using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

/// <summary>
/// Lets the way back read bits where it asks what a ReLU let through: the kernel of the convolution that the ReLU ends leaves them. On most networks that is all that a gradient in the image needs of
/// the way there. A mask that several branches of a concatenation share stays as it is.
/// </summary>
internal static class MaskPacking
{
    public static IReadOnlyList<Tensor> Apply(Backend backend, IReadOnlyList<Tensor> outputs)
    {
        if (backend.LaneWidth < 8) return outputs;
        var bits = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance);
        return Passes.Rewrite(outputs, (tensor, inputs) => tensor.Operator switch
        {
            FusedInputGradient { Mask: { } mask } gradient when Passed(inputs[gradient.ActivationAt], mask) is { } passed => With(tensor, gradient with { Mask = new Mask(IsBits: true) }, inputs, gradient.ActivationAt, passed),
            MaskedGradient { Mask: { } mask } gradient when Passed(inputs[^1], mask) is { } passed => With(tensor, gradient with { Mask = new Mask(IsBits: true) }, inputs, ^1, passed),
            Affine { Mask: { } mask } affine when Passed(inputs[^1], mask) is { } passed => With(tensor, affine with { Mask = new Mask(IsBits: true) }, inputs, ^1, passed),
            _ => null,
        });

        Tensor? Passed(Tensor activation, Mask mask)
        {
            if (mask.IsSlope || activation.Operator is not FusedConv2D { Relu: true } conv || conv.Ceiling != mask.Ceiling) return null;
            if (!bits.TryGetValue(activation, out Tensor? passed)) bits.Add(activation, passed = new Tensor(new PassedBits(), activation));
            return passed;
        }
    }

    private static Tensor With(Tensor tensor, Operator op, Tensor[] inputs, Index at, Tensor input)
    {
        Tensor[] replaced = [.. inputs];
        replaced[at] = input;
        return new Tensor(op, replaced) { Name = tensor.Name };
    }
}
