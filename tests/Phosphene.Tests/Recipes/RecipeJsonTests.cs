using Phosphene.Images;
using Phosphene.Objectives;
using Phosphene.Optimizers;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Syntax;
using Phosphene.Transforms;
using Xunit;

namespace Phosphene.Tests.Recipes;

public sealed class RecipeJsonTests
{
    [Fact]
    public void The_json_of_a_preset_is_this() => Assert.Equal(
        """{"preset":"distill","parameterization":"fourier(contrast: 1.75)","transforms":"pad(16)|jitter(16)|scale(1, 0.975, 1.025, 0.95, 1.05)|rotate(-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5)|jitter(8)|crop","optimizer":"adam(0.05)","steps":2560,"seed":0,"batch":1,"redirectSteps":17,"display":"all"}""",
        Recipe.Distill.ToJson());

    [Fact]
    public void The_json_of_a_recipe_with_everything_is_this()
    {
        var recipe = new Recipe
        {
            Parameterization = new Pixels(0.02f, Decorrelate: true),
            Optimizer = new NormalizedAscent(1.5f),
            Penalty = 0.001f * Objective.TotalVariation() + Objective.L1(),
            Start = new ImageReference("my photo.jpg", new string('a', 64)),
            Stages =
            [
                new Stage(128) { Height = 112, Width = 96, Transforms = Pipeline.None, Optimizer = new Adam(0.1f) },
                new Stage(64) { Penalty = Objective.TotalVariation() },
            ],
            Steps = 512,
            Height = 224,
            Width = 224,
        };
        string json = $$"""{"preset":"custom","parameterization":"pixels(0.02, true)","transforms":"none","optimizer":"normalized(1.5)","penalty":"0.001*tv() + l1(0.5)","start":"image('my photo.jpg', '{{new string('a', 64)}}')","stages":[{"steps":128,"transforms":"none","optimizer":"adam(0.1)","height":112,"width":96},{"steps":64,"penalty":"tv()"}],"steps":512,"seed":0,"height":224,"width":224,"batch":1,"redirectSteps":17,"display":"all"}""";
        Assert.Equal(json, recipe.ToJson());
        Assert.Equal(recipe, Recipe.FromJson(json));
    }

    [Fact]
    public void Every_preset_comes_back() => Assert.All(Recipe.Presets.Values, preset => Assert.Equal(preset, Recipe.FromJson(preset.ToJson())));

    // As pictures carry it that were made before parameterization and optimizer were texts.
    [Theory]
    [InlineData("""{"preset":"distill","parameterization":{"kind":"fourier","standardDeviation":0.01,"decay":1,"decorrelate":true},"transforms":"pad(16)|jitter(16)|scale(1, 0.975, 1.025, 0.95, 1.05)|rotate(-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5)|jitter(8)|crop","optimizer":{"kind":"adam","learningRate":0.05,"beta1":0.9,"beta2":0.999,"epsilon":1E-08},"steps":2560,"seed":0,"height":224,"width":224,"batch":1,"redirectSteps":17,"display":"all"}""", "distill")]
    [InlineData("""{"preset":"naive","parameterization":{"kind":"pixels","standardDeviation":0.01,"decorrelate":false},"transforms":"none","optimizer":{"kind":"adam","learningRate":0.05,"beta1":0.9,"beta2":0.999,"epsilon":1E-08},"steps":512,"seed":0,"height":224,"width":224,"batch":1,"redirectSteps":17,"display":"all"}""", "naive")]
    public void Recipes_of_earlier_pictures_are_read(string json, string preset) =>
        Assert.Equal(Recipe.Presets[preset] with { Height = 224, Width = 224, Parameterization = preset == "naive" ? new Pixels() : new Fourier() }, Recipe.FromJson(json));

    [Fact]
    public void Pictures_from_before_contrast_had_a_limit_have_none() => Assert.Equal(
        Recipe.Lucid with { Parameterization = new Fourier(Contrast: 0), Seed = 7 },
        Recipe.FromJson("""{"preset":"lucid","parameterization":"fourier()","seed":7}"""));

    [Fact]
    public void Numbers_of_recipes_of_earlier_pictures_are_kept() => Assert.Equal(
        new Recipe { Parameterization = new Fourier(0.02f, 1.5f, false), Optimizer = new Adam(0.1f, 0.8f, 0.9f, 1e-6f) },
        Recipe.FromJson("""{ "parameterization": { "kind": "fourier", "standardDeviation": 0.02, "decay": 1.5, "decorrelate": false }, "optimizer": { "kind": "adam", "learningRate": 0.1, "beta1": 0.8, "beta2": 0.9, "epsilon": 1e-6 } }"""));

