using System.Collections.Frozen;
using System.Collections.Immutable;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Writing;

/// <summary>The nodes of operator set 13 that each operator becomes.</summary>
internal static class ExportTable
{
    private static KeyValuePair<Type, Action<ExportGraph, Tensor>> Of<T>(Action<ExportGraph, Tensor, T> export) where T : Operator =>
        new(typeof(T), (g, t) => export(g, t, (T)t.Operator));

    public static readonly FrozenDictionary<Type, Action<ExportGraph, Tensor>> Entries = new[]
    {
        // Elementwise
        Of<Relu>        ((g, t, op) => g.Node(t, "Relu")),
        Of<LeakyRelu>   ((g, t, op) => g.Node(t, "LeakyRelu", Real("alpha", op.Slope))),
        Of<Clip>        ((g, t, op) => g.Node(g[t], "Clip", [g[t.Inputs[0]], Bound(g, $"{g[t]}/min", op.Low), Bound(g, $"{g[t]}/max", op.High)])),
        Of<Sigmoid>     ((g, t, op) => g.Node(t, "Sigmoid")),
        Of<Tanh>        ((g, t, op) => g.Node(t, "Tanh")),
        Of<Exponential> ((g, t, op) => g.Node(t, "Exp")),
        Of<Logarithm>   ((g, t, op) => g.Node(t, "Log")),
        Of<SquareRoot>  ((g, t, op) => g.Node(t, "Sqrt")),
        Of<Absolute>    ((g, t, op) => g.Node(t, "Abs")),
        Of<Sign>        ((g, t, op) => g.Node(t, "Sign")),
        Of<Sine>        ((g, t, op) => g.Node(t, "Sin")),
        Of<Cosine>      ((g, t, op) => g.Node(t, "Cos")),
        Of<Linear>      (Scaled),
        Of<Power>       ((g, t, op) => g.Node(g[t], "Pow", [g[t.Inputs[0]], g.Number($"{g[t]}/exponent", op.Exponent)])),
        Of<StopGradient>((g, t, op) => g.Node(t, "Identity")),
        Of<Softmax>     ((g, t, op) => g.Node(t, "Softmax", Integer("axis", op.Axis))),
        Of<LogSoftmax>  ((g, t, op) => g.Node(t, "LogSoftmax", Integer("axis", op.Axis))),
        Of<Lrn>         ((g, t, op) => g.Node(t, "LRN", Real("alpha", op.Alpha), Real("beta", op.Beta), Real("bias", op.Bias), Integer("size", op.Size))),

        // Pairwise
        Of<Add>     (Added),
        Of<Subtract>((g, t, op) => g.Node(t, "Sub")),
        Of<Multiply>((g, t, op) => g.Node(t, "Mul")),
        Of<Divide>  ((g, t, op) => g.Node(t, "Div")),
        Of<Maximum> ((g, t, op) => g.Node(t, "Max")),
        Of<Minimum> ((g, t, op) => g.Node(t, "Min")),

        // Shaping
        Of<Reshape>    (Reshaped),
        Of<BroadcastTo>((g, t, op) => g.Node(g[t], "Expand", [g[t.Inputs[0]], g.Integers($"{g[t]}/shape", Longs(op.Shape))])),
        Of<Transpose>  ((g, t, op) => g.Node(t, "Transpose", Integers("perm", op.Axes))),
        Of<Slice>      ((g, t, op) => g.Node(g[t], "Slice", [g[t.Inputs[0]], g.Integers($"{g[t]}/starts", op.Start),
            g.Integers($"{g[t]}/ends", op.Start + ((long)op.Length - 1) * op.Step + 1), g.Integers($"{g[t]}/axes", op.Axis), g.Integers($"{g[t]}/steps", op.Step)])),
        Of<Concat>     ((g, t, op) => g.Node(t, "Concat", Integer("axis", op.Axis))),
        Of<Pad>        ((g, t, op) => g.Node(g[t], "Pad", [g[t.Inputs[0]], g.Integers($"{g[t]}/pads", Longs([.. op.Before, .. op.After])), Filling(g, t, op)],
            Text("mode", op.Mode switch { PadMode.Constant => "constant", PadMode.Reflect => "reflect", _ => "edge" }))),

        // Reductions and products
        Of<Sum>   ((g, t, op) => g.Node(g[t], "ReduceSum", [g[t.Inputs[0]], g.Integers($"{g[t]}/axes", Longs(op.Axes))], Integer("keepdims", 1))),
        Of<Max>   ((g, t, op) => g.Node(t, "ReduceMax", Integers("axes", op.Axes), Integer("keepdims", 1))),
        Of<MatMul>((g, t, op) => Product(g, t, t, op)),

        // Networks
        Of<Conv2D>       ((g, t, op) => g.Node(t, "Conv", [Integers("kernel_shape", [op.Window.KernelY, op.Window.KernelX]), .. Placed(op.Window), Integer("group", op.Groups)])),
        Of<MaxPool2D>    ((g, t, op) => g.Node(t, "MaxPool", [Integers("kernel_shape", [op.Window.KernelY, op.Window.KernelX]), .. Placed(op.Window)])),
        Of<AveragePool2D>(Averaged),
        Of<Upsample2D>   ((g, t, op) => g.Node(g[t], "Resize", [g[t.Inputs[0]], "", g.Weight($"{g[t]}/scales", new Shape(4), [1, 1, op.FactorY, op.FactorX])],
            Text("mode", "nearest"), Text("coordinate_transformation_mode", "asymmetric"), Text("nearest_mode", "floor"))),
    }.ToFrozenDictionary();

