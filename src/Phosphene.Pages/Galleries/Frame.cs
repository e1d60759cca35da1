namespace Phosphene.Pages.Galleries;

/// <summary>What all pages of a gallery have in common.</summary>
/// <param name="Title">The name of the gallery.</param>
/// <param name="HasQuiz">Whether there is a quiz.</param>
internal sealed record Frame(string Title, bool HasQuiz)
{
    /// <summary>A whole page.</summary>
    /// <param name="page">Its own address.</param>
    /// <param name="title">Its name.</param>
    /// <param name="trail">The pages above it, from the second on: name and address.</param>
    /// <param name="ways">Where keys lead to: what for (prev, next, up, previous-layer, next-layer), the address, and the text.</param>
    /// <param name="kind">What kind of page it is.</param>
    /// <param name="scripts">Scripts of its own, in the folder of assets.</param>
    /// <param name="main">What is on it.</param>
    public Html Page(string page, string title, IReadOnlyList<(string Name, string Page)> trail, IReadOnlyList<(string Kind, string Page, string Text)> ways, string kind, IReadOnlyList<string> scripts, Html main)
    {
        string up = Up(page);
        IEnumerable<Html> steps = trail.Select(step => Html.Of($"<li><a href=\"{up}{step.Page}\">{step.Name}</a></li>"));
        Html quiz = HasQuiz ? Html.Of($"<a href=\"{up}{Places.Quiz}\">quiz</a>") : default;
        IEnumerable<Html> links = ways.Select(way => Html.Of($"<a data-way=\"{way.Kind}\" href=\"{up}{way.Page}\">{way.Text}</a>"));
        Html beside = ways.Count == 0 ? default : Html.Of($"<nav class=\"ways\" aria-label=\"Neighbours\">{Html.Join(links)}</nav>");
        Html own = Html.Join(scripts.Select(script => Html.Of($"<script src=\"{up}{Places.Assets}/{script}\" defer></script>\n")));
        return Html.Of(
            $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self' file: data: blob:; style-src 'self' file: 'unsafe-inline'; script-src 'self' file:">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{title}</title>
            <link rel="stylesheet" href="{up}{Places.Assets}/style.css">
            <script src="{up}{Places.Assets}/gallery.js" defer></script>
            {own}</head>
            <body class="{kind}" data-up="{up}">
            <a class="skip" href="#main">Skip to the pictures</a>
            <header class="trail">
            <nav aria-label="Where this is"><ol><li><a href="{up}{Places.Index}">{Title}</a></li>{Html.Join(steps)}</ol></nav>
            <p>{quiz}<a href="{up}{Places.Search}" data-key="/">search <kbd>/</kbd></a></p>
            </header>
            <main id="main">
            {main}
            </main>
            {beside}
            </body>
            </html>

            """);
    }

    /// <summary>The way from a page to the folder of the gallery.</summary>
    public static string Up(string page) => string.Concat(Enumerable.Repeat("../", page.Count(c => c == '/')));
}
