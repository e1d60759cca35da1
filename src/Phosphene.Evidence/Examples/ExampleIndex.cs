using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Phosphene.Evidence.Datasets;
using Phosphene.Models;
using Phosphene.Runtime.Files;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Evidence.Examples;

/// <summary>
/// The images of a dataset on which units give most, least, hardly anything, and some drawn by chance, in one SQLite file that other tools can read too. It is made in one pass over the images, which can
/// be cut off at any time, even by a power cut, and goes on to the same index.
/// </summary>
public sealed class ExampleIndex : IDisposable
{
    private const int Batch = 8;

    // Units that one thread looks at in one go.
    private const int Chunk = 32;

    private readonly IndexFile _file;
    private readonly Dictionary<string, int> _layers;

    private ExampleIndex(IndexFile file) => (_file, _layers) = (file, file.Layers.Select((name, number) => (name, number)).ToDictionary(entry => entry.name, entry => entry.number));

    /// <summary>What the index is of, by names such as "model", "preprocessing" and "images".</summary>
    public IReadOnlyDictionary<string, string> About => _file.About;

    /// <summary>The images that could not be read, by name.</summary>
    public IReadOnlyList<SkippedImage> Skipped => _file.Skipped;

    /// <summary>The layers, by the names that <see cref="Of"/> knows.</summary>
    public IReadOnlyCollection<string> Layers => _layers.Keys;

    /// <summary>Opens an index that is complete.</summary>
    /// <exception cref="InputFileException">There is none, it is no index, or not complete.</exception>
    public static ExampleIndex Open(string path)
    {
        IndexFile file = IndexFile.Open(path, null);
        if (file.IsComplete) return new ExampleIndex(file);
        int done = file.Done;
        file.Dispose();
        throw new InputFileException($"Index '{path}' has {done} images so far; 'phosphene examples' with the words that it was begun with goes on.");
    }

