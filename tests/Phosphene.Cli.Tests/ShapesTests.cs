using System.Text.Json;
using Phosphene.Images;
using Phosphene.Runtime.Tests;
using Phosphene.Shapes.Datasets;
using Xunit;

namespace Phosphene.Cli.Tests;

public sealed class ShapesTests : CommandTests
{
    private static readonly string[] Small = ["--count", "70", "--size", "12", "--seed", "3"];

    [Fact]
    public void A_dataset_is_written_as_pictures_in_folders()
    {
        Result result = Run(["shapes", "-o", At("shapes"), .. Small]);
        Assert.Equal((0, "", $"{At("shapes")}: 70 RGB images of 12 x 12 pixels with seed 3 in 60 classes: 56 train, 7 val, 7 test.\n"), (result.Code, result.Error, result.Output));
        var dataset = new ShapesDataset(3, 12, 3, 70);
        Assert.Equal(dataset.PictureOf(24).Bytes.ToArray(), Picture("shapes/train/24-rainbow-double-square/00024.png").Bytes.ToArray());
        Assert.Equal(dataset.PictureOf(69).Bytes.ToArray(), Picture("shapes/test/09-rainbow-double-line/00069.png").Bytes.ToArray());
        Assert.Equal(70, Pngs("shapes"));
    }

