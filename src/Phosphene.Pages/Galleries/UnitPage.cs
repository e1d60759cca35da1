using System.Globalization;

namespace Phosphene.Pages.Galleries;

/// <summary>All that a gallery has of a unit.</summary>
internal sealed class UnitPage(GalleryNetwork network, Places places, Frame frame, Likeness likeness)
{
    private const int Tile = 72;

    private int _figure;

    /// <param name="number">The layer, by its place.</param>
    /// <param name="place">The unit, by its place in the layer.</param>
    public Html Of(int number, int place)
    {
        _figure = 0;
        GalleryLayer layer = network.Layers[number];
        GalleryUnit unit = layer.Units[place];
        string page = places.PageOf(number, unit.Channel), name = places.NameOf(number), up = Frame.Up(page);
        string title = $"{name}:{unit.Channel}";
        Html label = unit.Label is null ? default : Html.Of($" <span class=\"label\">{unit.Label}</span>");
        return frame.Page(page, $"{title}{(unit.Label is null ? "" : $" {unit.Label.Split(',')[0]}")} · {network.Title}", [(name, places.PageOf(number)), ($"{unit.Channel}", page)], Ways(layer, number, place), "unit", [], Html.Of(
            $"""
            <h1>{name} <span class="colon">:</span> {unit.Channel}{label}</h1>
            <p class="facts">{Facts(layer, unit)}</p>
            <div class="seen">
            {Stage(unit, up)}
            <div class="others">
            {Html.Lines(unit.Pictures.Skip(1).Select(picture => Others(picture, up)))}
            {Film(unit.Main, up)}
            </div>
            </div>
            {Photos(layer, unit, up)}
            {Weights(number, unit, up)}
            {Alike(number, place, unit, up)}
            {Making(unit, title)}
            """));
    }

    private List<(string, string, string)> Ways(GalleryLayer layer, int number, int place)
    {
        var ways = new List<(string, string, string)>();
        if (place > 0) ways.Add(("previous", places.PageOf(number, layer.Units[place - 1].Channel), $"‹ {layer.Units[place - 1].Channel}"));
        ways.Add(("up", places.PageOf(number), places.NameOf(number)));
        if (place + 1 < layer.Units.Count) ways.Add(("next", places.PageOf(number, layer.Units[place + 1].Channel), $"{layer.Units[place + 1].Channel} ›"));
        if (LayerPage.Neighbour(network, number, -1) is >= 0 and int before) ways.Add(("previous-layer", places.PageOf(before), $"[ {places.NameOf(before)}"));
        if (LayerPage.Neighbour(network, number, 1) is >= 0 and int after) ways.Add(("next-layer", places.PageOf(after), $"{places.NameOf(after)} ]"));
        return ways;
    }

    private static Html Facts(GalleryLayer layer, GalleryUnit unit)
    {
        var facts = new List<Html>();
        if (layer.BranchOf(unit.Channel) is (var branch, var channel)) facts.Add(Html.Of($"branch {branch}, channel {channel}"));
        facts.AddRange(unit.Findings.Select(finding => Html.Of($"{finding.Name} {finding.Value}")));
        facts.AddRange(unit.Concerns.Select(concern => Html.Of($"<em>{concern}</em>")));
        if (facts.Count == 0) facts.Add(Html.Of($"channel {unit.Channel} of {layer.Channels}"));
        return Html.Join(facts.Select((fact, i) => i == 0 ? fact : Html.Of($" · {fact}")));
    }

    private Html Caption(string text, string? kind = null)
    {
        Html word = kind is null ? default : Html.Of($"<b>{kind}</b> ");
        return Html.Of($"<a href=\"#figure-{++_figure}\" id=\"figure-{_figure}\">Figure {_figure}.</a> {word}{text}");
    }

    private Html Stage(GalleryUnit unit, string up)
    {
        GalleryPicture main = unit.Main;
        string note = main.Note is null ? "" : $" {main.Note}";
        return Html.Of(
            $"""
            <figure class="stage" id="{main.Kind}">
            <img src="{up}{main.Images[0].File}" alt="{main.Line}" width="{main.Width}" height="{main.Height}">
            <figcaption><output class="line">{main.Line}</output>{Caption($"{Saying(main.Kind)}{note}", main.Kind)}</figcaption>
            </figure>
            """);
    }

    private static string Saying(string kind) => kind switch
    {
        "neuron" => "What excites it most in the centre alone.",
        "negative" => "What it responds to least.",
        "diversity" => "Pictures that excite it and differ from each other: what they share is what it looks for.",
        _ => "What excites it most.",
    };

