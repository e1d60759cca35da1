using System.Globalization;

namespace Phosphene.Pages.Galleries;

/// <summary>The first page of a gallery: what grows more complex from layer to layer, the graph, and a strip of each layer.</summary>
internal static class OverviewPage
{
    // Olah, Mordvintsev and Schubert's words for what GoogLeNet's layers show.
    private static readonly string[] s_stages = ["edges", "textures", "patterns", "parts", "objects"];

    public static Html Of(GalleryNetwork network, IReadOnlyList<float[][]> looks, Places places, Frame frame)
    {
        int[] shown = [.. Enumerable.Range(0, network.Layers.Count).Where(layer => network.Layers[layer].Units.Count > 0)];
        int units = shown.Sum(layer => network.Layers[layer].Units.Count);
        Html quizLink = frame.HasQuiz ? Html.Of($" How much they tell can be measured: <a href=\"{Places.Quiz}\">take the quiz</a>.") : default;
        return frame.Page(Places.Index, network.Title, [], [], "overview", [], Html.Of(
            $"""
            <h1>{network.Title}</h1>
            <div class="lead"><p>What each of {Number(units)} channels in {Number(shown.Length)} {(shown.Length == 1 ? "layer" : "layers")} of this network responds to: images made by optimisation to excite it. They show what a channel looks for, and not all it looks for.{quizLink}</p></div>
            <p class="facts">{network.Model}<br>{network.Recipe}<br>{network.Version}</p>
            {Hierarchy(network, looks, places, shown)}
            <figure id="figure-2" class="wide">
            {GraphLine.Of(network, places)}
            <figcaption><a href="#figure-2">Figure 2.</a> The layers of this gallery, from the image on the left to the output. A line goes from a layer to what is made of it; each name leads to all channels of its layer.</figcaption>
            </figure>
            <section aria-labelledby="layers">
            <h2 id="layers">Layer by layer</h2>
            {Html.Lines(shown.Select(layer => Strip(network.Layers[layer], layer, places)))}
            </section>
            {About(network)}
            """));
    }

    private static Html Hierarchy(GalleryNetwork network, IReadOnlyList<float[][]> looks, Places places, int[] shown)
    {
        int count = Math.Min(s_stages.Length, shown.Length);
        if (count == 0) return Html.Of($"<p class=\"nothing\">No unit is done yet.</p>");
        IEnumerable<Html> stages = Enumerable.Range(0, count).Select(stage =>
        {
            int layer = shown[count == 1 ? 0 : (int)Math.Round(stage * (shown.Length - 1.0) / (count - 1))];
            GalleryUnit unit = Telling(network.Layers[layer], looks[layer]);
            string word = count == s_stages.Length ? s_stages[stage] : places.NameOf(layer), name = NameOf(network.Layers[layer], places.NameOf(layer), unit);
            return Html.Of($"<a href=\"{places.PageOf(layer, unit.Channel)}\"><img src=\"{unit.Main.Images[0].File}\" alt=\"{name}\" width=\"{unit.Main.Width}\" height=\"{unit.Main.Height}\"><b>{word}</b> <span>{name}</span></a>");
        });
        string words = count == s_stages.Length ? " The words above the layers are the article's, for GoogLeNet; whether they fit here, see for yourself." : "";
        return Html.Of(
            $"""
            <figure id="figure-1" class="wide">
            <div class="stages">{Html.Join(stages)}</div>
            <figcaption><a href="#figure-1">Figure 1.</a> What one channel each of layers further and further from the image responds to.{words}</figcaption>
            </figure>
            """);
    }

    // Of the better half, that which has most to see in it: the picture of what responds most is often one colour.
    private static GalleryUnit Telling(GalleryLayer layer, float[][] looks)
    {
        int[] best = [.. Enumerable.Range(0, layer.Units.Count).OrderBy(place => layer.Units[place].Concerns.Count > 0 || layer.Units[place].Main.Note is not null).ThenByDescending(place => layer.Units[place].Main.Images[0].Value ?? double.MinValue)];
        return layer.Units[best.Take((best.Length + 1) / 2).MaxBy(place => Looks.TextureOf(looks[place]))];
    }

