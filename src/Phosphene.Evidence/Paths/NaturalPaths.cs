using Phosphene.Evidence.Statistics;
using Phosphene.Runtime.Numerics;

namespace Phosphene.Evidence.Paths;

/// <summary>
/// The paths that natural images of a class take through a network, and those of other images, for a picture of the class to be held against: is it processed as they are, or along other paths?
/// Source: Geirhos et al., "Don't trust your eyes: on the (un)reliability of feature visualizations", ICML 2024 (arXiv 2306.04719), who find that pictures join the paths of natural images only in the last layers.
/// </summary>
public sealed class NaturalPaths
{
    /// <summary>The fewest images of either kind.</summary>
    public const int Fewest = 3;

    private const int Draws = 200;
    private const double Tail = 0.05;

    private readonly IReadOnlyList<ImagePath> _own;
    private readonly ImagePath _mean;
    private readonly int[][] _ownDraws, _otherDraws;                 // which images there might have been in place of these
    private readonly Layer[] _layers;

    // In a layer: correlations of images of the class [n, n], their means with other images [n, others], and what both are in each draw.
    private sealed record Layer(double[,] Within, double[,] Across, Gap Gap, Gap[] Drawn, bool Tells);

    // b and c.
    private readonly record struct Gap(double Within, double Across)
    {
        public double Size => Within - Across;
    }

    /// <summary>From the paths of both.</summary>
    /// <param name="own">Images of the class, or those that excite a unit most: at least 3.</param>
    /// <param name="others">Other images, at least 3.</param>
    /// <param name="seed">What decides which images might have been taken instead.</param>
    /// <param name="threads">How many layers are compared at once; null for as many as the machine has processors.</param>
    /// <exception cref="ArgumentException">There are fewer.</exception>
    public NaturalPaths(IReadOnlyList<ImagePath> own, IReadOnlyList<ImagePath> others, ulong seed = 0, int? threads = null)
    {
        ArgumentNullException.ThrowIfNull(own);
        ArgumentNullException.ThrowIfNull(others);
        if (own.Count < Fewest || others.Count < Fewest) throw new ArgumentException($"At least {Fewest} images of the class and {Fewest} others are needed; got {own.Count} and {others.Count}.");
        (_own, _mean) = (own, ImagePath.MeanOf(own));
        (_ownDraws, _otherDraws) = (DrawsOf(own.Count, new RandomStream(seed, 0, "own")), DrawsOf(others.Count, new RandomStream(seed, 0, "others")));
        _layers = new Layer[own[0].Layers];
        Parallel.For(0, _layers.Length, new ParallelOptions { MaxDegreeOfParallelism = threads ?? -1 }, layer => _layers[layer] = Measured(layer, others));
        LeftOut = [.. Enumerable.Range(0, own.Count).Select(image => Similarities(layer => Row(_layers[layer].Within, image), image))];
        Others = [.. Enumerable.Range(0, others.Count).Select(image => Similarities(layer => Column(_layers[layer].Across, image), null))];
    }

    /// <summary>How each image of the class is processed, held against the others: what 1 means, and how far natural images are from it.</summary>
    public IReadOnlyList<PathSimilarity> LeftOut { get; }

    /// <summary>How each other image is processed: what 0 means.</summary>
    public IReadOnlyList<PathSimilarity> Others { get; }

    /// <summary>How a picture is processed.</summary>
    /// <param name="picture">Its path, by the same meter.</param>
    public PathSimilarity Of(ImagePath picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return Similarities(layer => [.. _own.Select(path => path.Correlation(picture, layer))], null);
    }

    /// <summary><see cref="PathSimilarity.Middle"/> of a picture alone, in a fraction of the time.</summary>
    /// <param name="picture">Its path, by the same meter.</param>
    public double MiddleOf(ImagePath picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        (double above, double size) = (0, 0);
        for (int layer = First; layer < End; layer++)
            if (_layers[layer].Tells) (above, size) = (above + _mean.Correlation(picture, layer) - _layers[layer].Gap.Across, size + _layers[layer].Gap.Size);
        return above / size;
    }

    // The middle half of the layers; at least one.
    private int First => _layers.Length / 4;

    private int End => Math.Max(First + 1, 3 * _layers.Length / 4);

