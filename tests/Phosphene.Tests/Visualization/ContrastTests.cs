using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Tests.Visualization;

/// <summary>What the first layers of small networks look for grows with the contrast; the presets give them no more than photos have.</summary>
public sealed class ContrastTests
{
    [Fact]
    public void A_first_layer_of_a_small_network_does_not_end_in_black_and_white()
    {
        using Model model = Model.Load("embedded:shapes");
        Recipe recipe = Recipe.Lucid.For(model) with { Steps = 256 };
        // The share is 0 with the limit and 0.13 without. Photos have 0.02.
        Assert.InRange(Share(model, recipe), 0, 0.01);
        Assert.InRange(Share(model, recipe with { Parameterization = new Fourier() }), 0.05, 1);
    }

    // The share of values that are 0 or 255.
    private static double Share(Model model, Recipe recipe)
    {
        Picture picture = model.Visualize(Objective.Channel("conv1/relu", 0), recipe);
        int extremes = 0;
        foreach (byte value in picture.Bytes)
            if (value is 0 or 255) extremes++;
        return (double)extremes / picture.Bytes.Length;
    }
}
