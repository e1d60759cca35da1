using System.Xml;
using System.Xml.Linq;
using Phosphene.Images;

namespace Phosphene.Pages.Tests;

/// <summary>Pages to test with. A page is well-formed XML too, so an XML reader finds every tag that is not closed.</summary>
internal static class TestPage
{
    public const string Hostile = "<script>alert('&\"')</script>";

    public static XDocument Parse(HtmlPage page) => Parse(page.ToHtml());

    public static XDocument Parse(string html)
    {
        using StringReader text = new(html);
        using XmlReader reader = XmlReader.Create(text, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null });
        return XDocument.Load(reader);
    }

    /// <summary>The page of one section that <paramref name="fill"/> fills.</summary>
    public static XDocument Of(Action<HtmlSection> fill)
    {
        HtmlPage page = new("Title");
        fill(page.Section("Section"));
        return Parse(page);
    }

    public static IEnumerable<XElement> Elements(this XDocument page, string name, string? kind = null) =>
        page.Descendants(name).Where(element => kind is null || Classes(element).Contains(kind));

    public static string? Value(this XElement element, string attribute) => (string?)element.Attribute(attribute);

    /// <summary>Random colours, the same for the same size.</summary>
    public static Picture Picture(int height = 3, int width = 5)
    {
        byte[] bytes = new byte[height * width * 3];
        new Random(height * 1000 + width).NextBytes(bytes);
        return new Picture(height, width, 3, bytes);
    }

    /// <summary>A page with everything in it, and the same text wherever a text can be.</summary>
    public static HtmlPage Everything(string text)
    {
        HtmlPage page = new(text, text);
        HtmlSection section = page.Section(text);
        Figure figure = new(Picture(), text, text);
        section.Text(text).Command(text).Gallery(text, [figure, figure]).Gallery(text, [new Figure(Picture(), "")]).Strip(text, [Picture()]);
        section.Comparison(text, [text, text], [(text, [figure, null])]);
        section.Table(text, [text, "number"], [[text, "1"]]);
        section.Lines(text, text, text, [(text, [1, 0.5, double.NaN]), (text, [0, 2])], logarithmic: true);
        section.Bars(text, text, [(text, 0.5), (text, -1.25)]).Bars(text, text, [(text, 0.5), (text, 0)], logarithmic: true);
        section.Sheet([new SheetTile(1, text, Picture()) { Label = text, Note = text, Value = 2, Details = [text], Commands = [(text, text)] }, new SheetTile(2, text, null)]);
        page.Section(text);
        page.Progress = text;
        return page;
    }

    private static string[] Classes(XElement element) => (element.Value("class") ?? "").Split(' ');
}
