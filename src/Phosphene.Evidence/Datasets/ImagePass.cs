using Phosphene.Models;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Evidence.Datasets;

/// <summary>Something computed of every image of a folder, batch after batch, while the next batch is read.</summary>
/// <param name="model">The model that looks at them.</param>
/// <param name="images">The images.</param>
/// <param name="batch">How many are computed at once.</param>
public sealed class ImagePass(Model model, ImageFolder images, int batch = 8)
{
    private readonly List<SkippedImage> _skipped = [];

    /// <summary>The images that could not be read, of those that were come to.</summary>
    public IReadOnlyList<SkippedImage> Skipped => _skipped;

    /// <summary>Goes through the images once.</summary>
    /// <param name="outputs">From images [N, C, H, W] as the model has them to what is computed, tensors [N, ...].</param>
    /// <param name="observe">Told after each batch how many images are done.</param>
    /// <param name="cancellation">Ends it between two batches.</param>
    /// <returns>The images that can be read, in their order, each with its part of the outputs.</returns>
    /// <exception cref="InputFileException">No image of the folder can be read.</exception>
    public IEnumerable<(DatasetImage Image, float[][] Values)> Compute(Func<Tensor, IReadOnlyList<Tensor>> outputs, Action<int>? observe = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        (int height, int width) = model.UsualSize;
        int size = Math.Clamp(batch, 1, images.Files.Count), done = 0;
        var image = new Tensor(new Input(new Shape(size, 3, height, width), "image"));
        IReadOnlyList<Tensor> computed = outputs(model.Input.FromColours(image));
        using Plan plan = model.Backend.Compile([.. computed]);
        _skipped.Clear();
        foreach (ImageBatch read in new ImageBatches(images, height, width, size).Read(cancellation))
        {
            read.CopyTo(plan.Input(image));
            if (read.Images.Count > 0) plan.Run();
            _skipped.AddRange(read.Skipped);
            for (int n = 0; n < read.Images.Count; n++) yield return (read.Images[n], [.. computed.Select(tensor => PartOf(plan.Output(tensor), n))]);
            observe?.Invoke(done += read.Images.Count + read.Skipped.Count);
        }
        if (_skipped.Count == images.Files.Count) throw new InputFileException($"No image of folder '{images.Path}' can be read; the first, '{_skipped[0].File}': {_skipped[0].Reason}");

        float[] PartOf(ReadOnlySpan<float> all, int n) => all.Slice(n * (all.Length / size), all.Length / size).ToArray();
    }
}
