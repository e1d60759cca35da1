using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Writing;

/// <summary>
/// Which tensors of a graph have the batch as their first axis, and whether every operator keeps the images of a batch apart, so that the graph holds for
/// any number of them.
/// </summary>
internal sealed class BatchAxis
{
    private readonly HashSet<Tensor> _batched = new(ReferenceEqualityComparer.Instance);

    public BatchAxis(IReadOnlyList<Tensor> order)
    {
        int[] sizes = [.. order.Where(tensor => tensor.Operator is Input).Select(input => input.Shape.Rank > 0 ? input.Shape[0] : -1).Distinct()];
        IsFree = sizes is [>= 1];
        foreach (Tensor tensor in order)
        {
            if (tensor.Operator is not Input && !tensor.Inputs.Any(_batched.Contains)) continue;
            _batched.Add(tensor);
            IsFree &= tensor.Shape.Rank > 0 && tensor.Shape[0] == sizes[0] && KeepsImagesApart(tensor);
        }
    }

    /// <summary>Whether the batch may have any size.</summary>
    public bool IsFree { get; }

    /// <summary>Whether the first axis of a tensor is a batch of any size.</summary>
    public bool IsOpen(Tensor tensor) => IsFree && _batched.Contains(tensor);

    private bool KeepsImagesApart(Tensor t) => t.Operator switch
    {
        Input => true,
        Softmax op => op.Axis > 0,
        LogSoftmax op => op.Axis > 0,
        Elementwise => true,
        Pairwise => t.Inputs.All(input => Aligned(input, t)),
        Conv2D or MaxPool2D or AveragePool2D or Upsample2D => Weights(t),
        MatMul op => t.Shape.Rank == 2 ? !op.TransposeA && Weights(t) : t.Inputs.All(input => Aligned(input, t)),
        Reshape => t.Inputs[0].Shape.Rank > 0 && t.Inputs[0].Shape[0] == t.Shape[0],
        Transpose op => op.Axes[0] == 0,
        Slice op => op.Axis > 0,
        Concat op => op.Axis > 0 && t.Inputs.All(_batched.Contains),
        Pad op => op.Before[0] == 0 && op.After[0] == 0,
        Sum op => !op.Axes.Contains(0),
        Max op => !op.Axes.Contains(0),
        _ => false,
    };

    // The first input is a batch, the others are weights.
    private bool Weights(Tensor t) => _batched.Contains(t.Inputs[0]) && !t.Inputs.Skip(1).Any(_batched.Contains);

    // Broadcasting puts batch on batch, or repeats what is none.
    private bool Aligned(Tensor input, Tensor t) =>
        _batched.Contains(input) ? input.Shape.Rank == t.Shape.Rank : input.Shape.Rank < t.Shape.Rank || input.Shape[0] == 1;
}
