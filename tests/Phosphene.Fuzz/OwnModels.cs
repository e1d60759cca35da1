using System.Runtime.InteropServices;
using static Phosphene.Runtime.Tests.Onnx.OnnxBytes;

namespace Phosphene.Fuzz;

/// <summary>Small models that between them use every part of a file: functions, other files, all types of numbers, sub-graphs, many operators.</summary>
internal static class OwnModels
{
    /// <summary>The name of the file that one of them keeps weights in.</summary>
    public const string WeightsFile = "weights.bin";

    /// <summary>The content of that file.</summary>
    public static byte[] Weights() => MemoryMarshal.AsBytes(Numbers(4096).AsSpan()).ToArray();

    public static IEnumerable<(string Name, byte[] Bytes)> All()
    {
        yield return ("classifier", Classifier(13));
        yield return ("classifier 7", Classifier(7));
        yield return ("residual", Residual());
        yield return ("shuffle", Shuffle());
        yield return ("attention", Attention());
        yield return ("types", Types());
        yield return ("external", External());
        yield return ("functions", Functions());
        yield return ("branch", Branch());
    }

    private static byte[] Classifier(long opset) => Model(Graph(
        [
            Node("Conv", "x w1 b1", "conv1", Attribute("pads", [1L, 1, 1, 1]), Attribute("strides", [2L, 2])), Node("Relu", "conv1", "relu1"),
            Node("MaxPool", "relu1", "pool1", Attribute("kernel_shape", [3L, 3]), Attribute("strides", [2L, 2])), Node("LRN", "pool1", "norm", Attribute("size", 5L)),
            Node("Conv", "norm w2", "conv2", Attribute("group", 2L), Attribute("dilations", [2L, 1])), Node("Clip6", "conv2", "unused"),
            Node("AveragePool", "conv2", "pool2", Attribute("kernel_shape", [2L, 2]), Attribute("auto_pad", "SAME_UPPER")), Node("GlobalAveragePool", "pool2", "gap"),
            Node("Flatten", "gap", "flat"), Node("Gemm", "flat w3 b3", "fc", Attribute("transB", 1L)), Node("Softmax", "fc", "y", Attribute("axis", 1L)),
        ],
        [Real("w1", 8, 3, 3, 3), Real("b1", 8), Real("w2", 6, 4, 3, 3), Real("w3", 5, 6), Real("b3", 5)],
        [Value("x", -1, 3, 32, 32)], [Value("y", -1, 5)]), opset, metadata: [("phosphene.preprocessing", "imagenet"), ("phosphene.labels", "a\nb")]);

    private static byte[] Residual() => Model(Graph(
        [
            Node("Conv", "x w", "a"), Node("BatchNormalization", "a s b m v", "n"), Node("Sigmoid", "n", "g"), Node("Mul", "n g", "swish"),
            Node("Pad", "swish p", "padded"), Node("Slice", "padded from to", "cut"), Node("Add", "cut swish", "sum"), Node("ReduceMean", "sum", "mean", Attribute("axes", [2L, 3])),
            Node("Concat", "sum sum", "wide", Attribute("axis", 1L)), Node("Split", "wide", "left right", Attribute("axis", 1L)), Node("Sub", "left right", "y"),
        ],
        [Real("w", 4, 3, 1, 1), Real("s", 4), Real("b", 4), Real("m", 4), Filled("v", [4], 1.5f), Integers("p", 0, 0, 1, 1, 0, 0, 1, 1), Integers("from", 0, 0, 1, 1), Integers("to", 9, 9, 9, 13)],
        [Value("w", 4, 3, 1, 1), Value("x", 1, 3, 8, 12)], [Value("y"), Value("mean")]), irVersion: 3);

    private static byte[] Shuffle() => Model(Graph(
        [
            Node("Shape", "x", "shape"), Node("Gather", "shape zero", "n", Attribute("axis", 0L)), Node("Unsqueeze", "n axes", "n1"), Node("Concat", "n1 rest", "target", Attribute("axis", 0L)),
            Node("Reshape", "x target", "five"), Node("Transpose", "five", "t", Attribute("perm", [0L, 2, 1, 3, 4])), Node("Reshape", "t back", "y"),
            Node("ConstantOfShape", "size", "filled", TensorAttribute("value", Tensor("", [1], 0.25f))), Node("Add", "y filled", "z"), Node("Constant", "", "c", Attribute("value_float", 2f)),
            Node("Mul", "z c", "out"), Node("Cast", "out", "cast", Attribute("to", 1L)), Node("Expand", "one big", "e"), Node("Add", "cast e", "end"),
        ],
        [Integer("zero", 0), Integers("axes", 0), Integers("rest", 2, 3, 4, 6), Integers("back", 1, 6, 4, 6), Integers("size", 1, 6, 1, 1), Tensor("one", [1], 1), Integers("big", 1, 6, 4, 6)],
        [Value("x", 1, 6, 4, 6)], [Value("end")]), opset: 13);

