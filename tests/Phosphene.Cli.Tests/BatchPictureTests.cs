using System.Text.Json;
using Phosphene.Images;
using Phosphene.Recipes;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using Xunit;

namespace Phosphene.Cli.Tests;

/// <summary>Pictures of all images of a batch: strips, grids and animations, and the commands that make them.</summary>
public sealed class BatchPictureTests : CommandTests
{
    private static readonly string[] Usual = ["--size", "24x32", "--steps", "3", "--transforms", "none"];

    private Result Interpolate(string output, params string[] options) => Run(["interpolate", At("tiny.onnx"), .. options, "-o", At(output), .. Usual]);

    private static Image<Rgb24> Animated(string path) => SixLabors.ImageSharp.Image.Load<Rgb24>(path);

    [Theory]
    [InlineData("strip", 24, 5 * 32 + 4 * 4)]
    [InlineData("grid", 24 + 4 + 24, 3 * 32 + 2 * 4)]
    public void A_batch_is_one_picture_that_replays_as_a_whole(string layout, int height, int width)
    {
        Result result = Render("relu2:7", "a.png", "--batch", "5", "--layout", layout);
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.StartsWith($"{At("a.png")}: 5 images of relu2:7 = ", result.Output, StringComparison.Ordinal);
        Assert.Equal(["a.png"], Files());
        Picture whole = Picture("a.png");
        Assert.Equal((height, width), (whole.Height, whole.Width));

        Render("relu2:7", "b.png", "--batch", "5");
        Assert.Equal(Images.Picture.Tile([.. Enumerable.Range(0, 5).Select(i => Picture($"b-{i}.png"))], layout == "strip" ? 5 : 3, 4).Bytes.ToArray(), whole.Bytes.ToArray());

        Assert.Equal(0, Run("replay", At("a.png")).Code);
        Assert.Equal(Bytes("a.png"), Bytes("a.replay.png"));
    }

    [Fact]
    public void Its_recipe_has_the_average_and_the_layout()
    {
        JsonElement json = Render("relu2:7", "a.png", "--batch", "2", "--layout", "strip", "--snapshots", "2", "--json").Json;
        Provenance provenance = Provenance.Read(At("a.png"));
        Assert.Equal((0, new Layout(2)), (provenance.Image, provenance.Layout));
        Assert.Equal(json.GetProperty("value").GetDouble(), provenance.Value!.Value, 1e-9);
        Assert.Equal([At("a.png")], json.GetProperty("files").EnumerateArray().Select(file => file.GetString()));
        Assert.Equal(2, Provenance.Read(At("a.step-0002.png")).Step);
        Assert.Equal(0, Run("replay", At("a.step-0002.png")).Code);
    }

    [Fact]
    public void A_batch_can_be_an_animation()
    {
        Assert.Equal(0, Render("relu2:7", "a.gif", "--batch", "4").Code);
        Assert.Equal(["a.gif"], Files());
        using Image<Rgb24> gif = Animated(At("a.gif"));
        Assert.Equal((4, 24, 32), (gif.Frames.Count, gif.Height, gif.Width));
        Assert.Equal(15, gif.Frames[0].Metadata.GetGifMetadata().FrameDelay);
    }

    [Fact]
    public void The_growth_of_one_image_can_be_an_animation_that_stays_at_its_end()
    {
        Assert.Equal(0, Render("relu2:7", "a.gif", "--snapshots", "1,2").Code);
        Assert.Equal(0, Render("relu2:7", "b.gif", "--snapshots", "1,2,3").Code);
        Assert.Equal(["a.gif", "b.gif"], Files());
        Assert.Equal(Bytes("a.gif"), Bytes("b.gif"));
        using Image<Rgb24> gif = Animated(At("a.gif"));
        Assert.Equal([50, 50, 200], Enumerable.Range(0, gif.Frames.Count).Select(i => gif.Frames[i].Metadata.GetGifMetadata().FrameDelay));
    }

    [Fact]
    public void What_cannot_be_one_picture_is_said_before_the_work()
    {
        Fails(2, $"'{At("a.gif")}' is an animation, which needs several pictures: a batch, as with --batch 6, or the growth of one, as with --snapshots 1,4,16,64,256.", Render("relu2:7", "a.gif"));
        Fails(2, $"--layout puts the images of a batch into one PNG, and '{At("a.gif")}' is an animation, which shows one after the other; leave --layout out, or give a name that ends in .png.",
            Render("relu2:7", "a.gif", "--batch", "2", "--layout", "grid"));
        Fails(2, "--layout is files, strip or grid; got 'row'; 'phosphene render --help' tells how to use it.", Render("relu2:7", "a.png", "--layout", "row"));
        Assert.Empty(Files());
    }

    [Fact]
    public void A_diverse_batch_tells_how_alike_its_images_are()
    {
        Result result = Render("relu2:7 + diverse(relu2) + 2*diverse(conv2, cosine)", "a.png", "--batch", "3");
        Assert.Matches(@"similarity in relu2: [01]\.\d\d\d, from 1, all alike, to 0\nsimilarity in conv2: ", result.Output);
        JsonElement json = Render("relu2:7 + 0*diverse(relu2)", "a.png", "--batch", "3", "--json").Json, more = Render("relu2:7 + 100*diverse(relu2)", "a.png", "--batch", "3", "--json").Json;
        double Similarity(JsonElement document) => document.GetProperty("similarities").GetProperty("relu2").GetDouble();
        Assert.InRange(Similarity(more), 0, Similarity(json) - 1e-4);
        Assert.Empty(Render("relu2:7", "a.png", "--batch", "3", "--json").Json.GetProperty("similarities").EnumerateObject());
        Fails(2, "'diverse(relu2)' compares the images of a batch, and sees one; give a batch of 2 or more (--batch 4), and add it to each(...) rather than write it inside.", Render("relu2:7 + diverse(relu2)", "a.png"));
    }

