using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;
using Phosphene.Runtime.Tests.Execution;
using Phosphene.Runtime.Tests.Graphs;
using Xunit;
using static Phosphene.Runtime.Tests.Onnx.OnnxBytes;
using GraphTensor = Phosphene.Runtime.Graphs.Tensor;

namespace Phosphene.Runtime.Tests.Onnx.Operators;

/// <summary>Operators that came with operator sets 23 to 28: values by hand. Phosphene.Differential.Tests holds more of them against ONNX Runtime.</summary>
public sealed class AttentionTests : ModelFiles
{
    private const float None = float.NegativeInfinity;

    /// <summary>What one node gives, "a b c ... → y z", for inputs that are computed ("a", "b", ...) and constants.</summary>
    private (Sample Given, GraphTensor[] Results) Import(string @operator, long opset, string inputs, string outputs, (string Name, float[] Values, int[] Shape)[] computed, byte[][]? constants = null, params byte[][] attributes)
    {
        var given = new Sample();
        Dictionary<string, GraphTensor> tensors = computed.ToDictionary(input => input.Name, input => given.InputOf(input.Values, input.Shape));
        byte[] graph = Graph([Node(@operator, inputs, outputs, attributes)], constants, [.. computed.Select(input => Value(input.Name, [.. input.Shape.Select(extent => (long)extent)]))]);
        ImportedGraph bound = new OnnxImporter(Open(Model(graph, opset))).Bind(tensors);
        return (given, [.. outputs.Split(' ').Select(name => bound[name])]);
    }

    // Null for a result that is not looked at.
    private static void Gives(double[]?[] expected, (Sample Given, GraphTensor[] Results) imported)
    {
        float[][] actual = Compare.Run(imported.Given, imported.Results);
        for (int i = 0; i < expected.Length; i++)
            if (expected[i] is { } values) Compare.Close(values, actual[i], imported.Results[i].ToString(), 1e-5);
    }

    private static readonly float Ln3 = MathF.Log(3);

    // One head of one number: products of 1 and ln 3 weigh the values 1 : 3.
    private (Sample, GraphTensor[]) Attend(long opset, float[] q, float[] k, float[] v, string rest = "", string outputs = "y", byte[][]? constants = null, params byte[][] attributes) =>
        Import("Attention", opset, $"q k v{rest}", outputs, [("q", q, [1, 1, q.Length, 1]), ("k", k, [1, 1, k.Length, 1]), ("v", v, [1, 1, v.Length, 1])], constants, attributes);

    [Theory]
    [InlineData(23)]
    [InlineData(28)]
    public void Values_are_weighed_by_the_softmax_of_products(long opset)
    {
        Gives([[7, 4]], Attend(opset, [1, 0], [0, Ln3], [-2, 10], attributes: Attribute("scale", 1f)));       // (−2 + 3·10) / 4, and (−2 + 10) / 2
        Gives([[7, 4]], Attend(opset, [2, 0], [0, Ln3], [-2, 10], attributes: Attribute("scale", 0.5f)));
        Gives([[7]], Attend(opset, [1], [0, 8], [-2, 10], attributes: [Attribute("softcap", 2f), Attribute("scale", MathF.Atanh(Ln3 / 2) / 4)]));    // 2·tanh(atanh(ln 3 / 2)·8 / 4 / 2)
    }

    [Fact]
    public void The_products_are_divided_by_the_root_of_the_size_of_a_head()
    {
        (Sample, GraphTensor[]) result = Import("Attention", 23, "q k v", "y", [("q", [1, 1, 1, 1], [1, 1, 1, 4]), ("k", [0, 0, 0, 0, Ln3, Ln3, 0, 0], [1, 1, 2, 4]), ("v", [-2, 10], [1, 1, 2, 1])]);
        Gives([[7]], result);                                                                                    // 2·ln 3 / √4
    }

    [Fact]
    public void A_query_sees_no_key_after_it_and_all_of_the_past()
    {
        Gives([[1, 4, 5]], Attend(23, [0, 0, 0], [1, 1, 1], [1, 7, 7], attributes: Attribute("is_causal", 1)));
        byte[][] past = [Tensor("pk", [1, 1, 2, 1], 1, 1), Tensor("pv", [1, 1, 2, 1], 4, 10)];
        Gives([[5, 5.5], [1, 1, 1, 1], [4, 10, 1, 7]], Attend(23, [0, 0], [1, 1], [1, 7], " - pk pv", "y k2 v2", past, Attribute("is_causal", 1)));
    }

