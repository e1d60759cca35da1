namespace Phosphene.Pages.Galleries;

/// <summary>Where units are found by number, by label and by look; without scripts, a list of the layers.</summary>
internal static class SearchPage
{
    public static Html Of(GalleryNetwork network, Places places, Frame frame)
    {
        IEnumerable<Html> layers = Enumerable.Range(0, network.Layers.Count).Where(layer => network.Layers[layer].Units.Count > 0).Select(layer => Html.Of($"<li><a href=\"{places.PageOf(layer)}\">{places.NameOf(layer)}</a> <small>{OverviewPage.Facts(network.Layers[layer])}</small></li>"));
        return frame.Page(Places.Search, $"Search · {network.Title}", [("search", Places.Search)], [("up", Places.Index, "overview")], "search", ["units.js", "looks.js", "search.js"], Html.Of(
            $"""
            <h1>Search</h1>
            <form class="tools" hidden>
            <label class="find">Find <input type="search" name="find" placeholder="a label, a layer, or 4c:300" autocomplete="off"></label>
            <label class="find">or what looks like a picture of yours <input type="file" name="picture" accept="image/*"></label>
            <output aria-live="polite"></output>
            </form>
            <div class="grid" style="--aspect:1;--across:{Sprites.Across}"></div>
            <noscript><p>Searching needs scripts. These are the layers:</p></noscript>
            <ul class="layers">
            {Html.Lines(layers)}
            </ul>
            """));
    }
}
