using System.Text.Json;
using Phosphene.Images;
using Xunit;

namespace Phosphene.Cli.Tests;

/// <summary>The commands paths and prototypes.</summary>
public sealed class PathsTests : CommandTests
{
    public PathsTests()
    {
        Directory.CreateDirectory(At("photos"));
        Write("tiny.onnx", TinyModel.Bytes(height: 24, width: 32));
        var random = new Random(1);
        for (int i = 0; i < 14; i++) new Picture(26, 34, 3, [.. Enumerable.Range(0, 26 * 34 * 3).Select(_ => (byte)random.Next(256))]).Save(At($"photos/{i:00}.png"));
    }

    private Result Paths(params string[] words) => Run(["paths", At("tiny.onnx"), .. words, "--images", At("photos"), "-o", At("p.html"), "--preprocess", "signed", "--nearest", "3", "--others", "5", "--steps", "2"]);

    private Result Prototypes(params string[] words) => Run(["prototypes", At("tiny.onnx"), .. words, "--images", At("photos"), "-o", At("p.safetensors"), "--preprocess", "signed"]);

    [Fact]
    public void Units_are_told_in_a_table_the_least_natural_first_and_on_a_page()
    {
        Result result = Paths("relu2:2,3", "logit(1)");
        Assert.Equal((0, ""), (result.Code, result.Error));
        string[] lines = result.Output.Split('\n');
        Assert.Equal("UNIT SIMILARITY FROM TO NATURAL BELOW MOST LIKE", string.Join(' ', lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        double[] similarities = [.. lines[1..4].Select(line => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture)).Where(double.IsFinite)];
        Assert.Equal(similarities.Order(), similarities);
        Assert.EndsWith($"'{At("p.html")}' shows them layer by layer.\n", result.Output, StringComparison.Ordinal);
        string page = File.ReadAllText(At("p.html"));
        Assert.Contains("relu2:2", page, StringComparison.Ordinal);
        Assert.Contains("The first of 3 natural images", page, StringComparison.Ordinal);
        Assert.Equal(3, page.Split("aria-label=\"By layer.\"").Length - 1);
    }

    [Fact]
    public void Given_pictures_are_held_against_given_natural_images()
    {
        Directory.CreateDirectory(At("own"));
        foreach (int i in Enumerable.Range(0, 4)) File.Copy(At($"photos/{i:00}.png"), At($"own/{i}.png"));
        Result result = Paths("relu2:2", "--pictures", At("photos/05.png"), At("photos/06.png"), "--natural", At("own"), "--layers", "conv1", "relu2", "--json");
        Assert.Equal((0, ""), (result.Code, result.Error));
        JsonElement unit = result.Json.GetProperty("units")[0];
        Assert.Equal(["0.png", "1.png", "2.png"], unit.GetProperty("natural").EnumerateArray().Select(file => file.GetString()));
        Assert.Equal(2, unit.GetProperty("pictures").GetArrayLength());
        JsonElement[] layers = [.. unit.GetProperty("pictures")[0].GetProperty("layers").EnumerateArray()];
        Assert.Equal(["conv1", "relu2"], layers.Select(layer => layer.GetProperty("layer").GetString()));
        Assert.Equal(JsonValueKind.Null, unit.GetProperty("mostLike").ValueKind);
    }

    [Fact]
    public void A_natural_image_that_cannot_be_read_is_left_out_and_named()
    {
        Directory.CreateDirectory(At("own"));
        foreach (int i in Enumerable.Range(0, 4)) File.Copy(At($"photos/{i:00}.png"), At($"own/{i}.png"));
        File.WriteAllText(At("own/1.png"), "no picture");
        Result result = Run("paths", At("tiny.onnx"), "relu2:2", "--natural", At("own"), "--images", At("photos"), "-o", At("p.html"), "--preprocess", "signed", "--steps", "2", "--json");
        Assert.Equal(0, result.Code);
        Assert.Contains("'1.png' was skipped: ", result.Error, StringComparison.Ordinal);
        Assert.Equal("1.png", result.Json.GetProperty("skipped")[0].GetProperty("file").GetString());
        Assert.Equal(["0.png", "2.png", "3.png"], result.Json.GetProperty("units")[0].GetProperty("natural").EnumerateArray().Select(file => file.GetString()));
    }

    [Fact]
    public void Any_objective_is_a_unit()
    {
        string[] objectives = ["-relu2:2", "0.5*relu2:3", "logit(1) + relu2:3"];
        Result result = Paths([.. objectives, "--json"]);
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal(3, result.Json.GetProperty("units").GetArrayLength());
    }

    [Fact]
    public void Where_no_layer_tells_the_natural_images_from_others_the_page_says_so()
    {
        // Noise of one kind everywhere.
        Result result = Paths("relu2:2", "--layers", "conv1", "--pictures", At("photos/05.png"), "--json");
        Assert.Equal(0, result.Code);
        JsonElement unit = result.Json.GetProperty("units")[0];
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (unit.GetProperty("similarity").ValueKind, unit.GetProperty("naturalBelow").ValueKind));
        Assert.Contains("None of the middle half of the layers tells the natural images from others", File.ReadAllText(At("p.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_done_is_said_before_the_work()
    {
        Fails(2, "--pictures names images of one unit, and there are 2; name one unit.", Paths("relu2:2", "relu2:3", "--pictures", At("photos/05.png")));
        Fails(2, "Layer 'relu2' has channels 0 to 19; there is no channel 77.", Paths("relu2:77"));
        Fails(2, $"folder '{At("photos")}' has 14 images, of which 0 are none of the units' own, where 3 at least are needed to compare with; give more images, or take fewer of each unit.",
            Run("paths", At("tiny.onnx"), "relu2:1", "--images", At("photos"), "-o", At("p.html"), "--preprocess", "signed", "--steps", "1"));
        Fails(4, $"Image '{At("none.png")}' does not exist; check its path.", Paths("relu2:2", "--pictures", At("none.png")));
        Fails(2, $"'{At("p.png")}' is not the name of an HTML file; the paths are on a page, so give a name that ends in .html.", Run("paths", At("tiny.onnx"), "relu2:2", "--images", At("photos"), "-o", At("p.png")));
    }

    [Fact]
    public void Prototypes_are_measured_told_and_used_and_a_picture_of_them_replays()
    {
        Result result = Prototypes("relu1", "relu2", "--unit", "logit(3)", "--count", "4");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.StartsWith($"{At("p.safetensors")}: relu1, relu2 of 4 images that excite logit(3) most, ", result.Output, StringComparison.Ordinal);
        Assert.EndsWith($"use it as prototypes('{At("p.safetensors")}').\n", result.Output, StringComparison.Ordinal);
        Assert.Equal(0, Render($"prototypes('{At("p.safetensors")}') - 0.0001*tv()", "a.png", "--size", "24x32").Code);
        Assert.Equal(0, Render("relu2:7", "b.png", "--size", "24x32", "--penalty", $"-20*prototypes('{At("p.safetensors")}')").Code);
        Assert.Equal(0, Run("compare", At("tiny.onnx"), "logit(3)", "--penalty", "none", $"-5*prototypes('{At("p.safetensors")}')", "--size", "24x32", "--steps", "1", "-o", At("c.html")).Code);
        Assert.Equal(0, Run("replay", At("a.png")).Code);
        Assert.Equal(0, Prototypes("relu1").Code);
        Assert.Contains("has the SHA-256", Run("replay", At("a.png")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_wrong_with_prototypes_is_said()
    {
        Fails(2, "--relevant is about a unit; name it with --unit.", Prototypes("relu1", "--relevant"));
        Fails(2, "--count is about a unit; name it with --unit.", Prototypes("relu1", "--count", "3"));
        Fails(2, "Layer 'relu1' is named twice; once is enough.", Prototypes("relu1", "relu1"));
        Fails(4, $"Prototypes '{At("none.safetensors")}' does not exist; check its path.", Render($"prototypes('{At("none.safetensors")}')", "a.png", "--size", "24x32"));
    }
}
