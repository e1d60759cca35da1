using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

/// <summary>Computes, once and for all, what depends on constants alone.</summary>
internal static class ConstantFolding
{
    // Above this a folded constant would cost more memory than its recomputation costs time.
    private const int Most = 1 << 22;

    public static IReadOnlyList<Tensor> Apply(Backend backend, IReadOnlyList<Tensor> outputs)
    {
        var known = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        var wanted = new List<Tensor>();
        IReadOnlyList<Tensor> order = Tensor.InOrder(outputs);
        foreach (Tensor tensor in order)
            if (tensor.Operator is Constant || (tensor.Inputs.Length > 0 && tensor.Shape.Count <= Most && tensor.Inputs.All(known.Contains)))
                known.Add(tensor);
        // Only what is read by something unknown has to be computed; the rest is on the way.
        var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        foreach (Tensor tensor in order.Where(tensor => !known.Contains(tensor)).SelectMany(tensor => tensor.Inputs).Concat(outputs))
            if (known.Contains(tensor) && tensor.Operator is not Constant && seen.Add(tensor)) wanted.Add(tensor);
        if (wanted.Count == 0) return outputs;

        var folded = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance);
        using (Plan plan = Compiler.Lower(backend, wanted, wanted))
        {
            plan.Run();
            foreach (Tensor tensor in wanted)
                folded.Add(tensor, new Tensor(new Constant(tensor.Shape, plan.Output(tensor).ToArray())) { Name = tensor.Name });
        }
        return Passes.Rewrite(outputs, (tensor, _) => folded.GetValueOrDefault(tensor));
    }
}
