using Phosphene.Images;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using Xunit;

namespace Phosphene.Cli.Tests;

public sealed class ZoomTests : CommandTests
{
    private Result Zoom(string output, params string[] options) => Run(["zoom", At("tiny.onnx"), "deepdream(relu2)", "-o", At(output), "--frames", "3", "--size", "24x32", .. options]);

    [Fact]
    public void It_writes_an_animation_that_goes_into_a_photo()
    {
        new Picture(36, 48, 3, [.. Enumerable.Range(0, 36 * 48 * 3).Select(i => (byte)(i * 37 % 251))]).Save(At("photo.png"));
        Result result = Zoom("a.gif", "--start", At("photo.png"), "--json");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal((3, false), (result.Json.GetProperty("frames").GetInt32(), result.Json.GetProperty("interrupted").GetBoolean()));
        using Image<Rgb24> gif = SixLabors.ImageSharp.Image.Load<Rgb24>(At("a.gif"));
        Assert.Equal((3, 24, 32), (gif.Frames.Count, gif.Height, gif.Width));
        Assert.StartsWith($"{At("b.gif")}: 3 pictures of deepdream(relu2), 36 x 48 pixels, ", Run("zoom", At("tiny.onnx"), "deepdream(relu2)", "-o", At("b.gif"), "--frames", "3", "--start", At("photo.png")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Interrupted_it_writes_the_frames_that_are_done()
    {
        var interruption = new Interruption();
        interruption.Request();
        Result result = Run(interruption, "zoom", At("tiny.onnx"), "deepdream(relu2)", "-o", At("a.gif"));
        Assert.Equal((130, "phosphene: Interrupted after 0 of 40 pictures; nothing was written.\n", 0), (result.Code, result.Error, Files().Length));
    }

    [Fact]
    public void What_is_no_zoom_is_refused()
    {
        Fails(2, "--by is how much larger everything becomes, above 1, such as 1.05; got 0.9.", Zoom("a.gif", "--by", "0.9"));
        Fails(2, $"'{At("a.png")}' is not the name of a GIF file; animations are written as GIF, so give a name that ends in .gif.", Zoom("a.png"));
    }
}
