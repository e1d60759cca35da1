using System.Text.RegularExpressions;
using Phosphene.Atlas.Sheets;
using Phosphene.Atlas.Units;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Recipes;
using Phosphene.Syntax;
using Phosphene.Tests;
using Phosphene.Transforms;
using Xunit;

namespace Phosphene.Atlas.Tests.Sheets;

public sealed partial class SheetTests : IDisposable
{
    private static readonly Recipe Small = Recipe.Lucid with { Height = 20, Width = 24, Steps = 6, Transforms = Pipeline.None };

    private readonly string _folder = Directory.CreateTempSubdirectory("phosphene-sheet-").FullName;
    private readonly TinyModel _tiny = new();
    private readonly Model _model;

    public SheetTests() => _model = _tiny.Load();

    private string Page => Path.Combine(_folder, "sheet.html");

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private Sheet Of(params (string, string)[] layers) => new(_model, Small, layers.Select(entry => ((Layer)entry.Item1, ChannelChoice.Parse(entry.Item2))), batch: 2);

    [Fact]
    public void The_page_has_a_section_for_each_layer_and_a_picture_with_its_recipe_for_each_channel()
    {
        Sheet sheet = Of(("relu2", "0..3"), ("conv1", "1,4"));
        sheet.Render(Page);
        string html = File.ReadAllText(Page);
        Assert.Equal((6, 6), (sheet.Count, sheet.Pictures.Count));
        Assert.Equal(["relu2", "conv1"], Heading().Matches(html).Select(match => match.Groups[1].Value));
        Assert.Equal(["relu2-0", "relu2-1", "relu2-2", "relu2-3", "conv1-1", "conv1-4"], TileId().Matches(html).Select(match => match.Groups[1].Value));
        string[] pictures = [.. EmbeddedPicture().Matches(html).Select(match => match.Groups[1].Value)];
        Assert.Equal(6, pictures.Length);
        for (int i = 0; i < pictures.Length; i++)
        {
            string file = Path.Combine(_folder, "one.png");
            File.WriteAllBytes(file, Convert.FromBase64String(pictures[i]));
            Assert.Equal(sheet.Pictures[i].Provenance, Provenance.Read(file));
            Assert.Equal(sheet.Pictures[i].Picture.Bytes.ToArray(), Picture.Load(file).Bytes.ToArray());
        }
        Assert.Contains("phosphene render tiny.onnx relu2:3 -o relu2-3.png --preset lucid --size 20x24 --steps 6 --transforms none", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http-equiv=\"refresh\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void While_it_grows_the_page_is_whole_says_how_far_it_is_and_loads_itself_anew()
    {
        var seen = new List<string>();
        Of(("relu2", "0..5")).Render(Page, (done, step) =>
        {
            if (step.Index == Small.Steps && File.Exists(Page)) seen.Add(File.ReadAllText(Page));
        });
        Assert.Equal(2, seen.Count);                                                          // after the first batch, and after the second
        for (int batch = 1; batch <= 2; batch++)
        {
            string html = seen[batch - 1];
            Assert.EndsWith("</html>\n", html, StringComparison.Ordinal);
            Assert.Contains($"{2 * batch} of 6 pictures are done", html, StringComparison.Ordinal);
            Assert.Contains("<meta http-equiv=\"refresh\"", html, StringComparison.Ordinal);
            Assert.Equal((2 * batch, 6 - 2 * batch), (EmbeddedPicture().Count(html), Pending().Count(html)));
        }
    }

    [Fact]
    public void A_sheet_that_is_stopped_keeps_what_was_done_and_says_so()
    {
        using var cancellation = new CancellationTokenSource();
        Sheet sheet = Of(("relu2", "0..5"));
        sheet.Render(Page, (done, _) =>
        {
            if (done == Small.Steps + 1) cancellation.Cancel();
        }, cancellation.Token);
        string html = File.ReadAllText(Page);
        Assert.Equal(2, sheet.Pictures.Count);
        Assert.Equal((2, 0), (EmbeddedPicture().Count(html), Pending().Count(html)));
        Assert.Contains("The work was stopped after 2 of 6 pictures.", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http-equiv=\"refresh\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_sheet_is_the_same_bytes()
    {
        Of(("relu2", "0..2")).Render(Page);
        byte[] first = File.ReadAllBytes(Page);
        Of(("relu2", "0..2")).Render(Page);
        Assert.Equal(first, File.ReadAllBytes(Page));
    }

    [Fact]
    public void A_classifier_layer_is_shown_with_the_names_of_its_classes()
    {
        using Model labelled = _tiny.Load(new ModelOptions { Threads = 1, Labels = Labels.Of(["cat", "dog", "<b>", "owl"]) });
        new Sheet(labelled, Small, [("logits", ChannelChoice.Parse("1..2"))]).Render(Page);
        Assert.Equal(["dog", "&lt;b&gt;"], Label().Matches(File.ReadAllText(Page)).Select(match => match.Groups[1].Value));
    }

    [Fact]
    public void A_command_of_the_page_gives_the_preprocessing_where_the_file_does_not_state_it()
    {
        using Model given = _tiny.Load(new ModelOptions { Threads = 1, Preprocessing = Preprocessing.Parse("bgr*255-(103,116,124)") });
        new Sheet(given, Small, [("relu2", ChannelChoice.Parse("3"))]).Render(Page);
        Assert.Contains("--transforms none --preprocess &quot;bgr*255-(103,116,124)/(1,1,1)&quot;", File.ReadAllText(Page), StringComparison.Ordinal);
        Of(("relu2", "3")).Render(Page);
        Assert.DoesNotContain("--preprocess", File.ReadAllText(Page), StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_or_a_channel_that_is_not_there_is_refused_before_the_work()
    {
        Assert.Throws<UnknownLayerException>(() => Of(("relu9", "0")));
        Assert.Equal("Layer 'relu2' has channels 0 to 5; there is no channel 6. Give --channels that all layers have, or --random N.",
            Assert.Throws<UsageException>(() => Of(("relu2", "4..6"))).Message);
    }

    [GeneratedRegex("<h2 id=\"[^\"]*\">([^<]*)</h2>")]
    private static partial Regex Heading();

    [GeneratedRegex("<figure class=\"tile\" id=\"([^\"]*)\"")]
    private static partial Regex TileId();

    [GeneratedRegex("src=\"data:image/png;base64,([^\"]*)\"")]
    private static partial Regex EmbeddedPicture();

    [GeneratedRegex("<div class=\"pending\">")]
    private static partial Regex Pending();

    [GeneratedRegex("<span class=\"label\">([^\"]*)</span><span")]
    private static partial Regex Label();
}
