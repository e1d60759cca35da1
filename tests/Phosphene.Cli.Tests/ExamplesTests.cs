using Microsoft.Data.Sqlite;
using Phosphene.Images;
using Xunit;

namespace Phosphene.Cli.Tests;

public sealed class ExamplesTests : CommandTests
{
    public ExamplesTests()
    {
        Directory.CreateDirectory(At("photos"));
        for (int i = 0; i < 12; i++) new Picture(26, 40, 3, [.. Enumerable.Range(0, 26 * 40 * 3).Select(k => (byte)(k * k * (i + 1) % 251))]).Save(At($"photos/{i:00}.png"));
        Write("fixed.onnx", TinyModel.Bytes(height: 24, width: 32, metadata: [("phosphene.preprocessing", "signed")]));
    }

    private Result Examples(string units, params string[] options) => Run(["examples", At("fixed.onnx"), .. units.Split(' '), "--images", At("photos"), "-o", At("i.sqlite"), .. options]);

    private long Count(string query)
    {
        using var connection = new SqliteConnection($"Data Source={At("i.sqlite")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = query;
        return (long)command.ExecuteScalar()!;
    }

    [Fact]
    public void An_index_of_layers_and_channels_is_written_and_told()
    {
        Result result = Examples("relu2 pre(relu1):3,5..7", "--count", "3", "--random", "5");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Matches($@"^{At("i.sqlite")}: examples of 24 units of 2 layers among 12 images, \d+ s\.\n$", result.Output);
        Assert.Equal(["i.sqlite"], Files());
        Assert.Equal((24, 4), (Count("SELECT count(*) FROM unit"), Count("SELECT count(*) FROM unit WHERE layer = 1 AND channel IN (3, 5, 6, 7)")));
        Assert.Equal(24 * (2 * 3 + 5), Count("SELECT count(*) FROM examples WHERE kind IN ('top', 'bottom', 'random')"));
    }

    [Fact]
    public void A_page_and_a_picture_come_from_a_complete_index_without_another_pass()
    {
        Assert.Equal(0, Examples("relu2").Code);
        byte[] index = Bytes("i.sqlite");
        Result result = Examples("relu2:4,9", "--page", At("p.html"), "--sheet", At("s.png"), "--json");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal([At("i.sqlite"), At("p.html"), At("s.png")], result.Json.GetProperty("files").EnumerateArray().Select(file => file.GetString()));
        Assert.Equal(2, result.Json.GetProperty("layers")[0].GetProperty("units").GetInt32());
        Assert.Equal(index, Bytes("i.sqlite"));
        string page = File.ReadAllText(At("p.html"));
        Assert.Contains("<h2 id=\"relu2-4\">relu2:4</h2>", page, StringComparison.Ordinal);
        Assert.Contains("<h2 id=\"relu2-9\">relu2:9</h2>", page, StringComparison.Ordinal);
        Assert.All(new[] { "lowest", "by chance, sorted", "slightly positive", "highest" }, heading => Assert.Contains($"<th scope=\"row\">{heading}</th>", page, StringComparison.Ordinal));
        Assert.Equal(7 * 56 + 6 * 4, Picture("s.png").Width);
    }

    [Fact]
    public void A_broken_image_is_skipped_with_a_warning_now_and_when_the_index_is_used_again()
    {
        File.WriteAllText(At("photos/03.png"), "no picture");
        foreach (Result result in new[] { Examples("relu2"), Examples("relu2:1") })
        {
            Assert.StartsWith("phosphene: warning: '03.png' was skipped: Cannot read", result.Error, StringComparison.Ordinal);
            Assert.Contains("among 11 images", result.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Interrupted_it_says_how_far_it_is_and_goes_on()
    {
        using var interruption = new Interruption();
        interruption.Request();
        Result result = Run(interruption, "examples", At("fixed.onnx"), "relu2", "--images", At("photos"), "-o", At("i.sqlite"));
        Assert.Equal((130, "phosphene: Interrupted after 0 of 12 images; the same command goes on.\n"), (result.Code, result.Error));
        Assert.Equal(0, Examples("relu2").Code);
        Assert.Equal(20, Count("SELECT count(*) FROM unit"));
    }

    [Fact]
    public void What_cannot_be_done_is_refused()
    {
        Fails(2, $"'{At("i.db")}' is not the name of a SQLITE file; an index is an SQLite database, so give a name that ends in .sqlite.", Run("examples", At("fixed.onnx"), "relu2", "--images", At("photos"), "-o", At("i.db")));
        Fails(4, $"Folder '{At("none")}' does not exist; check its path.", Run("examples", At("fixed.onnx"), "relu2", "--images", At("none"), "-o", At("i.sqlite")));
        Fails(2, "Layer 'relu2' has channels 0 to 19; there is no channel 20.", Examples("relu2:3,18..20"));
        Fails(2, "'3..' names no channels: numbers and ranges are expected, both ends included, such as 0..31 or 3,8,100..107.", Examples("relu2:3.."));
        Assert.Equal(2, Examples("relu9").Code);
        File.WriteAllText(At("i.sqlite"), new string('x', 3000));
        Fails(4, $"'{At("i.sqlite")}' is no index of examples; give another name, or delete it.", Examples("relu2"));
    }
}
