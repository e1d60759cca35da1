using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Optimizers;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Runtime.Graphs;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Tests.Parameterizations;

/// <summary>Latents that are kept within limits, and decay, after each step.</summary>
public sealed class DecoderLimitsTests
{
    private static float[] Latents(DecoderImage image, IOptimizer optimizer, int steps)
    {
        using Model model = FeatureVisualization.Open("embedded:shapes");
        using Ascent ascent = new(model, new Recipe { Height = 48, Width = 48, Batch = 3, Parameterization = image, Optimizer = optimizer, Seed = 4 }, Objective.Logit("3"));
        for (int i = 0; i < steps; i++) ascent.Advance();
        return ascent.Parameter(0).ToArray();
    }

    [Fact]
    public void Latents_stay_within_standard_deviations_of_the_prior()
    {
        var image = new DecoderImage("embedded:shapes-decoder");
        using Decoder decoder = Decoder.Load(image.Path);
        Assert.Equal("normal", decoder.Prior.ToString());
        foreach (IOptimizer optimizer in new IOptimizer[] { new Adam(1), new NormalizedAscent(9) })
        {
            Assert.Contains(Latents(image, optimizer, 8), value => Math.Abs(value) > 1.5f);
            float[] kept = Latents(image with { Clip = 1.5f }, optimizer, 8);
            Assert.All(kept, value => Assert.InRange(value, -1.5f, 1.5f));
            Assert.Contains(kept, value => Math.Abs(value) == 1.5f);
        }
    }

    [Fact]
    public void Latents_decay_after_each_step()
    {
        var image = new DecoderImage("embedded:shapes-decoder");
        float[] start = Latents(image, new Adam(0), 0), decayed = Latents(image with { Decay = 0.9f }, new Adam(0), 2);
        for (int i = 0; i < start.Length; i++) Assert.Equal(0.81f * start[i], decayed[i], 1e-5f);
    }

    [Fact]
    public void Ranges_of_a_prior_are_limits()
    {
        (float[] low, float[] high) = LatentPrior.Uniform([(0, 4), (-1, 3)]).Limits(2, 1);
        Assert.Equal([0f, -1f], low);
        Assert.Equal([4f, 3f], high);
        Assert.Equal([-2f, -2f], LatentPrior.Normal.Limits(2, 2).Low);
    }

    [Fact]
    public void A_grey_model_sees_the_luma_of_what_a_decoder_makes()
    {
        var image = new DecoderImage("embedded:shapes-decoder");
        using ParameterizedImage colours = image.Build(new Shape(1, 3, 30, 40), 2), grey = image.Build(new Shape(1, 1, 30, 40), 2);
        float[] rgb = Evaluate.Of(colours.Image), luma = Evaluate.Of(grey.Image);
        for (int i = 0; i < luma.Length; i++) Assert.Equal(0.299f * rgb[i] + 0.587f * rgb[1200 + i] + 0.114f * rgb[2400 + i], luma[i], 1e-5f);
    }
}
