using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

/// <summary>The rewrites that a graph goes through before it is lowered, in order.</summary>
internal static class Passes
{
    public static IReadOnlyList<Tensor> Apply(Backend backend, IReadOnlyList<Tensor> outputs)
    {
        outputs = ConstantFolding.Apply(backend, outputs);
        outputs = ActivationForm.Apply(outputs);
        outputs = ChannelsFirst.Apply(outputs);
        outputs = SliceFusion.Apply(outputs);
        outputs = ScaleFolding.Apply(outputs);
        outputs = ActivationFusion.Apply(outputs);
        outputs = GradientFusion.Apply(outputs);
        outputs = AffineFusion.Apply(outputs);
        outputs = MaskPacking.Apply(backend, outputs);
        outputs = RowOrder.Apply(outputs);
        return ProductFusion.Apply(outputs);
    }

    /// <summary>
    /// Rebuilds the graph from its leaves: each tensor becomes what the rule returns for the old tensor and its new inputs, or, if that is null,
    /// the same operator on the new inputs.
    /// </summary>
    internal static IReadOnlyList<Tensor> Rewrite(IReadOnlyList<Tensor> outputs, Func<Tensor, Tensor[], Tensor?> rule)
    {
        var map = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance);
        foreach (Tensor tensor in Tensor.InOrder(outputs))
        {
            Tensor[] inputs = [.. tensor.Inputs.Select(input => map[input])];
            Tensor? replaced = rule(tensor, inputs);
            bool changed = inputs.Where((input, i) => !ReferenceEquals(input, tensor.Inputs[i])).Any();
            map[tensor] = replaced ?? (changed ? new Tensor(tensor.Operator, inputs) { Name = tensor.Name } : tensor);
        }
        return [.. outputs.Select(output => map[output])];
    }

    /// <summary>The tensors that read each tensor, once for each time they do.</summary>
    internal static ILookup<Tensor, Tensor> Readers(IEnumerable<Tensor> order) => order.SelectMany(reader => reader.Inputs.Select(input => (input, reader)))
        .ToLookup(pair => pair.input, pair => pair.reader, (IEqualityComparer<Tensor>)ReferenceEqualityComparer.Instance);

    /// <summary>How many tensors read each tensor; outputs count as one more reader.</summary>
    internal static Dictionary<Tensor, int> Uses(IReadOnlyList<Tensor> outputs)
    {
        var uses = new Dictionary<Tensor, int>(ReferenceEqualityComparer.Instance);
        foreach (Tensor tensor in Tensor.InOrder(outputs).SelectMany(tensor => tensor.Inputs).Concat(outputs))
            uses[tensor] = uses.GetValueOrDefault(tensor) + 1;
        return uses;
    }
}
