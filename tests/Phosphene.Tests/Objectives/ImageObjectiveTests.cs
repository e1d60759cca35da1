using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Runtime.Graphs;
using Xunit;

namespace Phosphene.Tests.Objectives;

/// <summary>Penalties on the image, each a sum over the image and one number per image of the batch.</summary>
public sealed class ImageObjectiveTests
{
    // 1 2 4
    // 8 16 32
    private static readonly float[] Powers = [1, 2, 4, 8, 16, 32];

    [Fact]
    public void Total_variation_is_the_sum_of_neighbours_differences_down_and_across()
    {
        // Down 7 + 14 + 28, across 1 + 2 + 8 + 16.
        Assert.Equal([76], Known.Value(Objective.TotalVariation(), new Shape(1, 1, 2, 3), Powers));
        // The same numbers as 1 2 / 4 8 / 16 32: down 3 + 6 + 12 + 24, across 1 + 4 + 16.
        Assert.Equal([66], Known.Value(Objective.TotalVariation(), new Shape(1, 1, 3, 2), Powers));
    }

    [Fact]
    public void Total_variation_adds_channels_and_keeps_images_apart() =>
        Assert.Equal([76 + 152, 0], Known.Value(Objective.TotalVariation(), new Shape(2, 2, 2, 3), [.. Powers, .. Powers.Select(x => -2 * x), .. Enumerable.Repeat(3f, 12)]));

    [Fact]
    public void Total_variation_of_a_single_row_or_column_is_that_along_it()
    {
        Assert.Equal([31], Known.Value(Objective.TotalVariation(), new Shape(1, 1, 1, 6), Powers));
        Assert.Equal([31], Known.Value(Objective.TotalVariation(), new Shape(1, 1, 6, 1), Powers));
    }

    [Fact]
    public void L1_is_the_distance_to_a_grey_pixel_by_pixel()
    {
        Assert.Equal([1 + 0 + 2 + 6 + 14 + 30], Known.Value(Objective.L1(2), new Shape(1, 1, 2, 3), Powers));
        Assert.Equal([0.5f + 1.5f, 3.5f + 7.5f], Known.Value(Objective.L1(), new Shape(2, 1, 1, 2), [1, 2, 4, 8]));
    }

    [Fact]
    public void L2_is_the_root_of_the_squared_distance()
    {
        float[] value = Known.Value(Objective.L2(1), new Shape(2, 3, 1, 2), [4, 5, 1, 1, 1, 1, 1, 1, 1, 1, 1, -11]);
        Assert.Equal(5, value[0], 1e-5f);        // √(3² + 4² + 1e-6)
        Assert.Equal(12, value[1], 1e-5f);
    }

    [Fact]
    public void L2_has_a_gradient_even_at_its_centre() =>
        Assert.Equal(new float[6], Known.Gradient(Objective.L2(0.5f), new Shape(1, 1, 2, 3), [.. Enumerable.Repeat(0.5f, 6)]));

    [Fact]
    public void Penalties_grow_with_the_noise_so_that_subtracting_them_calms()
    {
        // A lone bright pixel: total variation falls if it darkens, and its four neighbours brighten.
        float[] gradient = Known.Gradient(-Objective.TotalVariation(), new Shape(1, 1, 3, 4), [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
        Assert.Equal([0, 1, 0, 0, 1, -4, 1, 0, 0, 1, 0, 0], gradient);
        Assert.Equal([-1, 1], Known.Gradient(-Objective.L1(0.5f), new Shape(1, 1, 1, 2), [0.7f, 0.1f]));
    }

    [Fact]
    public void Penalties_read_the_image_that_is_saved_and_not_the_one_the_model_sees()
    {
        var saved = Evaluate.Input(1, 1, 2, 3);
        var activations = new Activations(null!, saved, _ => throw new InvalidOperationException("A penalty reads no layer."));
        foreach (Objective penalty in new[] { Objective.TotalVariation(), Objective.L1(), Objective.L2() })
        {
            Assert.Contains(Tensor.InOrder([penalty.Build(activations)]), tensor => ReferenceEquals(tensor, saved));
            Assert.Empty(penalty.Layers);
        }
    }
}