    internal static string NameOf(GalleryLayer layer, string name, GalleryUnit unit) => layer.IsClasses && unit.Label is not null ? unit.Label.Split(',')[0] : string.Create(CultureInfo.InvariantCulture, $"{name}:{unit.Channel}");

    private static Html Strip(GalleryLayer layer, int number, Places places)
    {
        int[] chosen = [.. Sprites.InStripOf(layer.Units.Count)];
        IEnumerable<Html> links = chosen.Select((place, i) => Html.Of($"<a href=\"{places.PageOf(number, layer.Units[place].Channel)}\" aria-label=\"{NameOf(layer, places.NameOf(number), layer.Units[place])}\" style=\"left:{Percent(i, chosen.Length)}\"></a>"));
        (int height, int width) = Sprites.TileOf(layer.Units[0].Main.Height, layer.Units[0].Main.Width);
        return Html.Of(
            $"""
            <section class="glance" id="{places.StemOf(number)}">
            <h3><a href="{places.PageOf(number)}">{places.NameOf(number)}</a> <small>{Facts(layer)}</small></h3>
            <div class="band"><div class="tiles" style="--tiles:{chosen.Length}"><img src="{places.StripOf(number)}" alt="" loading="lazy" width="{chosen.Length * width}" height="{height}">{Html.Join(links)}</div></div>
            </section>
            """);
    }

    private static string Percent(int i, int count) => string.Create(CultureInfo.InvariantCulture, $"{100.0 * i / count:0.###}%");

    /// <summary>What is to be said of a layer in a line.</summary>
    internal static string Facts(GalleryLayer layer)
    {
        List<string> facts = [layer.Units.Count == layer.Channels ? $"{Number(layer.Channels)} {(layer.IsClasses ? "classes" : "channels")}" : $"{Number(layer.Units.Count)} of {Number(layer.Channels)} {(layer.IsClasses ? "classes" : "channels")}"];
        if (layer.Positions is (var rows, var columns)) facts.Add(string.Create(CultureInfo.InvariantCulture, $"{rows} × {columns} positions"));
        if (layer.Field != layer.Image) facts.Add(string.Create(CultureInfo.InvariantCulture, $"each sees {(layer.Field.Height == layer.Field.Width ? $"{layer.Field.Height}" : $"{layer.Field.Height} × {layer.Field.Width}")} px"));
        foreach (IGrouping<string, string> concern in layer.Units.SelectMany(unit => unit.Concerns).GroupBy(word => word).OrderByDescending(words => words.Count()).ThenBy(words => words.Key, StringComparer.Ordinal)) facts.Add($"{Number(concern.Count())} {concern.Key}");
        return string.Join(" · ", facts);
    }

    private static Html About(GalleryNetwork network) => Html.Of(
        $"""
        <section aria-labelledby="about" class="about">
        <h2 id="about">How to read these pictures</h2>
        <p>Each picture began as noise and was changed step by step, so that one channel responds more. What comes out is made of what the channel looks for, often many times over. A picture is one answer and not the answer: the pages of the units show others, what photos excite the unit most, and where it is known whether another start gives the same.</p>
        <p>Do not believe a picture alone. A channel may respond to several unlike things; a picture may excite a unit by a way that no photo takes; and what a class looks like is not what it is told by.</p>
        <h2 id="cite">How to cite</h2>
        <p>The address of a page is that of its unit and stays. The method is that of Chris Olah, Alexander Mordvintsev and Ludwig Schubert, <cite>Feature Visualization</cite>, Distill 2017, doi:10.23915/distill.00007.</p>
        <pre class="cite" tabindex="0"><code>{network.Title}. Feature visualizations of {network.Model}. Made with {network.Version} ({network.Recipe}).</code></pre>
        <h2 id="keys">Keys</h2>
        <p>Arrows or <kbd>h</kbd> <kbd>j</kbd> <kbd>k</kbd> <kbd>l</kbd> go from unit to unit, <kbd>[</kbd> and <kbd>]</kbd> from layer to layer, <kbd>/</kbd> searches, <kbd>Enter</kbd> opens, <kbd>Esc</kbd> goes up, <kbd>?</kbd> lists the keys.</p>
        </section>
        """);

    private static string Number(int number) => number.ToString("#,0", CultureInfo.InvariantCulture);
}
