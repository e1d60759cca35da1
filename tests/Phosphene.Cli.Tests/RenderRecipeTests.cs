using Phosphene.Images;
using Phosphene.Objectives;
using Phosphene.Optimizers;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Transforms;
using Xunit;

namespace Phosphene.Cli.Tests;

public sealed class RenderRecipeTests : CommandTests
{
    private Recipe RecipeOf(string picture) => Provenance.Read(At(picture)).Recipe;

    [Fact]
    public void A_recipe_is_written_on_the_command_line_and_goes_into_the_picture()
    {
        Render("relu2:7", "a.png", "--parameterization", "pixels(0.02)", "--optimizer", "adam(0.02, beta2: 0.9)", "--penalty", "0.001*tv()");
        Recipe recipe = RecipeOf("a.png");
        Assert.Equal((new Pixels(0.02f), new Adam(0.02f, Beta2: 0.9f), 0.001f * Objective.TotalVariation()), (recipe.Parameterization, recipe.Optimizer, recipe.Penalty));
    }

    [Theory]
    [InlineData("adam(beta2: 0.9)", "adam(0.1, beta2: 0.9)")]
    [InlineData("normalized(1)", "normalized(0.1)")]
    [InlineData("sign(0.01)", "sign(0.1)")]
    [InlineData("averaged(warmup(rmsprop(0.004, 0.95), 10))", "averaged(warmup(rmsprop(0.1, 0.95), 10), 0.98)")]
    public void A_learning_rate_changes_the_optimizer_that_is_there(string given, string expected)
    {
        Render("relu2:7", "a.png", "--optimizer", given, "--lr", "0.1");
        Assert.Equal(expected, Texts.Optimizers.Print(RecipeOf("a.png").Optimizer));
    }

    [Fact]
    public void Other_steps_of_swift_are_all_of_its_schedule()
    {
        Render("relu2:7", "a.png", "--preset", "swift", "--steps", "5");
        Assert.Equal((5, "cosine(adamw(0.1, 4, 0.95), 5)"), (RecipeOf("a.png").Steps, Texts.Optimizers.Print(RecipeOf("a.png").Optimizer)));
    }

    [Fact]
    public void A_file_of_json_is_a_recipe_as_it_is()
    {
        File.WriteAllText(At("recipe.json"), """{ "preset": "naive", "transforms": "jitter(4)", "steps": 2, "seed": 9, "height": 20, "width": 28 }""");
        Assert.Equal(0, Run("render", At("tiny.onnx"), "relu2:7", "-o", At("a.png"), "--recipe", At("recipe.json")).Code);
        Assert.Equal(Recipe.Naive with { Transforms = Pipeline.Parse("jitter(4)"), Steps = 2, Seed = 9, Height = 20, Width = 28 }, RecipeOf("a.png"));
        Assert.Equal((20, 28), (Picture("a.png").Height, Picture("a.png").Width));
    }

    [Fact]
    public void Options_change_the_recipe_of_a_file()
    {
        File.WriteAllText(At("recipe.json"), """{ "preset": "naive", "transforms": "jitter(4)", "steps": 2, "height": 20, "width": 28 }""");
        Run("render", At("tiny.onnx"), "relu2:7", "-o", At("a.png"), "--recipe", At("recipe.json"), "--size", "24x32", "--seed", "3", "--steps", "1");
        Assert.Equal(Recipe.Naive with { Transforms = Pipeline.Parse("jitter(4)"), Steps = 1, Seed = 3, Height = 24, Width = 32 }, RecipeOf("a.png"));
    }

    [Fact]
    public void A_picture_is_a_recipe_too()
    {
        Render("relu2:7", "a.png", "--preset", "lucid", "--transforms", "jitter(4)", "--seed", "3");
        Run("render", At("tiny.onnx"), "relu2:7", "-o", At("b.png"), "--recipe", At("a.png"));
        Assert.Equal(Bytes("a.png"), Bytes("b.png"));
    }

    [Fact]
    public void An_earlier_picture_whose_recipe_holds_objects_still_replays()
    {
        Render("relu2:7", "a.png", "--seed", "3");
        string json = Provenance.Read(At("a.png")).ToJson()
            .Replace("\"fourier()\"", """{"kind":"fourier","standardDeviation":0.01,"decay":1,"decorrelate":true}""", StringComparison.Ordinal)
            .Replace("\"adam(0.05)\"", """{"kind":"adam","learningRate":0.05,"beta1":0.9,"beta2":0.999,"epsilon":1E-08}""", StringComparison.Ordinal);
        Assert.Contains("\"kind\":\"adam\"", json, StringComparison.Ordinal);
        Picture("a.png").Save(At("old.png"), [new PngText(Provenance.Keyword, json)]);
        Result result = Run("replay", At("old.png"));
        Assert.Equal((0, $"{At("old.replay.png")}: 3 steps again, and the pixels are equal.\n"), (result.Code, result.Output));
    }

    [Fact]
    public void A_wrong_recipe_of_a_file_is_pointed_at()
    {
        File.WriteAllText(At("recipe.json"), """{ "optimizer": "adam(rat: 0.1)" }""");
        Fails(4, $"Recipe '{At("recipe.json")}': 'optimizer' is 'adam(rat: 0.1)', which is wrong at character 6: adam( has no parameter 'rat'; did you mean 'rate'?\n  adam(rat: 0.1)\n       ^",
            Run("render", At("tiny.onnx"), "relu2:7", "-o", At("a.png"), "--recipe", At("recipe.json")));
        Fails(4, $"Recipe '{At("none.json")}' does not exist; check its path.", Run("render", At("tiny.onnx"), "relu2:7", "-o", At("a.png"), "--recipe", At("none.json")));
        Fails(2, "--recipe and --preset each give a recipe to start from; give one of them.", Run("render", At("tiny.onnx"), "relu2:7", "-o", At("a.png"), "--recipe", At("recipe.json"), "--preset", "lucid"));
    }

    [Fact]
    public void Stages_that_do_not_fit_into_the_steps_are_refused()
    {
        File.WriteAllText(At("recipe.json"), """{ "stages": [ { "steps": 5 } ] }""");
        Fails(2, "The stages of the recipe have 5 steps, and the recipe has 3; give it at least as many, or the stages fewer.", Render("relu2:7", "a.png", "--recipe", At("recipe.json")));
    }

    [Fact]
    public void The_image_that_a_picture_starts_from_is_named_by_its_hash()
    {
        new Picture(24, 32, 3, new byte[24 * 32 * 3]).Save(At("photo.png"));
        Render("relu2:7", "a.png", "--start", At("photo.png"));
        Assert.Equal(new ImageReference(At("photo.png")).Pinned(), RecipeOf("a.png").Start);
        Fails(4, $"Image '{At("none.png")}' does not exist; check its path.", Render("relu2:7", "b.png", "--start", At("none.png")));
    }

    [Fact]
    public void Classes_of_a_penalty_are_known_to_the_replay()
    {
        File.WriteAllLines(At("labels.txt"), Enumerable.Range(0, 20).Select(i => $"class {i}"));
        Render("logit('class 7')", "a.png", "--labels", At("labels.txt"), "--penalty", "0.1*logit('class 4')");
        Assert.Equal(["class 4", "class 7"], Provenance.Read(At("a.png")).Classes.Keys);
    }
}
