using Phosphene.Evidence.Datasets;
using Phosphene.Models;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Evidence.Directions;

/// <summary>What a layer has at positions of many images: rows [Count, Channels], those of an image next to each other.</summary>
public sealed class ActivationSample
{
    /// <summary>The most numbers that a sample may have: 1 GiB of them.</summary>
    public const int MaximumNumbers = 1 << 28;

    private readonly float[] _values;

    /// <summary>A sample of known rows.</summary>
    /// <param name="channels">The numbers of a row, at least 1.</param>
    /// <param name="values">The rows one after another.</param>
    /// <param name="skipped">The images that could not be read.</param>
    /// <exception cref="ArgumentException">The values are no whole rows.</exception>
    public ActivationSample(int channels, float[] values, IReadOnlyList<SkippedImage>? skipped = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length % channels != 0) throw new ArgumentException($"{values.Length} numbers are no rows of {channels}.", nameof(values));
        (Channels, _values, Skipped) = (channels, values, skipped ?? []);
    }

    /// <summary>How many rows there are.</summary>
    public int Count => _values.Length / Channels;

    /// <summary>How many numbers a row has: the channels of the layer.</summary>
    public int Channels { get; }

    /// <summary>The images that could not be read.</summary>
    public IReadOnlyList<SkippedImage> Skipped { get; }

    /// <summary>The activations at one position.</summary>
    public ReadOnlySpan<float> this[int row] => _values.AsSpan(row * Channels, Channels);

    /// <summary>Computes a layer for all images of a folder.</summary>
    /// <param name="model">The model. Images have its usual size.</param>
    /// <param name="layer">The layer, [N, C, H, W] or [N, C].</param>
    /// <param name="images">The images.</param>
    /// <param name="positions">Which positions of each image count.</param>
    /// <param name="seed">What positions are drawn from.</param>
    /// <param name="batch">How many images are computed at once.</param>
    /// <param name="observe">Told after each batch how many images are done.</param>
    /// <param name="cancellation">Ends it between two batches; what was done until then is returned.</param>
    /// <exception cref="UsageException">There is no such layer, it has no channels, or the sample would be too large.</exception>
    /// <exception cref="InputFileException">No image of the folder can be read.</exception>
    public static ActivationSample Of(
        Model model, Layer layer, Dataset images, PositionChoice positions, ulong seed = 0, int batch = 8, Action<int>? observe = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(positions);
        (int height, int width) = model.UsualSize;
        Shape shape = Activations(new Tensor(new Input(new Shape(1, 3, height, width), "image"))).Shape;
        if (shape.Rank is not (2 or 4)) throw new UsageException($"Layer '{layer.Name}' is {shape}, in which no dimension is known to be its channels; choose a layer [N, channels, height, width] or [N, channels].");
        (int channels, int rows, int columns) = (shape.Channels, shape.Rank == 4 ? shape.Height : 1, shape.Rank == 4 ? shape.Width : 1);
        long most = (long)images.Files.Count * positions.RowsOf(rows, columns) * channels;
        if (most > MaximumNumbers)
            throw new UsageException($"{images.Files.Count} images with {positions.RowsOf(rows, columns)} positions of {channels} channels each are {most} numbers, where {MaximumNumbers} at most fit; take fewer positions or images.");

        var values = new float[most];
        int count = 0;
        var pass = new ImagePass(model, images, batch);
        foreach ((DatasetImage image, float[][] computed) in pass.Compute(colours => [Activations(colours)], observe, cancellation))
            count += Take(computed[0], channels, positions.Of(rows, columns, seed, image.Number), values.AsSpan(count * channels));
        Array.Resize(ref values, count * channels);
        return new ActivationSample(channels, values, pass.Skipped);

        Tensor Activations(Tensor colours) => model.Activate(model.Input.FromColours(colours))[layer];
    }

    // Rows of an image [C, positions]; how many there are.
    private static int Take(ReadOnlySpan<float> image, int channels, IReadOnlyList<int>? positions, Span<float> destination)
    {
        int all = image.Length / channels;
        for (int c = 0; c < channels; c++)
        {
            ReadOnlySpan<float> channel = image.Slice(c * all, all);
            if (positions is null)
            {
                double sum = 0;
                foreach (float value in channel) sum += value;
                destination[c] = (float)(sum / all);
            }
            else
                for (int i = 0; i < positions.Count; i++) destination[i * channels + c] = channel[positions[i]];
        }
        return positions?.Count ?? 1;
    }

    /// <summary>The mean of each channel over all rows.</summary>
    /// <exception cref="UsageException">There are no rows.</exception>
    public double[] Mean()
    {
        RequireRows(1);
        var mean = new double[Channels];
        for (int row = 0; row < Count; row++)
            for (int c = 0; c < Channels; c++) mean[c] += _values[row * Channels + c];
        for (int c = 0; c < Channels; c++) mean[c] /= Count;
        return mean;
    }

    /// <summary>The rows as doubles.</summary>
    internal Matrix ToMatrix()
    {
        var matrix = new Matrix(Count, Channels);
        for (int i = 0; i < _values.Length; i++) matrix.Values[i] = _values[i];
        return matrix;
    }

    /// <summary>Makes sure that there are enough rows for something.</summary>
    internal void RequireRows(int least)
    {
        if (Count < least) throw new UsageException($"At least {least} rows of activations are needed for this, and the images give {Count}; take more images or positions.");
    }
}
