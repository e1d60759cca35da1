using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

internal sealed partial class Lowering
{
    // The poolings whose gradient is taken in the same plan, and their winners once they are computed.
    private readonly Dictionary<(Tensor X, Window Window), Winners?> _winners;

    private static Dictionary<(Tensor, Window), Winners?> PoolingsWithGradient(IEnumerable<Tensor> order)
    {
        var poolings = new Dictionary<(Tensor, Window), Winners?>();
        foreach (Tensor tensor in order)
            if ((tensor.Operator is MaskedGradient masked ? masked.Gradient : tensor.Operator) is MaxPool2DGradient gradient)
                poolings.TryAdd((tensor.Inputs[0], gradient.Window), null);
        return poolings;
    }

    private Value MaxPool(Tensor tensor, MaxPool2D op)
    {
        Value y = New(tensor, Layout.Blocked);
        Pool(tensor.Inputs[0], op.Window, y);
        return y;
    }

    private Winners? Pool(Tensor input, Window window, Value y)
    {
        Value x = Blocked(input);
        Winners? winners = _winners.ContainsKey((input, window)) ? _winners[(input, window)] = new Winners(y.Shape, window) : null;
        Emit(new MaxPooling(x, y, winners, window), [x], winners is null ? [y] : [y, winners.Memory]);
        return winners;
    }

    private Value MaxPoolGradient(Tensor tensor, MaxPool2DGradient op, Tensor? mask)
    {
        (Tensor x, Tensor dy) = (tensor.Inputs[0], tensor.Inputs[1]);
        Winners winners = _winners[(x, op.Window)] ?? Pool(x, op.Window, new Value(dy.Shape, Layout.Blocked))!;
        Value given = Blocked(dy), dx = New(tensor, Layout.Blocked);
        var epilogue = new EpilogueValues(Relu: false, Mask: mask is null ? null : Blocked(mask));
        Emit(new MaxPoolingGradient(winners, given, dx, op.Window, epilogue), [winners.Memory, given, .. epilogue.Values], [dx]);
        return dx;
    }

    // Forward of x, or the gradient of x and dy.
    private Value ResponseNormalization(Tensor tensor, Lrn lrn, bool gradient, Tensor? mask = null)
    {
        Value x = Blocked(tensor.Inputs[0]);
        Value? dy = gradient ? Blocked(tensor.Inputs[1]) : null;
        Value result = New(tensor, Layout.Blocked), lines = Scratch(LrnKernel.LineFloats(x, lrn));
        var epilogue = new EpilogueValues(Relu: false, Mask: mask is null ? null : Blocked(mask));
        Emit(new LrnKernel(x, dy, result, lines, lrn, epilogue), [x, .. dy is null ? Array.Empty<Value>() : [dy], .. epilogue.Values], [result, lines]);
        return result;
    }

    private Value Masked(Tensor tensor, MaskedGradient op) => op.Gradient switch
    {
        MaxPool2DGradient pooling => MaxPoolGradient(tensor, pooling, tensor.Inputs[^1]),
        LrnGradient normalization => ResponseNormalization(tensor, normalization.Lrn, gradient: true, tensor.Inputs[^1]),
        _ => throw new NotSupportedException($"{op.Gradient.Kind} has no kernel that masks."),
    };
}
