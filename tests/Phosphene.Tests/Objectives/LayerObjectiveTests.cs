using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Tests.Objectives;

public sealed class LayerObjectiveTests
{
    // Two images of 2 channels and 3 x 5 positions: image n, channel c, position (y, x) is 100·n + 50·c + 10·y + x.
    private static readonly Shape Layer = new(2, 2, 3, 5);

    private static readonly float[] Activations =
        [.. from n in Enumerable.Range(0, 2) from c in Enumerable.Range(0, 2) from y in Enumerable.Range(0, 3) from x in Enumerable.Range(0, 5) select 100f * n + 50 * c + 10 * y + x];

    [Fact]
    public void A_channel_is_the_mean_over_its_positions_for_each_image()
    {
        AssertClose([12, 112], Known.Value(Objective.Channel("a", 0), Layer, Activations));
        AssertClose([62, 162], Known.Value(Objective.Channel("a", 1), Layer, Activations));
    }

    [Fact]
    public void A_channel_of_a_layer_without_positions_is_its_number() =>
        Assert.Equal([3, 6], Known.Value(Objective.Channel("a", 2), new Shape(2, 3), [1, 2, 3, 4, 5, 6]));

    [Fact]
    public void A_neuron_stands_in_the_middle_unless_it_is_placed()
    {
        AssertClose([62, 162], Known.Value(Objective.Neuron("a", 1), Layer, Activations));              // y 1, x 2
        Assert.Equal([73, 173], Known.Value(Objective.Neuron("a", 1, y: 2, x: 3), Layer, Activations));
        Assert.Equal([4, 104], Known.Value(Objective.Neuron("a", 0, y: 0, x: 4), Layer, Activations));
        Assert.Throws<UsageException>(() => Objective.Neuron("a", 0, x: 4));
    }

    [Fact]
    public void The_middle_of_an_even_layer_is_the_lower_right_of_the_four()
    {
        float[] count = [.. Enumerable.Range(0, 24).Select(i => (float)i)];
        Assert.Equal([2 * 6 + 3], Known.Value(Objective.Neuron("a", 0), new Shape(1, 1, 4, 6), count));
    }

    [Fact]
    public void A_neurons_gradient_falls_on_its_position_alone()
    {
        float[] gradient = Known.Gradient(Objective.Neuron("a", 1, y: 2, x: 3), Layer, Activations);
        // Half for each image, since the ascent maximizes the mean of two.
        Assert.Equal([15 + 13, 45 + 13], Enumerable.Range(0, 60).Where(i => gradient[i] != 0));
        Assert.Equal(0.5f, gradient[28]);
    }

    [Fact]
    public void Deepdream_is_the_mean_of_the_squares_and_grows_away_from_zero()
    {
        Assert.Equal([(1 + 4 + 9 + 16) / 4f, 25], Known.Value(Objective.DeepDream("a"), new Shape(2, 2, 1, 2), [1, -2, 3, -4, 5, -5, 5, -5]));
        Assert.Equal([0.25f, -0.5f, 0.75f, -1], Known.Gradient(Objective.DeepDream("a"), new Shape(1, 2, 1, 2), [0.5f, -1, 1.5f, -2]));
    }

    [Fact]
    public void A_direction_is_the_mean_of_the_dot_products()
    {
        // Per position: 2·(10y + x) - (50 + 10y + x) = 10y + x - 50, on the mean 12 - 50; the second image has 100 more in both channels.
        AssertClose([-38, 62], Known.Value(Objective.Direction("a", 2, -1), Layer, Activations));
        AssertClose([8, 17], Known.Value(Objective.Direction("a", 1, 2, 1), new Shape(2, 3), [1, 2, 3, 4, 5, 3]));
    }

    [Fact]
    public void A_directions_gradient_is_the_direction()
    {
        float[] gradient = Known.Gradient(Objective.Direction("a", 2, -1), Layer, Activations);
        for (int i = 0; i < 60; i++) Assert.Equal((i / 15 % 2 == 0 ? 2 : -1) / 30f, gradient[i], 1e-7f);
    }

