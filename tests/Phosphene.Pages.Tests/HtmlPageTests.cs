using System.Globalization;
using System.Xml.Linq;
using Phosphene.Runtime.Files;
using Xunit;

namespace Phosphene.Pages.Tests;

public sealed class HtmlPageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("phosphene-pages-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_hostile_text_is_shown_as_text_wherever_a_text_can_be()
    {
        string html = TestPage.Everything(TestPage.Hostile).ToHtml();
        XDocument page = TestPage.Parse(html);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("&amp;amp;", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(&#39;&amp;&quot;&#39;)&lt;/script&gt;", html, StringComparison.Ordinal);
        foreach (string element in new[] { "title", "h1", "h2", "a", "p", "code", "figcaption", "small", "th", "td", "desc", "text", "li" })
            Assert.Contains(page.Descendants(element), found => found.Value.Contains(TestPage.Hostile, StringComparison.Ordinal));
        foreach (string attribute in new[] { "alt", "aria-label" })
            Assert.Contains(page.Descendants(), found => found.Value(attribute)?.Contains(TestPage.Hostile, StringComparison.Ordinal) is true);
    }

    [Fact]
    public void Characters_that_html_cannot_hold_are_replaced()
    {
        string html = TestPage.Everything("a\0b\u0001c\ud800d\uffffe\u0085f\r\n🌞").ToHtml();
        Assert.Equal("a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf\n🌞", TestPage.Parse(html).Descendants("h1").Single().Value);
    }

    [Fact]
    public void Ids_are_unique_and_the_contents_lead_to_every_section()
    {
        HtmlPage page = new("Title");
        string[] titles = ["Channels of conv3:5", "channels of CONV3 5", "Größe", "», «", "section", "Channels of conv3 5 2"];
        string[] ids = [.. titles.Select(title => page.Section(title).Id)];
        Assert.Equal(["channels-of-conv3-5", "channels-of-conv3-5-2", "gr-e", "section", "section-2", "channels-of-conv3-5-2-2"], ids);
        XDocument parsed = TestPage.Parse(page);
        Assert.Equal(ids, parsed.Descendants("h2").Select(heading => heading.Value("id")));
        Assert.Equal(ids.Select(id => "#" + id), parsed.Descendants("nav").Descendants("a").Select(link => link.Value("href")));
        Assert.Equal(titles, parsed.Descendants("nav").Descendants("a").Select(link => link.Value));
        Assert.All(parsed.Descendants("section"), section => Assert.Equal(section.Element("h2")!.Value("id"), section.Value("aria-labelledby")));
        Assert.Equal(ids.Length, parsed.Descendants().Count(element => element.Attribute("id") is not null));
    }

    [Fact]
    public void A_page_without_sections_is_whole()
    {
        XDocument page = TestPage.Parse(new HtmlPage(""));
        Assert.Equal("en", page.Root!.Value("lang"));
        Assert.Equal(["header", "main"], page.Descendants("body").Elements().Select(element => element.Name.LocalName));
    }

    [Fact]
    public void Contents_show_from_two_sections_on()
    {
        HtmlPage page = new("Title", "Lead.");
        page.Section("One");
        Assert.Empty(TestPage.Parse(page).Descendants("nav"));
        page.Section("Two");
        Assert.Single(TestPage.Parse(page).Descendants("nav"));
    }

    [Fact]
    public void The_page_fetches_nothing_and_runs_nothing()
    {
        string html = TestPage.Everything("text").ToHtml();
        Assert.DoesNotContain("http:", html, StringComparison.Ordinal);
        Assert.DoesNotContain("https:", html, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", html, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", html, StringComparison.Ordinal);
        XDocument page = TestPage.Parse(html);
        Assert.Empty(page.Descendants("script").Concat(page.Descendants("link")));
        Assert.All(page.Descendants("img"), image => Assert.StartsWith("data:image/png;base64,", image.Value("src"), StringComparison.Ordinal));
        XElement policy = page.Descendants("meta").Single(meta => meta.Value("http-equiv") == "Content-Security-Policy");
        Assert.Equal("default-src 'none'; img-src data:; style-src 'unsafe-inline'", policy.Value("content"));
    }

    [Fact]
    public void The_same_content_gives_the_same_bytes_in_every_culture()
    {
        string expected = TestPage.Everything("a text").ToHtml();
        Assert.Equal(expected, TestPage.Everything("a text").ToHtml());

        // German: 1.234,5 instead of 1,234.5. Cultures have no data of their own here, so its separators are set by hand.
        CultureInfo german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (german.NumberFormat.NumberDecimalSeparator, german.NumberFormat.NumberGroupSeparator, german.NumberFormat.NegativeSign) = (",", ".", "~");
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = german;
            Assert.Equal("-1,5".Replace('-', '~'), $"{-1.5}");
            Assert.Equal(expected, TestPage.Everything("a text").ToHtml());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Saving_writes_the_text_in_utf8_and_replaces_the_file_whole()
    {
        string path = Path.Combine(_folder, "page.html");
        File.WriteAllText(path, new string('x', 1_000_000));
        HtmlPage page = TestPage.Everything("Größe 🌞");
        page.Save(path);
        Assert.Equal(System.Text.Encoding.UTF8.GetBytes(page.ToHtml()), File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_named()
    {
        string path = Path.Combine(_folder, "missing", "page.html");
        OutputFileException error = Assert.Throws<OutputFileException>(() => new HtmlPage("Title").Save(path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }
}
