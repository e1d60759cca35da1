using Phosphene.Objectives;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Tests.Objectives;

public sealed class EachObjectiveTests
{
    // Three images of 2 channels of 2 x 3 pixels: 0, 1, 2, ... 35.
    private static readonly Shape Images = new(3, 2, 2, 3);
    private static readonly float[] Values = [.. Enumerable.Range(0, 36).Select(i => (float)i)];

    private static readonly Objective First = Objective.Channel("a", 0), Second = Objective.Channel("a", 1), Corner = Objective.Neuron("a", 1, 1, 2);

    [Fact]
    public void Every_image_has_its_own_objective() =>
        // The mean of channel 0 of image 0; of channel 1 of image 1; pixel 1,2 of channel 1 of image 2.
        Assert.Equal([2.5f, 20.5f, 35f], Known.Value(Objective.Each(First, Second, Corner), Images, Values));

    [Fact]
    public void Images_beyond_the_number_of_objectives_begin_again() =>
        Assert.Equal([2.5f, 20.5f, 26.5f], Known.Value(Objective.Each(First, Second), Images, Values));

    [Fact]
    public void Objectives_beyond_the_number_of_images_are_not_used() =>
        Assert.Equal([2.5f, 20.5f, 35f], Known.Value(Objective.Each(First, Second, Corner, Objective.Channel("a", 99)), Images, Values));

    [Fact]
    public void One_number_for_the_batch_is_that_of_the_image_alone() =>
        Assert.Equal([0f, 12f, 24f], Known.Value(Objective.Each(Objective.From("first pixel", t => t["a"].Slice(3, 0, 1).Slice(2, 0, 1).Channel(0).Mean())), Images, Values));

    [Fact]
    public void It_holds_inside_weights_and_sums() =>
        Assert.Equal([5f + 1, 41f + 1, 70f + 1], Known.Value(2f * Objective.Each(First, Second, Corner) + Objective.From("one", _ => Tensor.Constant(1)), Images, Values));

    [Fact]
    public void Its_gradient_stays_in_the_image()
    {
        float[] gradient = Known.Gradient(Objective.Each(First, Second, Corner), Images, Values);
        for (int i = 0; i < 36; i++)
        {
            float expected = i switch { < 6 => 1 / 18f, >= 18 and < 24 => 1 / 18f, 35 => 1 / 3f, _ => 0 };
            Assert.Equal(expected, gradient[i], 1e-6f);
        }
    }

    [Fact]
    public void Penalties_see_the_image_alone() =>
        // Neighbours differ by 1 along a row and by 3 along a column: 2 · (4 · 1 + 3 · 3) in each image.
        Assert.Equal([26f, 14.5f, 26f], Known.Value(Objective.Each(Objective.TotalVariation(), First), Images, Values));

    [Fact]
    public void It_needs_an_objective() =>
        Assert.Equal("Objective.Each needs at least one objective, for the images to share.", Assert.Throws<UsageException>(() => Objective.Each()).Message);

    [Fact]
    public void An_interpolation_goes_from_corner_to_corner()
    {
        Objective third = Objective.Channel("a", 2), fourth = Objective.Channel("b", 0);
        Assert.Equal(Objective.Each(First, Objective.Lerp(First, Second, 0.5f), Second), Objective.Interpolation(3, First, Second));
        Assert.Equal(Objective.Each(First, Objective.Lerp(First, Second, 0.5f), Second, Objective.Lerp(Second, third, 0.5f), third), Objective.Interpolation(3, First, Second, third));
        Assert.Equal(Objective.Each(First, Second, third, fourth), Objective.Interpolation(2, First, Second, third, fourth));
        Objective[] square = [.. ((EachObjective)Objective.Interpolation(3, First, Second, third, fourth)).Objectives];
        Assert.Equal(9, square.Length);
        Assert.Equal(Objective.Lerp(First, third, 0.5f), square[3]);
        Assert.Equal(Objective.Lerp(Objective.Lerp(First, Second, 0.5f), Objective.Lerp(third, fourth, 0.5f), 0.5f), square[4]);
        Assert.Equal("An interpolation has at least 2 frames and goes between 2 to 4 objectives; got 1 and 2.", Assert.Throws<UsageException>(() => Objective.Interpolation(1, First, Second)).Message);
        Assert.Throws<UsageException>(() => Objective.Interpolation(3, First));
    }

    [Fact]
    public void Pairs_are_every_sum_row_by_row() =>
        Assert.Equal(Objective.Each(First + Corner, First + Second, Corner + Corner, Corner + Second), Objective.Pairs([First, Corner], [Corner, Second]));

    [Fact]
    public void It_reads_the_layers_and_classes_of_all()
    {
        Objective each = Objective.Each(First, Objective.Logit("hen"), Objective.DeepDream("b"));
        Assert.Equal(["a", "b"], each.Layers);
        Assert.Equal(["hen"], each.Classes);
        Assert.Equal("each(a:0; logit(hen); deepdream(b))", each.ToString());
        Assert.Equal(each, Objective.Each(First, Objective.Logit("hen"), Objective.DeepDream("b")));
        Assert.NotEqual(each, Objective.Each(First, Objective.Logit("hen")));
    }

    [Fact]
    public void What_an_image_is_made_for_leaves_out_how_it_compares_with_the_others()
    {
        foreach (Objective batch in new[] { Objective.Varied(Objective.Each(First, Second), "a"), Objective.Aligned(Objective.Each(First, Second), "a"), Objective.Each(First, Objective.Varied(Second, "a")) })
            Assert.Equal((First, Second), (batch.OfImage(0), batch.OfImage(3)));
    }
}