    [Fact]
    public void A_mask_sees_its_part_of_the_positions_alone()
    {
        // Rows 1 and 2 of 3, columns 0 and 1 of 5: 10, 11, 20, 21.
        Objective corner = Objective.Mask(Objective.Channel("a", 0), 0.34f, 1, 0, 0.4f);
        AssertClose([15.5f, 115.5f], Known.Value(corner, Layer, Activations));
        float[] gradient = Known.Gradient(corner, Layer, Activations);
        Assert.Equal([5, 6, 10, 11, 35, 36, 40, 41], Enumerable.Range(0, 60).Where(i => gradient[i] != 0));
        // The middle of what it sees; a thin part is one row and one column; the image is cut too; a class has no positions.
        AssertClose([21, 121], Known.Value(Objective.Mask(Objective.Neuron("a", 0), 0.34f, 1, 0, 0.4f), Layer, Activations));
        AssertClose([24, 124], Known.Value(Objective.Mask(Objective.Channel("a", 0), 0.99f, 1, 0.99f, 1), Layer, Activations));
        AssertClose([20, 30], Known.Value(Objective.Mask(Objective.TotalVariation(), 0, 0.34f, 0, 1), new Shape(2, 1, 3, 2), [0, 20, 0, 0, 0, 100, 0, 30, 0, 0, 0, 100]));
        AssertClose([3, 6], Known.Value(Objective.Mask(Objective.Channel("a", 2), 0, 0.5f, 0, 1), new Shape(2, 3), [1, 2, 3, 4, 5, 6]));
    }

    [Theory]
    [InlineData(0.5f, 0.5f)]
    [InlineData(0.6f, 0.5f)]
    [InlineData(-0.1f, 0.5f)]
    [InlineData(0, 1.1f)]
    [InlineData(float.NaN, 1)]
    public void A_mask_that_is_empty_or_outside_is_refused(float from, float to) => Assert.Throws<UsageException>(() => Objective.Mask(Objective.DeepDream("a"), from, to, 0, 1));

    [Fact]
    public void An_objective_of_ones_own_is_a_function_of_the_activations()
    {
        Objective corner = Objective.From("corner", t => t["a"].Channel(1).Slice(y: 1.., x: ..2).MeanOver(1, 2, 3).Reshape(new Shape(2)));
        AssertClose([65.5f, 165.5f], Known.Value(corner, Layer, Activations));     // 50 + mean of 10, 11, 20, 21
    }

    [Fact]
    public void A_result_that_is_not_one_number_per_image_is_averaged_over_each_image()
    {
        AssertClose([62, 162], Known.Value(Objective.From("all", t => t["a"].Channel(1)), Layer, Activations));
        AssertClose([4], Known.Value(Objective.From("all", t => t["a"].SumOver(0, 2, 3)), new Shape(1, 2, 1, 2), [1, 2, 3, 2]));
        AssertClose([5], Known.Value(Objective.From("all", t => t["a"].SumOver(0, 2, 3)), new Shape(3, 2, 1, 1), [1, 2, 3, 2, 1, 1]));
        AssertClose([7], Known.Value(Objective.From("sum", t => t["a"].Sum()), new Shape(2, 1, 1, 2), [1, 2, 3, 1]));
    }

    [Fact]
    public void A_channel_out_of_range_is_refused_with_the_range()
    {
        string message = Assert.Throws<UsageException>(() => Objective.Channel("mixed4a", 2).Build(Known.Of(Layer))).Message;
        Assert.StartsWith("Layer 'mixed4a' has channels 0 to 1; there is no channel 2.", message, StringComparison.Ordinal);
        Assert.Throws<UsageException>(() => Objective.Channel("mixed4a", -1).Build(Known.Of(Layer)));
    }

    [Theory]
    [InlineData(3, 0, "there is no position 3,0.")]
    [InlineData(0, 5, "there is no position 0,5.")]
    [InlineData(-1, 0, "there is no position -1,0.")]
    public void A_position_out_of_range_is_refused_with_the_range(int y, int x, string end)
    {
        string message = Assert.Throws<UsageException>(() => Objective.Neuron("a", 1, y, x).Build(Known.Of(Layer))).Message;
        Assert.StartsWith("Layer 'a' has 3 x 5 positions (y 0 to 2, x 0 to 4)", message, StringComparison.Ordinal);
        Assert.EndsWith(end, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_neuron_in_a_layer_without_positions_is_refused() =>
        Assert.Equal("Layer 'fc' is [2, 3] and has no positions; use 'fc:1'.", Assert.Throws<UsageException>(() => Objective.Neuron("fc", 1).Build(Known.Of(new Shape(2, 3)))).Message);

    [Fact]
    public void A_direction_of_another_length_is_refused_with_both_lengths()
    {
        string message = Assert.Throws<UsageException>(() => Objective.Direction("a", 1, 2, 3).Build(Known.Of(Layer))).Message;
        Assert.Equal("A direction in layer 'a' [2, 2, 3, 5] needs 2 numbers; got 3.", message);
    }

    [Fact]
    public void An_objective_names_its_layers()
    {
        Objective objective = Objective.Channel("a", 1) - 0.5f * Objective.Lerp(Objective.Neuron("b", 2), -Objective.DeepDream("c"), 0.3f) + Objective.Direction("d", 1) - Objective.L1();
        Assert.Equal(["a", "b", "c", "d"], objective.Layers);
    }

    // A mean of 15 is a sum times a rounded 1 / 15.
    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-6f * MathF.Abs(expected[i]));
    }
}
