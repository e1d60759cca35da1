using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Tests.Graphs;

/// <summary>
/// Computes a graph slowly, in double precision, straight from the definition of each operator. What the kernels and the gradient rules are
/// compared with. An operator that is not here fails.
/// </summary>
internal static partial class Reference
{
    /// <summary>The value of a tensor, row-major. The given values replace those of any tensor, leaf or not.</summary>
    public static double[] Evaluate(Tensor tensor, IReadOnlyDictionary<Tensor, double[]> inputs) => Evaluate([tensor], inputs)[0];

    /// <summary>The values of several tensors of one graph.</summary>
    public static double[][] Evaluate(IReadOnlyList<Tensor> tensors, IReadOnlyDictionary<Tensor, double[]> inputs)
    {
        var values = new Dictionary<Tensor, double[]>(ReferenceEqualityComparer.Instance);
        foreach (Tensor tensor in Tensor.InOrder(tensors))
        {
            double[] value = inputs.TryGetValue(tensor, out double[]? given) ? given : Compute(tensor, [.. tensor.Inputs.Select(input => values[input])]);
            if (value.Length != tensor.Shape.Count) throw new InvalidOperationException($"{tensor} has {value.Length} values.");
            values.Add(tensor, value);
        }
        return [.. tensors.Select(tensor => values[tensor])];
    }

    private static double[] Compute(Tensor t, double[][] v)
    {
        Shape Of(int input) => t.Inputs[input].Shape;
        return t.Operator switch
        {
            Parameter op => [.. op.Values.Select(x => (double)x)],
            Constant op => [.. op.Values.ToArray().Select(x => (double)x)],

            Softmax op => Softmax(Of(0), v[0], op.Axis),
            LogSoftmax op => [.. Softmax(Of(0), v[0], op.Axis).Select(x => Math.Log(x))],
            Lrn op => Lrn(op, Of(0), v[0]),
            Standardize op => Standardize(op, t.Shape, v[0], null),
            StandardizeGradient op => Standardize(op.Forward, t.Shape, v[0], v[1]),
            LrnGradient op => LrnGradient(op.Lrn, Of(0), v[0], v[1]),
            Elementwise op => Array.ConvertAll(v[0], x => Function(op)(x)),
            Pairwise op => Pairwise(Function(op), t.Shape, Of(0), v[0], Of(1), v[1]),

            Reshape => v[0],
            BroadcastTo => Gather(t.Shape, v[0], index => At(Of(0), index)),
            Transpose op => Scatter(t.Shape, Of(0), v[0], index => [.. op.Axes.Select(axis => index[axis])]),
            Slice op => Gather(t.Shape, v[0], index => At(Of(0), Moved(index, op.Axis, i => op.Start + i * op.Step))),
            SliceGradient op => Scatter(t.Shape, Of(0), v[0], index => Moved(index, op.Axis, i => op.Start + i * op.Step)),
            Pad op => Gather(t.Shape, v[0], index => Inside(op, Of(0), index) is { } from ? At(Of(0), from) : null, op.Value),
            PadGradient op => Scatter(t.Shape, Of(0), v[0], index => Inside(op.Pad, t.Shape, index)),
            Concat op => Concat(op.Axis, t, v),
            SparseProduct op => Sparse(op, t.Shape, Of(0), v[0]),

            ChannelPick => Gather(t.Shape, v[0], index => At(Of(0), [index[0], (int)v[1][index[0]], .. index.Skip(2)])),
            ChannelPickGradient => Scatter(t.Shape, Of(0), v[0], index => [index[0], (int)v[1][index[0]], .. index.Skip(2)]),
            Take => Gather(t.Shape, v[0], index => Taken(Of(0), Of(1), v[1], index) is { } from ? At(Of(0), from) : null),
            TakeGradient => Scatter(t.Shape, Of(0), v[0], index => Taken(t.Shape, Of(1), v[1], index)),
            Ranks => Ranked(t.Shape, v[0]),
            AdamStep op => Adam(op, v),

            Sum => Scatter(t.Shape, Of(0), v[0], index => index),
            ArgMax op => Place(op, t.Shape, Of(0), v[0]),
            Max => Largest(t.Shape, Of(0), v[0]),
            MatMul op => MatMul(op, t.Shape, Of(0), v[0], Of(1), v[1]),

            Conv2D op => Conv2D(op, t.Shape, Of(0), v[0], Of(1), v[1], v.Length > 2 ? v[2] : null),
            Conv2DInputGradient op => Conv2DInputGradient(op, Of(0), v[0], Of(1), v[1]),
            Conv2DWeightGradient op => Conv2DWeightGradient(op, Of(0), v[0], Of(1), v[1]),
            MaxPool2D op => MaxPool(op.Window, Of(0), v[0], t.Shape, null),
            MaxPool2DGradient op => MaxPool(op.Window, Of(0), v[0], Of(1), v[1]),
            AveragePool2D op => AveragePool(op, Of(0), t.Shape, (y, x, share, result) => result[y] += v[0][x] * share, t.Shape),
            AveragePool2DGradient op => AveragePool(op.Pool, op.InputShape, Of(0), (y, x, share, result) => result[x] += v[0][y] * share, t.Shape),
            Upsample2D op => Gather(t.Shape, v[0], index => At(Of(0), [index[0], index[1], index[2] / op.FactorY, index[3] / op.FactorX])),
            Upsample2DGradient op => Scatter(t.Shape, Of(0), v[0], index => [index[0], index[1], index[2] / op.FactorY, index[3] / op.FactorX]),
            _ => throw new NotSupportedException($"The reference does not know {t}: write down its definition here."),
        };
    }

