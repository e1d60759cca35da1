using Phosphene.Images;
using Phosphene.Objectives;
using Phosphene.Optimizers;
using Phosphene.Recipes;
using Phosphene.Syntax;
using Phosphene.Transforms;
using Xunit;

namespace Phosphene.Tests.Recipes;

public sealed class RecipeTests
{
    private static Recipe WithStages(params Stage[] stages) => new() { Stages = [.. stages] };

    [Fact]
    public void Recipes_are_equal_by_their_stages()
    {
        Assert.Equal(WithStages(new Stage(5) { Height = 3 }, new Stage(6)), WithStages(new Stage(5) { Height = 3 }, new Stage(6)));
        Assert.Equal(WithStages(new Stage(5)).GetHashCode(), WithStages(new Stage(5)).GetHashCode());
        Assert.NotEqual(WithStages(new Stage(5)), WithStages(new Stage(5) { Penalty = Objective.TotalVariation() }));
        Assert.NotEqual(WithStages(new Stage(5)), WithStages(new Stage(5), new Stage(6)));
        Assert.Equal(new Recipe(), new Recipe { Stages = default });
    }

    [Fact]
    public void Recipes_are_equal_by_penalty_and_start()
    {
        Assert.Equal(new Recipe { Penalty = 2 * Objective.L1() }, new Recipe { Penalty = 2 * Objective.L1() });
        Assert.NotEqual(new Recipe { Penalty = 2 * Objective.L1() }, new Recipe());
        Assert.NotEqual(new Recipe { Start = new ImageReference("a.png") }, new Recipe { Start = new ImageReference("a.png", new string('0', 64)) });
        Assert.NotEqual(new Recipe { Optimizer = new NormalizedAscent(0.05f) }, new Recipe());
    }

    [Fact]
    public void Stages_have_no_more_steps_than_the_recipe()
    {
        (WithStages(new Stage(200), new Stage(312)) with { Steps = 512 }).Check();
        Assert.Equal("The stages of the recipe have 513 steps, and the recipe has 512; give it at least as many, or the stages fewer.",
            Assert.Throws<UsageException>((WithStages(new Stage(200), new Stage(313)) with { Steps = 512 }).Check).Message);
        // More than an int can hold.
        Assert.Throws<UsageException>(WithStages(new Stage(int.MaxValue), new Stage(int.MaxValue)).Check);
    }

    [Fact]
    public void Sizes_and_steps_are_at_least_1()
    {
        Assert.Equal("A stage needs steps, a height and a width of at least 1; got 0 steps and 224 x 224 pixels.", Assert.Throws<UsageException>(WithStages(new Stage(0)).Check).Message);
        Assert.Equal("A stage needs steps, a height and a width of at least 1; got 5 steps and 224 x 0 pixels.", Assert.Throws<UsageException>(WithStages(new Stage(5) { Width = 0 }).Check).Message);
        Assert.Equal("A recipe needs a size and a batch of at least 1; got 224 x 224 pixels and 0 images.", Assert.Throws<UsageException>((new Recipe { Batch = 0 }).Check).Message);
    }

    [Fact]
    public void For_another_size_stages_keep_their_share_of_it()
    {
        Recipe recipe = WithStages(new Stage(5) { Height = 112, Transforms = Pipeline.Parse("jitter(16)") }, new Stage(6) { Width = 56 }).For(112, 160);
        Assert.Equal<Stage>([new Stage(5) { Height = 56, Transforms = Pipeline.Parse("jitter(8)") }, new Stage(6) { Width = 40 }], recipe.Stages);
    }

    [Fact]
    public void A_recipe_is_loaded_from_json_or_from_a_picture()
    {
        string folder = Directory.CreateTempSubdirectory("phosphene-recipe-").FullName;
        string json = Path.Combine(folder, "recipe.json"), picture = Path.Combine(folder, "a.png"), none = Path.Combine(folder, "none");
        File.WriteAllText(json, "\ufeff { \"preset\": \"lucid\", \"seed\": 7 }");
        Assert.Equal(Recipe.Lucid with { Seed = 7 }, Recipe.Load(json));

        new Picture(2, 3, 3, new byte[18]).Save(picture, [new PngText(Provenance.Keyword, ProvenanceTests.Json)]);
        Assert.Equal(Provenance.FromJson(ProvenanceTests.Json).Recipe, Recipe.Load(picture));

        File.WriteAllText(json, "{ \"steps\": \"many\" }");
        Assert.Equal($"Recipe '{json}': 'steps' is \"many\", where a whole number from 0 to 100000000 is expected.", Assert.Throws<InputFileException>(() => Recipe.Load(json)).Message);
        Assert.Equal($"Recipe '{none}' does not exist; check its path.", Assert.Throws<InputFileException>(() => Recipe.Load(none)).Message);
        Assert.Equal($"Recipe '{folder}' cannot be read: it is a folder; give a file in it.", Assert.Throws<InputFileException>(() => Recipe.Load(folder)).Message);
        Directory.Delete(folder, recursive: true);
    }
}