    [Fact]
    public void With_json_one_document_tells_what_was_written()
    {
        Result result = Run(["shapes", "-o", At("shapes"), .. Small, "--grey", "--json"]);
        Assert.Equal((0, ""), (result.Code, result.Error));
        Dictionary<string, JsonElement> document = result.Json.EnumerateObject().ToDictionary(property => property.Name, property => property.Value);
        Assert.True(document.Remove("seconds", out JsonElement seconds) && seconds.GetDouble() >= 0);
        Assert.Equal(
            $$$"""{"folder":"{{{At("shapes")}}}","seed":3,"size":12,"channels":1,"classes":60,"count":70,"splits":{"train":56,"val":7,"test":7},"written":70,"existing":0,"interrupted":false}""",
            JsonSerializer.Serialize(document).Replace(@"\\", @"\", StringComparison.Ordinal));
        Assert.Equal(1, Picture("shapes/train/24-rainbow-double-square/00024.png").Channels);
    }

    [Fact]
    public void A_dataset_that_was_begun_is_completed()
    {
        Run(["shapes", "-o", At("shapes"), .. Small, "--quiet"]);
        File.Delete(At("shapes/train/24-rainbow-double-square/00024.png"));
        Result result = Run(["shapes", "-o", At("shapes"), .. Small]);
        Assert.Equal((0, $"{At("shapes")}: 70 RGB images of 12 x 12 pixels with seed 3 in 60 classes: 56 train, 7 val, 7 test; 69 were there already.\n"), (result.Code, result.Output));
        Assert.Equal(70, Pngs("shapes"));
    }

    [Fact]
    public void An_interrupted_dataset_is_valid_and_the_same_command_completes_it()
    {
        using var interruption = new Interruption();
        string[] words = ["shapes", "-o", At("shapes"), "--count", "2000", "--size", "8", "--threads", "1", "--json"];
        (Result result, Screen screen) = RunOnScreen("images/s", interruption.Request, interruption, words);
        int written = result.Json.GetProperty("written").GetInt32();
        Assert.Equal(130, result.Code);
        Assert.EndsWith($"phosphene: Interrupted. {written} of 2000 images are in '{At("shapes")}'; the same command writes the others.\n", screen.Rest, StringComparison.Ordinal);
        Assert.True(result.Json.GetProperty("interrupted").GetBoolean());
        Assert.InRange(written, 1, 1999);
        Assert.Equal(written, Pngs("shapes"));
        Assert.All(Directory.GetFiles(At("shapes"), "*.png", SearchOption.AllDirectories), file => Images.Picture.Load(file));

        JsonElement completed = Run(words).Json;
        Assert.Equal((2000 - written, written, false), (completed.GetProperty("written").GetInt32(), completed.GetProperty("existing").GetInt32(), completed.GetProperty("interrupted").GetBoolean()));
        Assert.Equal(2000, Pngs("shapes"));
    }

    [Fact]
    public void Another_dataset_or_another_thing_in_the_folder_is_refused()
    {
        Run(["shapes", "-o", At("shapes"), .. Small]);
        Result other = Run("shapes", "-o", At("shapes"), "--count", "70", "--size", "13");
        Assert.Equal((2, ""), (other.Code, other.Output));
        Assert.StartsWith($"phosphene: '{At("shapes")}' holds 70 RGB images of 12 x 12 pixels with seed 3 (version ", other.Error, StringComparison.Ordinal);

        Fails(2, $"'{At(".")}' is not empty and holds no dataset of shapes; give a new or an empty folder.", Run("shapes", "-o", At(".")));
        Assert.Equal(["shapes", "tiny.onnx"], Directory.GetFileSystemEntries(At(".")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_named_with_what_is_there()
    {
        Run(["shapes", "-o", At("shapes"), .. Small, "--quiet"]);
        string file = At("shapes/train/24-rainbow-double-square/00024.png");
        File.Delete(file);
        Directory.CreateDirectory(file);
        Fails(1, $"Cannot write '{file}': it is a folder; give the name of a file in it. 69 of 70 images are in '{At("shapes")}'; the same command writes the others.", Run(["shapes", "-o", At("shapes"), .. Small]));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_found_before_the_work()
    {
        Fails(2, $"Cannot write to '{At("tiny.onnx")}': it is a file; give the name of a folder.", Run("shapes", "-o", At("tiny.onnx")));
    }

    // /proc takes none, not even from root.
    [LinuxFact]
    public void A_folder_that_takes_no_files_is_found_before_the_work()
    {
        Result result = Run("shapes", "-o", "/proc/shapes");
        Assert.Equal((2, ""), (result.Code, result.Output));
        Assert.StartsWith("phosphene: Cannot create the folder '/proc/shapes' (", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_manifest_is_named()
    {
        Directory.CreateDirectory(At("shapes"));
        File.WriteAllText(At("shapes/dataset.json"), "{}");
        Fails(4, $"'{At("shapes/dataset.json")}': 'dataset' is missing, where \"shapes\" is expected. It describes no dataset of shapes that can be completed; give a new or an empty folder.", Run("shapes", "-o", At("shapes")));
    }

    [Fact]
    public void A_sheet_shows_three_examples_of_each_class()
    {
        Result result = Run("shapes", "--sheet", At("sheet.png"), "--size", "24", "--seed", "5", "--json");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal(At("sheet.png"), result.Json.GetProperty("sheet").GetString());
        Assert.Equal(3, result.Json.GetProperty("examples").GetInt32());
        Assert.Equal(ShapesSheet.Of(new ShapesDataset(5, 24, count: 180)).Bytes.ToArray(), Picture("sheet.png").Bytes.ToArray());
        Assert.StartsWith($"{At("grey.png")}: 3 examples of 60 classes;", Run("shapes", "--sheet", At("grey.png"), "--grey").Output, StringComparison.Ordinal);
        Assert.Equal(1, Picture("grey.png").Channels);
    }

    [Theory]
    [InlineData("There is nothing to write; give -o DIR for the dataset or --sheet FILE.png for a picture of its classes.")]
    [InlineData("-o DIR and --sheet FILE.png are two things to write; give one at a time.", "-o", "a", "--sheet", "a.png")]
    [InlineData("--count is for the dataset that -o writes; a sheet has as many images as it needs.", "--sheet", "a.png", "--count", "60")]
    [InlineData("'a.jpg' is not the name of a PNG file; pictures are written as PNG, so give a name that ends in .png.", "--sheet", "a.jpg")]
    [InlineData("The name of the folder to write to is empty; give the name of a folder.", "-o", "")]
    [InlineData("--size is an integer from 8 to 1024; got '7'; 'phosphene shapes --help' tells how to use it.", "-o", "a", "--size", "7")]
    [InlineData("--count is an integer from 1 to 10000000; got '0'; 'phosphene shapes --help' tells how to use it.", "-o", "a", "--count", "0")]
    public void What_cannot_be_done_is_answered_with_what_can(string message, params string[] words) => Fails(2, message, Run(["shapes", .. words]));

    private int Pngs(string folder) => Directory.GetFiles(At(folder), "*.png", SearchOption.AllDirectories).Length;
}
