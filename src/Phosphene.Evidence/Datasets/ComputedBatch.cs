using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Evidence.Datasets;

/// <summary>A batch of images with what was computed of them. The values are there until the next batch.</summary>
public sealed class ComputedBatch
{
    private readonly Plan _plan;
    private readonly IReadOnlyList<Tensor> _outputs;

    internal ComputedBatch(ImageBatch read, Plan plan, IReadOnlyList<Tensor> outputs) => (Images, Skipped, _plan, _outputs) = (read.Images, read.Skipped, plan, outputs);

    /// <summary>The images that could be read, in their order; there may be none.</summary>
    public IReadOnlyList<DatasetImage> Images { get; }

    /// <summary>Those that could not.</summary>
    public IReadOnlyList<SkippedImage> Skipped { get; }

    /// <summary>What was computed of an image.</summary>
    /// <param name="output">Which of the outputs, a tensor [N, ...].</param>
    /// <param name="image">The place of the image in <see cref="Images"/>.</param>
    public ReadOnlySpan<float> Values(int output, int image)
    {
        ReadOnlySpan<float> all = _plan.Output(_outputs[output]);
        int length = all.Length / _outputs[output].Shape.Batch;
        return all.Slice(image * length, length);
    }
}