    /// <summary>
    /// Looks for the examples of units in a dataset. If the file has an index of the same images and units that was cut off, the work goes on there; if it has a complete one with all these units, there is nothing to do.
    /// </summary>
    /// <param name="model">The model. Images have its usual size.</param>
    /// <param name="units">The units: of the model's layers, of layers before their activation, features of dictionaries.</param>
    /// <param name="images">The images.</param>
    /// <param name="path">The SQLite file.</param>
    /// <param name="options">How many examples are kept; by default those of <see cref="ExampleOptions"/>.</param>
    /// <param name="observe">Told how many images are done.</param>
    /// <param name="cancellation">Ends it between two batches; what was done is kept in the file.</param>
    /// <returns>The index; null if it was cancelled.</returns>
    /// <exception cref="UsageException">There is no such layer or channel, or the file has an index of something else.</exception>
    /// <exception cref="InputFileException">No image can be read, or the file is no index.</exception>
    /// <exception cref="OutputFileException">The file cannot be written.</exception>
    public static ExampleIndex? Build(
        Model model, IReadOnlyList<UnitChoice> units, Dataset images, string path, ExampleOptions? options = null, Action<int>? observe = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(units);
        ArgumentNullException.ThrowIfNull(images);
        options ??= new ExampleOptions();
        LayerExamples[] layers = [.. units.Select(choice => Empty(model, choice, options))];
        if (layers.Length == 0) throw new UsageException("Examples are of units; name at least one layer.");
        if (layers.GroupBy(layer => layer.Layer).FirstOrDefault(group => group.Count() > 1) is { } twice) throw new UsageException($"Layer '{twice.Key.Name}' is named twice; name all its channels in one go.");
        Dictionary<string, string> about = AboutOf(model, images, options), asked = new(about) { ["units"] = string.Join(' ', layers.Select(TextOf)) };
        IndexFile file = IndexFile.Open(path, asked);
        try
        {
            if (about.Keys.FirstOrDefault(name => file.About.GetValueOrDefault(name) != about[name]) is { } other)
                throw new UsageException($"'{path}' is an index of something else ({other}: {Short(file.About.GetValueOrDefault(other))}, and not {Short(about[other])}); delete it, or choose another -o.");
            if (!file.IsComplete)
            {
                if (file.About["units"] != asked["units"]) throw new UsageException($"'{path}' is an index of other units that was cut off; name the same ones to go on, delete it, or choose another -o.");
                if (!Pass(model, layers, images, file, options, observe, cancellation))
                {
                    file.Dispose();
                    return null;
                }
            }
            var index = new ExampleIndex(file);
            foreach (LayerExamples layer in layers) index.Require(path, layer);
            return index;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The examples of a unit of a kind, the first one first; none if it has none.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="kind">The kind.</param>
    /// <exception cref="UsageException">The index does not have the unit.</exception>
    public IReadOnlyList<UnitExample> Of(Layer layer, int channel, ExampleKind kind)
    {
        SummaryOf(layer, channel);
        return _file.Of(NumberOf(layer), channel, kind);
    }

    /// <summary>What a unit gives over all images.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="channel">The channel.</param>
    /// <exception cref="UsageException">The index does not have the unit.</exception>
    public UnitSummary SummaryOf(Layer layer, int channel) => _file.SummaryOf(NumberOf(layer), channel) ?? throw new UsageException($"The index has no channel {channel} of layer '{layer}'.");

    /// <summary>The channels of a layer that the index has, in order.</summary>
    /// <param name="layer">The layer.</param>
    /// <exception cref="UsageException">The index does not have the layer.</exception>
    public IReadOnlyList<int> ChannelsOf(Layer layer) => _file.ChannelsOf(NumberOf(layer));

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private int NumberOf(Layer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return _layers.TryGetValue(layer.ToString(), out int number) ? number : throw new UsageException($"The index has no layer '{layer}'; it has {string.Join(", ", _layers.Keys)}.");
    }

    // All units of a layer are in the index.
    private void Require(string path, LayerExamples layer)
    {
        int[] missing = _layers.TryGetValue(layer.Layer.ToString(), out int number) ? [.. layer.Channels.Except(_file.ChannelsOf(number))] : [.. layer.Channels];
        if (missing.Length > 0)
            throw new UsageException($"'{path}' is complete and does not have {missing.Length} of the units of layer '{layer.Layer}'; choose another -o for these, or delete it.");
    }

    private static LayerExamples Empty(Model model, UnitChoice choice, ExampleOptions options)
    {
        (int height, int width) = model.UsualSize;
        Shape shape = model.LayerShape(choice.Layer) ?? throw new UsageException($"Layer '{choice.Layer.Name}' is not supported, or not for images of {height} x {width}; 'phosphene layers' says which are.");
        if (shape.Rank is not (2 or 4)) throw new UsageException($"Layer '{choice.Layer.Name}' is {shape}, in which no dimension is known to be its channels; choose a layer [N, channels, height, width] or [N, channels].");
        foreach (int channel in choice.Channels)
            if (channel < 0 || channel >= shape.Channels) throw new UsageException($"Layer '{choice.Layer.Name}' has channels 0 to {shape.Channels - 1}; there is no channel {channel}.");
        ImmutableArray<int> channels = choice.Channels.IsDefaultOrEmpty ? [.. Enumerable.Range(0, shape.Channels)] : [.. choice.Channels.Distinct().Order()];
        return new LayerExamples(choice.Layer, channels, shape.Rank == 4 ? shape.Height : 1, shape.Rank == 4 ? shape.Width : 1, ReceptiveField.Of(model, choice.Layer), options.Count, options.Random);
    }

    // What all units of an index share. The batch is part of it, since a kernel may compute an image of a larger batch in another order.
    private static Dictionary<string, string> AboutOf(Model model, Dataset images, ExampleOptions options) => new(StringComparer.Ordinal)
    {
        ["schema"] = "1",
        ["model"] = model.Sha256,
        ["preprocessing"] = model.Preprocessing.ToString(),
        ["size"] = new Images.ImageSize(model.UsualSize.Height, model.UsualSize.Width).ToString(),
        ["images"] = $"{Text(images.Files.Count)} images, {HashOf(images.Files)}",
        ["count"] = Text(options.Count),
        ["random"] = Text(options.Random),
        ["seed"] = options.Seed.ToString(CultureInfo.InvariantCulture),
        ["batch"] = Text(Batch),
    };

    // Of the names, a line each.
    private static string HashOf(IEnumerable<string> names)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string name in names) hash.AppendData(Encoding.UTF8.GetBytes($"{name}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Short(string? value) => value is null ? "none" : value.Length > 40 ? $"{value[..40]}..." : value;

    private static string TextOf(LayerExamples layer) => $"{layer.Layer}:{string.Join(',', layer.Channels)}";

    // Whether it came to the end.
    private static bool Pass(Model model, LayerExamples[] layers, Dataset images, IndexFile file, ExampleOptions options, Action<int>? observe, CancellationToken cancellation)
    {
        foreach ((LayerExamples layer, byte[] state) in layers.Zip(file.Progress)) layer.State = state;
        HashSet<int> drawn = Drawn(images.Files.Count, options);
        (int Layer, int First, int End)[] work = [.. layers.SelectMany((layer, number) => Enumerable.Range(0, (layer.Channels.Length + Chunk - 1) / Chunk)
            .Select(chunk => (number, chunk * Chunk, Math.Min((chunk + 1) * Chunk, layer.Channels.Length))))];
        var threads = new ParallelOptions { MaxDegreeOfParallelism = model.Backend.Threads };
        var skipped = new List<SkippedImage>();
        int done = file.Done;
        foreach (ComputedBatch batch in new ImagePass(model, images, Batch).Batches(Activations, done, observe, cancellation))
        {
            Parallel.ForEach(work, threads, part => Look(batch, part.Layer, part.First, part.End));
            skipped.AddRange(batch.Skipped);
            done += batch.Images.Count + batch.Skipped.Count;
            if (done - file.Done >= options.CheckpointEvery && done < images.Files.Count) Keep();
        }
        if (done < images.Files.Count)
        {
            Keep();
            return false;
        }
        IReadOnlyList<SkippedImage> all = [.. file.Skipped, .. skipped];
        if (all.Count == images.Files.Count) throw images.NoneCanBeRead(all[0]);
        file.Complete(images, layers, skipped);
        return true;

        IReadOnlyList<Tensor> Activations(Tensor colours)
        {
            Activations activations = model.Activate(model.Input.FromColours(colours));
            return [.. layers.Select(layer => activations[layer.Layer])];
        }

        void Look(ComputedBatch batch, int number, int first, int end)
        {
            LayerExamples layer = layers[number];
            int positions = layer.Height * layer.Width;
            for (int n = 0; n < batch.Images.Count; n++)
            {
                ReadOnlySpan<float> values = batch.Values(number, n);
                bool isDrawn = drawn.Contains(batch.Images[n].Number);
                for (int unit = first; unit < end; unit++) layer.Add(unit, values.Slice(layer.Channels[unit] * positions, positions), batch.Images[n], isDrawn);
            }
        }

        void Keep()
        {
            file.Keep(done, layers, skipped);
            skipped.Clear();
        }
    }

    // Each image is as likely as any other.
    private static HashSet<int> Drawn(int images, ExampleOptions options)
    {
        var stream = new Runtime.Numerics.RandomStream(options.Seed, 0, "examples");
        var drawn = new HashSet<int>();
        for (long draw = 0; drawn.Count < Math.Min(options.Random, images); draw++) drawn.Add(stream.Integer(draw, 0, images - 1));
        return drawn;
    }
}
