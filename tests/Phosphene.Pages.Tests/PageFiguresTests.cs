using System.Xml.Linq;
using Phosphene.Images;
using Xunit;

namespace Phosphene.Pages.Tests;

public sealed class PageFiguresTests
{
    [Fact]
    public void The_page_carries_the_bytes_of_the_picture()
    {
        Picture picture = TestPage.Picture(48, 31);
        XElement image = TestPage.Of(section => section.Gallery("All.", [new Figure(picture, "A `channel`", "12")])).Descendants("img").Single();
        byte[] png = Convert.FromBase64String(image.Value("src")!["data:image/png;base64,".Length..]);
        using MemoryStream expected = new();
        PngWriter.Write(expected, picture);
        Assert.Equal(expected.ToArray(), png);
        Assert.Equal(picture.Bytes.ToArray(), ImageReader.Read(new MemoryStream(png), "page.png").Picture.Bytes.ToArray());
        Assert.Equal("A channel", image.Value("alt"));
    }

    [Theory]
    [InlineData(48, 48, 96, 96)]
    [InlineData(28, 28, 112, 112)]
    [InlineData(32, 64, 64, 128)]
    [InlineData(64, 32, 128, 64)]
    [InlineData(96, 96, 96, 96)]
    [InlineData(224, 112, 224, 112)]
    [InlineData(256, 512, 128, 256)]
    [InlineData(1, 2000, 1, 256)]
    public void Small_pictures_are_enlarged_by_a_whole_factor_and_large_ones_shrink(int height, int width, int shownHeight, int shownWidth)
    {
        Figure figure = new(TestPage.Picture(height, width), "One");
        XElement image = TestPage.Of(section => section.Gallery("Two.", [figure, figure])).Descendants("img").First();
        Assert.Equal(($"{shownHeight}", $"{shownWidth}"), (image.Value("height"), image.Value("width")));
        Assert.Equal(shownWidth > width ? "pixels" : null, image.Value("class"));
    }

    [Fact]
    public void A_picture_without_a_caption_is_described_by_what_it_belongs_to()
    {
        Figure figure = new(TestPage.Picture(), "");
        XDocument page = TestPage.Of(section => section
            .Gallery("All.", [figure, figure])
            .Strip("A *walk*.", [TestPage.Picture(), TestPage.Picture()])
            .Comparison("Both.", ["left", "right"], [("top", [null, figure])]));
        Assert.Equal(["All. (1 of 2)", "All. (2 of 2)", "A walk. (1 of 2)", "A walk. (2 of 2)", "right, top"], page.Descendants("img").Select(image => image.Value("alt")));
    }

    [Fact]
    public void A_comparison_keeps_its_rows_and_columns_and_leaves_a_missing_cell_empty()
    {
        static Figure Named(string name) => new(TestPage.Picture(), name);
        XDocument page = TestPage.Of(section => section.Comparison("All.", ["a", "b", "c"],
            [("first", [Named("1a"), null, Named("1c")]), ("second", [Named("2a"), Named("2b"), Named("2c")])]));
        Assert.Equal(["a", "b", "c"], page.Descendants("thead").Descendants("th").Select(cell => cell.Value));
        Assert.Equal(["first", "second"], page.Descendants("tbody").Descendants("th").Select(cell => cell.Value));
        Assert.Equal(["1a", "", "1c", "2a", "2b", "2c"], page.Descendants("tbody").Descendants("td").Select(cell => cell.Value));
        Assert.All(page.Descendants("tbody").Descendants("th"), cell => Assert.Equal("row", cell.Value("scope")));
    }

    [Fact]
    public void Rows_of_another_length_than_the_header_are_refused_and_named()
    {
        HtmlSection section = new HtmlPage("Title").Section("Section");
        ArgumentException error = Assert.Throws<ArgumentException>(() => section.Comparison("Grid.", ["a", "b"], [("conv1", [null, null]), ("conv2", [null])]));
        Assert.Equal("Row 'conv2' of 'Grid.' has 1 cells; give 2, one for each column.", error.Message);
        error = Assert.Throws<ArgumentException>(() => section.Table("List.", ["a"], [["1"], ["2", "3"]]));
        Assert.Equal("Row '2' of 'List.' has 2 cells; give 1, one for each column.", error.Message);
    }

    [Fact]
    public void Columns_of_numbers_are_aligned_to_the_right()
    {
        XDocument page = TestPage.Of(section => section.Table("All.", ["name", "count", "time", "size", "nothing", "measured"],
        [
            ["conv1", "1,234", "3.5 ms", "3x3", "", "≈ -1e-6 ± 0.1"],
            ["2", "–", "12 ms/step", "5", "–", "+.5%"],
        ]));
        Assert.Equal(["count", "time", "measured"], page.Elements("th", "number").Select(cell => cell.Value));
        Assert.Equal(["1,234", "3.5 ms", "≈ -1e-6 ± 0.1", "–", "12 ms/step", "+.5%"], page.Elements("td", "number").Select(cell => cell.Value));
    }

    [Fact]
    public void A_figure_without_content_says_so()
    {
        XDocument page = TestPage.Of(section => section
            .Gallery("1", []).Strip("2", []).Comparison("3", ["a"], []).Table("4", ["a"], []).Lines("5", "x", "y", []).Bars("6", "y", [])
            .Lines("7", "x", "y", [("empty", []), ("unknown", [double.NaN])]).Lines("8", "x", "y", [("zero", [0, -1])], logarithmic: true));
        Assert.Equal(8, page.Elements("p", "nothing").Count());
        Assert.Equal(["1", "2", "3", "4", "5", "6", "7", "8"], page.Descendants("figcaption").Select(caption => caption.Value));
    }

    [Fact]
    public void A_command_keeps_its_lines_and_its_marks()
    {
        XDocument page = TestPage.Of(section => section.Command("phosphene render model.onnx \\\n  'a*b*c' `pwd`\n"));
        Assert.Equal("phosphene render model.onnx \\\n  'a*b*c' `pwd`", page.Descendants("code").Single().Value);
    }
}
