using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

/// <summary>
/// The floating-point operations of convolutions and matrix products, two for each multiply-add, as the direct algorithm does them: taps in the
/// padding count, and so does what a faster algorithm saves. Everything else counts as 0. This is what a measured time is divided into, so that
/// rates of different runtimes compare.
/// </summary>
public static class Cost
{
    /// <summary>The operations of all the given tensors, each by itself; see <see cref="Tensor.InOrder"/> for all that a result needs.</summary>
    public static double Of(IEnumerable<Tensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        return tensors.Sum(Of);
    }

    /// <summary>The operations that make one tensor of its inputs.</summary>
    public static double Of(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return 2 * tensor.Operator switch
        {
            Conv2D or FusedConv2D => PerOutput(tensor.Inputs[1].Shape) * tensor.Shape.Count,
            Conv2DInputGradient => Term(tensor, 0),
            FusedInputGradient op => Enumerable.Range(0, op.Terms).Sum(term => Term(tensor, term)),
            Conv2DWeightGradient op => PerOutput(op.WeightShape) * tensor.Inputs[1].Shape.Count,
            MatMul op => Product(tensor, op),
            FusedMatMul op => Product(tensor, op.Product),
            _ => 0,
        };
    }

    private static double Product(Tensor tensor, MatMul op) => (double)tensor.Inputs[0].Shape[op.TransposeA ? -2 : -1] * tensor.Shape.Count;

    // The multiply-adds of one (dy, w) of the inputs.
    private static double Term(Tensor gradient, int term) => PerOutput(gradient.Inputs[2 * term + 1].Shape) * gradient.Inputs[2 * term].Shape.Count;

    // The multiply-adds for each element of a convolution's output; weight: [O, C / Groups, KernelY, KernelX].
    private static double PerOutput(Shape weight) => weight.CountOf(1, 4);
}
