using Phosphene.Runtime.Numerics;

namespace Phosphene.Evidence.Directions;

/// <summary>
/// The facets of a dataset as a layer sees them: clusters of activations by k-means, begun by k-means++. Sources: Lloyd 1982; Arthur and Vassilvitskii 2007; for
/// facets Wei, Zhou, Torralba and Freeman, Understanding intra-class knowledge inside CNN, 2015.
/// </summary>
public sealed class Facets
{
    // An end depends on the first guess; the best of some is kept.
    private const int MostRounds = 100, Guesses = 8;

    private Facets(float[] centroids, int[] sizes, int[] facetOf, double spread) => (Centroids, Sizes, FacetOf, Spread) = (centroids, sizes, facetOf, spread);

    /// <summary>The means of the clusters [K, C], row-major, the largest cluster first.</summary>
    public IReadOnlyList<float> Centroids { get; }

    /// <summary>How many rows each has.</summary>
    public IReadOnlyList<int> Sizes { get; }

    /// <summary>The cluster of each row of the sample.</summary>
    public IReadOnlyList<int> FacetOf { get; }

    /// <summary>The mean squared distance of a row from the mean of its cluster.</summary>
    public double Spread { get; }

    /// <summary>Clusters a sample.</summary>
    /// <param name="sample">The activations, at least as many rows as clusters.</param>
    /// <param name="count">How many clusters, at least 1.</param>
    /// <param name="seed">What the first guess comes from.</param>
    /// <param name="cancellation">Ends it after a round; the clusters are what was reached.</param>
    /// <exception cref="Syntax.UsageException">There are fewer rows than clusters.</exception>
    public static Facets Of(ActivationSample sample, int count, ulong seed = 0, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(sample);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        sample.RequireRows(count);
        Matrix rows = sample.ToMatrix();
        Facets? best = null;
        for (int guess = 0; guess < Guesses && (best is null || !cancellation.IsCancellationRequested); guess++)
        {
            Facets facets = From(FirstGuess(rows, count, seed, guess), rows, cancellation);
            if (best is null || facets.Spread < best.Spread) best = facets;
        }
        return best!;
    }

    private static Facets From(Matrix centroids, Matrix rows, CancellationToken cancellation)
    {
        var facetOf = new int[rows.Rows];
        var distances = new double[rows.Rows];
        Assign(rows, centroids, facetOf, distances);
        for (int round = 0; round < MostRounds && !cancellation.IsCancellationRequested; round++)
        {
            int[] before = [.. facetOf];
            Move(rows, centroids, facetOf, distances);
            Assign(rows, centroids, facetOf, distances);
            if (facetOf.AsSpan().SequenceEqual(before)) break;
        }
        return Ordered(centroids, facetOf, distances.Average());
    }

    // Each next centroid is a row, drawn by the square of its distance from those there are.
    private static Matrix FirstGuess(Matrix rows, int count, ulong seed, int guess)
    {
        var stream = new RandomStream(seed, guess, "facets");
        var centroids = new Matrix(count, rows.Columns);
        var nearest = new double[rows.Rows];
        Array.Fill(nearest, 1);
        for (int k = 0; k < count; k++)
        {
            double target = stream.Uniform(k) * nearest.Sum();
            int chosen = 0;
            while (chosen < rows.Rows - 1 && (target -= nearest[chosen]) >= 0) chosen++;
            rows.Row(chosen).CopyTo(centroids.Row(k));
            int place = k;
            Parallel.For(0, rows.Rows, row => nearest[row] = place == 0 ? Distance(rows.Row(row), centroids.Row(0)) : Math.Min(nearest[row], Distance(rows.Row(row), centroids.Row(place))));
        }
        return centroids;
    }

    private static void Assign(Matrix rows, Matrix centroids, int[] facetOf, double[] distances) => Parallel.For(0, rows.Rows, row =>
    {
        distances[row] = double.PositiveInfinity;
        for (int k = 0; k < centroids.Rows; k++)
            if (Distance(rows.Row(row), centroids.Row(k)) is var distance && distance < distances[row]) (distances[row], facetOf[row]) = (distance, k);
    });

    // Centroids to the means of their clusters; one without rows takes the row that is farthest from its own.
    private static void Move(Matrix rows, Matrix centroids, int[] facetOf, double[] distances)
    {
        var sizes = new int[centroids.Rows];
        Array.Clear(centroids.Values);
        for (int row = 0; row < rows.Rows; row++)
        {
            sizes[facetOf[row]]++;
            Matrix.Add(centroids.Row(facetOf[row]), 1, rows.Row(row));
        }
        for (int k = 0; k < centroids.Rows; k++)
        {
            if (sizes[k] == 0)
            {
                int farthest = Array.IndexOf(distances, distances.Max());
                distances[farthest] = 0;
                rows.Row(farthest).CopyTo(centroids.Row(k));
            }
            else
                foreach (ref double value in centroids.Row(k)) value /= sizes[k];
        }
    }

    private static double Distance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
        return sum;
    }

    private static Facets Ordered(Matrix centroids, int[] facetOf, double spread)
    {
        var sizes = new int[centroids.Rows];
        foreach (int k in facetOf) sizes[k]++;
        int[] order = [.. Enumerable.Range(0, centroids.Rows).OrderByDescending(k => sizes[k])];
        var sorted = new Matrix(centroids.Rows, centroids.Columns);
        for (int i = 0; i < order.Length; i++) centroids.Row(order[i]).CopyTo(sorted.Row(i));
        return new Facets(sorted.ToFloats(), [.. order.Select(k => sizes[k])], [.. facetOf.Select(k => Array.IndexOf(order, k))], spread);
    }
}
