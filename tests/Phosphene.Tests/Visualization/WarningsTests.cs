using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Tests.Visualization;

/// <summary>What is likely to disappoint. The model: conv1, relu1, conv2 of stride 2, relu2, then pooling and classes.</summary>
public sealed class WarningsTests
{
    private static readonly Recipe Small = new() { Height = 14, Width = 21, Steps = 1 };

    private static IReadOnlyList<string> Of(string objective)
    {
        using var tiny = new TinyModel();
        using Model model = tiny.Load();
        return new Visualizer(model, Small).Render(Objective.Parse(objective)).Warnings;
    }

    [Theory]
    [InlineData("conv1:1", "relu1:1")]
    [InlineData("2*conv1:1@3,4 - 0.001*tv()", "relu1:1@3,4")]
    [InlineData("-conv1:1", "-relu1:1")]
    public void A_unit_that_is_linear_in_the_image_is_told_with_the_activation_after_it(string objective, string instead)
    {
        string warning = Assert.Single(Of(objective));
        Assert.StartsWith("layer 'conv1' is linear in the image: ", warning, StringComparison.Ordinal);
        Assert.EndsWith($"Take the activation after it, '{instead}'.", warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-relu2:3", "-pre(relu2):3")]
    [InlineData("relu1:0 - 0.5*relu2:3@centre", "-pre(relu2):3@centre")]
    [InlineData("-pool:3", "-pre(pool):3")]
    public void The_least_of_what_a_ReLU_gives_is_told_with_what_the_ReLU_reads(string objective, string instead)
    {
        string warning = Assert.Single(Of(objective));
        Assert.Contains("is what a ReLU gives, which is never below 0", warning, StringComparison.Ordinal);
        Assert.EndsWith($"Take what the ReLU reads, '{instead}'.", warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("relu2:3", "alpha(fourier())", null, true)]
    [InlineData("relu2:3 - tv()", "alpha(pixels(), -1)", "tv()", true)]
    [InlineData("relu2:3", "alpha(fourier(), 3)", null, false)]
    [InlineData("relu2:3 - 3*mask(opacity(), 0..0.5, 0..1)", "alpha(fourier())", null, false)]
    [InlineData("relu2:3", "alpha(fourier())", "opacity()", false)]
    [InlineData("relu2:3", "fourier()", null, false)]
    public void Transparency_that_nothing_pays_for_is_told(string objective, string parameterization, string? penalty, bool warned)
    {
        using var tiny = new TinyModel();
        using Model model = tiny.Load();
        Recipe recipe = Small with { Parameterization = Texts.Parameterizations.Parse(parameterization), Penalty = penalty is null ? null : Objective.Parse(penalty) };
        IReadOnlyList<string> warnings = new Visualizer(model, recipe).Render(Objective.Parse(objective)).Warnings;
        if (warned) Assert.StartsWith("nothing makes the image transparent: ", Assert.Single(warnings), StringComparison.Ordinal);
        else Assert.Empty(warnings);
    }

    [Theory]
    [InlineData("relu2:3")]
    [InlineData("conv2:3")]
    [InlineData("-conv2:3")]
    [InlineData("-pre(relu2):3")]
    [InlineData("-logit(2)")]
    [InlineData("relu2:3 - 0.001*tv()")]
    [InlineData("deepdream(conv1)")]
    public void Other_units_are_not_warned_of(string objective) => Assert.Empty(Of(objective));
}