    [Fact]
    public void What_is_left_out_is_as_in_the_preset()
    {
        Assert.Equal(Recipe.Lucid with { Seed = 7 }, Recipe.FromJson("""{ "preset": "lucid", "seed": 7 }"""));
        Assert.Equal(new Recipe { Optimizer = new Adam(0.1f) }, Recipe.FromJson("""{ "optimizer": "adam(0.1)" }"""));
        Assert.Equal(new Recipe { Optimizer = new Adam(0.1f) }, Recipe.FromJson("""{ "optimizer": { "kind": "adam", "learningRate": 0.1 } }"""));
        Assert.Equal(new Recipe(), Recipe.FromJson("""{ "penalty": null, "start": null, "stages": null }"""));
        Assert.Equal(new Recipe { Stages = [new Stage(512)] }, Recipe.FromJson("""{ "stages": [ { "steps": 512 } ] }"""));
        Assert.Equal(new Recipe(), Recipe.FromJson("{}"));
        Assert.Equal(Recipe.Swift.WithSteps(64), Recipe.FromJson("""{ "preset": "swift", "steps": 64 }"""));
        Assert.Equal(Recipe.Swift with { Steps = 64, Optimizer = new Adam(0.1f) }, Recipe.FromJson("""{ "preset": "swift", "steps": 64, "optimizer": "adam(0.1)" }"""));
    }

    [Fact]
    public void A_schedule_over_all_steps_of_a_recipe_is_over_all_of_other_steps_and_any_other_stays()
    {
        IOptimizer Of(IOptimizer optimizer) => new Recipe { Steps = 128, Optimizer = optimizer }.WithSteps(300).Optimizer;
        var adam = new Adam(0.1f);
        Assert.Equal(new CosineSchedule(adam, 300, 0.1f), Of(new CosineSchedule(adam, 128, 0.1f)));
        Assert.Equal(new LinearSchedule(adam, 300, 0.1f), Of(new LinearSchedule(adam, 128, 0.1f)));
        Assert.Equal(new ExponentialSchedule(adam, 300, 0.1f), Of(new ExponentialSchedule(adam, 128, 0.1f)));
        Assert.Equal(new Averaged(new WarmUp(new CosineSchedule(adam, 300), 16)), Of(new Averaged(new WarmUp(new CosineSchedule(adam, 128), 16))));
        Assert.Equal(new CosineSchedule(adam, 64), Of(new CosineSchedule(adam, 64)));
        Assert.Equal(new DropSchedule(adam, 128), Of(new DropSchedule(adam, 128)));
        Assert.Equal(new CosineSchedule(adam, 1), new Recipe { Steps = 128, Optimizer = new CosineSchedule(adam, 128) }.WithSteps(0).Optimizer);
    }

