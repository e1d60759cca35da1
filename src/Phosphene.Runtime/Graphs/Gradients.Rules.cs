namespace Phosphene.Runtime.Graphs;

public static partial class Gradients
{
    private delegate Tensor?[] UnaryRule<T>(T op, Tensor x, Tensor y, Tensor dy);
    private delegate Tensor?[] BinaryRule<T>(T op, Tensor a, Tensor b, Tensor y, Tensor dy);

    private static KeyValuePair<Type, Rule> Rule1<T>(UnaryRule<T> rule) where T : Operator =>
        new(typeof(T), (y, dy) => rule((T)y.Operator, y.Inputs[0], y, dy));

    private static KeyValuePair<Type, Rule> Rule2<T>(BinaryRule<T> rule) where T : Operator =>
        new(typeof(T), (y, dy) => rule((T)y.Operator, y.Inputs[0], y.Inputs[1], y, dy));

    private static KeyValuePair<Type, Rule> RuleN<T>(Func<T, Tensor, Tensor, Tensor?[]> rule) where T : Operator =>
        new(typeof(T), (y, dy) => rule((T)y.Operator, y, dy));

    /// <summary>One rule per operator: on the left what went in and came out, on the right the gradient in each input.</summary>
    private static readonly Dictionary<Type, Rule> Table = new(
    [
        // Elementwise
        Rule1<Relu>        ((op, x, y, dy) => [new(new ReluGradient(), y, dy)]),
        Rule1<LeakyRelu>   ((op, x, y, dy) => [dy * (op.Slope + (1 - op.Slope) * x.GreaterThan(0))]),
        Rule1<Clip>        ((op, x, y, dy) => [new(new ClipGradient(op.Low, op.High), y, dy)]),
        Rule1<Sigmoid>     ((op, x, y, dy) => [new(new SigmoidGradient(), y, dy)]),
        Rule1<Tanh>        ((op, x, y, dy) => [dy * (1f - y * y)]),
        Rule1<Exponential> ((op, x, y, dy) => [dy * y]),
        Rule1<Logarithm>   ((op, x, y, dy) => [dy / x]),
        Rule1<SquareRoot>  ((op, x, y, dy) => [(0.5f * dy / y).KeepWhere(y)]),
        Rule1<Absolute>    ((op, x, y, dy) => [dy * x.Sign()]),
        Rule1<Sign>        ((op, x, y, dy) => [null]),
        Rule1<Sine>        ((op, x, y, dy) => [dy * x.Cos()]),
        Rule1<Cosine>      ((op, x, y, dy) => [-(dy * x.Sin())]),
        Rule1<Arctangent>  ((op, x, y, dy) => [dy / (1f + x * x)]),
        Rule1<ErrorFunction>((op, x, y, dy) => [dy * (2 / MathF.Sqrt(MathF.PI)) * (-(x * x)).Exp()]),
        Rule1<Gelu>        ((op, x, y, dy) => [new(new GeluGradient(), x, dy)]),
        Rule1<Floor>       ((op, x, y, dy) => [null]),
        Rule1<Round>       ((op, x, y, dy) => [null]),
        Rule1<Linear>      ((op, x, y, dy) => [op.Scale * dy]),
        Rule1<Power>       ((op, x, y, dy) => [PowerPart(op.Exponent, x, dy)]),
        Rule1<StopGradient>((op, x, y, dy) => [null]),
        Rule1<Softmax>     ((op, x, y, dy) => [y * (dy - (dy * y).SumOver(op.Axis))]),
        Rule1<LogSoftmax>  ((op, x, y, dy) => [dy - y.Exp() * dy.SumOver(op.Axis)]),

        // Pairwise, with broadcasting
        Rule2<Add>     ((op, a, b, y, dy) => [dy.SumTo(a.Shape), dy.SumTo(b.Shape)]),
        Rule2<Subtract>((op, a, b, y, dy) => [dy.SumTo(a.Shape), (-dy).SumTo(b.Shape)]),
        Rule2<Multiply>((op, a, b, y, dy) => [(dy * b).SumTo(a.Shape), (dy * a).SumTo(b.Shape)]),
        Rule2<Divide>  ((op, a, b, y, dy) => [(dy / b).SumTo(a.Shape), (-dy * y / b).SumTo(b.Shape)]),
        Rule2<Maximum> ((op, a, b, y, dy) => [(dy * (1f - b.GreaterThan(a))).SumTo(a.Shape), (dy * b.GreaterThan(a)).SumTo(b.Shape)]),
        Rule2<Minimum> ((op, a, b, y, dy) => [(dy * (1f - a.GreaterThan(b))).SumTo(a.Shape), (dy * a.GreaterThan(b)).SumTo(b.Shape)]),
        Rule2<SigmoidGradient>((op, a, b, y, dy) => [dy * b * (1f - 2f * a), dy * a * (1f - a)]),
        Rule2<ClipGradient>((op, a, b, y, dy) => [null, new(op, a, dy)]),
        Rule2<Greater> ((op, a, b, y, dy) => [null, null]),
        Rule2<Equal>   ((op, a, b, y, dy) => [null, null]),
        Rule2<Keep>    ((op, a, b, y, dy) => [null, new Tensor(new Keep(), a, dy).SumTo(b.Shape)]),
        Rule2<Pow>     ((op, a, b, y, dy) => PowParts(a, b, y, dy)),

        // Shaping: each is linear, and its rule is its adjoint
        Rule1<Reshape>    ((op, x, y, dy) => [dy.Reshape(x.Shape)]),
        Rule1<BroadcastTo>((op, x, y, dy) => [dy.SumTo(x.Shape)]),
        Rule1<Transpose>  ((op, x, y, dy) => [dy.Transpose([.. Enumerable.Range(0, op.Axes.Length).Select(axis => op.Axes.IndexOf(axis))])]),
        Rule1<Slice>      ((op, x, y, dy) => [new(new SliceGradient(op.Axis, op.Start, op.Step, x.Shape[op.Axis]), dy)]),
        Rule1<SliceGradient>    ((op, x, y, dy) => [dy.Slice(op.Axis, op.Start, x.Shape[op.Axis], op.Step)]),
        Rule2<ChannelPick>((op, x, c, y, dy) => [new(new ChannelPickGradient(x.Shape.Channels), dy, c), null]),
        Rule2<ChannelPickGradient>((op, x, c, y, dy) => [new(new ChannelPick(), dy, c), null]),
        Rule2<Take>       ((op, x, at, y, dy) => [new(new TakeGradient(x.Shape[2]), dy, at), null]),
        Rule2<TakeGradient>((op, x, at, y, dy) => [new(new Take(), dy, at), null]),
        Rule1<Ranks>      ((op, x, y, dy) => [null]),
        Rule1<Pad>        ((op, x, y, dy) => [new(new PadGradient(op, x.Shape), dy)]),
        RuleN<Concat>     ((op, y, dy)    => Parts(op.Axis, y, dy)),
        Rule1<SparseProduct>((op, x, y, dy) => [new(new SparseProduct(op.Axis, op.Matrix.Transposed()), dy)]),

        // Reductions
        Rule1<Sum>   ((op, x, y, dy)    => [dy.BroadcastTo(x.Shape)]),
        Rule1<Max>   ((op, x, y, dy)    => [ToFirstLargest(op, x, dy)]),
        Rule1<ArgMax>((op, x, y, dy)    => [null]),
        Rule2<MatMul>((op, a, b, y, dy) => MatMulParts(op, a, b, dy)),

        // Networks
        RuleN<Conv2D>((op, y, dy) =>
        [
            new(new Conv2DInputGradient(op.Window, op.Groups, y.Inputs[0].Shape), dy, y.Inputs[1]),
            new(new Conv2DWeightGradient(op.Window, op.Groups, y.Inputs[1].Shape), y.Inputs[0], dy),
            y.Inputs.Length > 2 ? dy.SumOver(0, 2, 3).Reshape(y.Inputs[2].Shape) : null,
        ]),
        Rule2<Conv2DInputGradient>((op, dx, w, y, dy) => [dy.Conv2D(w, null, op.Window, op.Groups), new(new Conv2DWeightGradient(op.Window, op.Groups, w.Shape), dy, dx)]),
        Rule1<MaxPool2D>          ((op, x, y, dy)     => [new(new MaxPool2DGradient(op.Window), x, dy)]),
        Rule1<AveragePool2D>      ((op, x, y, dy)     => [new(new AveragePool2DGradient(op, x.Shape), dy)]),
        Rule1<Upsample2D>         ((op, x, y, dy)     => [new(new Upsample2DGradient(op.FactorY, op.FactorX), dy)]),
        Rule1<Upsample2DGradient> ((op, x, y, dy)     => [new(new Upsample2D(op.FactorY, op.FactorX), dy)]),
        Rule1<Lrn>                ((op, x, y, dy)     => [new(new LrnGradient(op), x, dy)]),
        Rule1<Standardize>        ((op, x, y, dy)     => [new(new StandardizeGradient(op), x, dy)]),

        // Images
        Rule1<InverseRealFourier>((op, x, y, dy)    => [new(new InverseRealFourierGradient(), dy)]),
        Rule1<InverseRealFourierGradient>((op, x, y, dy) => [new(new InverseRealFourier(x.Shape[-1]), dy)]),
        Rule2<Warp>              ((op, x, m, y, dy) => [new(new WarpGradient(x.Shape, op.Nearest), dy, m), null]),
    ]);

