using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

/// <summary>
/// Where a tensor was cut into slices (the queries, keys and values of attention), its gradient is a sum of as many tensors of its size that are zero but for one slice each.
/// Slices that follow each other from one end of the axis to the other are joined instead.
/// </summary>
internal static class SliceFusion
{
    public static IReadOnlyList<Tensor> Apply(IReadOnlyList<Tensor> outputs)
    {
        Dictionary<Tensor, int> uses = Passes.Uses(outputs);
        HashSet<Tensor> inner = new(Tensor.InOrder(outputs).Where(IsSum).SelectMany(sum => sum.Inputs).Where(input => IsSum(input) && uses[input] == 1), ReferenceEqualityComparer.Instance);
        var map = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance);      // old to new, for the slices and what is added to them
        return Passes.Rewrite(outputs, (tensor, inputs) =>
        {
            for (int i = 0; i < inputs.Length; i++) map[tensor.Inputs[i]] = inputs[i];
            if (!IsSum(tensor) || inner.Contains(tensor)) return null;
            List<Tensor> terms = [.. Terms(tensor)];
            foreach (IGrouping<int, Tensor> slices in terms.Where(term => Slice(term) is not null).GroupBy(term => Slice(term)!.Axis))
            {
                Tensor[] ordered = [.. slices.OrderBy(slice => Slice(slice)!.Start)];
                if (!Cover(ordered, slices.Key)) continue;
                var joined = new Tensor(new Concat(slices.Key), [.. ordered.Select(slice => map[slice].Inputs[0])]);
                return terms.Where(term => !ordered.Contains(term)).Aggregate(joined, (sum, term) => sum + map[term]);
            }
            return null;
        });

        IEnumerable<Tensor> Terms(Tensor sum) => sum.Inputs.SelectMany(input => inner.Contains(input) ? Terms(input) : [input]);
        static bool IsSum(Tensor tensor) => tensor.Operator is Add && tensor.Inputs.All(input => input.Shape == tensor.Shape);
        static SliceGradient? Slice(Tensor term) => term.Operator is SliceGradient { Step: 1 } slice ? slice : null;
    }

    private static bool Cover(Tensor[] slices, int axis)
    {
        int end = 0;
        foreach (Tensor slice in slices)
        {
            if (((SliceGradient)slice.Operator).Start != end) return false;
            end += slice.Inputs[0].Shape[axis];
        }
        return slices.Length > 1 && end == slices[0].Shape[axis];
    }
}