    [Theory]
    [InlineData("[]", "The recipe: the JSON is a list, where an object is expected.")]
    [InlineData("""{ "steps": -1 }""", "The recipe: 'steps' is -1, where an integer from 0 to 100000000 is expected.")]
    [InlineData("""{ "steps": 1.5 }""", "The recipe: 'steps' is 1.5, where an integer from 0 to 100000000 is expected.")]
    [InlineData("""{ "steps": "5" }""", "The recipe: 'steps' is \"5\", where an integer from 0 to 100000000 is expected.")]
    [InlineData("""{ "stepz": 5 }""", "The recipe: there is no member 'stepz'; did you mean 'steps'?")]
    [InlineData("""{ "qqqqqqqq": 5 }""", "The recipe: there is no member 'qqqqqqqq'; there are preset, parameterization, transforms, optimizer, imageOperators, gradientOperators, penalty, start, stages, steps, patience, seed, height, width, batch, redirectSteps, display.")]
    [InlineData("""{ "seed": -3 }""", "The recipe: 'seed' is -3, where an integer from 0 to 18446744073709551615 is expected.")]
    [InlineData("""{ "height": 20000 }""", "The recipe: 'height' is 20000, where an integer from 1 to 16384 is expected.")]
    [InlineData("""{ "batch": 0 }""", "The recipe: 'batch' is 0, where an integer from 1 to 65536 is expected.")]
    [InlineData("""{ "preset": 5 }""", "The recipe: 'preset' is 5, where a text is expected.")]
    [InlineData("""{ "transforms": "jiter(8)" }""", "The recipe: 'transforms' is 'jiter(8)', which is wrong at character 1: There is no transform 'jiter'; did you mean 'jitter'?")]
    [InlineData("""{ "optimizer": "adam(rat: 0.1)" }""", "The recipe: 'optimizer' is 'adam(rat: 0.1)', which is wrong at character 6: adam( has no parameter 'rat'; did you mean 'rate'?")]
    [InlineData("""{ "parameterization": "fourier(decay: x)" }""", "The recipe: 'parameterization' is 'fourier(decay: x)', which is wrong at character 16: A number is expected for the decay of fourier(; found 'x'.")]
    [InlineData("""{ "parameterization": "custom('Mine')" }""", "The recipe: 'parameterization' is 'custom('Mine')', which is wrong at character 1: A custom parameterization exists only in the code that made it; it cannot be read from text.")]
    [InlineData("""{ "penalty": "tv" }""", "The recipe: 'penalty' is 'tv', which is wrong at character 1: 'tv' is a layer without a channel; a word is written with its arguments, tv(...).")]
    [InlineData("""{ "start": "photo.jpg" }""", "The recipe: 'start' is 'photo.jpg', which is wrong at character 1: There is no start 'photo.jpg'; there are image, images.")]
    [InlineData("""{ "display": "1,2" }""", "The recipe: 'display' is '1,2', which is wrong at character 4: A picture shows three channels, as in 3,2,1, one, as in 7, or all; the third is missing.")]
    [InlineData("""{ "penalty": 5 }""", "The recipe: 'penalty' is 5, where a text is expected.")]
    [InlineData("""{ "penalty": "\ud800" }""", "The recipe: 'penalty' is \"\\ud800\", where a text without halves of surrogate pairs is expected.")]
    [InlineData("""{ "\ud800": 5 }""", "The recipe is not valid JSON: it holds half of a surrogate pair, which is no character.")]
    [InlineData("""{ "stages": {} }""", "The recipe: 'stages' is an object, where a list of at most 1000 objects is expected.")]
    [InlineData("""{ "stages": [ 5 ] }""", "The recipe: 'stages[0]' is 5, where an object is expected.")]
    [InlineData("""{ "stages": [ { "steps": 5 }, { "height": 5 } ] }""", "The recipe: 'stages[1].steps' is missing, where an integer from 1 to 100000000 is expected.")]
    [InlineData("""{ "stages": [ { "steps": 5, "hight": 5 } ] }""", "The recipe: there is no member 'stages[0].hight'; did you mean 'height'?")]
    [InlineData("""{ "stages": [ { "steps": 5, "penalty": "tv(" } ] }""", "The recipe: 'stages[0].penalty' is 'tv(', which is wrong at character 4: ')' is expected to close tv(; found the end of the text.")]
    [InlineData("""{ "steps": 10, "stages": [ { "steps": 5 }, { "steps": 6 } ] }""", "The recipe: The stages of the recipe have 11 steps, and the recipe has 10; give it at least as many, or the stages fewer.")]
    [InlineData("""{ "parameterization": 5 }""", "The recipe: 'parameterization' is 5, where a text is expected.")]
    [InlineData("""{ "parameterization": {} }""", "The recipe: 'parameterization.kind' is missing, where \"fourier\" or \"pixels\" is expected.")]
    [InlineData("""{ "parameterization": { "kind": "custom", "name": "Mine" } }""", "The recipe: 'parameterization.kind' is \"custom\", where \"fourier\" or \"pixels\" (a custom parameterization exists only in the code that made it) is expected.")]
    [InlineData("""{ "parameterization": { "kind": "fourier", "decay": true } }""", "The recipe: 'parameterization.decay' is true, where a finite number is expected.")]
    [InlineData("""{ "parameterization": { "kind": "pixels", "decay": 1 } }""", "The recipe: there is no member 'parameterization.decay'; there are kind, standardDeviation, decorrelate.")]
    [InlineData("""{ "parameterization": { "kind": "pixels", "decorrelate": 1 } }""", "The recipe: 'parameterization.decorrelate' is 1, where true or false is expected.")]
    [InlineData("""{ "optimizer": { "kind": "sgd" } }""", "The recipe: 'optimizer.kind' is \"sgd\", where \"adam\" is expected.")]
    [InlineData("""{ "optimizer": { "kind": "adam", "learningRate": 1e39 } }""", "The recipe: 'optimizer.learningRate' is 1e39, where a finite number is expected.")]
    [InlineData("""{ "optimizer": { "kind": "adam", "beta1": 1.5 } }""", "The recipe: 'optimizer.beta1' is 1.5, where a number from 0 to 1 is expected.")]
    [InlineData("""{ "optimizer": { "kind": "adam", "epsilon": -1 } }""", "The recipe: 'optimizer.epsilon' is -1, where a number of at least 0 is expected.")]
    public void An_error_names_the_member(string json, string message) =>
        Assert.Equal(message, Assert.Throws<InputFileException>(() => Recipe.FromJson(json)).Message);

    [Theory]
    [InlineData("")]
    [InlineData("{ \"steps\": ")]
    [InlineData("{ \"steps\": 5, \"steps\": 6 }")]
    [InlineData("steps: 5")]
    public void What_is_not_json_is_refused_by_the_name_of_its_source(string json) =>
        Assert.StartsWith("'a.json' is not valid JSON: ", Assert.Throws<InputFileException>(() => Recipe.FromJson(json, "'a.json'")).Message, StringComparison.Ordinal);
}
