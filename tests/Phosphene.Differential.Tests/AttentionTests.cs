using Microsoft.ML.OnnxRuntime.Tensors;
using Xunit;

namespace Phosphene.Differential.Tests;

/// <summary>What operator sets 23 to 25 brought, against ONNX Runtime.</summary>
public sealed class AttentionTests
{
    private static void Agrees(SmallGraph graph)
    {
        (Outcome outcome, string reason) = Agreement.Of(graph);
        Assert.True(outcome == Outcome.Agree, $"{outcome}: {reason}{graph}");
    }

    // Numbers from -1 to 1 without a pattern that heads or tokens share.
    private static Numbers Wave(int seed, params int[] shape) =>
        Numbers.Of(shape, [.. Enumerable.Range(0, Numbers.CountOf(shape)).Select(i => Math.Sin(1.3 * i + seed + 0.07 * i * i))]);

    private static Numbers Truth(int[] shape, params int[] values) => new(TensorElementType.Bool, shape, [.. values.Select(value => (double)value)]);

    private static SmallGraph Of(int opset, Numbers q, Numbers k, Numbers v) => SmallGraph.Of(opset).Input("q", q).Input("k", k).Input("v", v);

    // 2 images, 3 tokens that ask, 5 that answer; 4 heads of 6 numbers, which answer with 2.
    private static SmallGraph InHeads(int opset = 23, int groups = 4) => Of(opset, Wave(1, 2, 4, 3, 6), Wave(2, 2, groups, 5, 6), Wave(3, 2, groups, 5, 2));

    [Theory]
    [InlineData(23, 4)]
    [InlineData(24, 4)]
    [InlineData(23, 2)]
    [InlineData(24, 1)]
    public void Attention_in_heads_and_in_groups_of_them(int opset, int groups)
    {
        Agrees(InHeads(opset, groups).Node("Attention", "q k v", "y"));
        Agrees(InHeads(opset, groups).Node("Attention", "q k v", "y", ("scale", 0.7f), ("softcap", 0.5f)));
        Agrees(InHeads(opset, groups).Node("Attention", "q k v", "y", ("is_causal", 1L)));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(2)]
    public void Attention_to_tokens_whose_heads_lie_side_by_side(int groups) =>
        Agrees(Of(23, Wave(1, 2, 3, 24), Wave(2, 2, 5, 6 * groups), Wave(3, 2, 5, 2 * groups)).Node("Attention", "q k v", "y", ("q_num_heads", 4L), ("kv_num_heads", (long)groups)));

    [Theory]
    [InlineData(new[] { 3, 5 })]
    [InlineData(new[] { 1, 1, 3, 5 })]
    [InlineData(new[] { 2, 4, 3, 5 })]
    public void A_mask_of_numbers_is_added(int[] shape) =>
        Agrees(InHeads().Input("m", Wave(4, shape)).Node("Attention", "q k v m", "y"));

    [Fact]
    public void A_mask_of_truth_values_says_what_is_seen() =>
        Agrees(InHeads().Weight("m", Truth([3, 5], 1, 0, 0, 1, 1, 0, 1, 1, 0, 1, 1, 1, 0, 0, 0)).Node("Attention", "q k v m", "y"));

    [Fact]
    public void A_mask_and_causality_go_together() =>
        Agrees(InHeads().Weight("m", Truth([3, 5], 1, 0, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0)).Node("Attention", "q k v m", "y", ("is_causal", 1L)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Keys_and_values_of_the_past_stand_before(int causal) =>
        Agrees(InHeads().Input("pk", Wave(5, 2, 4, 2, 6)).Input("pv", Wave(6, 2, 4, 2, 2)).Node("Attention", "q k v - pk pv", "y k2 v2", ("is_causal", (long)causal)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void The_products_can_be_had_too(int stage) =>
        Agrees(InHeads().Input("pk", Wave(5, 2, 4, 1, 6)).Input("pv", Wave(6, 2, 4, 1, 2)).Weight("m", Wave(7, 3, 6))
            .Node("Attention", "q k v m pk pv", "y k2 v2 s", ("qk_matmul_output_mode", (long)stage)));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(0, 4)]
    [InlineData(1, 4)]
    public void Rotary_embeddings_in_heads(int interleaved, int turned)
    {
        int half = turned == 0 ? 4 : turned / 2;
        Agrees(SmallGraph.Of(23).Input("x", Wave(1, 2, 3, 5, 8)).Weight("c", Wave(2, 7, half)).Weight("s", Wave(3, 7, half)).Weight("p", Numbers.Integers([2, 5], [0, 1, 2, 3, 4, 6, 5, 4, 3, 2]))
            .Node("RotaryEmbedding", "x c s p", "y", ("interleaved", (long)interleaved), ("rotary_embedding_dim", (long)turned)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Rotary_embeddings_of_tokens_with_angles_of_their_own(int interleaved) =>
        Agrees(SmallGraph.Of(23).Input("x", Wave(1, 2, 5, 24)).Input("c", Wave(2, 2, 5, 4)).Input("s", Wave(3, 2, 5, 4))
            .Node("RotaryEmbedding", "x c s", "y", ("interleaved", (long)interleaved), ("num_heads", 3L)));

    [Theory]
    [InlineData(-1, new[] { 4 })]
    [InlineData(1, new[] { 3, 4 })]
    public void Root_mean_square_normalization(int axis, int[] scale) =>
        Agrees(SmallGraph.Of(23).Input("x", Wave(1, 2, 3, 4)).Weight("w", Wave(2, scale)).Node("RMSNormalization", "x w", "y", ("axis", (long)axis), ("epsilon", 0.01f)));

    [Theory]
    [InlineData(1f)]
    [InlineData(1.7f)]
    public void Swish(float alpha) => Agrees(SmallGraph.Of(24).Input("x", Wave(1, 3, 7)).Node("Swish", "x", "y", ("alpha", alpha)));

    [Theory]
    [InlineData("linear")]
    [InlineData("circular")]
    public void A_cache_is_written_over(string mode) =>
        Agrees(SmallGraph.Of(24).Input("x", Wave(1, 2, 3, 6, 4)).Input("u", Wave(2, 2, 3, 2, 4)).Weight("i", Numbers.Integers(mode == "linear" ? [4, 0] : [5, 1]))
            .Node("TensorScatter", "x u i", "y", ("mode", mode)));
}
