using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Optimizers;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;
using Phosphene.Transforms;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Tests.Recipes;

public sealed class RecipeTests
{
    private static Recipe WithStages(params Stage[] stages) => new() { Stages = [.. stages] };

    [Fact]
    public void The_preset_with_a_decoder_says_that_it_is_to_be_named()
    {
        UsageException error = Assert.Throws<UsageException>(() => Recipe.DgnAm.Pinned());
        Assert.Equal("The recipe makes images by a decoder and does not say which; name one, as in decoder('decoder.onnx', clip: 3, decay: 0.99), or decoder('embedded:shapes-decoder', ...).", error.Message);
        Assert.Throws<UsageException>(() => Recipe.DgnAm.Parameterization.Build(new Shape(1, 3, 8, 8), 0));
        Assert.Equal("embedded:shapes-decoder", ((DecoderImage)(Recipe.DgnAm with { Parameterization = new DecoderImage(EmbeddedModels.ShapesDecoder, Clip: 3, Decay: 0.99f) }).Pinned().Parameterization).Path);
    }

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
        Assert.Equal("A stage needs steps, a height and a width of at least 1; got 0 steps and the model's x the model's pixels.", Assert.Throws<UsageException>(WithStages(new Stage(0)).Check).Message);
        Assert.Equal("A stage needs steps, a height and a width of at least 1; got 5 steps and 224 x 0 pixels.", Assert.Throws<UsageException>((WithStages(new Stage(5) { Width = 0 }) with { Height = 224 }).Check).Message);
        Assert.Equal("A recipe needs a batch of at least 1 image; got 0.", Assert.Throws<UsageException>((new Recipe { Batch = 0 }).Check).Message);
    }

    [Fact]
    public void A_recipe_without_a_size_takes_that_of_the_model()
    {
        using var tiny = new TinyModel { FixedSize = (12, 17) };
        using Model model = tiny.Load();
        using var ascent = new Ascent(model, Recipe.Lucid with { Seed = 7 }, Objective.Channel("relu2", 3));
        Assert.Equal(Recipe.Lucid.For(12, 17) with { Seed = 7 }, ascent.Recipe);
        Picture picture = model.Visualize("relu2:3", Recipe.Lucid with { Steps = 1 });
        Assert.Equal((12, 17), (picture.Height, picture.Width));
    }

    [Fact]
    public void A_size_that_a_recipe_names_is_kept()
    {
        using var tiny = new TinyModel { FixedSize = (12, 17) };
        using Model model = tiny.Load();
        Recipe whole = Recipe.Lucid with { Height = 224, Width = 224 };
        Assert.Equal(whole, whole.For(model));
        Assert.Equal((9, 17), ((Recipe.Lucid with { Height = 9 }).For(model) is var half ? (half.Height, half.Width) : default));
        Picture picture = model.Visualize("relu2:3", Recipe.Naive with { Steps = 1, Height = 24, Width = 20 });
        Assert.Equal((24, 20), (picture.Height, picture.Width));
    }

    [Fact]
    public void Transforms_of_ones_own_stay_as_they_are_at_the_size_of_the_model()
    {
        using var tiny = new TinyModel { FixedSize = (12, 17) };
        using Model model = tiny.Load();
        Recipe own = (Recipe.Lucid with { Transforms = Pipeline.Parse("jitter(9)"), Stages = [new Stage(5) { Transforms = Pipeline.Parse("jitter(8)"), Height = 112 }] }).For(model);
        Assert.Equal("jitter(9)", own.Transforms.ToString());
        Assert.Equal<Stage>([new Stage(5) { Transforms = Pipeline.Parse("jitter(8)"), Height = 6 }], own.Stages);
    }

    [Fact]
    public void A_recipe_that_names_a_size_is_made_for_it()
    {
        Assert.Equal(Recipe.Xplique.Transforms, Recipe.Xplique.For(512, 600).Transforms);
        Assert.Equal("pad(64, black)", Recipe.Xplique.For(256, 300).Transforms.Transforms[0].ToString());
        Assert.Equal("pad(16)", Recipe.Distill.For(512, 512).For(512, 512).Transforms.Transforms[0].ToString());
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
        Assert.Equal($"Recipe '{json}': 'steps' is \"many\", where an integer from 0 to 100000000 is expected.", Assert.Throws<InputFileException>(() => Recipe.Load(json)).Message);
        Assert.Equal($"Recipe '{none}' does not exist; check its path.", Assert.Throws<InputFileException>(() => Recipe.Load(none)).Message);
        Assert.Equal($"Recipe '{folder}' cannot be read: it is a folder; give a file in it.", Assert.Throws<InputFileException>(() => Recipe.Load(folder)).Message);
        Directory.Delete(folder, recursive: true);
    }
}