    [Fact]
    public void Keys_past_the_stated_length_are_not_there_and_queries_are_the_last_of_them()
    {
        byte[][] length = [Integers("n", 3)];
        Gives([[4, 4]], Attend(24, [0, 0], [1, 1, 1, 1], [1, 7, 4, 100], " - - - n", constants: length));
        Gives([[4, 4]], Attend(24, [0, 0], [1, 1, 1, 1], [1, 7, 4, 100], " - - - n", constants: length, attributes: Attribute("is_causal", 1)));   // (1 + 7) / 2, (1 + 7 + 4) / 3
        Gives([[0, 2]], Attend(24, [0, 0], [1, 1], [2, 7], " - - - n", constants: [Integers("n", 1)], attributes: Attribute("is_causal", 1)));       // the first query stands before all keys
    }

    [Theory]
    [InlineData(9, new float[] { 1, 0, 0, 0, 0, 0 })]                                                             // truth values: what is seen
    [InlineData(1, new float[] { 0, None, None, None, None, None })]                                              // numbers: what is added
    public void A_row_of_which_all_is_hidden_is_zero_and_has_no_gradient(int type, float[] mask)
    {
        byte[] stored = type == 9 ? Raw("m", 9, [2, 3], [.. mask.Select(value => (byte)value)]) : Tensor("m", [2, 3], mask);
        (Sample given, GraphTensor[] y) = Attend(23, [1, 2], [3, 4, 5], [6, 7, 8], " m", "y a b s", [stored], Attribute("qk_matmul_output_mode", 3));
        Gives([[6, 0], null, null, [1, 0, 0, 0, 0, 0]], (given, y));
        GraphTensor[] inputs = [.. given.Values.Keys];
        Gives([[0, 0], [0, 0, 0], [1, 0, 0]], (given, Gradients.Of(y[0].Sum(), inputs)));
    }

    [Fact]
    public void A_mask_that_is_computed_may_hide_a_row_too()
    {
        (Sample, GraphTensor[]) result = Import("Attention", 23, "q k v m", "y",
            [("q", [1, 2], [1, 1, 2, 1]), ("k", [3, 4], [1, 1, 2, 1]), ("v", [6, 8], [1, 1, 2, 1]), ("m", [None, 0, None, None], [2, 2])]);
        Gives([[8, 0]], result);
    }

    [Fact]
    public void A_mask_of_fewer_keys_hides_the_rest() =>
        Gives([[4]], Attend(24, [0], [1, 1, 1], [1, 7, 100], " m", constants: [Tensor("m", [1, 2], 0, 0)]));

    [Theory]
    [InlineData(0, new[] { 0, 2 * 0.5 })]
    [InlineData(1, new[] { 0, 0.761594156 })]
    [InlineData(2, new[] { 3, 2.761594156 })]
    [InlineData(3, new[] { 0.559311455, 0.440688545 })]
    public void The_products_can_be_had_at_four_stages(int stage, double[] expected) =>
        Gives([null, null, null, expected],
            Attend(23, [2], [0, 0.5f], [1, 1], " m", "y a b s", [Tensor("m", [1, 2], 3, 2)], Attribute("scale", 1f), Attribute("softcap", 1f), Attribute("qk_matmul_output_mode", stage)));

    [Fact]
    public void Heads_may_lie_side_by_side_and_share_keys()
    {
        // Four heads of one number ask in two groups; each group sees the keys and values of its own.
        byte[][] heads = [Attribute("q_num_heads", 4), Attribute("kv_num_heads", 2), Attribute("scale", 1f)];
        (Sample, GraphTensor[]) result = Import("Attention", 23, "q k v", "y", [("q", [0, 1, 0, 1], [1, 1, 4]), ("k", [0, 0, Ln3, 0], [1, 2, 2]), ("v", [-2, 1, 10, 5], [1, 2, 2])], null, heads);
        Gives([[4, 7, 3, 3]], result);
        Assert.Equal(new Shape(1, 1, 4), result.Item2[0].Shape);
    }

    [Fact]
    public void The_gradient_of_attention_agrees_with_differences()
    {
        var given = new Sample();
        Dictionary<string, GraphTensor> inputs = new() { ["q"] = given.Input(2, 4, 3, 5), ["k"] = given.Input(2, 2, 6, 5), ["v"] = given.Input(2, 2, 6, 3) };
        byte[] graph = Graph([Node("Attention", "q k v m", "y", Attribute("is_causal", 1), Attribute("softcap", 0.8f))], [Tensor("m", [1, 6], 0, 0.5f, None, 0, -0.5f, 1)], [.. inputs.Select(input => Value(input.Key, [.. input.Value.Shape.Select(extent => (long)extent)]))]);
        GraphTensor y = new OnnxImporter(Open(Model(graph, 23))).Bind(inputs)["y"];
        GradientRuleTests.CompareWithDifferences(given, (y * given.Constant([.. y.Shape])).Sum());
    }

