using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// Multiply-adds and nothing else: twelve independent chains, x ← x / 2 + 1, which stay in registers. No kernel can do more of them in the time.
/// </summary>
internal sealed unsafe class MultiplyAddPeak(int items) : Kernel
{
    // As many sums as the tile of a matrix product has: more than latency times units of an x86 core (4 · 2), and they fit into AVX2's 16 registers.
    private const int Chains = 12;

    // 50 to 150 µs of an item, so that taking the next one costs nothing.
    private const int Rounds = 32768;

    private readonly float[] _results = new float[items];

    public override int Items(int stage) => items;

    /// <summary>The floating-point operations of one run, two for each multiply-add.</summary>
    public double OperationsOf(int laneWidth) => 2.0 * items * Chains * Rounds * laneWidth;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        TLane half = TLane.Broadcast(0.5f), one = TLane.Broadcast(1);
        TLane c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11;
        c0 = c1 = c2 = c3 = c4 = c5 = c6 = c7 = c8 = c9 = c10 = c11 = TLane.Broadcast(item);
        for (int round = 0; round < Rounds; round++)
        {
            c0 = TLane.MultiplyAdd(c0, half, one);
            c1 = TLane.MultiplyAdd(c1, half, one);
            c2 = TLane.MultiplyAdd(c2, half, one);
            c3 = TLane.MultiplyAdd(c3, half, one);
            c4 = TLane.MultiplyAdd(c4, half, one);
            c5 = TLane.MultiplyAdd(c5, half, one);
            c6 = TLane.MultiplyAdd(c6, half, one);
            c7 = TLane.MultiplyAdd(c7, half, one);
            c8 = TLane.MultiplyAdd(c8, half, one);
            c9 = TLane.MultiplyAdd(c9, half, one);
            c10 = TLane.MultiplyAdd(c10, half, one);
            c11 = TLane.MultiplyAdd(c11, half, one);
        }
        // Kept, so that the compiler cannot leave the work out.
        _results[item] = TLane.Sum(c0 + c1 + c2 + c3 + c4 + c5 + (c6 + c7 + c8 + c9 + c10 + c11));
    }
}