    private static byte[] Attention() => Model(Graph(
        [
            Node("MatMul", "x q", "qs"), Node("MatMul", "x k", "ks"), Node("Transpose", "ks", "kt", Attribute("perm", [0L, 2, 1])), Node("MatMul", "qs kt", "scores"), Node("Div", "scores root", "scaled"),
            Node("Softmax", "scaled", "weights", Attribute("axis", -1L)), Node("MatMul", "weights x", "mixed"), Node("Erf", "mixed", "erf"), Node("Pow", "erf two", "squares"), Node("Sqrt", "squares", "roots"),
            Node("LayerNormalization", "roots g b", "y", Attribute("axis", -1L)), Node("ReduceSum", "y last", "sum"), Node("Exp", "sum", "exp"), Node("Tanh", "exp", "z"),
        ],
        [Real("q", 6, 4), Real("k", 6, 4), Tensor("root", [], 2), Tensor("two", [], 2), Real("g", 6), Real("b", 6), Integers("last", -1)],
        [Value("x", 1, 5, 6)], [Value("z")]), opset: 17);

    private static byte[] Types() => Model(Graph(
        [
            Node("Conv", "x half", "a"), Node("Add", "a brain", "b"), Node("Mul", "b double", "c"), Node("Add", "c typed", "d"), Node("Identity", "typed", "same"), Node("Sub", "d same", "e"),
            Node("Upsample", "e scales", "f", Attribute("mode", "nearest")), Node("LeakyRelu", "f", "y", Attribute("alpha", 0.1f)),
        ],
        [
            Raw("half", 10, [2, 3, 1, 1], [.. Numbers(6).SelectMany(value => BitConverter.GetBytes((Half)value))]),
            Raw("brain", 16, [2, 1, 1], [.. Numbers(2).SelectMany(value => BitConverter.GetBytes(value)[2..])]),
            Join(TensorHead("double", 11, [1]), Double(10, 0.5)), Join(TensorHead("typed", 1, [2, 1, 1]), Float(4, 1), Float(4, -1)), Tensor("scales", [4], 1, 1, 2, 2),
            Join(TensorHead("small", 3, [2]), Varint(5, 1), Varint(5, -1)), Join(TensorHead("names", 8, [1]), Text(6, "cat")), Raw("eight", 17, [1], [1]),
        ],
        [Value("x", 1, 3, 4, 6)], [Value("y")]), opset: 9);

    private static byte[] External()
    {
        byte[] Far(string name, long[] extents, string offset) => Join(TensorHead(name, 1, extents),
            Bytes(13, Join(Text(1, "location"), Text(2, WeightsFile))), Bytes(13, Join(Text(1, "offset"), Text(2, offset))), Bytes(13, Join(Text(1, "length"), Text(2, $"{4 * extents.Aggregate(1L, (a, b) => a * b)}"))), Varint(14, 1));
        return Model(Graph([Node("Conv", "x w", "a"), Node("Add", "a b", "y")], [Far("w", [4, 3, 3, 3], "0"), Far("b", [4, 1, 1], "4096")], [Value("x", 1, 3, 8, 10)], [Value("y")]));
    }

    private static byte[] Functions()
    {
        byte[] swish = Bytes(25, Join(Text(1, "Swish"), Text(4, "a"), Text(5, "b"), Bytes(7, Node("Sigmoid", "a", "s")), Bytes(7, Node("Mul", "a s", "b")), Bytes(9, Opset("", 13)), Text(10, "own")));
        byte[] twice = Bytes(25, Join(Text(1, "Twice"), Text(4, "a"), Text(4, "c"), Text(5, "b"), Text(5, "t"), Text(6, "slope"), Bytes(7, Node("own", "Swish", "a", "t", [])),
            Bytes(7, Node("LeakyRelu", "t", "l", Join(Text(1, "alpha"), Varint(20, 1), Text(21, "slope")))), Bytes(7, Node("Add", "l c", "b")), Bytes(9, Opset("", 13)), Bytes(9, Opset("own", 1)), Text(10, "own"), Bytes(11, Attribute("slope", 0.3f))));
        byte[] graph = Graph([Node("own", "Twice", "x c", "y t", [Attribute("slope", 0.2f)]), Node("own", "Swish", "y", "z", [])], [Tensor("c", [], 0.5f)], [Value("x", 1, 2, 3, 4)], [Value("z")]);
        return Join(Model(graph), Bytes(8, Opset("own", 1)), swish, twice);
    }

    private static byte[] Branch()
    {
        byte[] inner = Graph([Node("Relu", "x", "r")], [], [], [Value("r")]);
        byte[] Sub(string name) => Join(Text(1, name), Bytes(6, inner), Varint(20, 5));
        return Model(Graph([Node("Relu", "x", "before"), Node("If", "c", "y", Sub("then_branch"), Sub("else_branch"))], [Raw("c", 9, [], [1])], [Value("x", 1, 3, 4, 5)], [Value("y")]));
    }

    private static byte[] Real(string name, params long[] extents) => Tensor(name, extents, Numbers((int)extents.Aggregate(1L, (a, b) => a * b)));

    private static float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(i => MathF.Sin(7 * i + 1))];
}
