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

    private Value MaxPoolGradient(Tensor tensor, MaxPool2DGradient op, Mask? mask)
    {
        (Tensor x, Tensor dy) = (tensor.Inputs[0], tensor.Inputs[1]);
        Winners winners = _winners[(x, op.Window)] ?? Pool(x, op.Window, new Value(dy.Shape, Layout.Blocked))!;
        Value given = Blocked(dy), dx = New(tensor, Layout.Blocked);
        EpilogueValues epilogue = MaskOf(tensor.Inputs[^1], mask);
        Emit(new MaxPoolingGradient(winners, given, dx, op.Window, epilogue), [winners.Memory, given, .. epilogue.Values], [dx]);
        return dx;
    }

    private Value AveragePool(Tensor tensor, AveragePool2D op)
    {
        if (IsCells(op)) return Cells(tensor, op.Window.KernelY, op.Window.KernelX, 1f / (op.Window.KernelY * op.Window.KernelX), spread: false, mask: null);
        Value x = Blocked(tensor.Inputs[0]), y = New(tensor, Layout.Blocked);
        Emit(new AveragePooling(x, y, op, backward: false, new EpilogueValues()), [x], [y]);
        return y;
    }

    private Value AveragePoolGradient(Tensor tensor, AveragePool2D op, Mask? mask)
    {
        if (IsCells(op)) return Cells(tensor, op.Window.KernelY, op.Window.KernelX, 1f / (op.Window.KernelY * op.Window.KernelX), spread: true, mask);
        Value dy = Blocked(tensor.Inputs[0]), dx = New(tensor, Layout.Blocked);
        EpilogueValues epilogue = MaskOf(tensor.Inputs[^1], mask);
        Emit(new AveragePooling(dx, dy, op, backward: true, epilogue), [dy, .. epilogue.Values], [dx]);
        return dx;
    }

    // Windows side by side: every pixel lies in at most one.
    private static bool IsCells(AveragePool2D op) => op.Window == new Window(op.Window.KernelY, op.Window.KernelX, op.Window.KernelY, op.Window.KernelX);

    // What the input's pixels become as cells, or its cells as pixels.
    private Value Cells(Tensor tensor, int factorY, int factorX, float scale, bool spread, Mask? mask)
    {
        Value x = Blocked(tensor.Inputs[0]), y = New(tensor, Layout.Blocked);
        EpilogueValues epilogue = MaskOf(tensor.Inputs[^1], mask);
        Emit(new CellKernel(spread ? x : y, spread ? y : x, factorY, factorX, scale, spread, epilogue), [x, .. epilogue.Values], [y], choice: "windows side by side");
        return y;
    }

    // Forward of x, or the gradient of x and dy.
    private Value ResponseNormalization(Tensor tensor, Lrn lrn, bool gradient, Mask? mask = null)
    {
        Value x = Blocked(tensor.Inputs[0]);
        Value? dy = gradient ? Blocked(tensor.Inputs[1]) : null;
        Value result = New(tensor, Layout.Blocked), lines = Scratch(LrnKernel.LineFloats(x, lrn));
        EpilogueValues epilogue = MaskOf(tensor.Inputs[^1], mask);
        Emit(new LrnKernel(x, dy, result, lines, lrn, epilogue), [x, .. dy is null ? Array.Empty<Value>() : [dy], .. epilogue.Values], [result, lines]);
        return result;
    }

    private Value Masked(Tensor tensor, MaskedGradient op) => op.Gradient switch
    {
        MaxPool2DGradient pooling => MaxPoolGradient(tensor, pooling, op.Mask),
        AveragePool2DGradient pooling => AveragePoolGradient(tensor, pooling.Pool, op.Mask),
        Upsample2DGradient cells => Cells(tensor, cells.FactorY, cells.FactorX, 1, spread: false, op.Mask),
        LrnGradient normalization => ResponseNormalization(tensor, normalization.Lrn, gradient: true, op.Mask),
        _ => throw new NotSupportedException($"{op.Gradient.Kind} has no kernel that masks."),
    };
}