    private Html Others(GalleryPicture picture, string up)
    {
        string text = Saying(picture.Kind);
        IEnumerable<Html> images = picture.Images.Select((image, i) =>
        {
            string id = i == 0 ? picture.Kind : FormattableString.Invariant($"{picture.Kind}-{i + 1}"), line = picture.Images.Count == 1 ? picture.Line : $"{picture.Line} · image {i}";
            return Html.Of($"<a href=\"#{id}\" id=\"{id}\" data-line=\"{line}\"><img src=\"{up}{image.File}\" alt=\"{line}\" width=\"{picture.Width}\" height=\"{picture.Height}\" loading=\"lazy\"></a>");
        });
        return Html.Of($"<figure class=\"set\"><div>{Html.Join(images)}</div><figcaption>{Caption(picture.Note is null ? text : $"{text} {picture.Note}", picture.Kind)}</figcaption></figure>");
    }

    private Html Film(GalleryPicture picture, string up)
    {
        IReadOnlyList<(int Step, string File)> steps = picture.Images[0].Snapshots;
        if (steps.Count == 0) return default;
        IEnumerable<Html> frames = steps.Append((Step: -1, picture.Images[0].File)).Select(step => Html.Of($"<a href=\"{up}{step.File}\" data-step=\"{(step.Step < 0 ? "the end" : $"{step.Step}")}\"><img src=\"{up}{step.File}\" alt=\"{(step.Step < 0 ? "at the end" : $"after step {step.Step}")}\" width=\"{picture.Width}\" height=\"{picture.Height}\" loading=\"lazy\"></a>"));
        return Html.Of($"<figure class=\"set film\"><div>{Html.Join(frames)}</div><figcaption>{Caption($"How it came to be: after {string.Join(", ", steps.Select(step => step.Step))} steps, and at the end.", "steps")}</figcaption></figure>");
    }

    private Html Photos(GalleryLayer layer, GalleryUnit unit, string up)
    {
        if (unit.Photos is not { } photos) return default;
        IEnumerable<Html> bands = photos.Bands.Where(band => band.Photos.Count > 0).Select(band => Html.Of($"<figure class=\"band\"><figcaption>{band.Name}</figcaption><div>{Html.Join(band.Photos.Select(photo => Photo(photo, up)))}</div></figure>"));
        string crops = layer.Field == layer.Image ? "" : " Large is what the position sees, small the whole photo with a frame around that.";
        return Html.Of(
            $"""
            <section aria-labelledby="photos" class="photos">
            <h2 id="photos">From photos</h2>
            <div class="bands">{Html.Lines(bands)}</div>
            <p class="caption">{Caption($"Of {photos.Count.ToString("#,0", CultureInfo.InvariantCulture)} photos those on which it is lowest, nearest to 0, and highest.{crops} It is above 0 somewhere on {(photos.Count == 0 ? 0 : 100.0 * photos.Active / photos.Count).ToString("0.#", CultureInfo.InvariantCulture)} % of them.")}</p>
            {Spread(unit, photos)}
            </section>
            """);
    }

    private static Html Photo(GalleryPhoto photo, string up)
    {
        string name = $"{photo.Name}: {NumberText.Short(photo.Value)}";
        if (photo.IsWhole) return Html.Of($"<a class=\"photo\" href=\"{up}{photo.File}\" title=\"{name}\"><img src=\"{up}{photo.File}\" alt=\"{name}\" width=\"{photo.Size.Width}\" height=\"{photo.Size.Height}\" loading=\"lazy\"></a>");
        (int top, int left, int height, int width) = photo.Crop;
        Html crop = Html.Of($"<span class=\"crop\" style=\"aspect-ratio:{width}/{height};width:{Share(Math.Min(width, height), height)}\"><img src=\"{up}{photo.File}\" alt=\"{name}\" loading=\"lazy\" style=\"width:{Share(photo.Size.Width, width)};left:-{Share(left, width)};top:-{Share(top, height)}\"></span>");
        Html whole = Html.Of($"<span class=\"whole\"><img src=\"{up}{photo.File}\" alt=\"\" loading=\"lazy\"><span style=\"left:{Share(left, photo.Size.Width)};top:{Share(top, photo.Size.Height)};width:{Share(width, photo.Size.Width)};height:{Share(height, photo.Size.Height)}\"></span></span>");
        return Html.Of($"<a class=\"photo\" href=\"{up}{photo.File}\" title=\"{name}\">{crop}{whole}</a>");
    }

    private static string Share(int part, int whole) => string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / Math.Max(1, whole):0.##}%");

    private Html Spread(GalleryUnit unit, GalleryPhotos photos)
    {
        // The value of another kind of picture is another number.
        if (unit.Main is not { Kind: "channel", Images: [{ Value: { } own }, ..] } || photos.Values.Count < 2) return default;
        double below = photos.Values.Count(value => value < own) / (double)photos.Values.Count;
        string place = below >= 1 ? "above all of them" : string.Create(CultureInfo.InvariantCulture, $"above {100 * below:0.#} % of them");
        return Html.Of(
            $"""
            <figure class="spread">
            {Histogram.Of(photos.Values, own)}
            <figcaption>{Caption($"What it gives on {photos.Values.Count.ToString("#,0", CultureInfo.InvariantCulture)} photos drawn by chance, and the mark at what it gives on its own picture: {NumberText.Short(own)}, {place}.")}</figcaption>
            </figure>
            """);
    }

