using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>Comparisons and what is decided by them. A truth value is 1 or 0.</summary>
internal static class Logic
{
    public static readonly OnnxOperator[] Entries =
    [
        Pair("Equal",           1, (a, b) => a.EqualTo(b), (a, b) => a == b),
        Pair("Greater",         1, (a, b) => a.GreaterThan(b), (a, b) => a > b),
        Pair("Less",            1, (a, b) => b.GreaterThan(a), (a, b) => a < b),
        Pair("GreaterOrEqual", 12, (a, b) => Either(a.GreaterThan(b), a.EqualTo(b)), (a, b) => a >= b),
        Pair("LessOrEqual",    12, (a, b) => Either(b.GreaterThan(a), a.EqualTo(b)), (a, b) => a <= b),
        Pair("And",             1, (a, b) => a * b, (a, b) => a != 0 && b != 0),
        Pair("Or",              1, Either, (a, b) => a != 0 || b != 0),
        Pair("Xor",             1, (a, b) => 1f - a.EqualTo(b), (a, b) => a != b),
        OnnxOperator.Value("Not", 1, 1, 1, Not),
        OnnxOperator.Value("Where", 9, 3, 3, Where),
        OnnxOperator.Typed("IsNaN", 9, 1, 1, OnnxDataType.Boolean, node => node.AnyTensor(0) is var x ? 1f - x.EqualTo(x) : null!),
        OnnxOperator.Typed("IsInf", 10, 1, 1, OnnxDataType.Boolean, IsInfinite),
    ];

    private static OnnxOperator Pair(string name, int since, Func<Tensor, Tensor, Tensor> real, Func<long, long, bool> integer) =>
        OnnxOperator.Value(name, since, 2, 2, node =>
            Arithmetic.OfKnown(node, (a, b) => integer(a, b) ? 1 : 0, OnnxDataType.Boolean)
            ?? (ImportedValue)Arithmetic.OfTensors(node, real, OnnxDataType.Boolean, masks: true));

    private static Tensor Either(Tensor a, Tensor b) => Tensor.Max(a, b);

    private static ImportedValue Not(ImportNode node) => node.Value(0) is IntegerValue known
        ? known with { Values = [.. known.Values.Select(value => value == 0 ? 1L : 0)] }
        : new TensorValue(1f - node.Tensor(0), OnnxDataType.Boolean);

    private static ImportedValue Where(ImportNode node)
    {
        if (node.Value(0) is not IntegerValue condition) return Chosen(node, node.Tensor(0));
        if (node.Value(1) is not IntegerValue yes || node.Value(2) is not IntegerValue no) return Chosen(node, condition.ToTensor());
        Shape shape = Constants.Known(node, Shape.Broadcast(condition.Shape, Shape.Broadcast(yes.Shape, no.Shape)));
        return new IntegerValue(shape,
        [
            .. Enumerable.Range(0, shape.Count).Select(i => condition.Values[Integers.Place(i, shape, condition.Shape)] != 0
                ? yes.Values[Integers.Place(i, shape, yes.Shape)]
                : no.Values[Integers.Place(i, shape, no.Shape)]),
        ], yes.DataType);
    }

    private static TensorValue Chosen(ImportNode node, Tensor condition)
    {
        (Tensor yes, Tensor no) = (node.AnyTensor(1), node.AnyTensor(2));
        return new(Patterns.SoftmaxOfSeen(condition, yes, no) ?? Tensor.Where(condition, yes, no), node.TypeOf(1));
    }

    private static Tensor IsInfinite(ImportNode node)
    {
        Tensor x = node.AnyTensor(0), none = Tensor.Constant(0).BroadcastTo(x.Shape);
        Tensor above = node.Flag("detect_positive", absent: true) ? x.EqualTo(float.PositiveInfinity) : none;
        return Either(above, node.Flag("detect_negative", absent: true) ? x.EqualTo(float.NegativeInfinity) : none);
    }
}
