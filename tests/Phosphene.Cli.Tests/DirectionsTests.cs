using Phosphene.Images;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Xunit;

namespace Phosphene.Cli.Tests;

public sealed class DirectionsTests : CommandTests
{
    public DirectionsTests()
    {
        // Reds in one folder, greens in the other, each a little different.
        foreach ((string folder, int channel) in new[] { ("reds", 0), ("greens", 1) })
        {
            Directory.CreateDirectory(At(folder));
            for (int i = 0; i < 6; i++)
            {
                var bytes = new byte[20 * 30 * 3];
                for (int pixel = 0; pixel < 600; pixel++) (bytes[3 * pixel + channel], bytes[3 * pixel + 2]) = ((byte)(150 + 17 * i), (byte)(pixel * (i + 1) % 90));
                new Picture(20, 30, 3, bytes).Save(At($"{folder}/{i}.png"));
            }
        }
        Write("fixed.onnx", TinyModel.Bytes(height: 20, width: 28));
    }

    private Result Find(string output, params string[] options) => Run(["directions", At("fixed.onnx"), "relu1", "-o", At(output), .. options.Contains("--images") ? [] : (string[])["--images", At("reds")], .. options]);

    private (Shape Shape, float[] Values) Array(string name) => NpyFile.Read(At(name));

    [Fact]
    public void The_mean_of_images_minus_that_of_others_is_a_direction_that_the_first_excite_more()
    {
        Result result = Find("d.npy", "--minus", At("greens"), "--json");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal(["file", "method", "layer", "shape", "positions", "images", "rows", "skipped", "seconds"], result.Json.EnumerateObject().Select(property => property.Name));
        Assert.Equal((12, 12, "mean"), (result.Json.GetProperty("images").GetInt32(), result.Json.GetProperty("rows").GetInt32(), result.Json.GetProperty("positions").GetString()));
        Assert.Equal(0, Find("red.npy").Code);
        Assert.Equal(0, Find("green.npy", "--images", At("greens")).Code);
        (Shape shape, float[] difference) = Array("d.npy");
        Assert.Equal(new Shape(16), shape);
        for (int c = 0; c < 16; c++) Assert.Equal(Array("red.npy").Values[c] - Array("green.npy").Values[c], difference[c], 1e-5f);
        Assert.Contains(difference, value => value > 0.01f);
    }

    [Theory]
    [InlineData("pca", "3", 3, 16, "explained", "variances")]
    [InlineData("nmf", "2", 2, 16, "explained", "shares")]
    [InlineData("facets", "3", 3, 16, "sizes", "spread")]
    [InlineData("whiten", null, 16, 16, "leftOut")]
    public void Every_method_writes_its_array_and_says_how_well(string method, string? count, int rows, int columns, params string[] facts)
    {
        string[] options = ["--method", method, .. count is null ? [] : (string[])["--count", count]];
        Result result = Find("a.npy", [.. options, "--json"]);
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.All(facts, fact => Assert.True(result.Json.TryGetProperty(fact, out _)));
        Assert.Equal(method, result.Json.GetProperty("method").GetString());
        Assert.Equal(new Shape(rows, columns), Array("a.npy").Shape);
        Assert.All(Array("a.npy").Values, value => Assert.True(float.IsFinite(value)));
        Assert.Equal(0, Find("b.npy", options).Code);
        Assert.Equal(Bytes("a.npy"), Bytes("b.npy"));                // the same seed
    }

