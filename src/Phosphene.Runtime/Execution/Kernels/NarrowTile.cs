using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// <see cref="Tile"/> for panels of which only the first vector holds outputs: eight rows times one vector, all eight sums in registers, so that a
/// layer of few channels does not multiply zeros. Per step there are one load of weights and eight broadcasts for eight multiply-adds.
/// </summary>
[SkipLocalsInit]
internal static unsafe class NarrowTile
{
    /// <summary>Rows of a tile.</summary>
    public const int Rows = 8;

    /// <summary>
    /// The arguments are those of <see cref="Tile.Product"/>. What lies second floats from a row's place, if that is not 0, becomes zero: the outputs past
    /// the last. Rows that repeat, with their places, do no harm.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Product<T>(float* source, int* rows, int* segments, int segmentCount, int run, float* panel, float* start, Epilogue epilogue,
        float* target, int* places, nint second, int tiles) where T : unmanaged, ILane<T>
    {
        float* weights = panel;
        for (int* end = rows + tiles * Rows; rows < end; rows += Rows, places += Rows)
        {
            panel = weights;
            T c0, c1, c2, c3, c4, c5, c6, c7;
            if (start != target) c0 = c1 = c2 = c3 = c4 = c5 = c6 = c7 = start == null ? default : T.Load(start);
            else
            {
                c0 = T.Load(target + places[0]); c1 = T.Load(target + places[1]);
                c2 = T.Load(target + places[2]); c3 = T.Load(target + places[3]);
                c4 = T.Load(target + places[4]); c5 = T.Load(target + places[5]);
                c6 = T.Load(target + places[6]); c7 = T.Load(target + places[7]);
            }
            float* p0 = source + rows[0], p1 = source + rows[1], p2 = source + rows[2], p3 = source + rows[3];
            float* p4 = source + rows[4], p5 = source + rows[5], p6 = source + rows[6], p7 = source + rows[7];
            for (int s = 0; s < segmentCount; s++)
            {
                nint i = segments[s], last = i + run;
                for (; i < last; i++)
                {
                    T w = T.Load(panel);
                    panel += 2 * T.Width;
                    T.Accumulate(ref c0, T.Broadcast(p0[i]), w);
                    T.Accumulate(ref c1, T.Broadcast(p1[i]), w);
                    T.Accumulate(ref c2, T.Broadcast(p2[i]), w);
                    T.Accumulate(ref c3, T.Broadcast(p3[i]), w);
                    T.Accumulate(ref c4, T.Broadcast(p4[i]), w);
                    T.Accumulate(ref c5, T.Broadcast(p5[i]), w);
                    T.Accumulate(ref c6, T.Broadcast(p6[i]), w);
                    T.Accumulate(ref c7, T.Broadcast(p7[i]), w);
                }
            }
            // All places are read before any is written: repeated rows find what the first found.
            T e0 = epilogue.Apply(target + places[0], c0), e1 = epilogue.Apply(target + places[1], c1);
            T e2 = epilogue.Apply(target + places[2], c2), e3 = epilogue.Apply(target + places[3], c3);
            T e4 = epilogue.Apply(target + places[4], c4), e5 = epilogue.Apply(target + places[5], c5);
            T e6 = epilogue.Apply(target + places[6], c6), e7 = epilogue.Apply(target + places[7], c7);
            T.Store(target + places[0], e0); T.Store(target + places[1], e1);
            T.Store(target + places[2], e2); T.Store(target + places[3], e3);
            T.Store(target + places[4], e4); T.Store(target + places[5], e5);
            T.Store(target + places[6], e6); T.Store(target + places[7], e7);
            if (second == 0) continue;
            for (int r = 0; r < Rows; r++) T.Store(target + places[r] + second, default);
        }
    }
}
