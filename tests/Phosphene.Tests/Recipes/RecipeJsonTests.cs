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
    public void A_recipe_comes_back_exactly()
    {
        var random = new Random(5);
        for (int i = 0; i < 1000; i++)
        {
            float Number() => BitConverter.UInt32BitsToSingle((uint)random.Next()) is var any && float.IsFinite(any) ? any : 0.1f;
            var recipe = new Recipe
            {
                Preset = random.Next(2) == 0 ? "lucid" : "my \"own\" préset",
                Parameterization = random.Next(2) == 0 ? new Fourier(Number(), -Number(), random.Next(2) == 0) : new Pixels(Number(), random.Next(2) == 0),
                Transforms = Pipeline.Of(new Jitter(random.Next(100)), new Scale(Draw.OneOf(1 + random.NextSingle()))),
                Optimizer = new Adam(-Number(), random.NextSingle(), random.NextSingle(), Number()),
                Steps = random.Next(3000),
                Seed = (ulong)random.NextInt64(long.MinValue, long.MaxValue),
                Height = random.Next(1, 16385),
                Width = random.Next(1, 16385),
                Batch = random.Next(1, 100),
                RedirectSteps = random.Next(100),
            };
            Assert.Equal(recipe, Recipe.FromJson(recipe.ToJson()));
        }
    }

    [Fact]
    public void The_json_of_a_preset_is_this() => Assert.Equal(
        """{"preset":"distill","parameterization":{"kind":"fourier","standardDeviation":0.01,"decay":1,"decorrelate":true},"transforms":"pad(16)|jitter(16)|scale(1, 0.975, 1.025, 0.95, 1.05)|rotate(-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5)|jitter(8)|crop","optimizer":{"kind":"adam","learningRate":0.05,"beta1":0.9,"beta2":0.999,"epsilon":1E-08},"steps":2560,"seed":0,"height":224,"width":224,"batch":1,"redirectSteps":17,"display":"all"}""",
        Recipe.Distill.ToJson());

    [Fact]
    public void What_is_left_out_is_as_in_the_preset()
    {
        Assert.Equal(Recipe.Lucid with { Seed = 7 }, Recipe.FromJson("""{ "preset": "lucid", "seed": 7 }"""));
        Assert.Equal(new Recipe { Optimizer = new Adam(0.1f) }, Recipe.FromJson("""{ "optimizer": { "kind": "adam", "learningRate": 0.1 } }"""));
        Assert.Equal(new Recipe(), Recipe.FromJson("{}"));
    }

    [Theory]
    [InlineData("[]", "The recipe: the JSON is a list, where an object is expected.")]
    [InlineData("""{ "steps": -1 }""", "The recipe: 'steps' is -1, where a whole number from 0 to 100000000 is expected.")]
    [InlineData("""{ "steps": 1.5 }""", "The recipe: 'steps' is 1.5, where a whole number from 0 to 100000000 is expected.")]
    [InlineData("""{ "steps": "5" }""", "The recipe: 'steps' is \"5\", where a whole number from 0 to 100000000 is expected.")]
    [InlineData("""{ "stepz": 5 }""", "The recipe: there is no member 'stepz'; did you mean 'steps'?")]
    [InlineData("""{ "qqqqqqqq": 5 }""", "The recipe: there is no member 'qqqqqqqq'; there are preset, parameterization, transforms, optimizer, steps, seed, height, width, batch, redirectSteps, display.")]
    [InlineData("""{ "seed": -3 }""", "The recipe: 'seed' is -3, where a whole number from 0 to 18446744073709551615 is expected.")]
    [InlineData("""{ "height": 20000 }""", "The recipe: 'height' is 20000, where a whole number from 1 to 16384 is expected.")]
    [InlineData("""{ "batch": 0 }""", "The recipe: 'batch' is 0, where a whole number from 1 to 65536 is expected.")]
    [InlineData("""{ "preset": 5 }""", "The recipe: 'preset' is 5, where a text is expected.")]
    [InlineData("""{ "transforms": "jiter(8)" }""", "The recipe: 'transforms' is 'jiter(8)': 'jiter' is not a transform (pad, jitter, scale, rotate, crop); did you mean 'jitter'?")]
    [InlineData("""{ "parameterization": "fourier" }""", "The recipe: 'parameterization' is \"fourier\", where an object is expected.")]
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