    private static double[] Adam(AdamStep op, double[][] v)
    {
        double[] means = [.. v[1].Select((m, i) => op.Beta1 * m + (1.0 - op.Beta1) * v[3][i])], squares = [.. v[2].Select((s, i) => op.Beta2 * s + (1.0 - op.Beta2) * v[3][i] * v[3][i])];
        double step = v[4][0], rate = v[5][0];
        return [.. v[0].Select((x, i) => x + rate * (means[i] / (1 - Math.Pow(op.Beta1, step))) / (Math.Sqrt(squares[i] / (1 - Math.Pow(op.Beta2, step))) + op.Epsilon)), .. means, .. squares];
    }

    private static Func<double, double> Function(Elementwise op) => op switch
    {
        Relu => x => x > 0 ? x : 0,
        LeakyRelu leaky => x => x > 0 ? x : leaky.Slope * x,
        Clip clip => x => x < clip.Low ? clip.Low : x > clip.High ? clip.High : x,
        Sigmoid => x => 1 / (1 + Math.Exp(-x)),
        Tanh => Math.Tanh,
        Exponential => Math.Exp,
        Logarithm => Math.Log,
        SquareRoot => Math.Sqrt,
        Absolute => Math.Abs,
        Sign => x => Math.Sign(x),
        Sine => Math.Sin,
        Cosine => Math.Cos,
        Arctangent => Math.Atan,
        ErrorFunction => Erf,
        Gelu => x => x * Normal(x),
        Floor => Math.Floor,
        Round => x => Math.Round(x, MidpointRounding.ToEven),
        Linear linear => x => linear.Scale * x + linear.Offset,
        Power power => x => Math.Pow(x, power.Exponent),
        StopGradient => x => x,
        _ => throw new NotSupportedException($"The reference does not know {op.Kind}: write down its definition here."),
    };

    private static Func<double, double, double> Function(Pairwise op) => op switch
    {
        Add => (a, b) => a + b,
        Subtract => (a, b) => a - b,
        Multiply => (a, b) => a * b,
        Divide => (a, b) => a / b,
        Maximum => Math.Max,
        Minimum => Math.Min,
        Greater => (a, b) => a > b ? 1 : 0,
        Equal => (a, b) => a == b ? 1 : 0,
        Keep => (a, b) => a > 0 ? b : 0,
        Pow => Math.Pow,
        GeluGradient => (x, dy) => dy * (Normal(x) + x * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI)),
        SigmoidGradient => (y, dy) => dy * y * (1 - y),
        ReluGradient => (y, dy) => y > 0 ? dy : 0,
        ClipGradient clip => (y, dy) => y > clip.Low && y < clip.High ? dy : 0,
        _ => throw new NotSupportedException($"The reference does not know {op.Kind}: write down its definition here."),
    };

    private static double[] Pairwise(Func<double, double, double> f, Shape shape, Shape aShape, double[] a, Shape bShape, double[] b) =>
        [.. Indices(shape).Select(index => f(a[At(aShape, index)], b[At(bShape, index)]))];
}
