using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// y [batch, M, K] = a [batch, M, P] times the transposes of matrices b [batch, K, P] that <see cref="MatrixPanels"/> packed for products the other way:
/// <code>
/// y[m, k] = Σ_panel Σ_c a[m, panel·2·Width + c] · panels[panel, k, c],   c in 0..2·Width-1
/// </code>
/// so that a weight is packed once for the way there and the way back. Vectors run along the sum, and their lanes are added up at its end: three rows of a times four or
/// eight of b, all sums in registers: seven loads for twelve multiply-adds, eleven for 24. One item per matrix, strip of rows and group of columns: the strip stays in the caches while all groups pass.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class TransposedProduct(Value a, Value panels, Value y, int[] aOfBatch, int[] bOfBatch, int rowCount, int depth, int columns, int panelWidth) : Kernel
{
    // A tile, whose columns are few or, for vectors of 512 bits, twice as many, and the most rows and columns of an item.
    private const int Rows = 3, Few = 4, Most = 2 * Few, Strip = 70 * Rows, Group = 4 * Most;

    // Floats of the sum at once: a tile's rows of b stay in the first-level cache while the rows of a pass, which stay in the second. A multiple of all panels' widths.
    private const int Chunk = 768;

    private readonly int _panels = MatrixPanels.Panels(depth, panelWidth), _strips = (rowCount + Strip - 1) / Strip, _groups = (columns + Group - 1) / Group;

    private static int Columns<T>() where T : unmanaged, ILane<T> => T.Width == Value.Block ? Most : Few;

    public override int Items(int stage) => aOfBatch.Length * _groups * _strips;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int outer, int group) = Math.DivRem(item, _groups);
        (int matrix, int strip) = Math.DivRem(outer, _strips);
        float* left = a.Data + (long)aOfBatch[matrix] * rowCount * depth, right = panels.Data + (long)bOfBatch[matrix] * _panels * columns * panelWidth;
        float* to = y.Data + (long)matrix * rowCount * columns, gathered = stackalloc float[Most * Chunk], sums = stackalloc float[Rows * Most];
        int firstRow = strip * Strip, lastRow = Math.Min(rowCount, firstRow + Strip), lastColumn = Math.Min(columns, (group + 1) * Group);
        for (int first = 0; first < depth; first += Chunk)
            for (int column = group * Group; column < lastColumn; column += Columns<TLane>())
            {
                int length = Math.Min(Chunk, depth - first), whole = length / TLane.Width * TLane.Width, panelCount = (length + panelWidth - 1) / panelWidth;
                float* from = right + ((long)(first / panelWidth) * columns + column) * panelWidth;
                Gather<TLane>(from, Math.Min(Columns<TLane>(), columns - column), panelCount, gathered);
                for (int row = firstRow, ahead = 0; row < lastRow; row += Rows, ahead++)
                {
                    if (ahead < panelCount) Ask(from + ((long)ahead * columns + Columns<TLane>()) * panelWidth, Columns<TLane>() * panelWidth);
                    // Rows past the last repeat it.
                    float* x0 = left + (long)row * depth + first, x1 = x0 + (row + 1 < lastRow ? depth : 0), x2 = x1 + (row + 2 < lastRow ? depth : 0);
                    Tile<TLane>(x0, x1, x2, gathered, whole, sums);
                    for (int r = 0; r < Math.Min(Rows, lastRow - row); r++)
                    {
                        float* sum = sums + r * Most, place = to + (long)(row + r) * columns + column;
                        if (whole < length) Rest<TLane>(x0 + r * (long)depth + whole, gathered + whole * Columns<TLane>(), length - whole, sum);
                        Put(sum, place, Math.Min(Columns<TLane>(), lastColumn - column), adds: first > 0);
                    }
                }
            }
    }

    // Vectors of a tile's rows of b in turn, the last row repeated: where they lie, panels are so far apart that they would push each other out of the first-level cache.
    private void Gather<T>(float* from, int valid, int panelCount, float* to) where T : unmanaged, ILane<T>
    {
        for (float* end = from + (long)panelCount * columns * panelWidth; from < end; from += (long)columns * panelWidth)
            for (int lane = 0; lane < panelWidth; lane += T.Width)
                for (int c = 0; c < Columns<T>(); c++, to += T.Width) T.Store(to, T.Load(from + Math.Min(c, valid - 1) * panelWidth + lane));
    }

    // What the next tile's gathering reads of a panel.
    private static void Ask(float* from, int floats)
    {
        for (int i = 0; i < floats; i += Value.Block) Processor.Prefetch(from + i);
    }

    // What whole vectors of a row have left over.
    private static void Rest<T>(float* x, float* w, int count, float* sums) where T : unmanaged, ILane<T>
    {
        for (int c = 0; c < Columns<T>(); c++, w += T.Width)
            for (int i = 0; i < count; i++) sums[c] += x[i] * w[i];
    }

    // The sums of a row to their place, or to what lies there.
    private static void Put(float* sums, float* place, int count, bool adds)
    {
        int c = 0;
        for (; c <= count - Few; c += Few) (adds ? Vector128.Load(place + c) + Vector128.Load(sums + c) : Vector128.Load(sums + c)).Store(place + c);
        for (; c < count; c++) place[c] = adds ? place[c] + sums[c] : sums[c];
    }

    // sums[r, c] = Σ_i x[r][i]·w[c][i] over whole vectors, those of w in turn. What is few is asked of the width itself: a call, here, is not folded away, and all sums would go through memory.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<T>(float* x0, float* x1, float* x2, float* w, int length, float* sums) where T : unmanaged, ILane<T>
    {
        T s00 = default, s01 = default, s02 = default, s03 = default, s04 = default, s05 = default, s06 = default, s07 = default;
        T s10 = default, s11 = default, s12 = default, s13 = default, s14 = default, s15 = default, s16 = default, s17 = default;
        T s20 = default, s21 = default, s22 = default, s23 = default, s24 = default, s25 = default, s26 = default, s27 = default;
        for (nint i = 0; i < length; i += T.Width, w += (T.Width < Value.Block ? Few : Most) * T.Width)
        {
            T a0 = T.Load(x0 + i), a1 = T.Load(x1 + i), a2 = T.Load(x2 + i), b = T.Load(w);
            T.Accumulate(ref s00, a0, b);
            T.Accumulate(ref s10, a1, b);
            T.Accumulate(ref s20, a2, b);
            b = T.Load(w + T.Width);
            T.Accumulate(ref s01, a0, b);
            T.Accumulate(ref s11, a1, b);
            T.Accumulate(ref s21, a2, b);
            b = T.Load(w + 2 * T.Width);
            T.Accumulate(ref s02, a0, b);
            T.Accumulate(ref s12, a1, b);
            T.Accumulate(ref s22, a2, b);
            b = T.Load(w + 3 * T.Width);
            T.Accumulate(ref s03, a0, b);
            T.Accumulate(ref s13, a1, b);
            T.Accumulate(ref s23, a2, b);
            if (T.Width < Value.Block) continue;
            b = T.Load(w + 4 * T.Width);
            T.Accumulate(ref s04, a0, b);
            T.Accumulate(ref s14, a1, b);
            T.Accumulate(ref s24, a2, b);
            b = T.Load(w + 5 * T.Width);
            T.Accumulate(ref s05, a0, b);
            T.Accumulate(ref s15, a1, b);
            T.Accumulate(ref s25, a2, b);
            b = T.Load(w + 6 * T.Width);
            T.Accumulate(ref s06, a0, b);
            T.Accumulate(ref s16, a1, b);
            T.Accumulate(ref s26, a2, b);
            b = T.Load(w + 7 * T.Width);
            T.Accumulate(ref s07, a0, b);
            T.Accumulate(ref s17, a1, b);
            T.Accumulate(ref s27, a2, b);
        }
        T.Sums(s00, s01, s02, s03).Store(sums);
        T.Sums(s10, s11, s12, s13).Store(sums + Most);
        T.Sums(s20, s21, s22, s23).Store(sums + 2 * Most);
        if (T.Width < Value.Block) return;
        T.Sums(s04, s05, s06, s07).Store(sums + Few);
        T.Sums(s14, s15, s16, s17).Store(sums + Most + Few);
        T.Sums(s24, s25, s26, s27).Store(sums + 2 * Most + Few);
    }
}