    [Fact]
    public void Wrong_attention_is_refused()
    {
        (string, float[], int[]) q = ("q", new float[4], [1, 2, 1, 2]), k = ("k", new float[4], [1, 2, 1, 2]);
        void Says(string expected, ModelFault fault, (string, float[], int[])[] inputs, params byte[][] attributes)
        {
            ModelFormatException failure = Assert.Throws<ModelFormatException>(() => Import("Attention", 24, "q k v", "y", inputs, null, attributes));
            Assert.Equal(fault, failure.Fault);
            Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        }

        Says("attends with queries [1, 2, 1, 2] to keys [1, 2, 1, 2] and values [1, 2, 2, 1], which do not fit", ModelFault.ShapeMismatch, [q, k, ("v", new float[4], [1, 2, 2, 1])]);
        Says("divides the last axis of [1, 2, 2] into no heads", ModelFault.ShapeMismatch, [("q", new float[4], [1, 2, 2]), k, ("v", new float[4], [1, 2, 1, 2])]);
        Says("has qk_matmul_output_mode = 4, where 0 to 3 are expected", ModelFault.Malformed, [q, k, ("v", new float[4], [1, 2, 1, 2])], Attribute("qk_matmul_output_mode", 4));
        Assert.Contains("is of operator set 24, but the model imports 23", Refused("Swish", new Shape(2, 3), 23, []).Message, StringComparison.Ordinal);
    }

    // A quarter turn: (a, b) becomes (-b, a).
    [Theory]
    [InlineData(0, 0, new double[] { -3, -4, 1, 2 })]
    [InlineData(1, 0, new double[] { -2, 1, -4, 3 })]
    [InlineData(0, 2, new double[] { -2, 1, 3, 4 })]
    public void A_rotary_embedding_turns_pairs(int interleaved, int turned, double[] second)
    {
        int half = turned == 0 ? 2 : turned / 2;
        byte[][] angles = [Tensor("c", [2, half], [.. Enumerable.Repeat(1f, half), .. new float[half]]), Tensor("s", [2, half], [.. new float[half], .. Enumerable.Repeat(1f, half)]), Raw("p", 7, [1, 2], [.. BitConverter.GetBytes(0L), .. BitConverter.GetBytes(1L)])];
        Gives([[1, 2, 3, 4, .. second]], Import("RotaryEmbedding", 23, "x c s p", "y", [("x", [1, 2, 3, 4, 1, 2, 3, 4], [1, 1, 2, 4])], angles, Attribute("interleaved", interleaved), Attribute("rotary_embedding_dim", turned)));
        // The same tokens as rows of all heads, with the angles of each.
        byte[][] own = [Tensor("c", [1, 2, half], [.. Enumerable.Repeat(1f, half), .. new float[half]]), Tensor("s", [1, 2, half], [.. new float[half], .. Enumerable.Repeat(1f, half)])];
        Gives([[1, 2, 3, 4, .. second]], Import("RotaryEmbedding", 23, "x c s", "y", [("x", [1, 2, 3, 4, 1, 2, 3, 4], [1, 2, 4])], own, Attribute("interleaved", interleaved), Attribute("rotary_embedding_dim", turned), Attribute("num_heads", 1)));
    }

    [Fact]
    public void Root_mean_square_normalization_divides_by_the_root_of_the_mean_square()
    {
        (string, float[], int[]) x = ("x", [3, 1, -5, 1, 0, 0, 0, 0], [2, 4]);                                      // a mean square of 36 / 4, and of 0
        Gives([[1, 2 / 3.0, -5, 4 / 3.0, 0, 0, 0, 0]], Import("RMSNormalization", 23, "x w", "y", [x], [Tensor("w", [4], 1, 2, 3, 4)], Attribute("epsilon", 1e-12f)));
        Gives([[1, 1 / 3.0, -5 / 3.0, 1 / 3.0, 0, 0, 0, 0]], Import("RMSNormalization", 23, "x w", "y", [x], [Tensor("w", [1], MathF.Sqrt(0.5f))], Attribute("axis", 0), Attribute("epsilon", 0f)));
    }

    [Fact]
    public void Swish_and_its_gate()
    {
        Gives([[0, Ln3 * 0.75, -Ln3 * 0.25]], Import("Swish", 24, "x", "y", [("x", [0, Ln3, -Ln3], [3])]));
        Gives([[0, Ln3 * 0.9]], Import("Swish", 24, "x", "y", [("x", [0, Ln3], [2])], null, Attribute("alpha", 2f)));
        Gives([[0, Ln3 * 7.5]], Import("SwiGLU", 28, "x g", "y", [("x", [0, Ln3], [2]), ("g", [5, 10], [2])]));
    }

