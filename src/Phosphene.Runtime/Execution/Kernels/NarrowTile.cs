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

    /// <summary>So many rows of a strip; places and rows go on to the end of the last tile, and may repeat there. The arguments are those of <see cref="Tile.Strip"/>.</summary>
    public static void Strip<T>(float* source, int* rows, int* segments, int segmentCount, int run, float* panel, float* start, Epilogue epilogue, float* target, int* places, nint second, int count)
        where T : unmanaged, ILane<T>
    {
        Product<T>(source, rows, segments, segmentCount, run, panel, start, epilogue, target, places, second, (count + Rows - 1) / Rows);
        epilogue.PassBits<T>(target, places, second, count);
    }

    /// <summary>
    /// The arguments are those of <see cref="Tile.Product"/>; bits are left to <see cref="Strip"/>. What lies second floats from a row's place, if that is not 0, becomes zero: the outputs past
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
            float* q0 = target + places[0], q1 = target + places[1], q2 = target + places[2], q3 = target + places[3];
            float* q4 = target + places[4], q5 = target + places[5], q6 = target + places[6], q7 = target + places[7];
            if (epilogue.Adds)
            {
                nint at = epilogue.Addend;
                c0 += T.Load(q0 + at); c1 += T.Load(q1 + at); c2 += T.Load(q2 + at); c3 += T.Load(q3 + at);
                c4 += T.Load(q4 + at); c5 += T.Load(q5 + at); c6 += T.Load(q6 + at); c7 += T.Load(q7 + at);
            }
            if (epilogue.Masks)
            {
                nint at = epilogue.Mask;
                c0 = Epilogue.Masked(q0 + at, c0); c1 = Epilogue.Masked(q1 + at, c1); c2 = Epilogue.Masked(q2 + at, c2); c3 = Epilogue.Masked(q3 + at, c3);
                c4 = Epilogue.Masked(q4 + at, c4); c5 = Epilogue.Masked(q5 + at, c5); c6 = Epilogue.Masked(q6 + at, c6); c7 = Epilogue.Masked(q7 + at, c7);
                if (epilogue.Ceiling != 0)
                {
                    T ceiling = T.Broadcast(epilogue.Ceiling);
                    c0 = Epilogue.Below(ceiling, q0 + at, c0); c1 = Epilogue.Below(ceiling, q1 + at, c1); c2 = Epilogue.Below(ceiling, q2 + at, c2); c3 = Epilogue.Below(ceiling, q3 + at, c3);
                    c4 = Epilogue.Below(ceiling, q4 + at, c4); c5 = Epilogue.Below(ceiling, q5 + at, c5); c6 = Epilogue.Below(ceiling, q6 + at, c6); c7 = Epilogue.Below(ceiling, q7 + at, c7);
                }
            }
            if (epilogue.Scales)
            {
                nint at = epilogue.Factor;
                c0 *= T.Load(q0 + at); c1 *= T.Load(q1 + at); c2 *= T.Load(q2 + at); c3 *= T.Load(q3 + at);
                c4 *= T.Load(q4 + at); c5 *= T.Load(q5 + at); c6 *= T.Load(q6 + at); c7 *= T.Load(q7 + at);
            }
            if (epilogue.Relu)
            {
                c0 = T.Max(default, c0); c1 = T.Max(default, c1); c2 = T.Max(default, c2); c3 = T.Max(default, c3);
                c4 = T.Max(default, c4); c5 = T.Max(default, c5); c6 = T.Max(default, c6); c7 = T.Max(default, c7);
                if (epilogue.Ceiling != 0)
                {
                    T ceiling = T.Broadcast(epilogue.Ceiling);
                    c0 = T.Min(ceiling, c0); c1 = T.Min(ceiling, c1); c2 = T.Min(ceiling, c2); c3 = T.Min(ceiling, c3);
                    c4 = T.Min(ceiling, c4); c5 = T.Min(ceiling, c5); c6 = T.Min(ceiling, c6); c7 = T.Min(ceiling, c7);
                }
            }
            T.Store(q0, c0); T.Store(q1, c1); T.Store(q2, c2); T.Store(q3, c3);
            T.Store(q4, c4); T.Store(q5, c5); T.Store(q6, c6); T.Store(q7, c7);
            if (second == 0) continue;
            T.Store(q0 + second, default); T.Store(q1 + second, default); T.Store(q2 + second, default); T.Store(q3 + second, default);
            T.Store(q4 + second, default); T.Store(q5 + second, default); T.Store(q6 + second, default); T.Store(q7 + second, default);
        }
    }
}
