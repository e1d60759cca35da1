using Phosphene.Parameterizations;
using Phosphene.Runtime.Graphs;
using Xunit;

namespace Phosphene.Tests.Parameterizations;

public sealed class ParameterizedImageTests
{
    private static readonly ImageParameter Values = new(new Tensor(new Parameter(new Shape(1, 1, 1, 2), [0.25f, 0.5f], "values")));

    [Fact]
    public void A_step_looks_at_the_image_that_is_saved_unless_another_is_given()
    {
        var image = new ParameterizedImage(Values.Values, Values);
        Assert.Same(image.Image, image.Seen);
        Tensor other = 0.5f * Values.Values;
        Assert.Same(other, (image with { Image = other }).Seen);
        Assert.Same(image.Image, (image with { Seen = other }).Image);
    }

    [Fact]
    public void A_change_is_of_what_is_saved_and_of_what_a_step_looks_at_and_forgets_the_inverse()
    {
        var image = new ParameterizedImage(Values.Values, Values) { Inverse = picture => [picture] };
        ParameterizedImage half = image.Map(x => 0.5f * x), noisy = (image with { Seen = Values.Values + 1f }).Map(x => 0.5f * x);
        Assert.Equal([0.125f, 0.25f], Evaluate.Of(half.Image));
        Assert.Same(half.Image, half.Seen);
        Assert.Equal([0.125f, 0.25f], Evaluate.Of(noisy.Image));
        Assert.Equal([0.625f, 0.75f], Evaluate.Of(noisy.Seen));
        Assert.Equal(image.Parameters, half.Parameters);
        Assert.Null(half.Inverse);
    }
}
