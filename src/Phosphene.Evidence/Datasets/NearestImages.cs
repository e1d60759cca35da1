using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Syntax;

namespace Phosphene.Evidence.Datasets;

/// <summary>The images of a dataset that excite objectives most. Memory does not grow with the images.</summary>
public sealed class NearestImages
{
    private NearestImages(IReadOnlyList<IReadOnlyList<(string File, float Value)>> of, IReadOnlyList<SkippedImage> skipped) => (Of, Skipped) = (of, skipped);

    /// <summary>The images of each objective, with its value on each; the one that excites it most first.</summary>
    public IReadOnlyList<IReadOnlyList<(string File, float Value)>> Of { get; }

    /// <summary>The images that could not be read.</summary>
    public IReadOnlyList<SkippedImage> Skipped { get; }

    /// <summary>Looks for them in one pass.</summary>
    /// <param name="model">The model. Images have its usual size.</param>
    /// <param name="objectives">The objectives, each one number for an image.</param>
    /// <param name="images">The images.</param>
    /// <param name="count">How many for each objective, at least 1; all, if there are fewer.</param>
    /// <param name="observe">Told how many images are done.</param>
    /// <param name="cancellation">Ends it between two batches.</param>
    /// <returns>What was found; null if it was cancelled.</returns>
    /// <exception cref="UsageException">An objective does not fit the model, is one number for several images, or is not a number on any.</exception>
    /// <exception cref="InputFileException">No image can be read.</exception>
    public static NearestImages? Find(Model model, IReadOnlyList<Objective> objectives, Dataset images, int count, Action<int>? observe = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(objectives);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        // Those that excite an objective most so far, the weakest of them in front; equals in the order of the dataset.
        PriorityQueue<(string File, float Value, int Number), (float, int)>[] best = [.. objectives.Select(_ => new PriorityQueue<(string, float, int), (float, int)>())];
        var pass = new ImagePass(model, images);
        foreach ((DatasetImage image, float[][] values) in pass.Compute(colours => ImageValues.Of(model, objectives, colours), observe, cancellation))
            for (int k = 0; k < best.Length; k++)
            {
                float value = values[k][0];
                if (!float.IsFinite(value)) continue;
                best[k].Enqueue((image.File, value, image.Number), (value, -image.Number));
                if (best[k].Count > count) best[k].Dequeue();
            }
        if (cancellation.IsCancellationRequested) return null;
        if (Array.FindIndex(best, queue => queue.Count == 0) is >= 0 and var none)
            throw new UsageException($"The objective '{objectives[none]}' is not a number on any of the images; choose another unit or preprocessing.");
        return new NearestImages(
            [.. best.Select(queue => queue.UnorderedItems.Select(item => item.Element).OrderByDescending(item => item.Value).ThenBy(item => item.Number).Select(item => (item.File, item.Value)).ToArray())], pass.Skipped);
    }
}