    // Where the slope of a root is infinite, at 0, none is taken: a norm of zeros is at its least.
    private static Tensor PowerPart(float exponent, Tensor x, Tensor dy)
    {
        Tensor dx = exponent * dy * x.Pow(exponent - 1);
        return exponent is >= 0 and < 1 ? dx.KeepWhere(x.Abs()) : dx;
    }

    // The same for exponents that are computed; and 0^b is flat in b.
    private static Tensor?[] PowParts(Tensor a, Tensor b, Tensor y, Tensor dy)
    {
        Tensor atLeastOne = 1f - Tensor.Constant(1).GreaterThan(b);
        Tensor da = (dy * b * a.Pow(b - 1f)).KeepWhere(a.Abs() + atLeastOne), db = (dy * y * a.Log()).KeepWhere(a.Abs());
        return [da.SumTo(a.Shape), db.SumTo(b.Shape)];
    }

    // The first in row-major order: along each axis from the last on, the first that is as large as the axes after it allow.
    private static Tensor? ToFirstLargest(Max op, Tensor x, Tensor dy)
    {
        if (x.Shape.Count == 0) return null;
        var first = new Stack<Tensor>();
        foreach (int axis in op.Axes.Reverse())
        {
            first.Push(x.ArgMaxOver(axis).EqualTo(Tensor.Counting(x.Shape[axis], axis, x.Shape.Rank)));
            x = x.MaxOver(axis);
        }
        return first.Aggregate(dy, (dx, chosen) => dx.KeepWhere(chosen));
    }

    private static Tensor?[] Parts(int axis, Tensor y, Tensor dy)
    {
        var parts = new Tensor?[y.Inputs.Length];
        for (int i = 0, start = 0; i < parts.Length; start += y.Inputs[i].Shape[axis], i++)
            if (y.Inputs[i].Shape.Count > 0) parts[i] = dy.Slice(axis, start, y.Inputs[i].Shape[axis]);
        return parts;
    }

    // y = A·B: dA = dy·Bᵀ and dB = Aᵀ·dy; where an operand enters transposed, so does its gradient.
    private static Tensor?[] MatMulParts(MatMul op, Tensor a, Tensor b, Tensor dy)
    {
        Tensor da = op.TransposeA ? b.MatMul(dy, op.TransposeB, true) : dy.MatMul(b, false, !op.TransposeB);
        Tensor db = op.TransposeB ? dy.MatMul(a, true, op.TransposeA) : a.MatMul(dy, !op.TransposeA, false);
        return [da.SumTo(a.Shape), db.SumTo(b.Shape)];
    }
}
