using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Recipes;
using Xunit;

namespace Phosphene.Tests;

public sealed class FeatureVisualizationTests
{
    [Fact]
    public void A_model_is_opened_by_its_name_or_with_options()
    {
        using Model model = FeatureVisualization.Open("embedded:shapes");
        Assert.Equal((48, 48), model.InputSize);
        using var tiny = new TinyModel();
        using Model own = FeatureVisualization.Open(tiny.Write(), new ModelOptions { Threads = 1, Preprocessing = Preprocessing.Parse("signed") });
        Assert.Equal(Preprocessing.Parse("signed"), own.Preprocessing);
    }

    [Fact]
    public void A_picture_is_that_of_the_recipe_and_carries_it()
    {
        using var tiny = new TinyModel();
        using Model model = FeatureVisualization.Open(tiny.Write());
        Recipe recipe = Recipe.Naive with { Height = 14, Width = 21, Steps = 2, Seed = 5 };
        string file = tiny.Write("a.png", []);
        model.Visualize("relu2:3", recipe).Save(file);
        Provenance provenance = Provenance.Read(file);
        Assert.Equal((14, 21), (Picture.Load(file).Height, Picture.Load(file).Width));
        Assert.Equal(("relu2:3", 2, recipe), (provenance.Objective, provenance.Step, provenance.Recipe));
    }
}
