using System.Globalization;
using Phosphene.Atlas.Networks;
using Phosphene.Atlas.Sweeps;
using Phosphene.Objectives;
using Phosphene.Pages.Galleries;
using Phosphene.Recipes;
using Phosphene.Runtime.Files;
using Phosphene.Syntax;

namespace Phosphene.Atlas.Galleries;

/// <summary>A gallery of what a sweep has made so far: read from its folder alone, without the model.</summary>
public sealed class Gallery
{
    // The word of a gallery for what a sweep makes, in the order of a page.
    private static readonly (string Make, string Kind)[] s_kinds = [("channel", "channel"), ("neuron", "neuron"), ("negative", "negative"), ("diverse", "diversity")];

    // Of a channel that its own picture does not bring above 0.
    private const string Silent = "silent";

    private readonly string _folder;

    private Gallery(string folder, GalleryNetwork network) => (_folder, Network) = (folder, network);

    /// <summary>What it shows.</summary>
    public GalleryNetwork Network { get; }

    /// <summary>How many channels it shows.</summary>
    public int Units => Network.Layers.Sum(layer => layer.Units.Count);

    /// <summary>Reads what is done of a sweep.</summary>
    /// <param name="folder">The folder of the sweep.</param>
    /// <param name="findings">What else is known of its units.</param>
    /// <param name="title">What the gallery is called; null for a title by the model's name.</param>
    /// <exception cref="InputFileException">The folder has no sweep, its plan is damaged, or nothing is done yet.</exception>
    public static Gallery Read(string folder, GalleryFindings? findings = null, string? title = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        SweepTold told = SweepFolder.PlanOf(folder);
        NetworkMap map = SweepFolder.MapOf(folder);
        ILookup<(string Layer, int Channel), SweptChannel> swept = ReadAll(folder, [.. SweepFolder.UnitsOf(folder)]).OfType<SweptChannel>().ToLookup(unit => (unit.Layer, unit.Channel));
        GalleryLayer[] layers = [.. map.Layers.Select(layer => LayerOf(layer, map, swept, told, findings ?? new GalleryFindings()))];
        if (layers.All(layer => layer.Units.Count == 0)) throw new InputFileException($"Nothing of the sweep in '{folder}' is done yet; run 'phosphene sweep' first, and give the folder again.");
        Recipe recipe = told.Recipe;
        string line = string.Create(CultureInfo.InvariantCulture, $"{recipe.Preset}, {recipe.Steps} steps, {recipe.Height} × {recipe.Width} pixels, seed {recipe.Seed}");
        return new Gallery(folder, new GalleryNetwork(title ?? $"What {NameOf(told.File)} sees", $"{told.File} · SHA-256 {told.Sha256[..16]}…", line, $"Phosphene {Provenance.CurrentVersion.Split('+')[0]}", layers));
    }

