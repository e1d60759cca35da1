using Phosphene.Recipes;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;
using Phosphene.Transforms;
using Xunit;
using Pad = Phosphene.Transforms.Pad;

namespace Phosphene.Tests.Transforms;

public sealed class PipelineTests
{
    [Theory]
    [InlineData(224, 224, "pad(16)|jitter(16)|scale(0.9)|jitter(8)|crop")]
    [InlineData(448, 300, "pad(16)|jitter(16)|scale(0.9)|jitter(8)|crop")]
    [InlineData(112, 224, "pad(8)|jitter(8)|scale(0.9)|jitter(4)|crop")]
    [InlineData(48, 48, "pad(3)|jitter(3)|scale(0.9)|jitter(2)|crop")]
    [InlineData(28, 28, "pad(2)|jitter(2)|scale(0.9)|jitter(1)|crop")]
    [InlineData(8, 8, "pad(1)|jitter(1)|scale(0.9)|jitter(1)|crop")]
    public void Small_images_are_moved_less(int height, int width, string expected) =>
        Assert.Equal(expected, Pipeline.Parse("pad(16)|jitter(16)|scale(0.9)|jitter(8)|crop").For(height, width).ToString());

    [Fact]
    public void What_does_not_move_stays_so() => Assert.Equal("pad(0)|jitter(0)", Pipeline.Parse("pad(0)|jitter(0)").For(28, 28).ToString());

    public static TheoryData<string> Pipelines =>
        ["pad(3)", "jitter(4)", "scale(1.3)", "scale(0.8..1.2)", "rotate(-20..20)", "crop(5x9)", "pad(3, black)", "pad(3, reflect)", "pad(2, random)", "roll(3)", "shear(-30..30)", "flip", "resizedCrop(0.5..0.9)", "resizedCrop(0.5..0.9, last: 0.2, steps: 2, size: 7x11)", "blur(0.4..1.2)", "noise(0.2)",
            "colour(0.3, 0.4, 0.5)", "erase(0.2..0.6)", "each(jitter(2)|rotate(-20..20)|blur(0.7))", "pad(4)|jitter(4)|scale(0.9)|rotate(7)|jitter(2)|crop"];

    [Theory, MemberData(nameof(Pipelines))]
    public void The_gradient_is_the_adjoint(string text)
    {
        // T is affine: T(x) = A·x + T(0), so <T(a) - T(0), b> = <a, Aᵀ·b>, and Aᵀ·b is the gradient of <T(x), b>.
        Tensor x = Evaluate.Input(2, 3, 9, 14);
        var random = new RandomVariables();
        Tensor y = Pipeline.Parse(text).Apply(x, random);
        Tensor b = Tensor.Constant(y.Shape, Evaluate.Numbers(y.Shape.Count, seed: 2));
        Tensor gradient = Gradients.Of((y * b).Sum(), [x])[0];
        Assert.Equal(x.Shape, gradient.Shape);

        float[] a = Evaluate.Numbers(x.Shape.Count, seed: 3), zero = new float[a.Length], probe = Evaluate.Numbers(y.Shape.Count, seed: 2);
        double size = 0;
        for (int step = 0; step < 3; step++)
        {
            float[] Of(Tensor output, float[] input) => Evaluate.Steps(output, random, 11, [step], (x, input))[0];
            double forward = Evaluate.Dot(Of(y, a), probe) - Evaluate.Dot(Of(y, zero), probe);
            double backward = Evaluate.Dot(a, Of(gradient, a));
            // Up to 1400 products of about 0.3, each right to 2^-22: the error is far below 1e-4, a wrong pixel is worth 0.3.
            Assert.Equal(forward, backward, 1e-4);
            size += Math.Abs(forward);
        }
        Assert.True(size > 1);
    }

    [Fact]
    public void The_articles_six_transforms_read_the_image_once() =>
        Assert.Equal(1, CountWarps(Recipe.Distill.Transforms.Apply(Evaluate.Input(1, 3, 224, 224), new RandomVariables())));

