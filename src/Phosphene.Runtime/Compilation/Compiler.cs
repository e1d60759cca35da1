using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

/// <summary>Graph to plan: rewrite (fold, fuse), lower each tensor to kernels, lay out memory.</summary>
internal static unsafe class Compiler
{
    /// <summary>A plan that computes outputs, and then can assign to parameters.</summary>
    public static Plan Compile(Backend backend, IReadOnlyList<Tensor> outputs, IReadOnlyList<Assignment> assignments)
    {
        IReadOnlyList<Tensor> rewritten = Passes.Apply(backend, [.. outputs, .. assignments.Select(assignment => assignment.Value)]);
        return Lower(backend, outputs, [.. rewritten.Take(outputs.Count)], [.. assignments.Zip(rewritten.Skip(outputs.Count), (old, value) => new Assignment(old.Parameters, value))]);
    }

    /// <summary>Lowers the rewritten outputs and assignments; results are known to the caller by the original outputs.</summary>
    internal static Plan Lower(Backend backend, IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> rewritten, params IReadOnlyList<Assignment> assignments)
    {
        Tensor[] needed = [.. rewritten, .. assignments.SelectMany(Lowering.NeededFor)];
        var lowering = new Lowering(backend, needed);
        var results = new Dictionary<Tensor, Value>(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < outputs.Count; i++) results[outputs[i]] = lowering.Output(rewritten[i]);
        AssignKernel? assign = lowering.Assign(assignments);
        void* arena = MemoryPlan.Allocate(lowering.Storages, lowering.Replacements, out long bytes);
        return new Plan(backend.Executor, [.. lowering.Kernels], assign, lowering.Inputs, [.. lowering.Parameters], results, Cost.Of(Tensor.InOrder(outputs)), arena, bytes, [.. lowering.Constants]);
    }
}
