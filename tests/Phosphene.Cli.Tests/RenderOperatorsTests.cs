using System.Text.Json;
using Phosphene.Images;
using Phosphene.Operators;
using Phosphene.Recipes;
using Xunit;

namespace Phosphene.Cli.Tests;

/// <summary>Operators and a patience on the command line, into the picture, and back.</summary>
public sealed class RenderOperatorsTests : CommandTests
{
    private Recipe RecipeOf(string picture) => Provenance.Read(At(picture)).Recipe;

    [Fact]
    public void Operators_and_a_patience_are_options_and_go_into_the_picture()
    {
        Render("relu2:7", "a.png", "--image-operators", "every(2, blur(1))|clip", "--gradient-operators", "laplacian(2)|normalize(std)", "--patience", "9");
        Recipe recipe = RecipeOf("a.png");
        Assert.Equal((OperatorPipeline.Parse("every(2, blur(1))|clip"), OperatorPipeline.Parse("laplacian(2)|normalize(std)"), 9), (recipe.ImageOperators, recipe.GradientOperators, recipe.Patience));
    }

    [Theory]
    [InlineData("--image-operators", "every(2, blur(1))|decay(0.1)")]
    [InlineData("--gradient-operators", "blur(0.8)|limit(1)")]
    [InlineData("--optimizer", "warmup(cosine(nadam(0.05), 3), 2)")]
    [InlineData("--optimizer", "averaged(momentum(1), 0.5)")]
    [InlineData("--penalty", "0.1*residual(bilateral(1, 0.1)) + pervalue(variation(2)) + 0.01*boundary(3) + 0.001*colours() + linf() + pnorm(6)")]
    public void A_picture_made_with_it_is_another_and_replays(string option, string text)
    {
        Render("relu2:7", "plain.png", "--seed", "3");
        Render("relu2:7", "a.png", "--seed", "3", option, text);
        Assert.False(Picture("plain.png").Bytes.SequenceEqual(Picture("a.png").Bytes));
        Assert.Equal(0, Run("replay", At("a.png")).Code);
        Assert.Equal(Bytes("a.png"), Bytes("a.replay.png"));
    }

    [Fact]
    public void An_ascent_that_no_longer_rises_ends_and_replays_with_as_many_steps()
    {
        string[] options = ["--size", "24x32", "--steps", "300", "--patience", "4", "--optimizer", "sign(0.1)", "--transforms", "none", "--parameterization", "pixels(0.5, clip: true)"];
        Result result = Run(["render", At("tiny.onnx"), "-l1()", "-o", At("a.png"), "--json", .. options]);
        JsonElement json = JsonDocument.Parse(result.Output).RootElement;
        int steps = json.GetProperty("steps").GetInt32();
        Assert.InRange(steps, 8, 60);
        Assert.Equal((true, false, steps), (json.GetProperty("stoppedRising").GetBoolean(), json.GetProperty("interrupted").GetBoolean(), Provenance.Read(At("a.png")).Step));
        Assert.Equal((0, $"{At("a.replay.png")}: {steps} steps again, and the pixels are equal.\n"), Run("replay", At("a.png")) is var replay ? (replay.Code, replay.Output) : default);
        Assert.Equal(Bytes("a.png"), Bytes("a.replay.png"));
        Assert.Contains("It ended there because the objective no longer rose: over the last 4 steps its mean was no higher than over the 4 before.\n",
            Run(["render", At("tiny.onnx"), "-l1()", "-o", At("b.png"), .. options]).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Batches_take_them_too()
    {
        string[] options = ["--size", "24x32", "--steps", "2", "--image-operators", "blur(1)", "--gradient-operators", "normalize(mean)", "--patience", "7"];
        Assert.Equal(0, Run(["pairs", At("tiny.onnx"), "relu2:3", "relu2:7;relu2:8", "-o", At("a.png"), .. options]).Code);
        Recipe recipe = RecipeOf("a.png");
        Assert.Equal(("blur(1)", "normalize(mean)", 7), (recipe.ImageOperators.ToString(), recipe.GradientOperators.ToString(), recipe.Patience));
    }

    [Theory]
    [InlineData("--image-operators", "bluer(1)", "There is no image operator 'bluer'; did you mean 'blur'?\n  bluer(1)\n  ^")]
    [InlineData("--gradient-operators", "normalize(l1)", "l2, mean or std is expected for the by of normalize(; found 'l1'; did you mean 'l2'?\n  normalize(l1)\n            ^")]
    [InlineData("--gradient-operators", "every(2, blur(1))", "'every(2, blur(1))' says after which steps an image operator acts; a gradient operator acts in each step, and in an objective an operator acts always. Write 'blur(1)' there.")]
    [InlineData("--optimizer", "cosine(adam(0.05))", "',' is expected after the optimizer of cosine(, and then the steps; found ')'.\n  cosine(adam(0.05))\n                   ^")]
    [InlineData("--optimizer", "exponential(adam(0.05), 9, 0)", "An exponential schedule ends at a share above 0; got 0.\n  exponential(adam(0.05), 9, 0)\n  ^")]
    [InlineData("--patience", "0", "--patience is an integer from 1 to 1000000; got '0'; 'phosphene render --help' tells how to use it.")]
    public void What_cannot_be_is_refused_in_a_sentence(string option, string text, string message) => Fails(2, message, Render("relu2:7", "b.png", option, text));
}
