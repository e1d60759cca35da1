using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// The heart of convolution and matrix product: six rows times a panel of two vectors of columns, all twelve sums in registers.
/// <code>
/// sum[r][c] = start[c] + Σ_s Σ_i source[rows[r] + segments[s] + i] · panel[(s·run + i)·2·Width + c],   r in 0..5 (6, 7), c in 0..2·Width-1
/// </code>
/// A row is a pixel (or a row of a matrix); a segment is a run of input channels under one tap of the window. Per step there are two loads of
/// weights and six broadcasts for twelve multiply-adds, which keeps both multiply-add units of an x86 core busy with 15 of AVX2's 16 registers. AVX-512 has registers for a
/// seventh row (<see cref="Seven"/>), which leaves no row over in images whose sides are 7, 14, 28 and so on, and for an eighth, for Winograd's sixteen tiles of 14×14 pixels.
/// </summary>
[SkipLocalsInit]
internal static unsafe partial class Tile
{
    /// <summary>Rows of a tile, except where there are <see cref="Seven"/> or eight.</summary>
    public const int Rows = 6;

    /// <summary>How many segments ahead rows are asked for, of 16 floats each: a tenth of a microsecond.</summary>
    public const int Ahead = 4;

    /// <summary>The most rows that a tile has.</summary>
    public const int MostRows = Rows + 2;

    /// <summary>How many rows the tiles should have that so many rows fill with the fewest left over.</summary>
    public static int RowsFor(int rows, int laneWidth)
    {
        if (laneWidth < Value.Block) return Rows;
        int sixes = Filled(Six.Count), sevens = Filled(Seven.Count), eights = Filled(Eight.Count);
        return eights <= Math.Min(sevens, sixes) ? Eight.Count : sevens <= sixes ? Seven.Count : Six.Count;

        int Filled(int count) => (rows + count - 1) / count * count;
    }

    /// <summary>Whether so many rows are to be tiles of <see cref="Seven"/>: it leaves no row over. The second vector of a tile then always has a place.</summary>
    public static bool InSevens(int rows, int laneWidth) => laneWidth == Value.Block && rows % Seven.Count == 0;

    /// <summary>How many rows the tiles of a <see cref="Strip"/> of so many rows have.</summary>
    public static int RowsOf(int rows, int laneWidth) => InSevens(rows, laneWidth) ? Seven.Count : Rows;

    /// <summary>How many tiles a <see cref="Strip"/> of so many rows is.</summary>
    public static int Count(int rows, int laneWidth)
    {
        int tileRows = RowsOf(rows, laneWidth);
        return (rows + tileRows - 1) / tileRows;
    }

    /// <summary>
    /// How many floats of the next weights are to be asked for with each float of a row, so that so many tiles ask for all of a panel's: rounded up, since a line that was not asked for is waited for. (One
    /// tile alone asks for every second line of the widest panels.)
    /// </summary>
    public static int AheadStep(int panelWidth, int tiles) => (panelWidth + tiles - 1) / tiles;

