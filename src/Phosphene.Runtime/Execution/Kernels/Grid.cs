namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>Index grids over strided memory.</summary>
internal static class Grid
{
    /// <summary>
    /// Merges neighbouring axes over which every operand runs on without a break, and drops axes of extent 1, so that inner loops are long.
    /// At least one axis remains.
    /// </summary>
    public static (int[] Extents, long[][] Strides) Collapse(ReadOnlySpan<int> extents, params long[][] strides)
    {
        var size = new List<int>();
        var steps = strides.Select(_ => new List<long>()).ToArray();
        for (int axis = 0; axis < extents.Length; axis++)
        {
            if (extents[axis] == 1) continue;
            int current = axis;
            int extent = extents[axis];
            bool merges = size.Count > 0 && Enumerable.Range(0, strides.Length).All(operand => steps[operand][^1] == strides[operand][current] * extent);
            if (merges) size[^1] *= extent;
            else size.Add(extent);
            for (int operand = 0; operand < strides.Length; operand++)
            {
                if (merges) steps[operand][^1] = strides[operand][axis];
                else steps[operand].Add(strides[operand][axis]);
            }
        }
        if (size.Count == 0)
        {
            size.Add(1);
            foreach (List<long> list in steps) list.Add(1);
        }
        return ([.. size], [.. steps.Select(list => list.ToArray())]);
    }
}
