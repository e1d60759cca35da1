using Phosphene.Runtime.Numerics;
using Phosphene.Syntax;

namespace Phosphene.Evidence.Directions;

/// <summary>
/// Non-negative matrix factorization: activations A [n, C], none below 0, as sums of a few directions, A ≈ W·H with W [n, K] and H [K, C] of none below 0.
/// Source: Lee and Seung, Algorithms for non-negative matrix factorization, 2001, the multiplicative updates for ‖A - W·H‖².
/// </summary>
public sealed class NonnegativeFactors
{
    private const double Tiny = 1e-12;

    private NonnegativeFactors(float[] directions, double[] shares, double explained) => (Directions, Shares, Explained) = (directions, shares, explained);

    /// <summary>The directions [K, C] of length 1, row-major, the one with most in the activations first.</summary>
    public IReadOnlyList<float> Directions { get; }

    /// <summary>How much of the activations each makes: Σ W² of it as a part of that of all.</summary>
    public IReadOnlyList<double> Shares { get; }

    /// <summary>1 - ‖A - W·H‖² / ‖A‖²: 1 is all.</summary>
    public double Explained { get; }

    /// <summary>Factorizes a sample.</summary>
    /// <param name="sample">The activations.</param>
    /// <param name="count">How many directions, at least 1.</param>
    /// <param name="seed">What the first guess comes from.</param>
    /// <param name="updates">How often both factors are updated.</param>
    /// <param name="observe">Told after each update how many are done.</param>
    /// <param name="cancellation">Ends it after an update; the factors are what was reached.</param>
    /// <exception cref="UsageException">An activation is negative, or there are no rows.</exception>
    public static NonnegativeFactors Of(ActivationSample sample, int count, ulong seed = 0, int updates = 200, Action<int>? observe = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(sample);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(updates, 1);
        sample.RequireRows(1);
        Matrix a = sample.ToMatrix();
        double least = a.Values.Min(), squares = Matrix.Dot(a.Values, a.Values);
        if (least < 0) throw new UsageException(FormattableString.Invariant($"NMF makes activations of parts that are added, so none can be negative; here one is {least:G4}. Choose a layer after its ReLU."));
        double size = Math.Sqrt(a.Values.Average() / count);
        Matrix w = Guess("nmf.w", a.Rows, count), h = Guess("nmf.h", count, a.Columns);
        for (int done = 1; done <= updates && !(done > 1 && cancellation.IsCancellationRequested); done++)
        {
            Update(h, w.TransposedTimes(a), w.TransposedTimes(w).Times(h));
            Update(w, a.TimesTransposed(h), w.Times(h.TimesTransposed(h)));
            observe?.Invoke(done);
        }
        // ‖A - W·H‖² without W·H, which is as large as A.
        Matrix products = a.TimesTransposed(h);
        double rest = squares - 2 * Matrix.Dot(products.Values, w.Values) + Matrix.Dot(w.TransposedTimes(w).Values, h.TimesTransposed(h).Values);
        return Ordered(w, h, squares == 0 ? 1 : 1 - rest / squares);

        // Even numbers and a little above 0, where an update would leave them.
        Matrix Guess(string name, int rows, int columns)
        {
            var stream = new RandomStream(seed, 0, name);
            var guess = new Matrix(rows, columns);
            for (int i = 0; i < guess.Values.Length; i++) guess.Values[i] = size * (0.1 + stream.Uniform(i));
            return guess;
        }
    }

    // x·up / down, element by element.
    private static void Update(Matrix x, Matrix up, Matrix down)
    {
        for (int i = 0; i < x.Values.Length; i++) x.Values[i] *= up.Values[i] / (down.Values[i] + Tiny);
    }

    private static NonnegativeFactors Ordered(Matrix w, Matrix h, double explained)
    {
        var lengths = new double[h.Rows];
        var parts = new double[h.Rows];
        for (int k = 0; k < h.Rows; k++)
        {
            lengths[k] = Math.Sqrt(Matrix.Dot(h.Row(k), h.Row(k)));
            for (int row = 0; row < w.Rows; row++) parts[k] += w[row, k] * w[row, k] * lengths[k] * lengths[k];
        }
        int[] order = [.. Enumerable.Range(0, h.Rows).OrderByDescending(k => parts[k])];
        var directions = new Matrix(h.Rows, h.Columns);
        for (int i = 0; i < order.Length; i++)
            if (lengths[order[i]] > 0) Matrix.Add(directions.Row(i), 1 / lengths[order[i]], h.Row(order[i]));
        double all = parts.Sum();
        return new NonnegativeFactors(directions.ToFloats(), [.. order.Select(k => all == 0 ? 0 : parts[k] / all)], explained);
    }
}
