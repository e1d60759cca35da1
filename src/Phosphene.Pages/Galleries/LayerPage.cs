using System.Globalization;

namespace Phosphene.Pages.Galleries;

/// <summary>All units of a layer, to be sorted and filtered.</summary>
internal static class LayerPage
{

    /// <param name="network">The network.</param>
    /// <param name="number">The layer, by its place.</param>
    /// <param name="looks">The place of each unit in an order in which neighbours look alike.</param>
    /// <param name="places">The addresses.</param>
    /// <param name="frame">What all pages have.</param>
    public static Html Of(GalleryNetwork network, int number, IReadOnlyList<int> looks, Places places, Frame frame)
    {
        GalleryLayer layer = network.Layers[number];
        string name = places.NameOf(number);
        (int height, int width) = Sprites.TileOf(layer.Units[0].Main.Height, layer.Units[0].Main.Width);
        string[] branches = [.. layer.Branches.Select(branch => branch.Name).Where(branch => layer.Units.Any(unit => layer.BranchOf(unit.Channel)?.Name == branch))];
        string[] concerns = [.. layer.Units.SelectMany(unit => unit.Concerns).Distinct().Order(StringComparer.Ordinal)];
        bool recurs = layer.Units.Any(unit => Recurs(unit) is not null);
        return frame.Page(places.PageOf(number), $"{name} · {network.Title}", [(name, places.PageOf(number))], Ways(network, number, places), "layer", [], Html.Of(
            $"""
            <h1>{name}</h1>
            <p class="facts">{(name == layer.Name ? default : Html.Of($"{layer.Name}<br>"))}{OverviewPage.Facts(layer)}</p>
            <form class="tools" hidden>
            {Choice("sort", "Sort by", [("number", "number"), ("value", "value"), .. recurs ? [("recurs", "recurs")] : Array.Empty<(string, string)>(), ("look", "look")], "number")}
            {(branches.Length < 2 ? default : Choice("branch", "Branch", [("all", "all"), .. branches.Select(branch => (branch, branch))], "all"))}
            {(concerns.Length == 0 ? default : Choice("concern", "Careful with", [("all", "all"), .. concerns.Select(concern => (concern, concern))], "all"))}
            {Choice("size", "Size", [("small", "small"), ("usual", "usual"), ("large", "large")], "usual")}
            <label class="find">Find <input type="search" name="find" placeholder="{(layer.IsClasses ? "number or label" : "number")}" autocomplete="off"></label>
            <output aria-live="polite"></output>
            </form>
            <div class="grid" style="--aspect:{width}/{height};--across:{Sprites.Across}">
            {Html.Lines(layer.Units.Select((unit, place) => Tile(layer, number, unit, place, looks[place], places)))}
            </div>
            <p class="caption">Each picture is of one {(layer.IsClasses ? "class" : "channel")}. Below it stand its number and what its objective reaches on it; values can be compared within a layer.</p>
            """));
    }

    internal static IReadOnlyList<(string Kind, string Page, string Text)> Ways(GalleryNetwork network, int number, Places places)
    {
        var ways = new List<(string, string, string)>();
        int before = Neighbour(network, number, -1), after = Neighbour(network, number, 1);
        if (before >= 0) ways.Add(("previous-layer", places.PageOf(before), $"‹ {places.NameOf(before)}"));
        ways.Add(("up", Places.Index, "overview"));
        if (after >= 0) ways.Add(("next-layer", places.PageOf(after), $"{places.NameOf(after)} ›"));
        return ways;
    }

    /// <summary>The nearest layer in a direction that has units; -1 if there is none.</summary>
    internal static int Neighbour(GalleryNetwork network, int number, int direction)
    {
        for (int layer = number + direction; layer >= 0 && layer < network.Layers.Count; layer += direction)
            if (network.Layers[layer].Units.Count > 0) return layer;
        return -1;
    }

    private static string? Recurs(GalleryUnit unit) => unit.Findings.FirstOrDefault(finding => finding.Name == "recurs").Value;

    private static Html Tile(GalleryLayer layer, int number, GalleryUnit unit, int place, int look, Places places)
    {
        string name = places.NameOf(number);
        double? value = unit.Main.Images[0].Value;
        string label = unit.Label?.Split(',')[0] ?? "";
        Html concern = unit.Concerns.Count == 0 ? default : Html.Of($"<em title=\"{string.Join(", ", unit.Concerns)}\">{unit.Concerns[0]}</em>");
        Html data = Html.Join(
        [
            Data("value", value is { } number1 ? number1.ToString("R", CultureInfo.InvariantCulture) : ""), Data("look", look.ToString(CultureInfo.InvariantCulture)),
            Data("branch", layer.BranchOf(unit.Channel)?.Name ?? ""), Data("concern", string.Join('|', unit.Concerns)), Data("recurs", Recurs(unit) ?? ""), Data("label", label.Length > 0 ? unit.Label! : ""),
        ]);
        Html text = label.Length > 0 ? Html.Of($"<i class=\"label\">{label}</i>") : default;
        return Html.Of($"<a href=\"{places.PageOf(number, unit.Channel)}\" data-channel=\"{unit.Channel}\"{data}>{Sprites.Tile(places.SpriteOf(number, place), place)}<b><span class=\"spoken\">{name} : </span>{unit.Channel}</b><i>{(value is { } shown ? NumberText.Short(shown) : "–")}</i>{text}{concern}</a>");
    }

    private static Html Data(string name, string value) => value.Length == 0 ? default : Html.Of($" data-{name}=\"{value}\"");

    private static Html Choice(string name, string legend, IReadOnlyList<(string Value, string Text)> options, string chosen)
    {
        IEnumerable<Html> radios = options.Select(option => Html.Of($"<label><input type=\"radio\" name=\"{name}\" value=\"{option.Value}\"{(option.Value == chosen ? Html.Of($" checked") : default)}><span>{option.Text}</span></label>"));
        return Html.Of($"<fieldset><legend>{legend}</legend>{Html.Join(radios)}</fieldset>");
    }
}
