using Phosphene.Evidence.Datasets;
using Phosphene.Images;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Evidence.Statistics;

/// <summary>
/// Measures <see cref="ImageStatistics"/> on the images of a folder. They are read twice: once for the colours, and again for the magnitudes of the colours that
/// these decorrelate. However many there are, only two batches are in memory.
/// </summary>
/// <param name="Statistics">What was measured.</param>
/// <param name="Skipped">The images that could not be read.</param>
public sealed record StatisticsMeasurement(ImageStatistics Statistics, IReadOnlyList<SkippedImage> Skipped)
{
    private const int Batch = 16;

    /// <summary>Measures the images of a folder.</summary>
    /// <param name="images">The images. Each is made to cover the size, as <see cref="Picture.Cover"/> does.</param>
    /// <param name="size">Their height and width in pixels.</param>
    /// <param name="threads">The number of threads; null for one for each processor. What is measured does not depend on it.</param>
    /// <param name="observe">Told how many images were read, twice as many in all as there are.</param>
    /// <param name="cancellation">Ends it between two batches; then there is no result.</param>
    /// <returns>What was measured; null if it was cancelled.</returns>
    /// <exception cref="InputFileException">No image of the folder can be read, or their colours do not vary in three ways.</exception>
    public static StatisticsMeasurement? Of(Dataset images, int size = 224, int? threads = null, Action<int>? observe = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 2);
        var skipped = new List<SkippedImage>();
        var pixels = new ColourSums();
        int done = 0;
        foreach (ImageBatch batch in new ImageBatches(images, size, size, Batch).Read(cancellation))
        {
            foreach (DatasetImage image in batch.Images) pixels.Add(image.Picture);
            skipped.AddRange(batch.Skipped);
            observe?.Invoke(done += batch.Images.Count + batch.Skipped.Count);
        }
        if (cancellation.IsCancellationRequested) return null;
        if (pixels.Count == 0) throw images.NoneCanBeRead(skipped[0]);
        ImageStatistics statistics = new()
        {
            Images = images.Files.Count - skipped.Count,
            Mean = pixels.Mean(),
            Covariance = pixels.Covariance(),
            Size = size,
            Magnitude = [],
            GreyMagnitude = [],
        };
        if (!statistics.Factor.All(float.IsFinite)) throw new InputFileException($"The images of {images.Name} do not vary in three colours, as photos do; what they have in common cannot be measured. Give colour photos.");

        int half = size * (size / 2 + 1);
        var sums = new double[4 * half];
        using var backend = new Backend(threads);
        foreach ((_, float[][] magnitudes) in new ImagePass(images, backend, size, size, Batch).Compute(colours => [Magnitudes(colours, statistics)], read => observe?.Invoke(done + read), cancellation))
            for (int i = 0; i < sums.Length; i++) sums[i] += magnitudes[0][i];
        if (cancellation.IsCancellationRequested) return null;
        float[] means = [.. sums.Select(sum => (float)(sum / statistics.Images))];
        return new StatisticsMeasurement(statistics with { Magnitude = means[..(3 * half)], GreyMagnitude = means[(3 * half)..] }, skipped);
    }

    // |rfft2| / size of the decorrelated colours and of the luma: [N, 3, S, S] to [N, 4, S, S/2 + 1].
    private static Tensor Magnitudes(Tensor images, ImageStatistics statistics)
    {
        Shape s = images.Shape;
        int size = s.Height, columns = size / 2 + 1;
        Tensor centred = images - Tensor.Constant(new Shape(1, 3, 1, 1), [.. statistics.Mean]);
        Tensor spread = Tensor.Constant(new Shape(4, 3), [.. statistics.Decorrelation(3), .. statistics.Decorrelation(1)]).MatMul(centred.Reshape(new Shape(s.Batch, 3, size * size))).Reshape(new Shape(s.Batch, 4, size, size));
        // The adjoint of the inverse transform is the transform itself, but for 1 / S² and for a 2 where a column stands for two.
        float[] factors = [.. Enumerable.Range(0, columns).Select(column => (column == 0 || 2 * column == size ? 1 : 0.5f) * size)];
        Tensor parts = new Tensor(new InverseRealFourierGradient(), spread) * Tensor.Constant(new Shape(columns), factors);
        return parts.Square().SumOver(0).Reshape(new Shape(s.Batch, 4, size, columns)).Sqrt();
    }
}
