using Phosphene.Images;
using Phosphene.Pages.Galleries;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Pages.Tests.Galleries;

public sealed class GallerySiteTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("site").FullName;

    public GallerySiteTests() => new Picture(9, 13, 3, [.. Enumerable.Range(0, 9 * 13 * 3).Select(i => (byte)i)]).Save(Path.Combine(_folder, "a.png"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static GalleryLayer Layer(string name, int units, int[]? sources = null) => new(name, units, (4, 3), (7, 9), (30, 40),
        [.. Enumerable.Range(0, units).Select(channel => new GalleryUnit(channel, [new GalleryPicture("channel", $"{name}:{channel}", [new GalleryImage("a.png", channel, [])], $"{name}:{channel} · channel", 9, 13)]))])
    { Sources = sources ?? [] };

    private string Write(params GalleryLayer[] layers)
    {
        new GallerySite(new GalleryNetwork("Title", "model.onnx", "recipe", "version", layers), _folder).Write();
        return File.ReadAllText(Path.Combine(_folder, "index.html"));
    }

    private string Page(string name) => File.ReadAllText(Path.Combine(_folder, name));

    [Fact]
    public void Every_layer_and_unit_has_a_page_of_its_own_whatever_it_is_called()
    {
        Write(Layer("a/b", 2), Layer("a-b", 2), Layer("A-B", 1), Layer("index", 1), Layer("gallery", 1), Layer("../..", 1), Layer("", 1), Layer(new string('x', 300), 1));
        foreach (string page in (string[])["a-b.html", "a-b-2.html", "A-B-3.html", "index-2.html", "gallery-2.html", "layer.html", "layer-2.html", $"{new string('x', 100)}.html"]) Assert.Contains("<h1>", Page(page), StringComparison.Ordinal);
        Assert.Contains("a/b:1", Page("a-b/1.html"), StringComparison.Ordinal);
        Assert.Contains("a-b:1", Page("a-b-2/1.html"), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_and_labels_are_shown_as_text_never_as_markup()
    {
        const string hostile = "<script>alert(1)</script>\"'&";
        GalleryLayer layer = Layer(hostile, 1);
        layer = layer with { IsClasses = true, Units = [layer.Units[0] with { Label = hostile, Concerns = [hostile], Findings = [(hostile, hostile)], Commands = [(hostile, hostile)] }], Branches = [(hostile, 1)] };
        Write(layer);
        foreach (string file in Directory.GetFiles(_folder, "*.html", SearchOption.AllDirectories)) Assert.DoesNotContain("<script>alert", File.ReadAllText(file), StringComparison.Ordinal);
        // JSON in a script keeps the bracket out too.
        Assert.DoesNotContain("<script>", Page("gallery/units.js"), StringComparison.Ordinal);
    }

    [Fact]
    public void Pages_ask_for_nothing_elsewhere()
    {
        Write(Layer("one", 70), Layer("two", 3, [0]));
        foreach (string file in Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) is ".html" or ".js" or ".css"))
            Assert.DoesNotContain("//", File.ReadAllText(file).Replace("// ", "", StringComparison.Ordinal).Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal).Replace("://", "x", StringComparison.Ordinal).Replace("//.", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_folder, "gallery", "one-1.jpg")));
        Assert.Equal((9 * 112 / 13 * 8, 112 * 8), (Picture.Load(Path.Combine(_folder, "gallery", "one-0.jpg")) is var sprite ? (sprite.Height, sprite.Width) : default));
        Assert.Equal(112 * 8, Picture.Load(Path.Combine(_folder, "gallery", "two-0.jpg")).Width);
    }

    [Fact]
    public void The_first_page_and_that_of_a_unit_stay_light_with_many_units()
    {
        GalleryLayer[] layers = [.. Enumerable.Range(0, 60).Select(number => Layer($"block{number}", 12, number == 0 ? [] : [number - 1, Math.Max(0, number - 3)]))];
        Assert.InRange(Write(layers).Length, 1, 300_000);
        Assert.InRange(Page("block30/7.html").Length, 1, 60_000);
    }

    [Fact]
    public void Layers_without_units_are_in_the_graph_and_have_no_page()
    {
        string index = Write(Layer("one", 2), Layer("none", 0, [0]), Layer("two", 2, [1]));
        Assert.Contains(">none</text>", index, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder, "none.html")));
        // From a layer to the next that has units.
        Assert.Contains("href=\"two.html\">two ›", Page("one.html"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_that_is_damaged_is_named()
    {
        File.WriteAllText(Path.Combine(_folder, "a.png"), "no picture");
        Assert.Contains("a.png' cannot be read", Assert.Throws<InputFileException>(() => Write(Layer("one", 1))).Message, StringComparison.Ordinal);
    }
}
