using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

/// <summary>Graph to plan: rewrite (fold, fuse), lower each tensor to kernels, lay out memory.</summary>
internal static unsafe class Compiler
{
    public static Plan Compile(Backend backend, IReadOnlyList<Tensor> outputs) => Lower(backend, outputs, Passes.Apply(backend, outputs));

    /// <summary>Lowers the rewritten outputs; results are known to the caller by the original ones.</summary>
    internal static Plan Lower(Backend backend, IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> rewritten)
    {
        var lowering = new Lowering(backend, Tensor.InOrder(rewritten));
        var results = new Dictionary<Tensor, Value>(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < outputs.Count; i++) results[outputs[i]] = lowering.Output(rewritten[i]);
        void* arena = MemoryPlan.Allocate(lowering.Storages, out long bytes);
        return new Plan(backend.Executor, [.. lowering.Kernels], lowering.Inputs, [.. lowering.Parameters], results, Cost.Of(Tensor.InOrder(outputs)), arena, bytes, [.. rewritten]);
    }
}
