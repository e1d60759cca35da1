using System.Globalization;
using Phosphene.Evidence.Datasets;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Evidence.Directions;

/// <summary>A kind of images that excites an objective.</summary>
/// <param name="Images">They, by their paths in the folder with the objective on each; the most typical first.</param>
/// <param name="Value">The mean of the objective on them.</param>
/// <param name="Product">The mean product of their activations with the direction of the facet, over all positions.</param>
public sealed record UnitFacet(IReadOnlyList<(string File, float Value)> Images, float Value, float Product);

/// <summary>
/// The facets of an objective: of the images that excite it most, the kinds that there are, as clusters of what a layer has where the objective comes from. Sources: multifaceted feature
/// visualization, Nguyen, Yosinski and Clune 2016; centroids of clusters, Wei et al. 2015.
/// </summary>
public sealed class UnitFacets
{
    private const float Least = 1e-30f;

    // An image that may be among the best: without its pixels, since there may be many. What the layer has where the objective comes from, and on average.
    private sealed record Candidate(int Number, string File, float Value, float[] Row, float[] Mean);

    private UnitFacets(Layer layer, int channels, float[] directions, IReadOnlyList<UnitFacet> facets, IReadOnlyList<SkippedImage> skipped) =>
        (Layer, Channels, Directions, Facets, Skipped) = (layer, channels, directions, facets, skipped);

    /// <summary>The layer that was looked at.</summary>
    public Layer Layer { get; }

    /// <summary>How many channels it has.</summary>
    public int Channels { get; }

    /// <summary>The direction of each facet, of length 1, row by row [facets, channels]: what its images have in the layer.</summary>
    public IReadOnlyList<float> Directions { get; }

    /// <summary>The facets, the one with most images first.</summary>
    public IReadOnlyList<UnitFacet> Facets { get; }

    /// <summary>The images that could not be read.</summary>
    public IReadOnlyList<SkippedImage> Skipped { get; }

    /// <summary>Looks for the facets of an objective in a folder of images.</summary>
    /// <param name="model">The model.</param>
    /// <param name="objective">The objective.</param>
    /// <param name="images">The images.</param>
    /// <param name="count">How many facets, at least 1.</param>
    /// <param name="among">How many of the images that excite it most are told apart, at least as many as facets.</param>
    /// <param name="layer">The layer, by its name or alias; by default the last one with positions that the objective depends on.</param>
    /// <param name="seed">What the first guess of the clusters comes from.</param>
    /// <param name="observe">Told how many images are done.</param>
    /// <param name="cancellation">Ends it without a result.</param>
    /// <exception cref="UsageException">There are fewer images than facets, or something does not fit.</exception>
    /// <exception cref="InputFileException">No image can be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static UnitFacets Of(Model model, Objective objective, Dataset images, int count, int among, string? layer = null, ulong seed = 0, Action<int>? observe = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(among, count);
        // Those that excite it most so far, the weakest of them in front; equals in the order of the folder.
        var best = new PriorityQueue<Candidate, (float, int)>();
        string? found = layer;
        var pass = new ImagePass(model, images);
        foreach ((DatasetImage image, float[][] computed) in pass.Compute(Graph, observe, cancellation))
        {
            float value = computed[0][0];
            if (!float.IsFinite(value)) continue;
            best.Enqueue(new Candidate(image.Number, image.File, value, Unit(computed[1]), computed[2]), (value, -image.Number));
            if (best.Count > among) best.Dequeue();
        }
        cancellation.ThrowIfCancellationRequested();
        if (best.Count < count) throw new UsageException($"{count} facets need as many images at least, and {images.Name} has {best.Count} that can be used; ask for fewer, or give more images.");

        Candidate[] chosen = [.. best.UnorderedItems.Select(item => item.Element).OrderBy(item => item.Number)];
        int channels = chosen[0].Row.Length;
        Facets clusters = Evidence.Directions.Facets.Of(new ActivationSample(channels, [.. chosen.SelectMany(item => item.Row)]), count, seed, CancellationToken.None);
        float[] directions = [.. clusters.Centroids.Chunk(channels).SelectMany(centroid => Unit([.. centroid]))];
        return new UnitFacets(found!, channels, directions, [.. Enumerable.Range(0, count).Select(FacetOf)], pass.Skipped);

        IReadOnlyList<Tensor> Graph(Tensor colours)
        {
            AttributionGraph graph = AttributionGraph.Of(model, model.Input.FromColours(colours), objective, layer);
            found = graph.Layer;
            return [graph.Values, WhereItComesFrom(graph), graph.Activations.Shape.Rank == 4 ? graph.Activations.MeanOver(2, 3) : graph.Activations];
        }

        UnitFacet FacetOf(int facet)
        {
            var direction = directions.AsMemory(facet * channels, channels);
            var members = chosen.Where((_, i) => clusters.FacetOf[i] == facet).OrderByDescending(item => Dot(item.Row, direction.Span)).ToArray();
            return new UnitFacet([.. members.Select(item => (item.File, item.Value))], members.Average(item => item.Value), members.Average(item => Dot(item.Mean, direction.Span)));
        }
    }

    /// <summary>
    /// The objective with a pull toward each facet, image by image of a batch: a + w·direction(layer, facet, power: 1), with w so that on the facet's own images the pull counts as much as the objective.
    /// </summary>
    /// <param name="objective">The objective.</param>
    /// <param name="path">The file that has <see cref="Directions"/>, a .npy.</param>
    /// <param name="pull">How much the pull counts; 0 for none.</param>
    public Objective Pulled(Objective objective, string path, float pull = 1)
    {
        return Objective.Each([.. Facets.Select((facet, row) => pull == 0 ? objective : objective + Weight(facet) * Objective.Direction(Layer, Direction.File(path, row), 1))]);

        // Three digits, so that a person can read the objective.
        float Weight(UnitFacet facet) => pull * float.Parse(MathF.Abs(facet.Value / MathF.Max(MathF.Abs(facet.Product), Least)).ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    // What the layer has at each position, weighted by what the position adds to the objective: [N, C].
    private static Tensor WhereItComesFrom(AttributionGraph graph)
    {
        Tensor activations = graph.Activations;
        if (activations.Shape.Rank == 2) return activations;
        Tensor shares = graph.Contributions.SumOver(1).Relu();
        return (activations * shares).SumOver(2, 3).Reshape(new Shape(activations.Shape.Batch, activations.Shape.Channels));
    }

    // Of length 1, so that images are told apart by what they show rather than by how strongly.
    private static float[] Unit(float[] row)
    {
        float length = MathF.Sqrt(Dot(row, row));
        return [.. row.Select(value => value / MathF.Max(length, Least))];
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += (double)a[i] * b[i];
        return (float)sum;
    }
}
