using System.Xml.Linq;
using Phosphene.Images;
using Xunit;

namespace Phosphene.Pages.Tests;

public sealed class PageSheetTests
{
    private static Picture Grey(byte value) => new(4, 4, 3, [.. Enumerable.Repeat(value, 48)]);

    private static Picture Stripes(byte value) => new(4, 4, 3, [.. Enumerable.Range(0, 48).Select(i => i / 3 % 2 == 0 ? (byte)0 : value)]);

    private static int Place(XElement tile, string kind) => int.Parse(tile.Value("style")!.Split(';').Single(part => part.StartsWith($"--{kind}:", StringComparison.Ordinal)).Split(':')[1]);

    [Fact]
    public void Tiles_have_their_places_by_number_by_value_and_by_look()
    {
        SheetTile[] tiles =
        [
            new(3, "a", Grey(200)) { Value = 1.5 }, new(5, "b", Stripes(90)) { Value = 7 }, new(8, "c", null), new(9, "d", Grey(190)) { Value = -2 }, new(12, "e", Stripes(100)) { Value = double.NaN },
        ];
        XElement[] shown = [.. TestPage.Of(section => section.Sheet(tiles)).Elements("figure", "tile")];
        Assert.Equal([3, 5, 8, 9, 12], shown.Select(tile => Place(tile, "number")));
        Assert.Equal([1, 0], shown[..2].Select(tile => Place(tile, "value")));
        Assert.Equal(2, Place(shown[3], "value"));
        // The darkest first, each beside the one like it; what is not there yet is last.
        Assert.Equal([3, 0, 4, 2, 1], shown.Select(tile => Place(tile, "look")));
    }

    [Fact]
    public void A_picture_links_to_itself_large_with_its_details_and_commands()
    {
        XDocument page = TestPage.Of(section => section.Sheet([new SheetTile(7, "conv:7", Grey(9)) { Details = ["seed 3"], Commands = [("Again:", "phosphene render \"a b\"")] }]));
        XElement tile = page.Elements("figure", "tile").Single();
        Assert.Equal("section-7", tile.Value("id"));
        Assert.Equal("#section-7", tile.Elements("a").Single().Value("href"));
        Assert.Equal("conv:7", tile.Descendants("img").Single().Value("alt"));
        Assert.Contains("seed 3", tile.Value, StringComparison.Ordinal);
        Assert.Equal("phosphene render \"a b\"", tile.Descendants("code").Single().Value);
    }

    [Fact]
    public void Only_a_page_with_a_sheet_can_be_sorted_and_only_one_that_grows_loads_itself_anew()
    {
        var page = new HtmlPage("Title");
        page.Section("One").Text("Text.");
        Assert.DoesNotContain("<fieldset", page.ToHtml(), StringComparison.Ordinal);
        page.Section("Two").Sheet([new SheetTile(0, "a", Grey(1))]);
        page.Progress = "1 of 2";
        XDocument growing = TestPage.Parse(page);
        Assert.Equal(["number", "value", "look"], growing.Descendants("fieldset").Single().Descendants("label").Select(label => label.Value));
        Assert.Contains(growing.Descendants("meta"), meta => meta.Value("http-equiv") == "refresh");
        Assert.Equal("1 of 2", growing.Elements("p", "running").Single().Value);
        page.Progress = null;
        Assert.DoesNotContain("refresh", page.ToHtml(), StringComparison.Ordinal);
    }
}
