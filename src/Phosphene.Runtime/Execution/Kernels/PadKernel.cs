namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// y[i] = x[map(i)] where each axis has its own index map: padding by reflection or by the edge. Backward, x[map(i)] += y[i]: the adjoint.
/// Row-major; one item, since these stand at the rim of models.
/// </summary>
internal sealed unsafe class PadKernel(Value x, Value y, int[][] maps, bool backward) : Kernel
{
    private readonly int[] _index = new int[maps.Length];
    private readonly long[] _strides = RowMajor(x.Shape.Extents);

    public override int Items(int stage) => 1;

    private static long[] RowMajor(ReadOnlySpan<int> extents)
    {
        var strides = new long[extents.Length];
        long stride = 1;
        for (int axis = strides.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= extents[axis];
        }
        return strides;
    }

    public override void Run<TLane>(int stage, int item)
    {
        if (backward) new Span<float>(x.Data, x.Shape.Count).Clear();
        Array.Clear(_index);
        for (int i = 0; i < y.Shape.Count; i++)
        {
            long at = 0;
            for (int axis = 0; axis < maps.Length; axis++) at += maps[axis][_index[axis]] * _strides[axis];
            if (backward) x.Data[at] += y.Data[i];
            else y.Data[i] = x.Data[at];
            for (int axis = maps.Length - 1; axis >= 0 && ++_index[axis] == maps[axis].Length; axis--) _index[axis] = 0;
        }
    }
}
