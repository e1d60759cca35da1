using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

/// <summary>
/// Decides which tensors are computed straight into the concatenation that reads them. A part qualifies if it starts and ends on a channel block
/// and no other concatenation has claimed it; a concatenation whose own parts all have their places may be a part of another.
/// </summary>
internal sealed class Placement
{
    private readonly Dictionary<Tensor, (Tensor Concat, int Start)> _places = new(ReferenceEqualityComparer.Instance);

    public Placement(IReadOnlyList<Tensor> order)
    {
        var placed = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        foreach (Tensor concat in order)
        {
            if (concat.Operator is not Concat { Axis: 1 } || concat.Shape.Rank != 4) continue;
            if (concat.Inputs.Any(part => part.Shape.Channels % Value.Block != 0 || !(MakesBlocks(part) || placed.Contains(part)))) continue;
            if (concat.Inputs.Distinct().Count() != concat.Inputs.Length || concat.Inputs.Any(_places.ContainsKey)) continue;
            placed.Add(concat);
            int start = 0;
            foreach (Tensor part in concat.Inputs)
            {
                _places.Add(part, (concat, start));
                start += part.Shape.Channels;
            }
        }
    }

    /// <summary>Where a tensor should lie, or null for a place of its own.</summary>
    public (Tensor Concat, int Start)? Of(Tensor tensor) => _places.TryGetValue(tensor, out var place) ? place : null;

    /// <summary>Whether a tensor is always computed, by a kernel of its own, in channel blocks.</summary>
    private static bool MakesBlocks(Tensor tensor) =>
        tensor.Operator is FusedConv2D or Conv2D or Conv2DInputGradient or FusedInputGradient or MaxPool2D or MaxPool2DGradient or AveragePool2D or AveragePool2DGradient or Upsample2D or Upsample2DGradient or Lrn or LrnGradient or MaskedGradient or Affine;
}
