using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Optimizers;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Tests.Visualization;

/// <summary>Ascents that lead out of the numbers: what was reached before is still a picture.</summary>
public sealed class DivergenceTests
{
    private static readonly Objective Channel = Objective.Channel("relu2", 3);
    private static readonly Recipe Small = new() { Height = 9, Width = 14, Steps = 10, Seed = 7 };

    [Theory]
    [InlineData(1e37f, "would make an image that is no numbers; try a smaller learning rate")]   // the parameters are numbers still, the image is none
    [InlineData(float.MaxValue, "Step 1 would move 'relu2:3' to infinity; try a smaller learning rate")]
    public void A_rate_that_throws_the_image_out_of_the_numbers_keeps_the_last_picture(float rate, string message)
    {
        using var tiny = new TinyModel();
        using Model model = tiny.Load();
        Rendering rendering = new Visualizer(model, Small with { Optimizer = new Adam(rate) }).Render(Channel);
        Assert.Contains(message, rendering.Divergence?.Message, StringComparison.Ordinal);
        // The one move led nowhere, so the start is all that there is.
        Rendering start = new Visualizer(model, Small with { Steps = 0 }).Render(Channel);
        Assert.Equal(0, rendering.Steps);
        Assert.Equal(start.Pictures[0].Bytes.ToArray(), rendering.Pictures[0].Bytes.ToArray());
        Assert.Equal(start.Value, rendering.Value);
    }

    [Fact]
    public void A_lazy_ascent_throws_and_the_last_step_still_shows_a_picture()
    {
        using var tiny = new TinyModel();
        using Model model = tiny.Load();
        Objective wall = Objective.From("wall", t => t.Image.Mean() + 0f * (0.6f - t.Image.Mean()).Log());
        using IEnumerator<AscentStep> ascent = new Visualizer(model, Small with { Parameterization = new Pixels(), Steps = 100 }).Ascend(wall).GetEnumerator();
        Assert.True(ascent.MoveNext());
        AscentStep step = ascent.Current;
        Assert.Throws<AscentDivergedException>(() =>
        {
            while (ascent.MoveNext()) step = ascent.Current;
        });
        Assert.Equal(14, step.Pictures()[0].Width);
    }

    [Theory]
    [InlineData("adam(1e37)")]
    [InlineData("normalized(1e37)")]
    [InlineData("momentum(1e37)")]
    public void After_each_step_and_after_one_that_fails_there_is_a_picture(string optimizer)
    {
        using var tiny = new TinyModel();
        using Model model = tiny.Load();
        using var ascent = new Ascent(model, Small with { Optimizer = Texts.Optimizers.Parse(optimizer) }, Channel);
        Exception? error = null;
        for (int step = 0; step < Small.Steps && error is null; step++)
        {
            error = Record.Exception(ascent.Advance);
            Assert.Equal(14, ascent.Pictures()[0].Width);
        }
        Assert.IsType<AscentDivergedException>(error);
    }

    [Fact]
    public void A_masked_ascent_tells_the_recipe_of_what_lies_under_the_mask_and_counts_as_steered()
    {
        using var tiny = new TinyModel();
        using Model model = tiny.Load();
        Picture white = new(9, 14, 3, [.. Enumerable.Repeat((byte)255, 9 * 14 * 3)]);
        using var ascent = new Ascent(model, Small with { Parameterization = new Masked(new Pixels(), white, white) }, Channel);
        ascent.Advance();
        Assert.False(ascent.IsReplayable);
        Provenance provenance = ascent.ProvenanceOf(0, ascent.CleanValues());
        Assert.True(provenance.IsSteered);
        Assert.Equal(new Pixels(), Recipe.FromJson(provenance.Recipe.ToJson()).Parameterization);
    }

    [Fact]
    public void Activations_that_overflow_end_the_ascent_at_its_start()
    {
        using var tiny = new TinyModel { WeightScale = 1e20f };
        using Model model = tiny.Load();
        Rendering rendering = new Visualizer(model, Small).Render(Channel);
        Assert.NotNull(rendering.Divergence);
        Assert.Equal(0, rendering.Steps);
        Assert.Equal(9, rendering.Pictures[0].Height);
    }

    [Fact]
    public void A_gradient_that_is_not_finite_ends_the_ascent_though_the_value_is()
    {
        using var tiny = new TinyModel();
        using Model model = tiny.Load();
        // Of the reciprocal of nearly 0 the slope is infinite, and 0 · ∞ is no number.
        Objective cliff = Objective.From("cliff", t => 1f / (t["relu2"].Channel(3).Mean() * 0f + 1e-30f));
        Rendering rendering = new Visualizer(model, Small).Render(cliff);
        Assert.StartsWith("The gradient of 'custom('cliff')' is not finite in step 1", rendering.Divergence?.Message, StringComparison.Ordinal);
        Assert.Equal(1e30f, (float)rendering.Value);
    }

    [Fact]
    public void A_norm_of_zeros_is_no_reason_to_end()
    {
        using var tiny = new TinyModel();
        using Model model = tiny.Load();
        Objective norm = Objective.From("norm", t => (t["relu2"].Channel(3) * 0f).Square().Mean().Sqrt());
        Assert.Equal(Small.Steps, new Visualizer(model, Small).Render(norm) is { Divergence: null } rendering ? rendering.Steps : 0);
    }

    [Fact]
    public void A_quotient_at_0_is_named_as_what_it_is_and_not_the_learning_rate()
    {
        using var tiny = new TinyModel();
        using Model model = tiny.Load();
        Objective cliff = Objective.From("cliff", t => 1f / (t["relu2"].Channel(3).Mean() * 0f + 1e-30f));
        string message = Assert.Throws<AscentDivergedException>(() => model.Visualize(cliff, Small)).Message;
        Assert.Contains("though its value, 1E+30, is: a division by 0 or a logarithm of 0", message, StringComparison.Ordinal);
        Assert.Contains("(x + 1e-6f).Log()", message, StringComparison.Ordinal);
        Assert.DoesNotContain("learning rate", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_in_one_call_is_no_picture_of_an_ascent_that_ended_early()
    {
        using var tiny = new TinyModel();
        using Model model = tiny.Load();
        Assert.Throws<AscentDivergedException>(() => model.Visualize(Channel, Small with { Optimizer = new Adam(1e37f) }));
    }

    [Fact]
    public void An_ascent_may_diverge_late_and_keeps_all_the_steps_before()
    {
        using var tiny = new TinyModel();
        using Model model = tiny.Load();
        // Pixels start near 0.5 and climb; the logarithm of what is left to 0.6 ends when the mean passes it.
        Objective wall = Objective.From("wall", t => t.Image.Mean() + 0f * (0.6f - t.Image.Mean()).Log());
        Rendering rendering = new Visualizer(model, Small with { Parameterization = new Pixels(), Steps = 100 }).Render(wall);
        Assert.NotNull(rendering.Divergence);
        Assert.InRange(rendering.Steps, 5, 12);          // the logit of 0.6 is 0.405, and a step is 0.05
        Assert.InRange(rendering.Value, 0.58, 0.6);
        Assert.InRange(rendering.Pictures[0].ToPlanar().Average(), 0.58f, 0.602f);
    }
}
