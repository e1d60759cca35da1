using Phosphene.Runtime.Numerics;

namespace Phosphene.Shapes.Datasets;

/// <summary>A split of a dataset of shapes: the images First to First + Count - 1, and an endless shuffled sequence of them to train on.</summary>
public sealed class ShapesSubset
{
    private readonly string _order;

    internal ShapesSubset(ShapesDataset dataset, ShapesSplit split, int first, int count)
    {
        (Dataset, Split, First, Count) = (dataset, split, first, count);
        _order = $"shapes.order.{split}";
    }

    /// <summary>The dataset that this is a part of.</summary>
    public ShapesDataset Dataset { get; }

    /// <summary>Which part.</summary>
    public ShapesSplit Split { get; }

    /// <summary>The index of its first image in the dataset.</summary>
    public int First { get; }

    /// <summary>The number of its images.</summary>
    public int Count { get; }

    /// <summary>
    /// Which image of the dataset stands at a place of the endless sequence. Each epoch, Count places long, has every image of the split once, in
    /// an order that is a function of (seed, split, epoch) alone.
    /// </summary>
    /// <param name="place">The place, from 0.</param>
    /// <exception cref="ArgumentException">The split is empty, or the place is negative.</exception>
    public int IndexAt(long place)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(place);
        CheckNotEmpty();
        return First + Order(place / Count)[(int)(place % Count)];
    }

    /// <summary>
    /// Draws the images of a training step: those at the places step · batch to step · batch + batch - 1 of the endless sequence, so that a batch
    /// may span the end of an epoch.
    /// </summary>
    /// <param name="step">The step, from 0.</param>
    /// <param name="batch">The number of images, at least 1; the same for all steps.</param>
    /// <param name="images">Where to: [batch, Channels, Size, Size].</param>
    /// <param name="classes">Where to: [batch], the class of each image.</param>
    /// <exception cref="ArgumentException">The split is empty, a number is out of range or a destination has another length.</exception>
    public void Fill(long step, int batch, Span<float> images, Span<int> classes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        int length = Dataset.ImageLength;
        if (images.Length != (long)batch * length || classes.Length != batch)
            throw new ArgumentException(
                $"A batch of {batch} images [{Dataset.Channels}, {Dataset.Size}, {Dataset.Size}] needs {(long)batch * length} numbers and {batch} classes; "
                + $"the destinations have {images.Length} and {classes.Length}.");
        CheckNotEmpty();

        long first = checked(step * batch);
        Permutation order = Order(first / Count);
        for (int i = 0; i < batch; i++)
        {
            (long epoch, long place) = Math.DivRem(first + i, Count);
            if (place == 0) order = Order(epoch);
            int index = First + order[(int)place];
            Dataset.Draw(index, images.Slice(i * length, length));
            classes[i] = Dataset.ClassOf(index);
        }
    }

    private Permutation Order(long epoch) => new(new RandomStream(Dataset.Seed, epoch, _order), Count);

    private void CheckNotEmpty()
    {
        if (Count == 0) throw new ArgumentException($"The {Split} split of a dataset of {Dataset.Count} images is empty; make a dataset of at least 10.");
    }
}
