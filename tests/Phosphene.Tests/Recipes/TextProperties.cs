using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Phosphene.Images;
using Phosphene.Objectives;
using Phosphene.Operators;
using Phosphene.Optimizers;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Syntax;
using Phosphene.Transforms;
using Xunit;

namespace Phosphene.Tests.Recipes;

/// <summary>10,000 random texts: what prints is read back as the same, and what is broken is refused where it is broken.</summary>
[Properties(Arbitrary = [typeof(RandomTexts)], QuietOnSuccess = true)]
public sealed class TextProperties
{
    [Property(MaxTest = 1500)]
    public void An_objective_is_read_as_it_prints(Objective objective) => Comes_back(objective, Objective.Parse, value => value.ToString());

    [Property(MaxTest = 1000)]
    public void A_pipeline_is_read_as_it_prints(Pipeline pipeline) => Comes_back(pipeline, Pipeline.Parse, value => value.ToString());

    [Property(MaxTest = 500)]
    public void Image_operators_are_read_as_they_print(OperatorPipeline operators) => Comes_back(operators, OperatorPipeline.Parse, value => value.ToString());

    [Property(MaxTest = 500)]
    public void An_optimizer_is_read_as_it_prints(IOptimizer optimizer) => Comes_back(optimizer, Texts.Optimizers.Parse, Texts.Optimizers.Print);

    [Property(MaxTest = 500)]
    public void A_parameterization_is_read_as_it_prints(IParameterization parameterization) => Comes_back(parameterization, Texts.Parameterizations.Parse, Texts.Parameterizations.Print);

    [Property(MaxTest = 500)]
    public void A_start_is_read_as_it_prints(Start start) => Comes_back(start, Texts.Starts.Parse, Texts.Starts.Print);

    [Property(MaxTest = 1000)]
    public void A_recipe_is_read_as_it_prints(Recipe recipe)
    {
        string json = recipe.ToJson();
        Recipe read = Recipe.FromJson(json);
        Assert.Equal(recipe, read);
        Assert.Equal(recipe.GetHashCode(), read.GetHashCode());
        Assert.Equal(json, read.ToJson());
    }

    [Property(MaxTest = 3000)]
    public void A_broken_text_is_refused_where_it_is_broken(BrokenText broken)
    {
        try
        {
            Parse(broken);
        }
        catch (TextFormatException error)
        {
            Assert.Equal(broken.Text, error.Text);
            Assert.InRange(error.Position, 0, broken.Text.Length);
            Assert.DoesNotContain('\n', error.Message);
            Assert.Equal(2, error.Excerpt.Split('\n').Length);
        }
    }

    [Property(MaxTest = 1500)]
    public void In_json_a_broken_text_is_refused_by_the_name_of_its_member(BrokenText broken)
    {
        string json = new JsonObject { [broken.Kind] = broken.Text }.ToJsonString();
        // Half of a surrogate pair is no text in JSON, and becomes another character in it.
        if (PositionOfError(broken with { Text = JsonNode.Parse(json)![broken.Kind]!.GetValue<string>() }) < 0) Recipe.FromJson(json);
        else Assert.StartsWith($"The recipe: '{broken.Kind}' is '", Assert.Throws<InputFileException>(() => Recipe.FromJson(json)).Message, StringComparison.Ordinal);
    }

    [Property(MaxTest = 500)]
    public Property Broken_json_is_refused_by_its_name() => Prop.ForAll(Arb.From(RandomTexts.Broken(RandomTexts.Recipes().Generator.Select(recipe => recipe.ToJson()))), json =>
    {
        try
        {
            Recipe recipe = Recipe.FromJson(json, "'a.json'");
            Assert.Equal(recipe, Recipe.FromJson(recipe.ToJson()));
        }
        catch (InputFileException error)
        {
            Assert.StartsWith("'a.json'", error.Message, StringComparison.Ordinal);
        }
    });

    private static void Comes_back<T>(T value, Func<string, T> parse, Func<T, string> print)
    {
        string text = print(value);
        Assert.Equal(value, parse(text));
        Assert.Equal(text, print(parse(text)));
        Assert.Equal(value, parse(RandomTexts.Spread(text)));
    }

    private static int PositionOfError(BrokenText broken)
    {
        try
        {
            Parse(broken);
            return -1;
        }
        catch (TextFormatException error)
        {
            return error.Position;
        }
    }

    // A text that is none after all reads; then it prints and reads again.
    private static void Parse(BrokenText broken)
    {
        switch (broken.Kind)
        {
            case "penalty": Again(Objective.Parse(broken.Text), Objective.Parse, value => value.ToString()); break;
            case "transforms": Again(Pipeline.Parse(broken.Text), Pipeline.Parse, value => value.ToString()); break;
            case "imageOperators": Again(OperatorPipeline.Parse(broken.Text), OperatorPipeline.Parse, value => value.ToString()); break;
            case "optimizer": Again(Texts.Optimizers.Parse(broken.Text), Texts.Optimizers.Parse, Texts.Optimizers.Print); break;
            case "parameterization": Again(Texts.Parameterizations.Parse(broken.Text), Texts.Parameterizations.Parse, Texts.Parameterizations.Print); break;
            case "start": Again(Texts.Starts.Parse(broken.Text), Texts.Starts.Parse, Texts.Starts.Print); break;
            default: Again(Display.Parse(broken.Text), Display.Parse, value => value.ToString()); break;
        }
    }

    private static void Again<T>(T value, Func<string, T> parse, Func<T, string> print) => Assert.Equal(value, parse(print(value)));
}
