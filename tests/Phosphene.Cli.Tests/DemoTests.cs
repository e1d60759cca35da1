using System.Text.Json;
using Phosphene.Runtime.Tests;
using Xunit;

namespace Phosphene.Cli.Tests;

public sealed class DemoTests : CommandTests
{
    [Fact]
    public void Interrupted_before_the_first_experiment_it_leaves_the_first_picture_and_no_page()
    {
        using var interruption = new Interruption();
        interruption.Request();
        Result result = Run(interruption, "demo", "-o", At("demo"));
        Assert.Equal((130, $"phosphene: Interrupted. '{Demo("first.png")}' is written, '{Demo("index.html")}' is not written.\n"), (result.Code, result.Error));
        Assert.Equal(["first.png"], Directory.GetFiles(At("demo")).Select(Path.GetFileName));
        Assert.Equal((544, 544), (Picture("demo/first.png").Height, Picture("demo/first.png").Width));
    }

    [Fact]
    public void Interrupted_later_it_keeps_what_is_done_and_says_that_the_rest_is_missing()
    {
        using var interruption = new Interruption();
        (Result result, Screen screen) = RunOnScreen("the data", interruption.Request, interruption, "demo", "-o", At("demo"), "--json");
        Assert.Equal(130, result.Code);
        Assert.Equal([$" {new string('─', 40)}  experiment 1/8  the data"], screen.Frames);
        Assert.Equal($"phosphene: Interrupted. '{Demo("first.png")}' is written, the 1 of 8 experiments that were done are in '{Demo("index.html")}'.\n", screen.Rest);
        Assert.Equal(["first.png", "index.html"], Directory.GetFiles(At("demo")).Select(Path.GetFileName).Order());
        string page = File.ReadAllText(Demo("index.html"));
        Assert.Contains("was interrupted after 1 of 8 experiments", page, StringComparison.Ordinal);
        Assert.Equal(2, page.Split("<h2").Length - 1);               // the data, and that the rest is missing
        Assert.EndsWith("</html>\n", page, StringComparison.Ordinal);
        Assert.Equal("the data", Assert.Single(result.Json.GetProperty("experimentSeconds").EnumerateObject()).Name);
        Assert.Equal((Demo("index.html"), true), (result.Json.GetProperty("page").GetString(), result.Json.GetProperty("interrupted").GetBoolean()));
    }

    [Fact]
    public void A_page_that_is_there_is_not_replaced_by_a_part()
    {
        Directory.CreateDirectory(At("demo"));
        File.WriteAllText(Demo("index.html"), "whole");
        using var interruption = new Interruption();
        (Result result, Screen screen) = RunOnScreen("the data", interruption.Request, interruption, "demo", "-o", At("demo"), "--json");
        Assert.Equal((130, "whole"), (result.Code, File.ReadAllText(Demo("index.html"))));
        Assert.EndsWith($"'{Demo("index.html")}' is as it was.\n", screen.Rest, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, result.Json.GetProperty("page").ValueKind);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_found_before_the_work()
    {
        Fails(2, "The name of the folder to write to is empty; give the name of a folder.", Run("demo", "-o", ""));
        Fails(2, $"Cannot write to '{At("tiny.onnx")}': it is a file; give the name of a folder.", Run("demo", "-o", At("tiny.onnx")));
    }

    // /proc takes none, not even from root.
    [LinuxFact]
    public void A_folder_that_takes_no_files_is_found_before_the_work()
    {
        Result result = Run("demo", "-o", "/proc/demo");
        Assert.Equal((2, ""), (result.Code, result.Output));
        Assert.StartsWith("phosphene: Cannot create the folder '/proc/demo' (", result.Error, StringComparison.Ordinal);
    }

    private string Demo(string name) => Path.Combine(At("demo"), name);
}
