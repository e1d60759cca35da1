using System.Text.Json;
using Xunit;

namespace Phosphene.Cli.Tests;

public sealed class CompareTests : CommandTests
{
    private string[] Words(params string[] words) => ["compare", At("tiny.onnx"), .. words, "-o", At("c.html"), "--size", "24x32"];

    [Fact]
    public void Every_combination_of_the_values_is_a_picture_with_its_numbers()
    {
        Result result = Run(Words("conv2:1", "logit(3)", "--transforms", "none", "pad(2)|jitter(4)", "--lr", "0.01", "--lr", "0.1", "--penalty", "none", "0.001*tv()", "--steps", "2", "5", "--json", "--sheet", At("s.png")));
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal((2 * 2 * 2 * 2 * 68 - 4, 2 * 68 - 4), (Picture("s.png").Height, Picture("s.png").Width));
        File.Delete(At("s.png"));
        Assert.Equal(["objective", "transforms", "lr", "penalty", "size", "steps"], result.Json.GetProperty("axes").EnumerateArray().Select(axis => axis.GetProperty("name").GetString()));
        JsonElement[] pictures = [.. result.Json.GetProperty("pictures").EnumerateArray()];
        Assert.Equal(2 * 2 * 2 * 2 * 2, pictures.Length);
        Assert.Equal(pictures.Length, pictures.Select(picture => string.Join(' ', picture.GetProperty("places").EnumerateArray())).Distinct().Count());
        Assert.All(pictures, picture => Assert.True(picture.GetProperty("value").ValueKind == JsonValueKind.Number && picture.GetProperty("heldOut").ValueKind == JsonValueKind.Number));
        Assert.Equal(["c.html", "c.json"], Files());
        Assert.Equal(result.Json.GetProperty("pictures").GetRawText(), JsonDocument.Parse(File.ReadAllText(At("c.json"))).RootElement.GetProperty("pictures").GetRawText());
    }

    [Fact]
    public void Without_steps_it_is_those_of_the_recipe_and_one_value_is_no_respect()
    {
        Result result = Run(Words("conv2:1", "--preset", "keras-vis", "naive", "--seconds", "0.02"));
        Assert.Equal(0, result.Code);
        Assert.Contains("2 pictures", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("<legend>size</legend>", File.ReadAllText(At("c.html")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--lr", "0", "--lr is a number above 0; got '0'.")]
    [InlineData("--seed", "-1", "--seed is an integer of at least 0; got '-1'.")]
    [InlineData("--steps", "1.5", "--steps is an integer from 1 to 10000000; got '1.5'.")]
    [InlineData("--transforms", "wobble(3)", "wobble")]
    [InlineData("--statistics", "missing.safetensors", "missing.safetensors")]
    public void What_is_wrong_is_said_before_the_work(string option, string value, string expected)
    {
        Result result = Run(Words("conv2:1", option, value));
        Assert.NotEqual(0, result.Code);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Empty(Files());
    }

    [Fact]
    public void Anything_in_a_text_is_a_respect_where_values_take_the_place_of_a_name()
    {
        Result result = Run(Words("conv2:{channel}", "--transforms", "none", "jitter({shift})", "--penalty", "{l1}*l1() + {tv}*tv()", "--vary", "l1=0,0.1", "--vary", "tv=0,0.01,1", "--vary", "shift=2,4", "--vary", "channel=1,2", "--steps", "1", "--json"));
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal(["objective", "transforms", "penalty", "size", "l1", "tv", "shift", "channel", "steps"], result.Json.GetProperty("axes").EnumerateArray().Select(axis => axis.GetProperty("name").GetString()));
        JsonElement[] pictures = [.. result.Json.GetProperty("pictures").EnumerateArray()];
        Assert.Equal(2 * 2 * 3 * 2 * 2, pictures.Length);
        Assert.Equal(["conv2:1", "conv2:2"], pictures.Select(picture => picture.GetProperty("objective").GetString()).Distinct());
        Assert.Equal(["none", "jitter(2)", "jitter(4)"], pictures.Select(picture => picture.GetProperty("recipe").GetProperty("transforms").GetString()).Distinct());
        Assert.Equal("0.1*l1(0.5) + 0.01*tv()", pictures.First(picture => picture.GetProperty("places").EnumerateArray().Skip(4).Take(2).Select(place => place.GetInt32()).SequenceEqual([1, 1])).GetProperty("recipe").GetProperty("penalty").GetString());
    }

    [Theory]
    [InlineData("--vary is a name of letters and digits with values, as in tv=0,0.25,3 for {tv} in a text; got 'tv'.", "tv")]
    [InlineData("got '=1,2'.", "=1,2")]
    [InlineData("got 'tv=1,,2'.", "tv=1,,2")]
    [InlineData("--vary lone has no {lone} in any text", "lone=1,2")]
    [InlineData("'lr' is compared already", "lr=1,2")]
    public void A_name_that_takes_no_place_is_a_mistake(string expected, string vary)
    {
        Result result = Run(Words("conv2:1", "--penalty", "{tv}*tv()", "--lr", "0.1", "--steps", "1", "--vary", vary, "--vary", "tv=1"));
        Assert.Equal(2, result.Code);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_and_seconds_are_two_budgets()
    {
        Result result = Run(Words("conv2:1", "--steps", "2", "--seconds", "1"));
        Assert.Equal(2, result.Code);
        Assert.Contains("give one of them", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_judge_needs_to_know_what_classes_are_called()
    {
        Result result = Run(Words("logit(3)", "--steps", "2", "--judge", At("tiny.onnx")));
        Assert.NotEqual(0, result.Code);
        Assert.Contains("needs the labels of both networks", result.Error, StringComparison.Ordinal);
        File.WriteAllLines(At("tiny.txt"), Enumerable.Range(0, 20).Select(i => $"class {i}"));
        File.WriteAllText(At("tiny.phosphene.json"), """{ "preprocessing": "signed", "labels": "tiny.txt" }""");
        result = Run(Words("logit(3)", "conv2:1", "--steps", "2", "--judge", At("tiny.onnx"), "--json"));
        Assert.Equal((0, ""), (result.Code, result.Error));
        JsonElement[] pictures = [.. result.Json.GetProperty("pictures").EnumerateArray()];
        Assert.InRange(pictures[0].GetProperty("rank").GetInt32(), 1, 20);
        Assert.Equal(JsonValueKind.Null, pictures[1].GetProperty("rank").ValueKind);
    }
}
