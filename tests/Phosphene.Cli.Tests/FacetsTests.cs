using Phosphene.Images;
using Phosphene.Recipes;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Xunit;

namespace Phosphene.Cli.Tests;

public sealed class FacetsTests : CommandTests
{
    public FacetsTests()
    {
        Directory.CreateDirectory(At("photos"));
        foreach ((string name, int channel) in new[] { ("red", 0), ("blue", 2) })
            for (int i = 0; i < 3; i++)
            {
                var bytes = new byte[24 * 32 * 3];
                for (int pixel = 0; pixel < 24 * 32; pixel++) bytes[3 * pixel + channel] = (byte)(190 + 10 * i + pixel % 7);
                new Picture(24, 32, 3, bytes).Save(At($"photos/{name}{i}.png"));
            }
        Write("fixed.onnx", TinyModel.Bytes(height: 24, width: 32));
    }

    private Result Facets(string output, params string[] options) => Run(["facets", At("fixed.onnx"), "relu1:3", "--images", At("photos"), "-o", At(output), "--steps", "3", "--transforms", "none", .. options.Contains("--facets") ? [] : (string[])["--facets", "2"], .. options]);

    [Fact]
    public void It_makes_a_picture_of_each_kind_of_images_that_replays()
    {
        Result result = Facets("a.png", "--examples", At("x.png"), "--json");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal(["a.npy", "a.png", "x.png"], Files());
        Assert.Equal([At("a.png"), At("a.npy"), At("x.png")], result.Json.GetProperty("files").EnumerateArray().Select(file => file.GetString()));
        Assert.Equal(2, result.Json.GetProperty("facets").EnumerateArray().Select(facet => string.Join(' ', facet.GetProperty("images").EnumerateArray().Select(image => image.GetProperty("file").GetString()![..3]).Distinct())).Intersect(["red", "blu"]).Count());
        Assert.Equal((new Shape(2, 16), 2 * 32 + 4, 3 * 24 + 2 * 4), (NpyFile.Read(At("a.npy")).Shape, Picture("x.png").Width, Picture("x.png").Height));
        Assert.Equal(["3 of 6 images", "3 of 6 images"], [.. Provenance.Read(At("a.png")).Layout!.Captions]);
        Assert.Equal(0, Run("replay", At("a.png"), "--model", At("fixed.onnx")).Code);
        Assert.Equal(Bytes("a.png"), Bytes("a.replay.png"));
    }

    [Fact]
    public void It_starts_from_the_most_typical_images_if_that_is_asked_for()
    {
        Assert.Equal(0, Facets("a.png", "--from-images", "--pull", "0").Code);
        Provenance provenance = Provenance.Read(At("a.png"));
        Assert.Equal("each(relu1:3; relu1:3)", provenance.Objective);
        Assert.Equal(["blu", "red"], provenance.Recipe.Start!.Images.Select(image => Path.GetFileName(image.Path)[..3]).Order());
        Assert.Equal(0, Run("replay", At("a.png"), "--model", At("fixed.onnx")).Code);
    }

    [Fact]
    public void Interrupted_it_makes_no_picture()
    {
        var interruption = new Interruption();
        interruption.Request();
        Result result = Run(interruption, "facets", At("fixed.onnx"), "relu1:3", "--images", At("photos"), "-o", At("a.png"), "--facets", "2");
        Assert.Equal((130, 0), (result.Code, Files().Length));
    }

    [Fact]
    public void What_cannot_be_done_is_refused()
    {
        Fails(2, $"7 facets need as many images at least, and folder '{At("photos")}' has 6 that can be used; ask for fewer, or give more images.", Facets("a.png", "--facets", "7"));
        Fails(2, "--among 1 images make no 2 facets; give at least as many, ten times as many rather.", Facets("a.png", "--among", "1"));
        Fails(4, $"Folder '{At("none")}' does not exist; check its path.", Run("facets", At("fixed.onnx"), "relu1:3", "--images", At("none"), "-o", At("a.png")));
        Fails(2, "--pull is a number from 0 to 1000; got '-1'; 'phosphene facets --help' tells how to use it.", Facets("a.png", "--pull", "-1"));
    }
}