    /// <summary>Writes the gallery's pages.</summary>
    /// <param name="folder">Where to: the folder of the sweep, or another one, into which the pictures are copied.</param>
    /// <param name="observe">Told how many units are done; it may be called by several threads.</param>
    /// <param name="cancellation">Ends it between two units.</param>
    /// <returns>The first page.</returns>
    /// <exception cref="OutputFileException">A file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public string Save(string folder, Action<int>? observe = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (Path.GetFullPath(folder) != Path.GetFullPath(_folder)) CopyFiles(folder, cancellation);
        var site = new GallerySite(Network, folder);
        site.Write(observe, cancellation);
        return site.Index;
    }

    private static SweptChannel?[] ReadAll(string folder, (string Id, string Record)[] units)
    {
        var read = new SweptChannel?[units.Length];
        Parallel.For(0, units.Length, unit => read[unit] = SweptChannel.Read(folder, units[unit].Id, units[unit].Record));
        return read;
    }

    private void CopyFiles(string folder, CancellationToken cancellation)
    {
        IEnumerable<string> files = Network.Layers.SelectMany(layer => layer.Units).SelectMany(unit => unit.Pictures.SelectMany(picture => picture.Images).SelectMany(image => image.Snapshots.Select(snapshot => snapshot.File).Append(image.File))
            .Concat(unit.Photos?.Bands.SelectMany(band => band.Photos).Select(photo => photo.File) ?? [])).Distinct();
        foreach (string file in files)
        {
            cancellation.ThrowIfCancellationRequested();
            string target = Path.Combine(folder, file);
            OutputFolder.Create(Path.GetDirectoryName(target)!);
            SweepFolder.WriteIfNew(target, File.ReadAllBytes(Path.Combine(_folder, file)));
        }
    }

    private static string NameOf(string file) => Path.GetFileNameWithoutExtension(file).Split(':')[^1];

    private static GalleryLayer LayerOf(MappedLayer layer, NetworkMap map, ILookup<(string Layer, int Channel), SweptChannel> swept, SweepTold told, GalleryFindings findings)
    {
        var units = new List<GalleryUnit>();
        for (int channel = 0; channel < layer.Shape[0]; channel++)
        {
            SweptChannel[] made = [.. swept[(layer.Name, channel)]];
            GalleryPicture[] pictures = [.. s_kinds.SelectMany(kind => made.Where(unit => unit.Make == kind.Make && unit.Images.Count > 0).Select(unit => PictureOf(layer, unit, kind.Kind, told.Recipe)))];
            if (pictures.Length == 0) continue;
            MappedChannel weights = layer.Channels[channel];
            string objective = string.Create(CultureInfo.InvariantCulture, $"{layer.Name}:{channel}"), main = made.FirstOrDefault(unit => unit.Make == "channel")?.Objective ?? objective;
            units.Add(new GalleryUnit(channel, pictures)
            {
                Label = layer.IsClasses && channel < map.Labels.Count ? map.Labels[channel] : null,
                Photos = made.FirstOrDefault(unit => unit.Photos is not null)?.Photos,
                Concerns = [.. findings.ConcernsOf(objective).Concat(findings.ConcernsOf(main)).Concat(pictures[0] is { Kind: "channel", Images: [{ Value: <= 0 }] } ? [Silent] : []).Distinct()],
                Findings = [.. findings.Of(objective).Concat(findings.Of(main)).Distinct()],
                From = Links(weights.From, map),
                To = Links(weights.To, map),
                Similar = [.. weights.Similar.Select(link => (link.Channel, link.Weight))],
                Commands = CommandsOf(made, pictures[0], told),
            });
        }
        return new GalleryLayer(layer.Name, layer.Shape[0], layer.Shape.Count == 3 ? (layer.Shape[1], layer.Shape[2]) : null, (layer.Field[0], layer.Field[1]), (layer.Image[0], layer.Image[1]), units)
        {
            IsClasses = layer.IsClasses,
            Sources = [.. layer.Sources.Where(source => source >= 0 && source < map.Layers.Count)],
            Branches = [.. layer.Branches.Select(branch => (branch.Name, branch.Channels))],
        };
    }

    private static (int, int, double)[] Links(IReadOnlyList<MappedLink> links, NetworkMap map) => [.. links.Where(link => link.Layer >= 0 && link.Layer < map.Layers.Count).Select(link => (link.Layer!.Value, link.Channel, link.Weight))];

    private static GalleryPicture PictureOf(MappedLayer layer, SweptChannel unit, string kind, Recipe recipe)
    {
        string value = unit.Images.Count == 1 && unit.Images[0].Value is { } reached ? $"{reached.ToString("G4", CultureInfo.InvariantCulture)} · " : "";
        return new GalleryPicture(kind, unit.Objective, unit.Images, string.Create(CultureInfo.InvariantCulture, $"{layer.Name}:{unit.Channel} · {kind} · {value}seed {recipe.Seed}"), recipe.Height!.Value, recipe.Width!.Value) { Note = unit.Failure };
    }

    private static (string, string)[] CommandsOf(SweptChannel[] made, GalleryPicture main, SweepTold told)
    {
        string file = main.Images[0].File, name = Path.GetFileName(file);
        Recipe recipe = told.Recipe with { Batch = main.Images.Count };
        string objective = made.First(unit => unit.Images.Any(image => image.File == file)).Objective;
        return [("The picture carries its recipe; this makes it again, in the folder of the gallery:", $"phosphene replay {file} -o again.png"), ("Make one like it:", CommandText.Render(told.File, Objective.Parse(objective), recipe, name, told.Preprocessing))];
    }
}
