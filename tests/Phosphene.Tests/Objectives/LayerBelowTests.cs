using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Tests.Objectives;

public sealed class LayerBelowTests
{
    [Theory]
    [InlineData("conv3/relu:2", "conv2/pool")]
    [InlineData("conv3:2", "conv2/pool")]
    [InlineData("conv3/pool:2", "conv2/pool")]
    [InlineData("pre(conv3/relu):2", "conv2/pool")]
    [InlineData("logit(3)", "conv5/relu")]
    [InlineData("dense1/relu:3", "conv5/relu")]
    [InlineData("conv4/relu:1 - 0.5*conv3/relu:2", "conv3/relu")]                            // what both of them read
    [InlineData("conv1/relu:1", "conv1/relu")]                                              // there is none below
    public void It_is_what_all_of_an_objective_is_computed_from_with_weights_in_between(string objective, string layer)
    {
        using Model model = Model.Load(EmbeddedModels.Shapes);
        Assert.Equal(layer, LayerBelow.Of(model, Objective.Parse(objective)).Name);
    }

    [Fact]
    public void An_objective_of_the_image_alone_has_none()
    {
        using Model model = Model.Load(EmbeddedModels.Shapes);
        Assert.Contains("depends on no layer with positions", Assert.Throws<UsageException>(() => LayerBelow.Of(model, Objective.TotalVariation())).Message, StringComparison.Ordinal);
    }
}
