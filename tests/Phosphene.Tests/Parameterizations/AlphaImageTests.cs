using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Operators;
using Phosphene.Optimizers;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Tests.Parameterizations;

public sealed class AlphaImageTests
{
    private static readonly Shape Images = new(2, 3, 9, 14);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_step_sees_the_colours_over_another_background_each_time(bool plain)
    {
        ParameterizedImage image = new AlphaImage(new Fourier(0.5f), Plain: plain).Build(Images, seed: 3);
        float[] spectrum = ((Parameter)image.Parameters[^1].Values.Operator).Values;
        for (int i = 0; i < spectrum.Length; i++) spectrum[i] *= 50;
        Tensor importance = Tensor.Constant(new Shape(2, 1, 9, 14), new float[252]), all = Tensor.Concat(1, image.Seen, image.Shown, image.Image, image.Opacity!(importance));
        float[][] steps = Evaluate.Steps(all, image.Random, 1, [0, 1]);
        Assert.NotEqual(steps[0][..378], steps[1][..378]);
        Assert.Equal(steps[0][378..1260], steps[1][378..1260]);
        foreach (float[] step in steps)
        {
            float[] first = step[..1260];                            // 3 + 3 + 3 + 1 channels of 126 pixels
            float[] background = new float[378];
            for (int i = 0; i < 378; i++)
            {
                float alpha = first[1134 + i % 126], seen = first[i], colour = first[378 + i];
                Assert.Equal(alpha * colour + (1 - alpha) * 0.5f, first[756 + i], 1e-5f);
                background[i] = (seen - alpha * colour) / (1 - alpha);
                if (alpha < 0.9f) Assert.InRange(background[i], -0.01f, 1.01f);
            }
            int[] clear = [.. Enumerable.Range(0, 126).Where(i => first[1134 + i] < 0.9f)];
            Assert.True(clear.Length > 10);
            double spread = clear.Max(i => background[i]) - clear.Min(i => background[i]);
            Assert.True(plain ? spread < 1e-3 : spread > 0.05);
        }
    }

    [Fact]
    public void What_is_opaque_costs()
    {
        ParameterizedImage image = new AlphaImage(new Fourier(), Penalty: 3).Build(Images, seed: 3);
        foreach (float penalty in Evaluate.Of(image.Penalty!)) Assert.Equal(1.5f, penalty, 0.02f);       // α starts at a half
        Assert.Null(new AlphaImage(new Fourier()).Build(Images, seed: 3).Penalty);
    }