    /// <summary>
    /// tiles: how many. source, rows: row r begins at source + rows[r]. segments: offsets in floats. run: floats per segment. panel: [segments·run, 2·Width].
    /// ahead, step: the weights needed next, asked for while these are multiplied, step floats further for each float of a row.
    /// beyond: how many segments ahead the rows are asked for, from the last on in the next tile, at most segmentCount; 0: not at all. rows then has one more after the last tile.
    /// asks: whether the places of the results are asked for, as what the epilogue reads always is.
    /// start: [2·Width], null for 0, or <paramref name="target"/> for what lies there already. target, places: row r goes to target + places[r],
    /// its second vector to second floats from there. What the epilogue adds to a sum and what masks it lies at the given distances from its target; bits are left to <see cref="Strip"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Product<T, TRows>(float* source, int* rows, int* segments, int segmentCount, int run, float* panel, float* ahead, nint step, int beyond, bool asks, float* start, Epilogue epilogue,
        float* target, int* places, nint second, int tiles) where T : unmanaged, ILane<T> where TRows : IRows
    {
        float* weights = panel;
        for (int* end = rows + tiles * TRows.Count; rows < end; rows += TRows.Count, places += TRows.Count)
        {
            panel = weights;
            T c00, c10, c20, c30, c40, c50, c60, c70, c01, c11, c21, c31, c41, c51, c61, c71;
            float* q0 = target + places[0], q1 = target + places[1], q2 = target + places[2];
            float* q3 = target + places[3], q4 = target + places[4], q5 = target + places[5], q6 = target + places[TRows.Count == Rows ? 5 : 6], q7 = target + places[TRows.Count - 1];
            if (start != target)
            {
                c00 = c10 = c20 = c30 = c40 = c50 = c60 = c70 = start == null ? default : T.Load(start);
                c01 = c11 = c21 = c31 = c41 = c51 = c61 = c71 = start == null ? default : T.Load(start + T.Width);
            }
            else
            {
                c00 = T.Load(q0); c01 = T.Load(q0 + second);
                c10 = T.Load(q1); c11 = T.Load(q1 + second);
                c20 = T.Load(q2); c21 = T.Load(q2 + second);
                c30 = T.Load(q3); c31 = T.Load(q3 + second);
                c40 = T.Load(q4); c41 = T.Load(q4 + second);
                c50 = T.Load(q5); c51 = T.Load(q5 + second);
                (c60, c61) = TRows.Count > Rows ? (T.Load(q6), T.Load(q6 + second)) : default;
                (c70, c71) = TRows.Count > Rows + 1 ? (T.Load(q7), T.Load(q7 + second)) : default;
            }
            float* p0 = source + rows[0], p1 = source + rows[1], p2 = source + rows[2];
            float* p3 = source + rows[3], p4 = source + rows[4], p5 = source + rows[5], p6 = source + rows[TRows.Count == Rows ? 5 : 6], p7 = source + rows[TRows.Count - 1];
            for (int s = 0; s < segmentCount; s++)
            {
                nint i = segments[s], last = i + run;
                if (beyond != 0)
                {
                    int then = s + beyond;
                    nint far = then < segmentCount ? segments[then] : segments[then - segmentCount] + rows[TRows.Count] - rows[0];
                    Processor.Prefetch(p0 + far);
                    Processor.Prefetch(TRows.InBlock ? p0 + far + 1 * Value.Block : p1 + far);
                    Processor.Prefetch(TRows.InBlock ? p0 + far + 2 * Value.Block : p2 + far);
                    Processor.Prefetch(TRows.InBlock ? p0 + far + 3 * Value.Block : p3 + far);
                    Processor.Prefetch(TRows.InBlock ? p0 + far + 4 * Value.Block : p4 + far);
                    Processor.Prefetch(TRows.InBlock ? p0 + far + 5 * Value.Block : p5 + far);
                    if (TRows.Count > Rows) Processor.Prefetch(TRows.InBlock ? p0 + far + 6 * Value.Block : p6 + far);
                    if (TRows.Count > Rows + 1) Processor.Prefetch(p7 + far);
                }
                for (int r = s; r < TRows.Count; r += segmentCount) Ask(target + places[r], second, asks, epilogue);
                for (; i < last; i++)
                {
                    T w0 = T.Load(panel), w1 = T.Load(panel + T.Width);
                    panel += 2 * T.Width;
                    Processor.Prefetch(ahead);
                    ahead += step;
                    T x = T.Broadcast(p0[i]);
                    T.Accumulate(ref c00, x, w0);
                    T.Accumulate(ref c01, x, w1);
                    x = T.Broadcast(TRows.InBlock ? p0[i + 1 * Value.Block] : p1[i]);
                    T.Accumulate(ref c10, x, w0);
                    T.Accumulate(ref c11, x, w1);
                    x = T.Broadcast(TRows.InBlock ? p0[i + 2 * Value.Block] : p2[i]);
                    T.Accumulate(ref c20, x, w0);
                    T.Accumulate(ref c21, x, w1);
                    x = T.Broadcast(TRows.InBlock ? p0[i + 3 * Value.Block] : p3[i]);
                    T.Accumulate(ref c30, x, w0);
                    T.Accumulate(ref c31, x, w1);
                    x = T.Broadcast(TRows.InBlock ? p0[i + 4 * Value.Block] : p4[i]);
                    T.Accumulate(ref c40, x, w0);
                    T.Accumulate(ref c41, x, w1);
                    x = T.Broadcast(TRows.InBlock ? p0[i + 5 * Value.Block] : p5[i]);
                    T.Accumulate(ref c50, x, w0);
                    T.Accumulate(ref c51, x, w1);
                    if (TRows.Count == Rows) continue;
                    x = T.Broadcast(TRows.InBlock ? p0[i + 6 * Value.Block] : p6[i]);
                    T.Accumulate(ref c60, x, w0);
                    T.Accumulate(ref c61, x, w1);
                    if (TRows.Count == Rows + 1) continue;
                    x = T.Broadcast(p7[i]);
                    T.Accumulate(ref c70, x, w0);
                    T.Accumulate(ref c71, x, w1);
                }
            }
            if (epilogue.Adds)
            {
                nint at = epilogue.Addend;
                c00 += T.Load(q0 + at); c01 += T.Load(q0 + at + second);
                c10 += T.Load(q1 + at); c11 += T.Load(q1 + at + second);
                c20 += T.Load(q2 + at); c21 += T.Load(q2 + at + second);
                c30 += T.Load(q3 + at); c31 += T.Load(q3 + at + second);
                c40 += T.Load(q4 + at); c41 += T.Load(q4 + at + second);
                c50 += T.Load(q5 + at); c51 += T.Load(q5 + at + second);
                c60 += T.Load(q6 + at); c61 += T.Load(q6 + at + second);
                c70 += T.Load(q7 + at); c71 += T.Load(q7 + at + second);
            }
            if (epilogue.Masks)
            {
                nint at = epilogue.Mask;
                c00 = Epilogue.Masked(q0 + at, c00); c01 = Epilogue.Masked(q0 + at + second, c01);
                c10 = Epilogue.Masked(q1 + at, c10); c11 = Epilogue.Masked(q1 + at + second, c11);
                c20 = Epilogue.Masked(q2 + at, c20); c21 = Epilogue.Masked(q2 + at + second, c21);
                c30 = Epilogue.Masked(q3 + at, c30); c31 = Epilogue.Masked(q3 + at + second, c31);
                c40 = Epilogue.Masked(q4 + at, c40); c41 = Epilogue.Masked(q4 + at + second, c41);
                c50 = Epilogue.Masked(q5 + at, c50); c51 = Epilogue.Masked(q5 + at + second, c51);
                c60 = Epilogue.Masked(q6 + at, c60); c61 = Epilogue.Masked(q6 + at + second, c61);
                if (epilogue.Ceiling != 0)
                {
                    T ceiling = T.Broadcast(epilogue.Ceiling);
                    c00 = Epilogue.Below(ceiling, q0 + at, c00); c01 = Epilogue.Below(ceiling, q0 + at + second, c01);
                    c10 = Epilogue.Below(ceiling, q1 + at, c10); c11 = Epilogue.Below(ceiling, q1 + at + second, c11);
                    c20 = Epilogue.Below(ceiling, q2 + at, c20); c21 = Epilogue.Below(ceiling, q2 + at + second, c21);
                    c30 = Epilogue.Below(ceiling, q3 + at, c30); c31 = Epilogue.Below(ceiling, q3 + at + second, c31);
                    c40 = Epilogue.Below(ceiling, q4 + at, c40); c41 = Epilogue.Below(ceiling, q4 + at + second, c41);
                    c50 = Epilogue.Below(ceiling, q5 + at, c50); c51 = Epilogue.Below(ceiling, q5 + at + second, c51);
                    c60 = Epilogue.Below(ceiling, q6 + at, c60); c61 = Epilogue.Below(ceiling, q6 + at + second, c61);
                }
            }
            if (epilogue.Scales)
            {
                nint at = epilogue.Factor;
                c00 *= T.Load(q0 + at); c01 *= T.Load(q0 + at + second);
                c10 *= T.Load(q1 + at); c11 *= T.Load(q1 + at + second);
                c20 *= T.Load(q2 + at); c21 *= T.Load(q2 + at + second);
                c30 *= T.Load(q3 + at); c31 *= T.Load(q3 + at + second);
                c40 *= T.Load(q4 + at); c41 *= T.Load(q4 + at + second);
                c50 *= T.Load(q5 + at); c51 *= T.Load(q5 + at + second);
                c60 *= T.Load(q6 + at); c61 *= T.Load(q6 + at + second);
            }
            if (epilogue.Relu)
            {
                c00 = T.Max(default, c00); c01 = T.Max(default, c01);
                c10 = T.Max(default, c10); c11 = T.Max(default, c11);
                c20 = T.Max(default, c20); c21 = T.Max(default, c21);
                c30 = T.Max(default, c30); c31 = T.Max(default, c31);
                c40 = T.Max(default, c40); c41 = T.Max(default, c41);
                c50 = T.Max(default, c50); c51 = T.Max(default, c51);
                c60 = T.Max(default, c60); c61 = T.Max(default, c61);
                if (epilogue.Ceiling != 0)
                {
                    T ceiling = T.Broadcast(epilogue.Ceiling);
                    c00 = T.Min(ceiling, c00); c01 = T.Min(ceiling, c01);
                    c10 = T.Min(ceiling, c10); c11 = T.Min(ceiling, c11);
                    c20 = T.Min(ceiling, c20); c21 = T.Min(ceiling, c21);
                    c30 = T.Min(ceiling, c30); c31 = T.Min(ceiling, c31);
                    c40 = T.Min(ceiling, c40); c41 = T.Min(ceiling, c41);
                    c50 = T.Min(ceiling, c50); c51 = T.Min(ceiling, c51);
                    c60 = T.Min(ceiling, c60); c61 = T.Min(ceiling, c61);
                }
            }
            T.Store(q0, c00); T.Store(q0 + second, c01);
            T.Store(q1, c10); T.Store(q1 + second, c11);
            T.Store(q2, c20); T.Store(q2 + second, c21);
            T.Store(q3, c30); T.Store(q3 + second, c31);
            T.Store(q4, c40); T.Store(q4 + second, c41);
            T.Store(q5, c50); T.Store(q5 + second, c51);
            if (TRows.Count == Rows) continue;
            T.Store(q6, c60); T.Store(q6 + second, c61);
            if (TRows.Count == Rows + 1) continue;
            T.Store(q7, c70); T.Store(q7 + second, c71);
        }
    }

    /// <summary>The same for tiles of so many rows: see <see cref="RowsFor"/>. The epilogue at most adds.</summary>
    public static void Sums<T>(int tileRows, float* source, int* rows, int* segments, int segmentCount, int run, float* panel, float* ahead, nint step, int beyond, bool asks, float* start, Epilogue epilogue,
        float* target, int* places, nint second, int tiles) where T : unmanaged, ILane<T>
    {
        if (tileRows == Eight.Count) Product<T, Eight>(source, rows, segments, segmentCount, run, panel, ahead, step, beyond, asks, start, epilogue, target, places, second, tiles);
        else if (tileRows == Seven.Count) Product<T, Seven>(source, rows, segments, segmentCount, run, panel, ahead, step, beyond, asks, start, epilogue, target, places, second, tiles);
        else Product<T, Six>(source, rows, segments, segmentCount, run, panel, ahead, step, beyond, asks, start, epilogue, target, places, second, tiles);
    }

    // What the end of a tile needs of one row, each row in another segment: many lines that are waited for at once, even by stores, keep the loads of the products waiting.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Ask(float* at, nint second, bool asks, in Epilogue epilogue)
    {
        if (asks) Both(at, second);
        if (epilogue.Masks) Both(at + epilogue.Mask, second);
        if (epilogue.Adds) Both(at + epilogue.Addend, second);
        if (epilogue.Asked != 0) Both(at + epilogue.Asked, second);
        if (epilogue.AskedToo != 0) Both(at + epilogue.AskedToo, second);

        static void Both(float* at, nint second)
        {
            Processor.Prefetch(at);
            Processor.Prefetch(at + second);
        }
    }

    /// <summary>
    /// The same for a strip of so many rows: in tiles of <see cref="Seven"/> or <see cref="Six"/>, and what is left over by <see cref="Edge"/>, as is all of it where the second vector has no place (0).
    /// inBlock: the rows are pixels that follow each other in their block, 16 floats apart.
    /// </summary>
    public static void Strip<T>(float* source, int* rows, int* segments, int segmentCount, int run, float* panel, float* ahead, nint step, bool inBlock, int beyond, bool asks, float* start, Epilogue epilogue,
        float* target, int* places, nint second, int count) where T : unmanaged, ILane<T>
    {
        if (InSevens(count, T.Width))
        {
            if (inBlock) Product<T, SevenInBlock>(source, rows, segments, segmentCount, run, panel, ahead, step, beyond, asks, start, epilogue, target, places, second, count / Seven.Count);
            else Product<T, Seven>(source, rows, segments, segmentCount, run, panel, ahead, step, beyond, asks, start, epilogue, target, places, second, count / Seven.Count);
            epilogue.PassBits<T>(target, places, second, count);
            return;
        }
        int whole = second != 0 ? count / Rows * Rows : 0;
        if (inBlock) Product<T, SixInBlock>(source, rows, segments, segmentCount, run, panel, ahead, step, beyond, asks, start, epilogue, target, places, second, whole / Rows);
        else Product<T, Six>(source, rows, segments, segmentCount, run, panel, ahead, step, beyond, asks, start, epilogue, target, places, second, whole / Rows);
        epilogue.PassBits<T>(target, places, second, whole);
        for (int row = whole; row < count; row += Rows)
            Edge<T>(source, rows + row, segments, segmentCount, run, panel, start, epilogue, target, places + row, second, Math.Min(Rows, count - row));
    }

    /// <summary>
    /// The same for a tile of fewer rows, or whose second vector has no place (0): computed aside, then added and copied where it belongs.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Edge<T>(float* source, int* rows, int* segments, int count, int run, float* weights, float* start, Epilogue epilogue, float* target, int* places, nint second, int valid)
        where T : unmanaged, ILane<T>
    {
        float* aside = stackalloc float[Rows * 2 * Value.Block];
        int* asides = stackalloc int[Rows];
        for (int r = 0; r < Rows; r++) asides[r] = r * 2 * T.Width;
        bool adds = start == target;
        for (int r = 0; r < valid && adds; r++)
        {
            T.Store(aside + asides[r], T.Load(target + places[r]));
            if (second != 0) T.Store(aside + asides[r] + T.Width, T.Load(target + places[r] + second));
        }
        Product<T, Six>(source, rows, segments, count, run, weights, weights, 0, 0, asks: false, adds ? aside : start, Epilogue.None, aside, asides, T.Width, 1);
        for (int r = 0; r < valid; r++)
        {
            float* to = target + places[r];
            T.Store(to, epilogue.Apply(to, T.Load(aside + asides[r])));
            if (second != 0) T.Store(to + second, epilogue.Apply(to + second, T.Load(aside + asides[r] + T.Width)));
        }
    }
}
