using System.Runtime.CompilerServices;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// Max pooling whose windows lie side by side, so that each pixel lies in one window: a row of windows in one pass, with the best so far in a register.
/// Everything is in blocks of one image: rows of width pixels of 16 lanes.
/// </summary>
[SkipLocalsInit]
internal static unsafe class MaxPoolingCells
{
    /// <summary>Whether a window is of this kind, and its taps fit in a byte.</summary>
    public static bool Fits(Window window) =>
        window == new Window(window.KernelY, window.KernelX, window.KernelY, window.KernelX) && window.KernelY * window.KernelX <= 256;

    /// <summary>best [count, 16] = the largest of each cell; taps: where it was, among equals the first, or null for nowhere to note it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Largest<T>(float* pixels, int width, Window window, int count, float* best, byte* taps) where T : unmanaged, ILane<T>
    {
        int last = window.KernelY * window.KernelX - 1;
        for (int j = 0; j < count; j++, pixels += window.KernelX * Value.Block, best += Value.Block)
            for (int lane = 0; lane < Value.Block; lane += T.Width)
            {
                float* row = pixels + lane;
                T largest = T.Load(row), winner = default;
                for (int tap = 1, kx = 1; tap <= last; tap++, kx++)
                {
                    if (kx == window.KernelX)
                    {
                        row += (long)width * Value.Block;
                        kx = 0;
                    }
                    T value = T.Load(row + kx * Value.Block);
                    if (taps != null) winner = T.IfGreater(value, largest, T.Broadcast(tap), winner);
                    largest = T.Max(largest, value);
                }
                T.Store(best + lane, largest);
                if (taps != null) T.StoreBytes(taps + j * Value.Block + lane, winner);
            }
    }

    /// <summary>One row of pixels: those that won by a tap of the given row of the window get what is given, the others 0; then the epilogue.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Give<T>(float* given, byte* taps, int ky, Window window, int count, float* row, Epilogue end) where T : unmanaged, ILane<T>
    {
        for (int j = 0; j < count; j++, given += Value.Block, taps += Value.Block)
            for (int kx = 0; kx < window.KernelX; kx++, row += Value.Block)
            {
                byte tap = (byte)(ky * window.KernelX + kx);
                for (int lane = 0; lane < Value.Block; lane += T.Width)
                    T.Store(row + lane, end.Apply(row + lane, T.IfByte(taps + lane, tap, T.Load(given + lane))));
            }
    }
}