    [Fact]
    public void Frames_between_two_objectives_are_a_strip_that_replays()
    {
        Result result = Interpolate("a.png", "relu2:3", "relu2:7", "--frames", "4", "--align", "conv1", "--align-weight", "0.5");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal((24, 4 * 32 + 3 * 4), (Picture("a.png").Height, Picture("a.png").Width));
        Provenance provenance = Provenance.Read(At("a.png"));
        Assert.Equal("aligned(each(relu2:3; lerp(relu2:3, relu2:7, 0.33333334); lerp(relu2:3, relu2:7, 0.6666667); relu2:7), conv1, 0.5)", provenance.Objective);
        Assert.Equal("shared(fourier(contrast: 1.75))", Texts.Parameterizations.Print(provenance.Recipe.Parameterization));
        Assert.Equal(0, Run("replay", At("a.png")).Code);
        Assert.Equal(Bytes("a.png"), Bytes("a.replay.png"));
    }

    [Fact]
    public void Four_corners_are_a_square_aligned_along_rows_and_columns()
    {
        Assert.Equal(0, Interpolate("a.png", "relu2:3", "relu2:7", "conv2:1", "conv2:2", "--frames", "3", "--align", "conv1", "--parameterization", "fourier()").Code);
        Assert.Equal((3 * 24 + 2 * 4, 3 * 32 + 2 * 4), (Picture("a.png").Height, Picture("a.png").Width));
        Provenance provenance = Provenance.Read(At("a.png"));
        Assert.EndsWith(", conv1, columns: 3)", provenance.Objective, StringComparison.Ordinal);
        Assert.Contains("lerp(lerp(relu2:3, relu2:7, 0.5), lerp(conv2:1, conv2:2, 0.5), 0.5)", provenance.Objective, StringComparison.Ordinal);
        Assert.Equal("fourier()", Texts.Parameterizations.Print(provenance.Recipe.Parameterization));
    }

    [Fact]
    public void Three_corners_are_a_line_and_an_animation_goes_there_and_back()
    {
        Result result = Interpolate("a.gif", "relu2:3", "relu2:7", "conv2:1", "--frames", "3", "--align", "none", "--json");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal(5, result.Json.GetProperty("batch").GetInt32());
        Assert.StartsWith("each(", result.Json.GetProperty("objective").GetString(), StringComparison.Ordinal);
        using Image<Rgb24> gif = Animated(At("a.gif"));
        Assert.Equal(5 + 3, gif.Frames.Count);
    }

    [Fact]
    public void Frames_are_aligned_in_the_last_layer_that_still_has_an_eighth_of_the_positions()
    {
        // Of 24 x 32 pixels an eighth is 3 x 4, which relu2 has, and the mean of all positions after it has not.
        Interpolate("a.png", "relu2:3", "relu2:7", "--frames", "2");
        Assert.Equal("aligned(each(relu2:3; relu2:7), relu2)", Provenance.Read(At("a.png")).Objective);
    }

    [Fact]
    public void An_interpolation_says_what_it_needs()
    {
        Fails(2, "--align-weight says how much --align counts, and that is none; leave one of them out.", Interpolate("a.png", "relu2:3", "relu2:7", "--align", "none", "--align-weight", "2"));
        Assert.Equal(2, Interpolate("a.png", "relu2:3").Code);
        Assert.Equal(2, Interpolate("a.png", "relu2:3", "a:1", "a:2", "a:3", "a:4").Code);
        Assert.Equal(2, Interpolate("a.png", "relu2:3", "nothing:1").Code);
    }

    [Fact]
    public void Pairs_are_a_grid_with_names_that_replays()
    {
        Result result = Run(["pairs", At("tiny.onnx"), "relu2:3; 0.5*relu2:7; logit(1)", "relu2:4; -conv2:1", "-o", At("a.png"), .. Usual]);
        Assert.Equal((0, ""), (result.Code, result.Error));
        Provenance provenance = Provenance.Read(At("a.png"));
        Assert.Equal("each(relu2:3 + relu2:4; relu2:3 + (-conv2:1); 0.5*relu2:7 + relu2:4; 0.5*relu2:7 + (-conv2:1); logit(1) + relu2:4; logit(1) + (-conv2:1))", provenance.Objective);
        Assert.Equal(2, provenance.Layout!.Columns);
        Assert.Equal(["relu2:3\n+ relu2:4", "relu2:3\n+ -conv2:1"], provenance.Layout.Captions.Take(2));
        Assert.Equal(2 * 32 + 4, Picture("a.png").Width);
        Assert.Equal(0, Run("replay", At("a.png")).Code);
        Assert.Equal(Bytes("a.png"), Bytes("a.replay.png"));
        Assert.Equal(2, Run(["pairs", At("tiny.onnx"), "relu2:3;", "relu2:4", "-o", At("b.png")]).Code);
        Assert.Equal(2, Run(["pairs", At("tiny.onnx"), "relu2:3", "relu2:4", "-o", At("b.gif")]).Code);
    }

    [Fact]
    public void An_interpolation_that_is_interrupted_leaves_what_was_reached()
    {
        var interruption = new Interruption();
        Result result = RunOnScreen("objective", interruption.Request, interruption, ["interpolate", At("tiny.onnx"), "relu2:3", "relu2:7", "-o", At("a.png"), "--size", "24x32", "--steps", "100000", "--transforms", "none"]).Result;
        Assert.Equal(ExitCode.Interrupted, result.Code);
        Assert.InRange(Provenance.Read(At("a.png")).Step, 1, 99_999);
    }
}
