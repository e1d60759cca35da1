using System.Text;
using Phosphene.Runtime.Files;

namespace Phosphene.Pages;

/// <summary>
/// A page of text, pictures, tables and charts in one HTML file that needs no other: style and pictures are inside, there are no scripts,
/// and nothing is fetched. Equal content gives equal bytes with the same .NET version. Whatever is given as text is shown as text, never
/// taken for markup.
/// </summary>
public sealed class HtmlPage
{
    private readonly string _title, _lead;
    private readonly Identifiers _identifiers = new();
    private readonly List<HtmlSection> _sections = [];

    /// <summary>A page without sections.</summary>
    /// <param name="title">The heading, which is also the name of the page in the browser; plain text.</param>
    /// <param name="lead">
    /// What the page is about, in large type below the title; empty lines part paragraphs, <c>`code`</c> and <c>*emphasis*</c> are marked.
    /// </param>
    public HtmlPage(string title, string lead = "")
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(lead);
        (_title, _lead) = (title, lead);
    }

    /// <summary>While the work goes on: how far it is, for people, with which the page says that it loads itself anew every few seconds. Null once it is done.</summary>
    public string? Progress { get; set; }

    /// <summary>Adds a section at the end of the page and a line to the table of contents, which shows from two sections on.</summary>
    /// <param name="title">The heading; plain text. Titles may repeat.</param>
    /// <returns>The section, to be filled.</returns>
    public HtmlSection Section(string title)
    {
        ArgumentNullException.ThrowIfNull(title);
        HtmlSection section = new(title, _identifiers.Next(title));
        _sections.Add(section);
        return section;
    }

    /// <summary>The whole page as it is now; sections may be filled further afterwards.</summary>
    public string ToHtml()
    {
        using StringWriter text = new();
        Write(text);
        return text.ToString();
    }

    /// <summary>Writes the page to a file in UTF-8, whole or not at all: an existing file stays as it was if anything fails.</summary>
    /// <param name="path">The file to create or replace, usually with the extension .html.</param>
    /// <exception cref="OutputFileException">The file cannot be written; the message names it and says why.</exception>
    public void Save(string path) => AtomicFile.Write(path, stream =>
    {
        using StreamWriter text = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        Write(text);
    });

    private void Write(TextWriter output)
    {
        output.Write(Head());
        foreach (HtmlSection section in _sections) output.Write(section.ToHtml());
        output.Write("</main>\n</body>\n</html>\n");
    }

    // The policy has the browser itself see to it that the page fetches and runs nothing.
    private Html Head() => Html.Of(
        $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        {Reload()}<title>{_title}</title>
        <style>
        {Html.Lines([Stylesheet.Text, .. _sections.SelectMany(section => section.Styles)])}
        </style>
        </head>
        <body>
        <header>
        <h1>{_title}</h1>
        {Lead()}
        </header>
        {Contents()}
        <main>
        {Running()}{Sorting()}
        """);

    private Html Reload() => Progress is null ? default : Html.Of($"<meta http-equiv=\"refresh\" content=\"4\" />\n");

    private Html Running() => Progress is null ? default : Html.Of($"<p class=\"running\" role=\"status\">{Progress}</p>\n");

    // The choice is made in style alone; a browser that cannot leaves the pictures by number.
    private Html Sorting() => !_sections.Exists(section => section.HasSheet) ? default : Html.Of(
        $"""
        <fieldset class="sorting">
        <legend>Sort by</legend>
        <input type="radio" name="sort" id="sort-number" checked="checked" /><label for="sort-number">number</label>
        <input type="radio" name="sort" id="sort-value" /><label for="sort-value">value</label>
        <input type="radio" name="sort" id="sort-look" /><label for="sort-look">look</label>
        </fieldset>

        """);

    private Html Lead() =>
        _lead.Length == 0 ? default : Html.Of($"<div class=\"lead\">{Html.Lines(Prose.Paragraphs(_lead))}</div>");

    private Html Contents()
    {
        if (_sections.Count < 2) return default;
        IEnumerable<Html> lines = _sections.Select(section => Html.Of($"<li><a href=\"#{section.Id}\">{section.Title}</a></li>"));
        return Html.Of($"<nav aria-label=\"Contents\">\n<ol>\n{Html.Lines(lines)}\n</ol>\n</nav>");
    }
}