    [Fact]
    public void What_is_not_spatial_separates_its_neighbours() =>
        Assert.Equal(2, CountWarps(Pipeline.Of(new Pad(2), new Darken(), new Jitter(3), new Pad(1)).Apply(Evaluate.Input(1, 3, 9, 14), new RandomVariables())));

    [Theory]
    [InlineData(0, 3, 7)]
    [InlineData(90, 3, 7)]
    [InlineData(180, 4, 6)]
    public void Composition_keeps_the_order_of_the_transforms(float degrees, int height, int width)
    {
        Tensor x = Evaluate.Input(1, 1, 5, 8);
        ITransform[] steps = [new Pad(2), new Rotate(Draw.OneOf(degrees)), new Crop(height, width), new Pad(1)];
        var (first, second) = (new RandomVariables(), new RandomVariables());
        Tensor composed = Pipeline.Of(steps).Apply(x, first);
        Tensor apart = Pipeline.Of([.. steps.SelectMany(step => new[] { step, new Nothing() })]).Apply(x, second);
        Assert.Equal((1, 4), (CountWarps(composed), CountWarps(apart)));
        float[] image = Evaluate.Numbers(40);
        float[] once = Evaluate.Steps(composed, first, 1, [0], (x, image))[0], often = Evaluate.Steps(apart, second, 1, [0], (x, image))[0];
        // The last pad lays grey over what the crop cut off; composed, the picture is still there. Inside, both are the same.
        int outer = width + 2;
        for (int row = 1; row <= height; row++)
            for (int column = 1; column <= width; column++)
                Assert.Equal(often[row * outer + column], once[row * outer + column], 1e-4f);
    }

    [Fact]
    public void The_presets_leave_the_sizes_that_they_say()
    {
        Shape Of(Recipe recipe) => recipe.Transforms.Apply(Evaluate.Input(2, 3, 224, 320), new RandomVariables()).Shape;
        Assert.Equal(new Shape(2, 3, 224, 320), Of(Recipe.Distill));
        Assert.Equal(new Shape(2, 3, 236, 332), Of(Recipe.Lucid));      // 224 + 2·12 - 8 - 4
        Assert.Equal(new Shape(2, 3, 224, 320), Of(Recipe.Naive));
    }

    [Fact]
    public void No_transforms_leave_the_image_itself()
    {
        Tensor x = Evaluate.Input(1, 3, 9, 14);
        Assert.Same(x, Pipeline.None.Apply(x, new RandomVariables()));
    }

    [Theory]
    [InlineData("jitter(9)", "jitter(9) needs an image of more than 9 pixels on both sides; got 9 x 14 (height x width).")]
    [InlineData("pad(1)|jitter(11)", "jitter(11) needs an image of more than 11 pixels on both sides; got 11 x 16 (height x width).")]
    [InlineData("crop(9x15)", "crop(9x15) cannot cut 9 x 15 out of an image of 9 x 14 (height x width).")]
    [InlineData("jitter(2)|crop", "crop cannot cut 9 x 14 out of an image of 7 x 12 (height x width).")]
    public void An_image_that_is_too_small_is_refused_with_both_sizes_named(string text, string message) =>
        Assert.Equal(message, Assert.Throws<UsageException>(() => Pipeline.Parse(text).Apply(Evaluate.Input(1, 3, 9, 14), new RandomVariables())).Message);

    [Fact]
    public void Settings_that_make_no_sense_are_refused()
    {
        Tensor x = Evaluate.Input(1, 3, 9, 14);
        ITransform[] senseless = [new Pad(-1), new Jitter(-1), new Scale(Draw.OneOf(0)), new Scale(Draw.Between(-1, 1)), new Crop(0, 5)];
        Assert.All(senseless, transform => Assert.Throws<UsageException>(() => transform.Apply(x, new RandomVariables())));
    }

    private static int CountWarps(Tensor tensor) => Tensor.InOrder([tensor]).Count(step => step.Operator is Warp);

    private sealed record Darken : ITransform
    {
        public Tensor Apply(Tensor image, RandomVariables random) => 0.5f * image;
    }

    private sealed record Nothing : ITransform
    {
        public Tensor Apply(Tensor image, RandomVariables random) => 1f * image;
    }
}
