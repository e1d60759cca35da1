using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>Computes at import what depends on constants alone: shapes and indices that a file works out with operators on numbers.</summary>
internal static class KnownValue
{
    // No tensor on the way to a shape is larger; a file must not make the import itself expensive.
    private const int MostElements = 1 << 22, MostTensors = 4096;

    /// <summary>The values of a tensor that depends on constants alone and is cheap to compute, else null.</summary>
    public static ReadOnlyMemory<float>? Of(Tensor tensor)
    {
        if (tensor.Operator is Constant constant) return constant.Values;
        if (!IsKnown(tensor)) return null;
        using var backend = new Backend(threads: 1);
        using Plan plan = backend.Compile(tensor);
        plan.Run();
        return plan.Output(tensor).ToArray();
    }

    private static bool IsKnown(Tensor tensor)
    {
        var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance) { tensor };
        var open = new Stack<Tensor>([tensor]);
        while (open.TryPop(out Tensor? next))
        {
            if (next.Operator is Constant) continue;
            if (next.Inputs.IsEmpty || next.Shape.Count > MostElements || seen.Count > MostTensors) return false;
            foreach (Tensor input in next.Inputs)
                if (seen.Add(input)) open.Push(input);
        }
        return true;
    }
}
