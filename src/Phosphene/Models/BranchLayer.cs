using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Models;

/// <summary>See <see cref="Layer.Branch"/>.</summary>
internal sealed record BranchLayer(Layer Inner, int Index) : DerivedLayer(Inner)
{
    internal override Tensor Build(LayerSource source)
    {
        Tensor layer = source[Inner];
        int[] widths = layer.Shape.Rank < 2 ? [] : Widths(layer, 1);
        if (widths.Length == 0) throw new UsageException($"Layer '{Inner.Name}' {layer.Shape} does not join branches: it is no concatenation of channels.");
        if (Index >= widths.Length)
        {
            int first = 0;
            string branches = string.Join(", ", widths.Select((width, i) => $"{i} (channels {first} to {(first += width) - 1})"));
            throw new UsageException($"Layer '{Inner.Name}' joins the branches {branches}; there is no branch {Index}.");
        }
        return layer.Slice(1, widths[..Index].Sum(), widths[Index]);
    }

    // How many channels each branch has, along the axis of a tensor that holds them; none if it joins none.
    private static int[] Widths(Tensor tensor, int axis) => tensor.Operator switch
    {
        Concat concat when concat.Axis == axis => [.. Concat.PartsOf(tensor).Select(part => part.Shape[axis])],
        Transpose transpose => Widths(tensor.Inputs[0], transpose.Axes[axis]),
        MaxPool2D or AveragePool2D => Widths(tensor.Inputs[0], axis),
        Elementwise or Pairwise => tensor.Inputs.FirstOrDefault(input => input.Shape == tensor.Shape) is { } input ? Widths(input, axis) : [],
        _ => [],
    };
}