    [Fact]
    public void How_opaque_an_image_is_is_an_objective_too_of_a_part_of_it_as_well()
    {
        using var tiny = new TinyModel();
        using Model model = tiny.Load();
        ParameterizedImage image = new AlphaImage(new Fourier(0.5f)).Build(Images, seed: 3);
        float[] spectrum = ((Parameter)image.Parameters[^1].Values.Operator).Values;
        for (int i = 0; i < spectrum.Length; i++) spectrum[i] *= 50;
        Activations activations = model.Activate(image.Image, image.Image, null, image.Alpha);
        float[] alpha = Evaluate.Of(image.Alpha!), whole = Evaluate.Of(Objective.Opacity().Build(activations)), left = Evaluate.Of(Objective.Mask(Objective.Opacity(), 0, 1, 0, 0.5f).Build(activations));
        for (int n = 0; n < 2; n++)
        {
            Assert.Equal(alpha.Skip(126 * n).Take(126).Average(), whole[n], 1e-5f);
            Assert.Equal(Enumerable.Range(0, 126).Where(i => i % 14 < 7).Average(i => alpha[126 * n + i]), left[n], 1e-5f);
        }
        Assert.StartsWith("'opacity()' is how opaque an image with transparency is;", Assert.Throws<UsageException>(() => Objective.Opacity().Build(model.Activate(image.Image))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_ascent_that_subtracts_the_opacity_ends_clearer_than_one_that_does_not()
    {
        using var tiny = new TinyModel();
        using Model model = tiny.Load();
        double Opacity(string objective)
        {
            Recipe recipe = new() { Height = 9, Width = 14, Steps = 60, Seed = 7, Parameterization = new AlphaImage(new Fourier()), Optimizer = new Adam(0.2f) };
            Picture picture = new Visualizer(model, recipe).Render(Objective.Parse(objective)).Pictures[0];
            return Enumerable.Range(0, 126).Average(i => picture.Bytes[4 * i + 3]);
        }
        Assert.InRange(Opacity("relu2:3 - 100*opacity()"), 0, 30);
        Assert.InRange(Opacity("relu2:3 + 100*opacity()"), 225, 255);
    }

    [Fact]
    public void A_picture_is_saved_with_its_transparency_and_a_strong_penalty_makes_it_clear()
    {
        using var tiny = new TinyModel();
        using Model model = tiny.Load();
        Recipe recipe = new() { Height = 9, Width = 14, Steps = 60, Seed = 7, Parameterization = new AlphaImage(new Fourier(), Penalty: 100), Optimizer = new Adam(0.2f) };
        Picture picture = new Visualizer(model, recipe).Render(Objective.Channel("relu2", 3)).Pictures[0];
        Assert.Equal(4, picture.Channels);
        Assert.True(Enumerable.Range(0, 126).Average(i => picture.Bytes[4 * i + 3]) < 30);
        Picture opaque = new Visualizer(model, recipe with { Parameterization = new AlphaImage(new Fourier(), Penalty: -100) }).Render(Objective.Channel("relu2", 3)).Pictures[0];
        Assert.True(Enumerable.Range(0, 126).Average(i => opaque.Bytes[4 * i + 3]) > 225);
    }

    // What the gradient of the objective is in every pixel can be told, and pixels are as opaque as the sum of its size says.
    private sealed record Watched : IParameterization
    {
        public ParameterizedImage Build(Shape image, ulong seed) => new Pixels(Clip: true).Build(image, seed) with { Opacity = importance => importance };
    }

    [Fact]
    public void Importance_is_the_sum_over_steps_of_the_mean_size_of_the_gradient_in_the_image_and_survives_a_snapshot()
    {
        using var tiny = new TinyModel();
        using Model model = tiny.Load();
        Objective right = Objective.From("right half", activations => (activations.Image.Slice(x: 7..) * Tensor.Constant(new Shape(1, 3, 1, 1), 0.3f, -0.2f, 0.1f)).SumOver(1, 2, 3).Reshape(new Shape(activations.Image.Shape.Batch)));
        using Ascent ascent = new(model, new Recipe { Height = 9, Width = 14, Batch = 2, Parameterization = new Watched(), Optimizer = new Adam(0.001f) }, right);
        for (int step = 1; step <= 3; step++)
        {
            ascent.Advance();
            foreach (Picture picture in ascent.Pictures())
                for (int i = 0; i < 126; i++) Assert.Equal(i % 14 < 7 ? 0 : step * 0.2 * 255, picture.Bytes[4 * i + 3], 1.0);
        }
        AscentSnapshot snapshot = ascent.Snapshot();
        ascent.Restart(right);
        Assert.Equal(0, ascent.Pictures()[0].Bytes[4 * 13 + 3]);
        ascent.Restore(snapshot);
        Assert.Equal(0.6 * 255, ascent.Pictures()[0].Bytes[4 * 13 + 3], 1.0);
    }

    [Fact]
    public void Image_operators_which_would_make_it_opaque_are_refused_and_gradient_operators_leave_the_importance_as_it_is()
    {
        using var tiny = new TinyModel();
        using Model model = tiny.Load();
        Recipe recipe = new() { Height = 9, Width = 14, Steps = 2, Seed = 7, Parameterization = new AlphaImage(new Fourier()) };
        Assert.Contains("alpha(fourier()) cannot make any image that it is given", Assert.Throws<UsageException>(() => new Visualizer(model, recipe with { ImageOperators = OperatorPipeline.Parse("blur(1)") }).Render(Objective.Channel("relu2", 3))).Message, StringComparison.Ordinal);
        Recipe watched = recipe with { Parameterization = new Watched(), Steps = 1 };
        byte[] Alpha(Recipe of) => [.. new Visualizer(model, of).Render(30 * Objective.Channel("relu2", 3)).Pictures[0].Bytes.ToArray().Where((_, i) => i % 4 == 3)];
        Assert.Equal(Alpha(watched), Alpha(watched with { GradientOperators = OperatorPipeline.Parse("normalize(l2)") }));
        Assert.Contains(Alpha(watched), value => value > 0);
    }

    [Fact]
    public void Transparency_in_transparency_is_refused() =>
        Assert.Equal("The colours of alpha(...) are an image that is opaque; alpha(fourier()) has transparency of its own.", Assert.Throws<UsageException>(() => new AlphaImage(new AlphaImage(new Fourier())).Build(Images, 1)).Message);
}