    [Fact]
    public void A_picture_of_a_direction_replays_as_long_as_its_file_is_there()
    {
        Assert.Equal(0, Find("parts.npy", "--method", "nmf", "--count", "2").Code);
        Assert.Equal(0, Find("whiten.npy", "--method", "whiten").Code);
        Assert.Equal(0, Render($"direction(relu1, '{At("parts.npy")}', row: 1, power: 2, whiten: '{At("whiten.npy")}')", "a.png").Code);
        Assert.Contains("row: 1", Provenance.Read(At("a.png")).Objective, StringComparison.Ordinal);
        Assert.Equal((0, $"{At("a.replay.png")}: 3 steps again, and the pixels are equal.\n"), (Run("replay", At("a.png")).Code, Run("replay", At("a.png")).Output));
        // The files move along with the picture.
        Directory.CreateDirectory(At("elsewhere"));
        foreach (string file in new[] { "a.png", "parts.npy", "whiten.npy", "tiny.onnx" }) File.Move(At(file), At($"elsewhere/{file}"));
        Assert.Equal(0, Run("replay", At("elsewhere/a.png")).Code);
        // Another file of that name, and none.
        File.Copy(At("elsewhere/whiten.npy"), At("elsewhere/parts.npy"), overwrite: true);
        Result changed = Run("replay", At("elsewhere/a.png"));
        Assert.Equal(4, changed.Code);
        Assert.Contains("has the SHA-256", changed.Error, StringComparison.Ordinal);
        File.Delete(At("elsewhere/parts.npy"));
        Result missing = Run("replay", At("elsewhere/a.png"));
        Assert.Equal((4, true), (missing.Code, missing.Error.Contains("does not exist; check its path.", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_picture_and_a_sheet_of_a_dictionary_are_made_like_those_of_channels()
    {
        SafetensorsFile.Write(At("sae.safetensors"), ("W_dec", new Shape(40, 16), new float[640].Select((_, i) => MathF.Sin(i)).ToArray()), ("b_enc", new Shape(40), new float[40]));
        string layer = $"code(relu1, '{At("sae.safetensors")}')";
        Assert.Equal(0, Render($"{layer}:39", "a.png").Code);
        Assert.Equal(0, Run("replay", At("a.png")).Code);
        Result sheet = Run("sheet", At("tiny.onnx"), layer, "--channels", "0..3,39", "-o", At("s.html"), "--size", "24x32", "--steps", "2", "--json");
        Assert.Equal((0, ""), (sheet.Code, sheet.Error));
        Assert.Equal([0, 1, 2, 3, 39], sheet.Json.GetProperty("pictures").EnumerateArray().Select(picture => picture.GetProperty("channel").GetInt32()));
        Fails(4, $"Dictionary '{At("none.npy")}' does not exist; check its path.", Render($"feature(relu1, '{At("none.npy")}', 3)", "b.png"));
    }

    [Fact]
    public void A_broken_image_is_skipped_with_a_warning()
    {
        File.WriteAllText(At("reds/2.png"), "no picture");
        Result result = Find("d.npy");
        Assert.Equal(0, result.Code);
        Assert.StartsWith("phosphene: warning: '2.png' was skipped: Cannot read", result.Error, StringComparison.Ordinal);
        Assert.Contains("the mean of relu1 over 5 images, [16]", result.Output, StringComparison.Ordinal);
        Assert.Contains($"use it as direction(relu1, '{At("d.npy")}').", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Interrupted_it_writes_nothing()
    {
        var interruption = new Interruption();
        interruption.Request();
        Result result = Run(interruption, "directions", At("fixed.onnx"), "relu1", "--images", At("reds"), "-o", At("d.npy"));
        Assert.Equal((130, "phosphene: Interrupted; nothing was written.\n", false), (result.Code, result.Error, File.Exists(At("d.npy"))));
    }

    [Fact]
    public void What_cannot_be_done_is_refused()
    {
        Fails(2, "--minus subtracts one mean from another; it goes with --method mean, not with pca.", Find("d.npy", "--method", "pca", "--minus", At("greens")));
        Fails(2, "--count is for pca, nmf and facets; whiten gives one.", Find("d.npy", "--method", "whiten", "--count", "3"));
        Fails(2, "Layer 'relu1' has 16 channels, and so many components at most; got --count 17.", Find("d.npy", "--method", "pca", "--count", "17"));
        Fails(2, "At least 7 rows of activations are needed for this, and the images give 6; take more images or positions.", Find("d.npy", "--method", "facets", "--count", "7"));
        Fails(2, "'some' says not which positions of a layer count; mean, centre, all or a number to draw is expected.", Find("d.npy", "--positions", "some"));
        Fails(2, $"'{At("d.txt")}' is not the name of a NPY file; directions are an array of NumPy, so give a name that ends in .npy.", Find("d.txt"));
        Fails(4, $"Folder '{At("none")}' does not exist; check its path.", Find("d.npy", "--images", At("none")));
        Assert.Equal(2, Find("d.npy", "--method", "ica").Code);
        Assert.Equal(2, Run("directions", At("fixed.onnx"), "relu1", "-o", At("d.npy")).Code);
    }
}
