using Phosphene.Models;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Evidence.Datasets;

/// <summary>Something computed of every image of a dataset, batch after batch, while the next batch is read.</summary>
/// <param name="images">The images.</param>
/// <param name="backend">What computes it.</param>
/// <param name="height">The height that they are brought to, as <see cref="Images.Picture.Cover"/> does.</param>
/// <param name="width">The width.</param>
/// <param name="batch">How many are computed at once.</param>
public sealed class ImagePass(Dataset images, Backend backend, int height, int width, int batch = 8)
{
    private readonly List<SkippedImage> _skipped = [];

    /// <summary>The same at the size of a model, which looks at them.</summary>
    public ImagePass(Model model, Dataset images, int batch = 8) : this(images, model?.Backend ?? throw new ArgumentNullException(nameof(model)), model.UsualSize.Height, model.UsualSize.Width, batch)
    {
    }

    /// <summary>The images that could not be read, of those that were come to.</summary>
    public IReadOnlyList<SkippedImage> Skipped => _skipped;

    /// <summary>Goes through the images once.</summary>
    /// <param name="outputs">From images [N, 3, H, W] in [0, 1] to what is computed, tensors [N, ...].</param>
    /// <param name="observe">Told after each batch how many images are done.</param>
    /// <param name="cancellation">Ends it between two batches.</param>
    /// <returns>The images that can be read, in their order, each with its part of the outputs.</returns>
    /// <exception cref="InputFileException">No image of the dataset can be read.</exception>
    public IEnumerable<(DatasetImage Image, float[][] Values)> Compute(Func<Tensor, IReadOnlyList<Tensor>> outputs, Action<int>? observe = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        IReadOnlyList<Tensor> computed = [];
        foreach (ComputedBatch done in Batches(image => computed = outputs(image), 0, observe, cancellation))
            for (int n = 0; n < done.Images.Count; n++)
                yield return (done.Images[n], [.. computed.Select((_, output) => done.Values(output, n).ToArray())]);
        if (_skipped.Count == images.Files.Count) throw images.NoneCanBeRead(_skipped[0]);
    }

    /// <summary>The same batch by batch, from an image on, without a copy: what is in memory does not grow with the images.</summary>
    /// <param name="outputs">From images [N, 3, H, W] in [0, 1] to what is computed, tensors [N, ...].</param>
    /// <param name="first">The place of the first image in the dataset.</param>
    /// <param name="observe">Told after each batch how many images are done.</param>
    /// <param name="cancellation">Ends it between two batches.</param>
    public IEnumerable<ComputedBatch> Batches(Func<Tensor, IReadOnlyList<Tensor>> outputs, int first = 0, Action<int>? observe = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        int size = Math.Clamp(batch, 1, images.Files.Count), done = first;
        var image = new Tensor(new Input(new Shape(size, 3, height, width), "image"));
        IReadOnlyList<Tensor> computed = outputs(image);
        using Plan plan = backend.Compile([.. computed]);
        _skipped.Clear();
        foreach (ImageBatch read in new ImageBatches(images, height, width, size).Read(first, cancellation))
        {
            read.CopyTo(plan.Input(image));
            if (read.Images.Count > 0) plan.Run();
            _skipped.AddRange(read.Skipped);
            yield return new ComputedBatch(read, plan, computed);
            observe?.Invoke(done += read.Images.Count + read.Skipped.Count);
        }
    }
}
