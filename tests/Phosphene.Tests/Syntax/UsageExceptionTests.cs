using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Tests.Syntax;

public sealed class UsageExceptionTests
{
    [Fact]
    public void What_does_not_fit_the_model_is_wrong_usage_and_still_an_argument_exception()
    {
        using var tiny = new TinyModel();
        using Model model = tiny.Load();
        foreach (string objective in (string[])["relu3:0", "relu1:99", "relu1:0@900,0", "logit(9)", "logits:0@1,1"])
            Assert.IsAssignableFrom<ArgumentException>(Assert.ThrowsAny<UsageException>(() => model.Visualize(objective)));
    }

    [Fact]
    public void What_a_caller_must_not_pass_is_no_wrong_usage()
    {
        Assert.Throws<ArgumentNullException>(() => Objective.Parse(null!));
        Assert.Throws<ArgumentNullException>(() => FeatureVisualization.Visualize(null!, Objective.Channel("relu1", 0)));
    }
}
