using Phosphene.Evidence.Datasets;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Syntax;

namespace Phosphene.Evidence.Paths;

/// <summary>
/// Follows images through a network: the ranks of their activations in some layers (<see cref="ImagePath"/>). Of a layer with many activations so many are looked at, drawn once, the same ones for all images: 32,768
/// tell a correlation to within 0.006, and the path of an image through 20 layers takes 2.6 MB of memory.
/// </summary>
public sealed class PathMeter
{
    /// <summary>How many activations of a layer are looked at, if nothing else is said.</summary>
    public const int UsualSample = 1 << 15;

    private const int MostLayers = 24, FewestActivations = 16;

    private readonly Model _model;
    private readonly int[]?[] _chosen;                               // by layer: places of its activations; null for all
    private readonly int _batch;

    /// <summary>A meter for some layers.</summary>
    /// <param name="model">The model. Images are brought to its usual size as <see cref="Picture.Cover"/> does.</param>
    /// <param name="layers">The layers, in their order; null for those of <see cref="UsualLayers"/>.</param>
    /// <param name="sample">How many activations of a layer are looked at, at most.</param>
    /// <param name="seed">What they are drawn from.</param>
    /// <param name="batch">How many images are computed at once.</param>
    /// <exception cref="UsageException">There is no such layer, it is not supported, or has no activations to compare.</exception>
    public PathMeter(Model model, IReadOnlyList<Layer>? layers = null, int sample = UsualSample, ulong seed = 0, int batch = 8)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(sample, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        (_model, _batch, Layers) = (model, batch, layers ?? UsualLayers(model));
        if (Layers.Count == 0) throw new UsageException($"Model '{model.Path}' has no layer to compare images in; name layers.");
        _chosen = [.. Layers.Select(layer =>
        {
            Shape shape = model.LayerShape(layer) ?? throw new UsageException($"Layer '{layer.Name}' is not supported, or not for images of {model.UsualSize.Height} x {model.UsualSize.Width}; 'phosphene layers' says which are.");
            if (shape.Rank < 2 || shape.Batch != 1 || shape.Count < 2) throw new UsageException($"Layer '{layer.Name}' is {shape}, where several activations for each image are needed to compare their ranks.");
            return shape.Count <= sample ? null : Drawn(shape.Count, sample, new RandomStream(seed, 0, $"path {layer}"));
        })];
    }

    /// <summary>The layers, in their order.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>
    /// The layers that every way through the network runs through (<see cref="Model.MainPath"/>), if they can be looked at well and have at least 16 activations; of more than 24 those of them that lie evenly from the first to
    /// the last.
    /// </summary>
    public static IReadOnlyList<Layer> UsualLayers(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        HashSet<string> main = [.. model.MainPath.Select(layer => layer.Name)];
        Layer[] all = [.. model.LayerShapes().Where(entry => main.Contains(entry.Layer.Name) && entry.Shape is { Rank: 2 or 4, Batch: 1 } shape && shape.Count >= FewestActivations && !model.IsPlumbing(entry.Layer, shape))
            .Select(entry => Layer.FromString(model.Aliases[entry.Layer.Name] ?? entry.Layer.Name))];
        return all.Length <= MostLayers ? all : [.. Enumerable.Range(0, MostLayers).Select(i => all[(int)((long)i * (all.Length - 1) / (MostLayers - 1))])];
    }

    /// <summary>The paths of pictures.</summary>
    /// <param name="pictures">The pictures, at least one.</param>
    public IReadOnlyList<ImagePath> Of(params IReadOnlyList<Picture> pictures) => [.. Of(new GivenPictures(pictures))!.Images.Select(image => image.Path)];

    /// <summary>The paths of the images of a dataset, in its order.</summary>
    /// <param name="images">The images: few, since all their paths are in memory.</param>
    /// <param name="observe">Told how many images are done.</param>
    /// <param name="cancellation">Ends it between two batches.</param>
    /// <returns>The paths; null if it was cancelled.</returns>
    /// <exception cref="InputFileException">No image can be read.</exception>
    public DatasetPaths? Of(Dataset images, Action<int>? observe = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        var paths = new List<(string, ImagePath)>();
        var pass = new ImagePass(_model, images, _batch);
        foreach (ComputedBatch batch in pass.Batches(Activations, 0, observe, cancellation))
        {
            var found = new float[batch.Images.Count * Layers.Count][];
            for (int i = 0; i < found.Length; i++) found[i] = Chosen(batch.Values(i % Layers.Count, i / Layers.Count), _chosen[i % Layers.Count]);
            var made = new ImagePath[batch.Images.Count];
            Parallel.For(0, made.Length, new ParallelOptions { MaxDegreeOfParallelism = _model.Backend.Threads }, n => made[n] = ImagePath.Of(found.AsSpan(n * Layers.Count, Layers.Count).ToArray()));
            paths.AddRange(batch.Images.Zip(made, (image, path) => (image.File, path)));
        }
        if (cancellation.IsCancellationRequested) return null;
        return paths.Count > 0 ? new DatasetPaths(paths, pass.Skipped) : throw images.NoneCanBeRead(pass.Skipped[0]);
    }

    private IReadOnlyList<Tensor> Activations(Tensor colours)
    {
        Activations activations = _model.Activate(_model.Input.FromColours(colours));
        return [.. Layers.Select(layer => activations[layer])];
    }

    private static float[] Chosen(ReadOnlySpan<float> values, int[]? places)
    {
        if (places is null) return values.ToArray();
        var chosen = new float[places.Length];
        for (int i = 0; i < places.Length; i++) chosen[i] = values[places[i]];
        return chosen;
    }

    // So many of the places, each as likely as any other, in order.
    private static int[] Drawn(int count, int sample, RandomStream stream)
    {
        var drawn = new HashSet<int>(sample);
        for (long draw = 0; drawn.Count < sample; draw++) drawn.Add(stream.Integer(draw, 0, count - 1));
        return [.. drawn.Order()];
    }

    private sealed class GivenPictures(IReadOnlyList<Picture> pictures) : Dataset
    {
        public override string Name => $"{pictures.Count} pictures";

        public override IReadOnlyList<string> Files { get; } = [.. pictures.Select((_, i) => $"{i}")];

        public override Picture Read(string file) => pictures[int.Parse(file, System.Globalization.CultureInfo.InvariantCulture)];
    }
}
