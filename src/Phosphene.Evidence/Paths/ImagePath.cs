using Phosphene.Evidence.Directions;

namespace Phosphene.Evidence.Paths;

/// <summary>The path of an image through a network: the ranks of its activations in each layer. Two paths go alike where activations that are high for one image are high for the other.</summary>
public sealed class ImagePath
{
    private readonly float[][] _ranks;                               // by layer: of mean 0 and length 1, or all 0

    private ImagePath(float[][] ranks) => _ranks = ranks;

    /// <summary>How many layers it is through.</summary>
    public int Layers => _ranks.Length;

    /// <summary>The path with given activations in each layer. Equals share the mean of their ranks.</summary>
    /// <param name="activations">Layer by layer; of each the same ones in the same order for all images that are compared.</param>
    public static ImagePath Of(params IReadOnlyList<float[]> activations)
    {
        ArgumentNullException.ThrowIfNull(activations);
        return new ImagePath([.. activations.Select(Ranks)]);
    }

    /// <summary>The mean of several paths: its correlation with another path is the mean of theirs.</summary>
    internal static ImagePath MeanOf(IReadOnlyList<ImagePath> paths) => new([.. Enumerable.Range(0, paths[0].Layers).Select(layer =>
    {
        var mean = new float[paths[0]._ranks[layer].Length];
        foreach (ImagePath path in paths)
            for (int i = 0; i < mean.Length; i++) mean[i] += path._ranks[layer][i] / paths.Count;
        return mean;
    })]);

    /// <summary>Spearman's rank correlation with another path in a layer, from -1 to 1; 0 where all activations of one are equal.</summary>
    /// <param name="other">The other path, through the same layers.</param>
    /// <param name="layer">The place of the layer.</param>
    public double Correlation(ImagePath other, int layer)
    {
        ArgumentNullException.ThrowIfNull(other);
        float[] a = _ranks[layer], b = other._ranks[layer];
        return a.Length == b.Length ? Matrix.Dot(a, b) : throw new ArgumentException($"Layer {layer} of one path has {a.Length} activations and of the other {b.Length}; compare paths through one network.", nameof(other));
    }

    // Of mean 0 and length 1, so that a product of two is their correlation.
    private static float[] Ranks(float[] activations)
    {
        int count = activations.Length;
        float[] sorted = [.. activations], ranks = new float[count];
        int[] places = [.. Enumerable.Range(0, count)];
        Array.Sort(sorted, places);
        double middle = (count - 1) / 2.0, squares = 0;
        for (int first = 0, next; first < count; first = next)
        {
            for (next = first + 1; next < count && sorted[next] == sorted[first];) next++;
            double rank = (first + next - 1) / 2.0 - middle;
            for (int i = first; i < next; i++) ranks[places[i]] = (float)rank;
            squares += (next - first) * rank * rank;
        }
        float scale = squares > 0 ? (float)(1 / Math.Sqrt(squares)) : 0;
        for (int i = 0; i < count; i++) ranks[i] *= scale;
        return ranks;
    }
}
