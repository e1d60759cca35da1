using Phosphene.Recipes;
using Xunit;

namespace Phosphene.Cli.Tests;

public sealed class SheetTests : CommandTests
{
    private string[] Words(params string[] words) => ["sheet", At("tiny.onnx"), .. words, "-o", At("s.html"), "--size", "24x32", .. words.Contains("--steps") ? [] : (string[])["--steps", "3"]];

    [Fact]
    public void A_sheet_has_the_channels_of_each_layer_that_were_asked_for()
    {
        Result result = Run(Words("conv2", "conv1", "--channels", "0..2,5", "--batch", "3", "--json"));
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal(["file", "count", "pictures", "seconds", "interrupted"], result.Json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(["conv2:0", "conv2:1", "conv2:2", "conv2:5", "conv1:0", "conv1:1", "conv1:2", "conv1:5"],
            result.Json.GetProperty("pictures").EnumerateArray().Select(picture => $"{picture.GetProperty("layer").GetString()}:{picture.GetProperty("channel").GetInt32()}"));
        Assert.Equal(["s.html"], Files());
        Assert.Contains("<h2 id=\"conv2\">", File.ReadAllText(At("s.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_command_that_a_page_shows_gives_a_picture_of_the_unit()
    {
        Assert.Equal(0, Run(Words("conv1", "--channels", "3", "--seed", "4", "--quiet")).Code);
        string html = File.ReadAllText(At("s.html"));
        int start = html.IndexOf("phosphene render", StringComparison.Ordinal);
        string[] words = html[(start + "phosphene ".Length)..html.IndexOf('<', start)].Replace("tiny.onnx", At("tiny.onnx"), StringComparison.Ordinal).Replace("conv1-3.png", At("one.png"), StringComparison.Ordinal).Split(' ');
        Assert.Equal(0, Run([.. words, "--quiet"]).Code);
        Provenance made = Provenance.Read(At("one.png"));
        Assert.Equal(("conv1:3", 4ul, 3, (int?)24, (int?)32), (made.Objective, made.Recipe.Seed, made.Recipe.Steps, made.Recipe.Height, made.Recipe.Width));
    }

    [Fact]
    public void Sixteen_channels_by_chance_are_shown_where_none_are_named()
    {
        Result result = Run(Words("conv1", "--json"));
        Assert.Equal(16, result.Json.GetProperty("count").GetInt32());
        Assert.Equal(2, Run(Words("conv1", "--random", "3", "--json")).Json.GetProperty("pictures").EnumerateArray().Skip(1).Count());
    }

    [Fact]
    public void An_interrupted_sheet_keeps_the_pictures_that_were_done()
    {
        var interruption = new Interruption();
        (Result result, _) = RunOnScreen("picture 4", interruption.Request, interruption, Words("conv1", "--channels", "0..5", "--batch", "1", "--steps", "4000"));
        Assert.Equal(130, result.Code);
        Assert.Equal(["s.html"], Files());
    }

    [Theory]
    [InlineData("'s.png' is not the name of an HTML file; the sheet is a page, so give a name that ends in .html.", "-o", "s.png")]
    [InlineData("--channels and --random each say which channels to show; give one of them.", "--channels", "1", "--random", "2")]
    [InlineData("'2..1' names no channels: numbers and ranges are expected, both ends included, such as 0..31 or 3,8,100..107.", "--channels", "2..1")]
    public void What_cannot_be_done_is_refused_before_the_model_is_read(string message, params string[] options) =>
        Fails(2, message, Run(["sheet", "none.onnx", "conv1", .. options]));
}