    [Theory]
    [InlineData(0, 0, new double[] { 2, 6, -24, -12 })]
    [InlineData(1, 0, new double[] { 1, 2, 6, -24 })]
    [InlineData(0, 1, new double[] { -12, -6, -2, 0.5 })]
    [InlineData(1, 1, new double[] { -6, -2, 0.5, 1 })]
    public void A_cumulative_product(int exclusive, int reverse, double[] expected) =>
        Gives([expected], Import("CumProd", 26, "x a", "y", [("x", [2, 3, -4, 0.5f], [1, 4])], [Integer("a", -1)], Attribute("exclusive", exclusive), Attribute("reverse", reverse)));

    [Theory]
    [InlineData("linear", 1, new double[] { 1, 8, 9, 4 })]
    [InlineData("circular", 3, new double[] { 9, 2, 3, 8 })]
    public void A_tensor_is_scattered_into_a_cache(string mode, int start, double[] expected) =>
        Gives([expected], Import("TensorScatter", 24, "x u i", "y", [("x", [1, 2, 3, 4], [1, 4, 1]), ("u", [8, 9], [1, 2, 1])], [Integers("i", start)], Attribute("mode", mode)));

    [Fact]
    public void A_scattered_tensor_must_fit()
    {
        (string, float[], int[])[] inputs = [("x", [1, 2, 3, 4], [1, 4, 1]), ("u", [8, 9], [1, 2, 1])];
        Assert.Contains("writes 2 elements from [3] on into an axis of 4", Assert.Throws<ModelFormatException>(() => Import("TensorScatter", 24, "x u i", "y", inputs, [Integers("i", 3)])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_causal_convolution_sees_what_was_before()
    {
        // y = w0·before + w1·own + bias; the state is the last that was seen.
        (string, float[], int[]) x = ("x", [1, 2, 3], [1, 1, 3]);
        byte[][] constants = [Tensor("w", [1, 1, 2], 10, 1), Tensor("b", [1], 0.5f), Tensor("p", [1, 1, 1], 7)];
        Gives([[1.5, 12.5, 23.5], [3]], Import("CausalConvWithState", 27, "x w b", "y s", [x], constants[..2]));
        Gives([[71.5, 12.5, 23.5], [3]], Import("CausalConvWithState", 27, "x w b p", "y s", [x], constants));
        Gives([[0, Ln3 * 0.75]], Import("CausalConvWithState", 27, "x w", "y", [("x", [0, Ln3], [1, 1, 2])], [Tensor("w", [1, 1, 1], 1)], Attribute("activation", "silu")));
    }

    // One head of one number: S ← e^g·S + k·v, or + β·k·(v - k·e^g·S), and y = q·S.
    [Theory]
    [InlineData("linear", "x k v s", new double[] { 2 * (10 + 3 * 4), 1 * (22 + 2 * 5) }, 32)]
    [InlineData("gated", "x k v s g", new double[] { 2 * (5 + 12), 1 * (8.5 + 10) }, 18.5)]
    [InlineData("delta", "x k v s - b", new double[] { 2 * (10 + 0.5 * 3 * (4 - 30)), 1 * (-29 + 0.5 * 2 * (5 + 58)) }, 34)]
    [InlineData("gated_delta", "x k v s g b", new double[] { 2 * (5 + 0.5 * 3 * (4 - 15)), 1 * (-5.75 + 0.5 * 2 * (5 + 11.5)) }, 10.75)]
    public void Linear_attention_carries_a_state_from_token_to_token(string rule, string inputs, double[] expected, double state)
    {
        byte[][] constants = [Tensor("s", [1, 1, 1, 1], 10), Tensor("g", [1, 2, 1], -MathF.Log(2), -MathF.Log(2)), Tensor("b", [1, 2, 1], 0.5f, 0.5f)];
        byte[][] attributes = [Attribute("update_rule", rule), Attribute("q_num_heads", 1), Attribute("kv_num_heads", 1), Attribute("scale", 1f)];
        Gives([expected, [state]], Import("LinearAttention", 27, inputs, "y z", [("x", [2, 1], [1, 2, 1]), ("k", [3, 2], [1, 2, 1]), ("v", [4, 5], [1, 2, 1])], constants, attributes));
    }

    [Fact]
    public void Linear_attention_checks_its_rule()
    {
        (string, float[], int[])[] inputs = [("x", [2, 1], [1, 2, 1]), ("k", [3, 2], [1, 2, 1]), ("v", [4, 5], [1, 2, 1])];
        byte[][] heads = [Attribute("q_num_heads", 1), Attribute("kv_num_heads", 1)];
        Assert.Contains("has update_rule = 'gated_delta', which does not go with its inputs", Assert.Throws<ModelFormatException>(() => Import("LinearAttention", 27, "x k v", "y", inputs, null, heads)).Message, StringComparison.Ordinal);
        Assert.Contains("has update_rule = 'other'", Assert.Throws<ModelFormatException>(() => Import("LinearAttention", 27, "x k v", "y", inputs, null, [.. heads, Attribute("update_rule", "other")])).Message, StringComparison.Ordinal);
    }
}