    // scale·x + offset, as one or two nodes of the operations that are left.
    private static void Scaled(ExportGraph g, Tensor t, Linear op)
    {
        string y = g[t];
        if (g.Absorbed(t) is { Operator: Sum sum } total)
        {
            g.Node(y, "ReduceMean", [g[total.Inputs[0]]], Integers("axes", sum.Axes), Integer("keepdims", 1));
            return;
        }
        string x = g[t.Inputs[0]];
        if (op is { Scale: -1, Offset: 0 }) g.Node(y, "Neg", [x]);
        else if (op.Scale == -1) g.Node(y, "Sub", [g.Number($"{y}/offset", op.Offset), x]);
        else if (op.Scale == 1) g.Node(y, "Add", [x, g.Number($"{y}/offset", op.Offset)]);
        else if (op.Offset == 0) g.Node(y, "Mul", [x, g.Number($"{y}/scale", op.Scale)]);
        else
        {
            g.Node($"{y}/scaled", "Mul", [x, g.Number($"{y}/scaled/scale", op.Scale)]);
            g.Node(y, "Add", [$"{y}/scaled", g.Number($"{y}/offset", op.Offset)]);
        }
    }

    // A matrix product and its bias are one node.
    private static void Added(ExportGraph g, Tensor t, Add op)
    {
        if (g.Absorbed(t) is not { Operator: MatMul product } multiplied) g.Node(t, "Add");
        else g.Node(g[t], "Gemm", [g[multiplied.Inputs[0]], g[multiplied.Inputs[1]], g[t.Inputs[1]]], Transposed(product));
    }

    private static void Product(ExportGraph g, Tensor t, Tensor multiplied, MatMul op)
    {
        if (op is { TransposeA: false, TransposeB: false }) g.Node(t, "MatMul");
        else if (multiplied.Inputs.All(operand => operand.Shape.Rank == 2)) g.Node(t, "Gemm", Transposed(op));
        else throw new NotSupportedException($"{t} transposes an operand of a batch of matrices, which has no form in ONNX; transpose it first.");
    }

    private static OnnxAttribute[] Transposed(MatMul op) => [Integer("transA", op.TransposeA ? 1 : 0), Integer("transB", op.TransposeB ? 1 : 0)];

    // [N, ...] to [N, rest] is Flatten; 0 keeps an extent, here that of a batch of any size.
    private static void Reshaped(ExportGraph g, Tensor t, Reshape op)
    {
        Tensor x = t.Inputs[0];
        if (op.Shape.Rank == 2 && x.Shape.Rank > 0 && x.Shape[0] == op.Shape[0])
        {
            g.Node(t, "Flatten", Integer("axis", 1));
            return;
        }
        long[] shape = Longs(op.Shape);
        if (g.IsOpen(t)) shape[0] = 0;
        g.Node(g[t], "Reshape", [g[x], g.Integers($"{g[t]}/shape", shape)]);
    }

    // Padding that only ceil_mode added is not stated as padding.
    private static void Averaged(ExportGraph g, Tensor t, AveragePool2D op)
    {
        Window window = op.Window with { Bottom = op.Window.Bottom - op.CeilBottom, Right = op.Window.Right - op.CeilRight };
        if (window is not { DilationY: 1, DilationX: 1 }) throw new NotSupportedException($"{t} is dilated, which has no form in ONNX's operator set {ModelWriter.Opset}.");
        g.Node(t, "AveragePool",
        [
            Integers("kernel_shape", [window.KernelY, window.KernelX]), .. Placed(window),
            Integer("ceil_mode", op.CeilBottom + op.CeilRight > 0 ? 1 : 0), Integer("count_include_pad", op.CountPadding ? 1 : 0),
        ]);
    }

    private static IEnumerable<OnnxAttribute> Placed(Window w)
    {
        yield return Integers("strides", [w.StrideY, w.StrideX]);
        yield return Integers("pads", [w.Top, w.Left, w.Bottom, w.Right]);
        if (w is not { DilationY: 1, DilationX: 1 }) yield return Integers("dilations", [w.DilationY, w.DilationX]);
    }

    private static string Bound(ExportGraph g, string name, float value) => float.IsFinite(value) ? g.Number(name, value) : "";

    private static string Filling(ExportGraph g, Tensor t, Pad op) => op.Mode == PadMode.Constant ? g.Number($"{g[t]}/value", op.Value) : "";

    private static long[] Longs(IEnumerable<int> values) => [.. values.Select(value => (long)value)];

    private static FloatAttribute Real(string name, float value) => new FloatAttribute(name, value);

    private static IntegerAttribute Integer(string name, long value) => new IntegerAttribute(name, value);

    private static IntegersAttribute Integers(string name, IEnumerable<int> values) => new IntegersAttribute(name, [.. Longs(values)]);

    private static TextAttribute Text(string name, string value) => new TextAttribute(name, value);
}
