using Microsoft.ML.OnnxRuntime.Tensors;
using Xunit;

namespace Phosphene.Differential.Tests;

/// <summary>What random graphs and strangers' models have found, kept: each is held against ONNX Runtime again.</summary>
public sealed class FindTests
{
    private static void Agrees(SmallGraph graph)
    {
        (Outcome outcome, string reason) = Agreement.Of(graph);
        Assert.True(outcome == Outcome.Agree, $"{outcome}: {reason}{graph}");
    }

    private static Numbers Ramp(params int[] shape) => Numbers.Of(shape, [.. Enumerable.Range(0, Numbers.CountOf(shape)).Select(i => (i * 37 % 101 - 50) / 16.0)]);

    private static Numbers List(params double[] values) => Numbers.Of([values.Length], values);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_vector_of_zeros_stays_so_when_it_is_normalized(int p) =>
        Agrees(SmallGraph.Of(13).Input("x", Numbers.Of([3, 4], 1, -2, 0, 2, 0, 0, 0, 0, 3, 0, 0, 4)).Node("LpNormalization", "x", "y", ("axis", 1L), ("p", (long)p)));

    [Theory]
    [InlineData("half_pixel", "round_prefer_floor")]
    [InlineData("asymmetric", "floor")]
    public void Ten_pixels_scaled_by_1_4_are_fourteen(string place, string nearest) =>
        Agrees(SmallGraph.Of(13).Input("x", Ramp(1, 2, 10, 10)).Weight("scales", List(1, 1, 1.4, 1.4))
            .Node("Resize", "x - scales", "y", ("mode", "nearest"), ("coordinate_transformation_mode", place), ("nearest_mode", nearest)));

    // 3 / 0.6 is 5 in float32, and a little less in double from the float32 number that is called 0.6.
    [Theory]
    [InlineData(0.6, "asymmetric", "floor")]
    [InlineData(1.2, "asymmetric", "floor")]
    [InlineData(1.2, "half_pixel", "ceil")]
    [InlineData(0.6, "half_pixel", "round_prefer_ceil")]
    public void The_nearest_pixel_is_the_one_that_float32_names(double scale, string place, string nearest) =>
        Agrees(SmallGraph.Of(13).Input("x", Ramp(1, 1, 9, 25)).Weight("scales", List(1, 1, scale, scale))
            .Node("Resize", "x - scales", "y", ("mode", "nearest"), ("coordinate_transformation_mode", place), ("nearest_mode", nearest)));

    [Fact]
    public void Upsampling_by_1_4_reads_the_pixels_that_float32_names() =>
        Agrees(SmallGraph.Of(9).Input("x", Ramp(1, 1, 10, 5)).Weight("scales", List(1, 1, 1.4, 1.2)).Node("Upsample", "x scales", "y", ("mode", "nearest")));

    [Theory]
    [InlineData("ReduceL1")]
    [InlineData("ReduceL2")]
    [InlineData("ReduceSumSquare")]
    [InlineData("ReduceLogSum")]
    [InlineData("ReduceLogSumExp")]
    [InlineData("ReduceSum")]
    [InlineData("ReduceMean")]
    [InlineData("ReduceProd")]
    [InlineData("ReduceMax")]
    public void A_reduction_over_no_axes_is_that_of_each_element_alone(string name) =>
        Agrees(SmallGraph.Of(18).Input("x", List(-0.5, 3, 2, 7)).Node(name, "x", "y", ("noop_with_empty_axes", 1L)));

    [Fact]
    public void The_product_of_no_elements_is_one() =>
        Agrees(SmallGraph.Of(13).Input("x", Numbers.Of([2, 0, 4])).Node("ReduceProd", "x", "y", ("axes", new long[] { 1 })));

    // e^0 - 1 is not 0 where e^0 is the float32 number after 1, as .NET's vectors have it.
    [Theory]
    [InlineData("Elu")]
    [InlineData("Selu")]
    [InlineData("Celu")]
    public void Exponential_units_keep_zero(string name)
    {
        SmallGraph graph = SmallGraph.Of(13).Input("x", Numbers.Of([3, 7], [.. Enumerable.Repeat(0.0, 20), 1.25])).Node(name, "x", "y").Node("Ceil", "y", "z");
        Agrees(graph);
    }

    [Theory]
    [InlineData(13, 4, "round_prefer_ceil")]
    [InlineData(13, 2, "round_prefer_ceil")]
    [InlineData(11, 8, "round_prefer_floor")]
    public void Positions_of_a_stated_size_are_exact(int from, int to, string nearest) =>
        Agrees(SmallGraph.Of(13).Input("x", Ramp(1, 1, from, 1)).Weight("sizes", Numbers.Integers(1, 1, to, 1))
            .Node("Resize", "x - - sizes", "y", ("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", nearest)));

    [Fact]
    public void Corners_of_a_stated_size_are_aligned_exactly() =>
        Agrees(SmallGraph.Of(13).Input("x", Ramp(1, 1, 11, 1)).Weight("sizes", Numbers.Integers(1, 1, 13, 1))
            .Node("Resize", "x - - sizes", "y", ("mode", "nearest"), ("coordinate_transformation_mode", "align_corners"), ("nearest_mode", "round_prefer_floor")));

    // 9 · 1.5 is 13.5, of which 13 elements are made: the last lies on the last.
    [Theory]
    [InlineData("linear")]
    [InlineData("cubic")]
    [InlineData("nearest")]
    public void Corners_are_aligned_by_whole_elements(string mode) =>
        Agrees(SmallGraph.Of(17).Input("x", Ramp(1, 1, 9, 7)).Weight("scales", List(1, 1, 1.5, 1.6))
            .Node("Resize", "x - scales", "y", ("mode", mode), ("coordinate_transformation_mode", "align_corners")));

    [Fact]
    public void A_wrong_number_would_be_noticed()
    {
        SmallGraph graph = SmallGraph.Of(13).Input("x", Ramp(2, 3)).Node("Relu", "x", "y");
        Numbers right = Agreement.Values(graph)["y"].Numbers;
        Value value = Agreement.Values(graph)["y"];
        Assert.Null(Agreement.Difference("y", right, right, value));
        Numbers wrong = right with { Values = [.. right.Values[..^1], right.Values[^1] + 1e-3] };
        Assert.StartsWith("y is", Agreement.Difference("y", right, wrong, value), StringComparison.Ordinal);
        Assert.Contains("shape", Agreement.Difference("y", right, right with { Shape = [3, 2] }, value), StringComparison.Ordinal);
        Assert.Contains("Int64", Agreement.Difference("y", right, right with { Type = TensorElementType.Int64 }, value), StringComparison.Ordinal);
    }
}