    // By its correlations with the images of the class in each layer; without one of these, which is the picture itself.
    private PathSimilarity Similarities(Func<int, double[]> correlationsIn, int? itself)
    {
        double[][] correlations = [.. Enumerable.Range(0, _layers.Length).Select(correlationsIn)];
        var layers = new LayerSimilarity[_layers.Length];
        double above = 0, size = 0;
        double[] drawnAbove = new double[Draws], drawnSize = new double[Draws];
        for (int l = 0; l < layers.Length; l++)
        {
            Layer layer = _layers[l];
            bool counts = layer.Tells && l >= First && l < End;
            double picture = Mean(correlations[l], null, itself);
            var drawn = new double[Draws];
            for (int d = 0; d < Draws; d++)
            {
                double excess = Mean(correlations[l], _ownDraws[d], itself) - layer.Drawn[d].Across;
                drawn[d] = excess / layer.Drawn[d].Size;
                if (!counts) continue;
                drawnAbove[d] += excess;
                drawnSize[d] += layer.Drawn[d].Size;
            }
            if (counts) (above, size) = (above + picture - layer.Gap.Across, size + layer.Gap.Size);
            layers[l] = layer.Tells
                ? new(picture, layer.Gap.Within, layer.Gap.Across, (picture - layer.Gap.Across) / layer.Gap.Size, Quantile.Of(drawn, Tail), Quantile.Of(drawn, 1 - Tail))
                : new(picture, layer.Gap.Within, layer.Gap.Across, double.NaN, double.NaN, double.NaN);
        }
        double[] middle = [.. drawnAbove.Zip(drawnSize, (a, b) => a / b)];
        return new PathSimilarity(layers, above / size, Quantile.Of(middle, Tail), Quantile.Of(middle, 1 - Tail));
    }

    private Layer Measured(int layer, IReadOnlyList<ImagePath> others)
    {
        double[,] within = new double[_own.Count, _own.Count], across = new double[_own.Count, others.Count];
        for (int i = 0; i < _own.Count; i++)
        {
            for (int j = 0; j < i; j++) within[i, j] = within[j, i] = _own[i].Correlation(_own[j], layer);
            for (int j = 0; j < others.Count; j++) across[i, j] = _own[i].Correlation(others[j], layer);
        }
        int[] all = [.. Enumerable.Range(0, _own.Count)], allOthers = [.. Enumerable.Range(0, others.Count)];
        Gap[] drawn = [.. _ownDraws.Zip(_otherDraws, (own, other) => GapOf(within, across, own, other))];
        return new Layer(within, across, GapOf(within, across, all, allOthers), drawn, Quantile.Of([.. drawn.Select(gap => gap.Size)], Tail) > 0);
    }

    // Means over pairs of different images of the class, and over pairs with others.
    private static Gap GapOf(double[,] within, double[,] across, int[] own, int[] others)
    {
        (double pairs, double sum, double outside) = (0, 0, 0);
        foreach (int i in own)
        {
            foreach (int j in own)
                if (i != j) (pairs, sum) = (pairs + 1, sum + within[i, j]);
            foreach (int j in others) outside += across[i, j];
        }
        return new Gap(sum / pairs, outside / ((double)own.Length * others.Length));
    }

    private static double Mean(double[] values, int[]? draw, int? without)
    {
        (int count, double sum) = (0, 0);
        for (int i = 0; i < values.Length; i++)
        {
            int image = draw is null ? i : draw[i];
            if (image != without) (count, sum) = (count + 1, sum + values[image]);
        }
        return sum / count;
    }

    // Each of as many images as there are, drawn with replacement (Efron's bootstrap), of which at least two differ.
    private static int[][] DrawsOf(int count, RandomStream stream)
    {
        long number = 0;
        return [.. Enumerable.Range(0, Draws).Select(_ =>
        {
            int[] draw;
            do draw = [.. Enumerable.Range(0, count).Select(_ => stream.Integer(number++, 0, count - 1))];
            while (draw.Distinct().Count() < 2);
            return draw;
        })];
    }

    private static double[] Row(double[,] matrix, int row) => [.. Enumerable.Range(0, matrix.GetLength(1)).Select(column => matrix[row, column])];

    private static double[] Column(double[,] matrix, int column) => [.. Enumerable.Range(0, matrix.GetLength(0)).Select(row => matrix[row, column])];
}
