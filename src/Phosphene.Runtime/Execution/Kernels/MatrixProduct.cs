using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// y [batch, M, P] = a [batch, M, K] (or [batch, K, M], transposed) times packed panels of b [batch, K, P], plus a bias [P] if it is there and what an epilogue
/// adds, of y's shape, all row-major. A batch of 1 on one side is shared by all matrices of the other. One item per matrix, strip of rows and panel: all strips with one panel after the other, or, where a is large, the strips of which the second-level cache holds the rows.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class MatrixProduct(Value a, Value panels, Value? bias, Value y, EpilogueValues epilogueValues, int[] aOfBatch, int[] bOfBatch, int rowCount, int depth, int columns, int panelWidth, bool transposed)
    : Kernel
{
    // Rows of a strip, the floats of a that the caches hold while all panels pass, and those of it that a second-level cache holds.
    private const int Strip = 8 * Tile.Rows, LargeFloats = 1 << 20, GroupFloats = 1 << 17;
    // The depth as segments of a row of a, or transposed, where a row's elements lie rowCount apart, as single floats.
    private readonly int[] _segments = [.. Enumerable.Range(0, depth / (transposed ? 1 : Strips.SegmentOf(depth))).Select(k => k * (transposed ? rowCount : Strips.SegmentOf(depth)))];
    private readonly int _run = transposed ? 1 : Strips.SegmentOf(depth), _rowStep = transposed ? 1 : depth;
    private readonly int _panels = MatrixPanels.Panels(columns, panelWidth), _strips = (rowCount + Strip - 1) / Strip;
    private readonly int _stripsOfGroup = (long)rowCount * depth <= LargeFloats ? (rowCount + Strip - 1) / Strip : Math.Max(1, GroupFloats / Strip / depth);

    public override int Items(int stage) => aOfBatch.Length * _panels * _strips;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int matrix, int rest) = Math.DivRem(item, _panels * _strips);
        (int group, rest) = Math.DivRem(rest, _panels * _stripsOfGroup);
        (int panel, int strip) = Math.DivRem(rest, Math.Min(_stripsOfGroup, _strips - group * _stripsOfGroup));
        int firstRow = group * _stripsOfGroup * Strip, lastRow = Math.Min(rowCount, firstRow + _stripsOfGroup * Strip);
        float* left = a.Data + (long)aOfBatch[matrix] * rowCount * depth;
        float* right = panels.Data + ((long)bOfBatch[matrix] * _panels + panel) * depth * panelWidth;
        float* to = y.Data + (long)matrix * rowCount * columns + panel * panelWidth;
        int end = Math.Min(lastRow, firstRow + (strip + 1) * Strip), valid = Math.Min(panelWidth, columns - panel * panelWidth);

        float* start = bias is null ? null : bias.Data + panel * panelWidth;
        Epilogue epilogue = epilogueValues.Of(y, image: 0);
        int tileRows = Tile.RowsFor(Strip, TLane.Width);
        // The first panel's tiles ask for the rows after theirs where a is the larger side, all others each for its share of the next panel.
        bool asksForRows = panel == 0 && rowCount > columns;
        int share = Tile.AheadStep(panelWidth, (lastRow - firstRow + tileRows - 1) / tileRows), step = !asksForRows ? share : transposed ? rowCount : tileRows;
        int* rows = stackalloc int[Tile.MostRows], places = stackalloc int[Tile.MostRows];
        float* aside = stackalloc float[Tile.MostRows * 2 * Value.Block];
        fixed (int* segments = _segments)
            for (int row = firstRow + strip * Strip; row < end; row += tileRows)
            {
                int count = Math.Min(tileRows, end - row);
                bool whole = count == tileRows && valid == panelWidth;
                for (int r = 0; r < tileRows; r++) (rows[r], places[r]) = (Math.Min(r, count - 1) * _rowStep, r * (whole ? columns : panelWidth));
                float* source = left + (long)row * _rowStep, target = whole ? to + (long)row * columns : aside;
                float* ahead = !asksForRows ? right + (long)depth * (panelWidth + (row - firstRow) / tileRows * share) : transposed ? source + Value.Block : source + (long)tileRows * depth;
                Tile.Sums<TLane>(tileRows, source, rows, segments, _segments.Length, _run, right, ahead, step, 0, asks: whole, start, whole ? epilogue : Epilogue.None, target, places, TLane.Width, 1);
                if (whole) continue;
                for (int r = 0; r < count; r++)
                {
                    float* place = to + (long)(row + r) * columns;
                    new ReadOnlySpan<float>(aside + r * panelWidth, valid).CopyTo(new Span<float>(place, valid));
                    if (!epilogue.Adds) continue;
                    for (int c = 0; c < valid; c++) place[c] += place[epilogue.Addend + c];
                }
            }
    }
}
