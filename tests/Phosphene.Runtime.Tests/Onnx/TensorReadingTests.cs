using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;
using Xunit;
using static Phosphene.Runtime.Tests.Onnx.OnnxBytes;

namespace Phosphene.Runtime.Tests.Onnx;

public sealed class TensorReadingTests : ModelFiles
{
    private const int Float32 = 1, UInt8 = 2, Int8 = 3, UInt16 = 4, Int16 = 5, Int32 = 6, Int64 = 7, Text8 = 8, Boolean = 9, Float16 = 10, Float64 = 11, UInt32 = 12, UInt64 = 13, BFloat16 = 16;

    private OnnxTensor Read(byte[] tensor) => Open(Model(Graph([], [tensor]))).Graph.Initializers[0];

    private static byte[] Packed(params ulong[] values) => Join([.. values.Select(Number)]);

    private static byte[] Fixed(params float[] values) => Join([.. values.Select(BitConverter.GetBytes)]);

    public static TheoryData<string, byte[]> Reals => new()
    {
        { "raw float32", Tensor("w", [3], 1.5f, -2f, 0.25f) },
        { "packed float_data", Join(TensorHead("w", Float32, [3]), Bytes(4, Fixed(1.5f, -2f, 0.25f))) },
        { "single float_data", Join(TensorHead("w", Float32, [3]), Float(4, 1.5f), Float(4, -2f), Float(4, 0.25f)) },
        { "float_data in two runs", Join(TensorHead("w", Float32, [3]), Bytes(4, Fixed(1.5f)), Bytes(4, Fixed(-2f, 0.25f))) },
        { "raw float64", Raw("w", Float64, [3], Join(BitConverter.GetBytes(1.5), BitConverter.GetBytes(-2.0), BitConverter.GetBytes(0.25))) },
        { "double_data", Join(TensorHead("w", Float64, [3]), Double(10, 1.5), Double(10, -2), Double(10, 0.25)) },
        { "raw float16", Raw("w", Float16, [3], [0x00, 0x3E, 0x00, 0xC0, 0x00, 0x34]) },
        { "float16 in int32_data", Join(TensorHead("w", Float16, [3]), Bytes(5, Packed(0x3E00, 0xC000, 0x3400))) },
        { "raw bfloat16", Raw("w", BFloat16, [3], [0xC0, 0x3F, 0x00, 0xC0, 0x80, 0x3E]) },
        { "dimensions packed and last", Join(Bytes(9, Fixed(1.5f, -2f, 0.25f)), Varint(2, Float32), Text(8, "w"), Bytes(1, Packed(3))) },
    };

    [Theory]
    [MemberData(nameof(Reals))]
    public void Real_numbers_read_from_every_form(string form, byte[] tensor)
    {
        float[] read = Read(tensor).ToFloats().ToArray();
        Assert.True(read.SequenceEqual([1.5f, -2f, 0.25f]), $"{form}: {string.Join(' ', read)}");
    }

    public static TheoryData<string, byte[], long[]> Whole => new()
    {
        { "raw int64", Integers("w", 1, -2, long.MaxValue), [1, -2, long.MaxValue] },
        { "packed int64_data", Join(TensorHead("w", Int64, [3]), Bytes(7, Packed(1, ulong.MaxValue, 300))), [1, -1, 300] },
        { "single int64_data", Join(TensorHead("w", Int64, [2]), Varint(7, -5), Varint(7, 6)), [-5, 6] },
        { "int32_data", Join(TensorHead("w", Int32, [2]), Varint(5, -5), Varint(5, int.MaxValue)), [-5, int.MaxValue] },
        { "int32_data without sign extension", Join(TensorHead("w", Int32, [1]), Varint(5, 0xFFFFFFFFL)), [-1] },
        { "raw int32", Raw("w", Int32, [1], [0xFE, 0xFF, 0xFF, 0xFF]), [-2] },
        { "raw int16", Raw("w", Int16, [1], [0xFE, 0xFF]), [-2] },
        { "raw uint16", Raw("w", UInt16, [1], [0xFE, 0xFF]), [65534] },
        { "raw int8", Raw("w", Int8, [2], [0xFE, 0x01]), [-2, 1] },
        { "raw uint8", Raw("w", UInt8, [2], [0xFE, 0x01]), [254, 1] },
        { "uint8 in int32_data", Join(TensorHead("w", UInt8, [2]), Bytes(5, Packed(255, 0))), [255, 0] },
        { "raw bool", Raw("w", Boolean, [2], [1, 0]), [1, 0] },
        { "uint32 in uint64_data", Join(TensorHead("w", UInt32, [1]), Varint(11, 0xFFFFFFFFL)), [0xFFFFFFFFL] },
        { "uint64_data", Join(TensorHead("w", UInt64, [1]), Varint(11, 7)), [7] },
        { "nothing", TensorHead("w", Int64, [0]), [] },
    };

