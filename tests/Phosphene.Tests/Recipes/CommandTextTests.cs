using Phosphene.Objectives;
using Phosphene.Operators;
using Phosphene.Optimizers;
using Phosphene.Recipes;
using Xunit;

namespace Phosphene.Tests.Recipes;

public sealed class CommandTextTests
{
    [Fact]
    public void A_command_tells_what_differs_from_the_preset_and_nothing_else()
    {
        Objective objective = Objective.Channel("a", 3);
        Assert.Equal("phosphene render m.onnx a:3 -o a.png --preset lucid", CommandText.Render("m.onnx", objective, Recipe.Lucid, "a.png"));
        Recipe recipe = Recipe.Lucid with
        {
            ImageOperators = OperatorPipeline.Parse("every(4, blur(1))|clip"),
            GradientOperators = OperatorPipeline.Parse("laplacian(4)"),
            Optimizer = new CosineSchedule(new Adam(0.1f), 256),
            Penalty = Objective.Residual(new Soften()),
            Patience = 50,
        };
        Assert.Equal("phosphene render m.onnx a:3 -o a.png --preset lucid --patience 50 --optimizer \"cosine(adam(0.1), 256)\" --image-operators \"every(4, blur(1))|clip(0, 1)\" --gradient-operators \"laplacian(4)\" --penalty \"residual(soften)\"",
            CommandText.Render("m.onnx", objective, recipe, "a.png"));
        Assert.Equal("phosphene render m.onnx a:3 -o a.png --preset swift --steps 64", CommandText.Render("m.onnx", objective, Recipe.Swift.WithSteps(64), "a.png"));
    }
}