    private Html Weights(int number, GalleryUnit unit, string up)
    {
        Html rows = Html.Join([Row("excited by", unit.From.Where(link => link.Weight > 0)), Row("inhibited by", unit.From.Where(link => link.Weight < 0).Reverse()), Row("excites", unit.To.Where(link => link.Weight > 0)), Row("inhibits", unit.To.Where(link => link.Weight < 0).Reverse())]);
        return rows.ToString().Length == 0 ? default : Html.Of(
            $"""
            <section aria-labelledby="weights" class="links">
            <h2 id="weights">By its weights</h2>
            <div class="rows">
            {rows}</div>
            <p class="caption">{Caption("The channels that it is joined to most strongly: what it is made of, and what is made of it. Weights are summed over their kernels and multiplied along the way; what is not linear is left out.")}</p>
            </section>
            """);

        Html Row(string word, IEnumerable<(int Layer, int Channel, double Weight)> links) => Links(word, word is "excites" or "excited by" ? "plus" : "minus", number, [.. links.Where(link => link.Layer >= 0 && link.Layer < network.Layers.Count)], up);
    }

    private Html Alike(int number, int place, GalleryUnit unit, string up)
    {
        IReadOnlyList<(int Layer, int Place)> looks = likeness.Nearest(number, place);
        Html byLook = Links("by look", "", number, [.. looks.Select(other => (other.Layer, network.Layers[other.Layer].Units[other.Place].Channel, double.NaN))], up);
        Html byWeights = Links("by weights", "", number, [.. unit.Similar.Select(other => (number, other.Channel, other.Cosine))], up);
        if (looks.Count == 0 && unit.Similar.Count == 0) return default;
        return Html.Of(
            $"""
            <section aria-labelledby="similar" class="links">
            <h2 id="similar">Similar</h2>
            <div class="rows">
            {byLook}{byWeights}</div>
            <p class="caption">{Caption("Units of the whole network whose pictures look most alike, and channels of this layer whose weights are most alike, with the cosine.")} <a href="{up}{Places.Search}#like={places.StemOf(number)}:{unit.Channel}">More that look like it.</a></p>
            </section>
            """);
    }

    // A row of units with their pictures; those that have none here by their names alone.
    private Html Links(string word, string kind, int from, IReadOnlyList<(int Layer, int Channel, double Value)> links, string up)
    {
        if (links.Count == 0) return default;
        IEnumerable<Html> shown = links.Where(link => likeness.Has(link.Layer, link.Channel)).Select(link =>
        {
            Html value = double.IsNaN(link.Value) ? default : Html.Of($"<i>{NumberText.Short(link.Value)}</i>");
            return Html.Of($"<a href=\"{up}{places.PageOf(link.Layer, link.Channel)}\"><img src=\"{up}{places.TileOf(link.Layer, link.Channel)}\" alt=\"\" width=\"{Tile}\" height=\"{Tile}\" loading=\"lazy\"><b>{NameOf(from, link.Layer, link.Channel)}</b>{value}</a>");
        });
        string[] others = [.. links.Where(link => !likeness.Has(link.Layer, link.Channel)).Select(link => $"{NameOf(from, link.Layer, link.Channel)} ({NumberText.Short(link.Value)})")];
        Html rest = others.Length == 0 ? default : Html.Of($"<p class=\"rest\">not in this gallery: {string.Join(", ", others)}</p>");
        return Html.Of($"<div class=\"row {kind}\"><h3>{word}</h3><div>{Html.Join(shown)}{rest}</div></div>\n");
    }

    // Units of its own layer go by their number, classes by their label.
    private string NameOf(int from, int layer, int channel) =>
        network.Layers[layer] is { IsClasses: true } classes && classes.Units.FirstOrDefault(unit => unit.Channel == channel) is { Label: { } label } ? label.Split(',')[0] : layer == from ? $"{channel}" : $"{places.NameOf(layer)}:{channel}";

    private Html Making(GalleryUnit unit, string title)
    {
        IEnumerable<Html> objectives = unit.Pictures.Select(picture => Html.Of($"<dt>{picture.Kind}</dt><dd><code>{picture.Objective}</code></dd>"));
        IEnumerable<Html> commands = unit.Commands.Select(command => Html.Of($"<p>{command.Purpose}</p><pre class=\"command\" tabindex=\"0\"><code>{command.Command}</code></pre>"));
        return Html.Of(
            $"""
            <details class="making">
            <summary>What was optimised, how to make it again, how to cite it</summary>
            <dl>{Html.Join(objectives)}</dl>
            <p>{network.Model}<br>{network.Recipe}</p>
            {Html.Lines(commands)}
            <pre class="cite" tabindex="0"><code>{title}, in: {network.Title}. Feature visualizations of {network.Model}. Made with {network.Version}.</code></pre>
            </details>
            """);
    }
}