    [Theory]
    [MemberData(nameof(Whole))]
    public void Integers_read_from_every_form(string form, byte[] tensor, long[] expected)
    {
        long[] read = [.. Read(tensor).ToIntegers()];
        Assert.True(read.SequenceEqual(expected), $"{form}: {string.Join(' ', read)}");
    }

    [Fact]
    public void A_scalar_has_no_dimensions() => Assert.Equal(Shape.Scalar, Read(Tensor("w", [], 3f)).Shape);

    public static TheoryData<string, byte[]> Wrong => new()
    {
        { "('w') holds its data twice (fields 4 and 9), where one is allowed", Join(TensorHead("w", Float32, [1]), Float(4, 1), Bytes(9, Fixed(1))) },
        { "('w') holds its data twice (fields 9 and 9), where one is allowed", Join(TensorHead("w", Float32, [1]), Bytes(9, Fixed(1)), Bytes(9, Fixed(1))) },
        { "('w') has 8 bytes of data, where Float32 [3] needs 12", Tensor("w", [3], 1, 2) },
        { "('w') has 2 elements, where Float32 [3] needs 3", Join(TensorHead("w", Float32, [3]), Bytes(4, Fixed(1, 2))) },
        { "('w') has 0 elements, where Float32 [3] needs 3", TensorHead("w", Float32, [3]) },
        { "has 5 bytes of packed numbers, which is no multiple of 4", Join(TensorHead("w", Float32, [1]), Bytes(4, new byte[5])) },
        { "('w') holds Float32 in field 7, where ONNX has field 4", Join(TensorHead("w", Float32, [1]), Varint(7, 1)) },
        { "holds the number 256, which is no UInt8", Join(TensorHead("w", UInt8, [1]), Varint(5, 256)) },
        { "('w') has the dimensions [-3]", TensorHead("w", Float32, [-3]) },
        { "('w') has the dimensions [65536, 65536], where each must be at least 0 and their product below 2^31", TensorHead("w", Float32, [65536, 65536]) },
        { "('w') has the dimensions [0, 4294967296]", TensorHead("w", Float32, [0, 1L << 32]) },
        { "has more than 8 dimensions", TensorHead("w", Float32, [1, 1, 1, 1, 1, 1, 1, 1, 1]) },
        { "('w') states no data type", TensorHead("w", 0, [1]) },
        { "('w') has 2147483648 bytes, where at most 2147483647 are accepted", TensorHead("w", Float32, [1 << 29]) },
        { "ends inside field 4 (a truncated file)", Join(TensorHead("w", Float32, [1]), [0x25, 0, 0]) },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_tensor_is_refused_by_name(string expected, byte[] tensor)
    {
        string message = Refused(Model(Graph([], [tensor]))).Message;
        Assert.Contains("is not a sound ONNX model: initializer 0 ", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_tensors_together_have_a_bound()
    {
        byte[] far = Bytes(13, Join(Text(1, "location"), Text(2, "w.bin")));
        byte[][] tensors = [.. Enumerable.Range(0, 5).Select(i => Join(TensorHead($"w{i}", 10, [1 << 29]), far))];
        Assert.Contains("has tensors of more than 2147483647 elements together, reached at 'w3' Float16 [536870912]", Refused(Model(Graph([], tensors))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("is declared unlike its initializer 'w' Float32 [2]", 3)]
    [InlineData(null, 2)]
    [InlineData(null, -1)]
    public void A_weight_listed_as_an_input_is_what_it_says(string? expected, int extent)
    {
        byte[] model = Model(Graph([Node("Add", "x w", "y")], [Tensor("w", [2], 1, 2)], [Value("w", extent), Value("x", 2)]));
        if (expected is null) Assert.Equal("x", Assert.Single(new OnnxImporter(Open(model)).Inputs).Name);
        else Assert.Contains(expected, Assert.Throws<ModelFormatException>(() => new OnnxImporter(Open(model))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10, false)]
    [InlineData(40, true)]
    public void Sub_graphs_lie_in_each_other_to_a_bounded_depth(int depth, bool refused)
    {
        byte[] node = Node("If", "c", "y");
        for (int i = 0; i < depth; i++) node = Node("If", "c", "y", Join(Text(1, "then_branch"), Bytes(6, Graph([node])), Varint(20, 5)));
        byte[] model = Model(Graph([node, Node("Relu", "x", "z")], [Integer("c", 1)], [Value("x", 2)]));
        if (refused) Assert.Contains("sub-graph has sub-graphs that lie more than 32 deep in each other", Refused(model).Message, StringComparison.Ordinal);
        else Assert.Equal(new Shape(2), new OnnxImporter(Open(model)).Bind(new Tensor(new Input(new Shape(2), "x")))["z"].Shape);
    }

    [Theory]
    [InlineData(27)]
    [InlineData(77)]
    public void A_type_that_is_not_known_is_newer_or_damage(int type)
    {
        ModelFormatException failure = Refused(Model(Graph([], [TensorHead("w", type, [1])])));
        Assert.Equal(ModelFault.Unsupported, failure.Fault);
        Assert.Contains("' is newer than what can be read here, or damaged: initializer 0 ", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"has the data type {type}, where 0 to 26 are known", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("; export the model for an older version of ONNX.", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(OnnxDataType.Float8E4M3FN, 8, 3)]
    [InlineData(OnnxDataType.Float8E4M3FNUZ, 8, 3)]
    [InlineData(OnnxDataType.Float8E5M2, 8, 3)]
    [InlineData(OnnxDataType.Float8E5M2FNUZ, 8, 3)]
    [InlineData(OnnxDataType.Float8E8M0, 8, 3)]
    [InlineData(OnnxDataType.UInt4, 4, 2)]
    [InlineData(OnnxDataType.Int4, 4, 2)]
    [InlineData(OnnxDataType.Float4E2M1, 4, 2)]
    [InlineData(OnnxDataType.UInt2, 2, 1)]
    [InlineData(OnnxDataType.Int2, 2, 1)]
    public void Small_types_are_read_and_named_where_they_are_used(OnnxDataType type, int bits, int bytes)
    {
        byte[][] nodes = [Node("Add", "x w", "y"), Node("Cast", "w", "c", Attribute("to", 1)), Node("Add", "x c", "z"), Node("Relu", "x", "r"), Node("Cast", "x", "back", Attribute("to", (long)type))];
        ImportedGraph graph = Bind(new Shape(3), nodes, [Raw("w", (int)type, [3], new byte[bytes])], 25);
        foreach (string layer in (string[])["y", "z"])
        {
            var failure = Assert.Throws<ModelFormatException>(() => graph[layer]);
            Assert.Equal(ModelFault.Unsupported, failure.Fault);
            Assert.Contains($"needs 'w', which holds {type}, a newer type of {bits} bits, which is not supported", failure.Message, StringComparison.Ordinal);
        }
        Assert.Contains($"casts Float32 to {type}", Assert.Throws<ModelFormatException>(() => graph["back"]).Message, StringComparison.Ordinal);
        Assert.Equal(new Shape(3), graph["r"].Shape);
    }

    [Fact]
    public void An_input_of_a_type_that_is_not_supported_is_named()
    {
        byte[] declared = Join(Text(1, "x"), Bytes(2, Bytes(1, Join(Varint(1, (int)OnnxDataType.Float8E5M2), Bytes(2, Bytes(1, Varint(1, 3)))))));
        var importer = new OnnxImporter(Open(Model(Graph([Node("Relu", "x", "y")], [], [declared]), 23)));
        Assert.Contains("needs 'x', which holds Float8E5M2, a newer type of 8 bits, which is not supported",
            Assert.Throws<ModelFormatException>(() => importer.Bind(new Tensor(new Input(new Shape(3), "x")))["y"]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_tensors_do_not_hinder_the_rest() => Assert.Equal(OnnxDataType.Text, Read(Join(TensorHead("labels", Text8, [1]), Text(6, "cat"))).DataType);

    [Fact]
    public void Weights_cannot_be_read_after_the_model_is_closed()
    {
        OnnxModel model = OnnxModel.Open(Write(Model(Graph([], [Tensor("w", [2], 1, 2)]))));
        ReadOnlyMemory<float> weights = model.Graph.Initializers[0].ToFloats();
        Assert.Equal(2f, weights.Span[1]);
        model.Dispose();
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => weights.Span[1]);
    }

    [Theory]
    [InlineData(0, float.NaN, "NaN")]
    [InlineData(17, float.PositiveInfinity, "Infinity")]
    [InlineData(36, float.NegativeInfinity, "-Infinity")]
    public void A_weight_that_is_not_finite_is_refused_with_its_first_index(int index, float value, string text)
    {
        var values = new float[37];
        values[index] = value;
        values[36] = float.IsNaN(value) ? value : values[36];
        ImportedGraph graph = Bind(new Shape(37), [Node("Mul", "x w", "y"), Node("Relu", "x", "z")], [Tensor("w", [37], values)]);

        var failure = Assert.Throws<ModelFormatException>(() => graph["y"]);
        Assert.Contains($"weight 'w' [37] holds {text} at index {index}, where finite float32 numbers are expected", failure.Message, StringComparison.Ordinal);
        Assert.Equal(new Shape(37), graph["z"].Shape);
    }
}
