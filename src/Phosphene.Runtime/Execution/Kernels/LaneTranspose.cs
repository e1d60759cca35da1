using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>Between rows in memory and vectors whose lanes are rows.</summary>
internal static unsafe class LaneTranspose
{
    /// <summary>target[k·targetStride + lane] = rows[lane·stride + k] for k below columns; 0 in lanes from count on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gather<T>(float* rows, nint stride, int count, int columns, float* target, nint targetStride) where T : unmanaged, ILane<T>
    {
        for (int lane = 0; lane < T.Width; lane++)
            for (int k = 0; k < columns; k++)
                target[k * targetStride + lane] = lane < count ? rows[lane * stride + k] : 0;
    }

    /// <summary>rows[lane·stride + k] = source[k·sourceStride + lane] for k below columns and lanes below count.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scatter<T>(float* source, nint sourceStride, float* rows, nint stride, int count, int columns) where T : unmanaged, ILane<T>
    {
        for (int lane = 0; lane < count; lane++)
            for (int k = 0; k < columns; k++)
                rows[lane * stride + k] = source[k * sourceStride + lane];
    }
}
