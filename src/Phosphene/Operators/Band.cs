using Phosphene.Runtime.Graphs;

namespace Phosphene.Operators;

/// <summary>Filters along one axis as sparse matrices. At the border, where a part of the filter lies outside of the image, the rest is scaled to the same sum: a constant stays what it is.</summary>
internal static class Band
{
    /// <summary>y[i] = Σ_d filter(d)·x[i·step + d] / Σ_d filter(d), over the d from -radius to radius that are inside of the image; ⌈length / step⌉ rows.</summary>
    public static SparseMatrix Of(int length, int radius, Func<int, double> filter, int step = 1) =>
        SparseMatrix.Of(length, [.. Enumerable.Range(0, (length + step - 1) / step).Select(i => Normalized(
            Enumerable.Range(-radius, 2 * radius + 1).Where(d => i * step + d >= 0 && i * step + d < length).Select(d => (i * step + d, filter(d)))))]);

    /// <summary>The way back to a longer axis: x[i] = Σ_j filter(i - j·step)·y[j] / Σ_j filter(i - j·step); length rows.</summary>
    public static SparseMatrix Enlarging(int length, int radius, Func<int, double> filter, int step) =>
        SparseMatrix.Of((length + step - 1) / step, [.. Enumerable.Range(0, length).Select(i => Normalized(
            Enumerable.Range(0, (length + step - 1) / step).Where(j => Math.Abs(i - j * step) <= radius).Select(j => (j, filter(i - j * step)))))]);

    private static IReadOnlyList<(int, float)> Normalized(IEnumerable<(int Place, double Weight)> taps)
    {
        (int Place, double Weight)[] all = [.. taps];
        double sum = all.Sum(tap => tap.Weight);
        return [.. all.Select(tap => (tap.Place, (float)(tap.Weight / sum)))];
    }
}
