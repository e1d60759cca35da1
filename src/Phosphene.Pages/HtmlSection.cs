namespace Phosphene.Pages;

/// <summary>
/// A section of an <see cref="HtmlPage"/>: what is added appears in that order. Paragraphs, captions and notes may hold <c>`code`</c> and
/// <c>*emphasis*</c>; all other texts are shown as they are. A figure without content says so. All methods return the section.
/// </summary>
public sealed partial class HtmlSection
{
    private readonly List<Html> _content = [];

    internal HtmlSection(string title, string id) => (Title, Id) = (title, id);

    /// <summary>The heading.</summary>
    public string Title { get; }

    /// <summary>The id of the section in the page, for links: <c>page.html#id</c>.</summary>
    public string Id { get; }

    /// <summary>Adds a paragraph of text, or several parted by empty lines.</summary>
    public HtmlSection Text(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Add(Html.Lines(Prose.Paragraphs(text)));
    }

    /// <summary>Adds a command for the shell, which one click selects whole.</summary>
    /// <param name="command">The command without a prompt; may have several lines.</param>
    public HtmlSection Command(string command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return Add(Html.Of($"<pre class=\"command\" tabindex=\"0\"><code>{command.Trim()}</code></pre>"));
    }

    /// <summary>Adds a table. Columns of numbers, with or without a unit, are aligned to the right.</summary>
    /// <param name="caption">What the table shows.</param>
    /// <param name="header">The heading of each column.</param>
    /// <param name="rows">Rows of as many cells as there are columns; plain text, empty for none.</param>
    /// <exception cref="ArgumentException">A row has more or fewer cells than the header.</exception>
    public HtmlSection Table(string caption, IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> rows) =>
        Add(Block("data", caption, rows.Count == 0, () => DataTable.Of(caption, header, rows)));

    internal Html ToHtml() => Html.Of(
        $"<section aria-labelledby=\"{Id}\">\n<h2 id=\"{Id}\">{Title}</h2>\n{Html.Lines(_content)}\n</section>\n");

    private HtmlSection Add(Html part)
    {
        _content.Add(part);
        return this;
    }

    /// <summary>Something with a caption; a quiet line stands for it where it is empty.</summary>
    private static Html Block(string kind, string caption, bool empty, Func<Html> content)
    {
        ArgumentNullException.ThrowIfNull(caption);
        Html body = empty ? Html.Of($"<p class=\"nothing\">Nothing to show.</p>") : content();
        Html below = caption.Length == 0 ? default : Html.Of($"<figcaption>{Prose.Of(caption)}</figcaption>");
        return Html.Of($"<figure class=\"block {kind}\">\n{body}\n{below}\n</figure>");
    }
}
