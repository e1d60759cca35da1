using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// y [batch, M, K] = a [batch, M, P] times the transposes of matrices b [batch, K, P] that <see cref="MatrixPanels"/> packed for products the other way:
/// <code>
/// y[m, k] = Σ_panel Σ_c a[m, panel·2·Width + c] · panels[panel, k, c],   c in 0..2·Width-1
/// </code>
/// so that a weight is packed once for the way there and the way back. A thread transposes what a few panels of columns k need of them, squares of panels, for itself when it comes to them, and keeps it for all its
/// strips of rows. One item per matrix, group of panels and strip of rows; each stage adds a chunk of the depth.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class TransposedProduct : Kernel
{
    // The most rows of a strip and the panels of a group, where one strip is enough and where it is not, and floats of the sum at once: so much of a strip and of the transposed panels stay in a second-level cache of
    // 1 MB. Chunks are of whole panels; a strip may be up to a tile longer.
    private const int Single = 232, OfSeveral = 104, PanelsOfSeveral = 4, Chunk = 768;

    private readonly Value _a, _panels, _y;
    private readonly int[] _aOfBatch, _bOfBatch;
    private readonly int _rowCount, _depth, _columns, _panelWidth, _square, _together, _groups, _strip, _strips;

    public TransposedProduct(Value a, Value panels, Value y, int[] aOfBatch, int[] bOfBatch, int rowCount, int depth, int columns, int panelWidth)
    {
        (_a, _panels, _y, _aOfBatch, _bOfBatch, _rowCount, _depth, _columns, _panelWidth) = (a, panels, y, aOfBatch, bOfBatch, rowCount, depth, columns, panelWidth);
        _square = panelWidth * panelWidth;
        (_together, int mostRows) = rowCount <= Single ? (1, Single) : (PanelsOfSeveral, OfSeveral);
        _groups = (MatrixPanels.Panels(columns, panelWidth) + _together - 1) / _together;
        (_strip, _strips) = Strips.Of(rowCount, mostRows, Tile.RowsFor(rowCount, panelWidth / 2));
    }

    public override int Stages => (_depth + Chunk - 1) / Chunk;

    public override int Items(int stage) => _aOfBatch.Length * _groups * _strips;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int outer, int strip) = Math.DivRem(item, _strips);
        (int matrix, int group) = Math.DivRem(outer, _groups);
        int firstRow = strip * _strip, rowCount = Math.Min(_strip, _rowCount - firstRow), tileRows = Tile.RowsFor(rowCount, TLane.Width), tiles = (rowCount + tileRows - 1) / tileRows;
        int first = stage * Chunk, length = Math.Min(Chunk, _depth - first), depthPanels = MatrixPanels.Panels(length, _panelWidth), firstColumn = group * _together * _panelWidth;
        // The first panel of columns, and how far it is to the next panel of the depth.
        nint toNext = (nint)_columns * _panelWidth;
        float* squares = _panels.Data + (long)_bOfBatch[matrix] * MatrixPanels.Panels(_depth, _panelWidth) * toNext + first / _panelWidth * toNext + (nint)firstColumn * _panelWidth;
        float* transposed = PrivateMemory.Of(this, stage * _aOfBatch.Length * _groups + outer, _together * Chunk * _panelWidth, out bool holds);
        int panels = Math.Min(_together, MatrixPanels.Panels(_columns - firstColumn, _panelWidth));
        if (!holds) Transpose(squares, toNext, transposed, panels, depthPanels, _columns - firstColumn);

        int segment = Math.Min(Strips.SegmentOf(_depth), length), segmentCount = length / segment;
        int* segments = stackalloc int[Chunk / Value.Block], rows = stackalloc int[Single + 2 * Tile.MostRows], places = stackalloc int[Single + 2 * Tile.MostRows], asides = stackalloc int[Single + 2 * Tile.MostRows];
        for (int i = 0; i < segmentCount; i++) segments[i] = i * segment;
        for (int r = 0; r < (tiles + 1) * tileRows; r++)
        {
            int row = Math.Min(r, rowCount - 1);                     // rows past the last repeat it
            (rows[r], places[r], asides[r]) = (row * _depth, row * _columns, row * _panelWidth);
        }
        float* source = _a.Data + ((long)_aOfBatch[matrix] * _rowCount + firstRow) * _depth + first, result = _y.Data + ((long)matrix * _rowCount + firstRow) * _columns + firstColumn;
        float* aside = stackalloc float[Single * 2 * Value.Block];
        // While the last strip is multiplied, each tile asks for a part of one of the squares side by side that the next group is made of: many lines asked for at once would have to wait for each other.
        int parts = Math.Max(1, panels * tiles / depthPanels), share = _together * _square / parts, step = (share + length - 1) / length;
        for (int panel = 0; panel < panels; panel++, result += _panelWidth)
        {
            float* weights = transposed + (long)panel * Chunk * _panelWidth;
            int valid = Math.Min(_panelWidth, _columns - firstColumn - panel * _panelWidth);
            // Columns past the last have no place in the result: all are computed aside.
            bool whole = valid == _panelWidth;
            if (!whole && stage > 0) MatrixPanels.Pack(result, _columns, transposed: false, aside, rowCount, _panelWidth, valid);
            float* to = whole ? result : aside, start = stage == 0 ? null : to;
            for (int tile = 0, number = panel * tiles; tile < tiles; tile++, number++)
            {
                (int asked, int part) = Math.DivRem(number, parts);
                bool asks = strip == _strips - 1 && asked < depthPanels;
                float* ahead = asks ? squares + asked * toNext + _together * _square + part * share : weights;
                Tile.Sums<TLane>(tileRows, source, rows + tile * tileRows, segments, segmentCount, segment, weights, ahead, asks ? step : 0, panel == 0 && _together > 1 ? Math.Min(Tile.Ahead, segmentCount) : 0,
                    asks: whole, start, Epilogue.None, to, (whole ? places : asides) + tile * tileRows, TLane.Width, 1);
            }
            for (int r = 0; r < rowCount && !whole; r++) new ReadOnlySpan<float>(aside + asides[r], valid).CopyTo(new Span<float>(result + places[r], valid));
        }
    }

    // For each panel [length, panelWidth], one after the other, from squares of the panels of the depth.
    private void Transpose(float* squares, nint toNext, float* to, int panels, int depthPanels, int columns)
    {
        for (int panel = 0; panel < panels; panel++, squares += _square, to += Chunk * _panelWidth, columns -= _panelWidth)
            for (int p = 0; p < depthPanels; p++) MatrixPanels.Pack(squares + p * toNext, _panelWidth, transposed: true, to + p * _square, _panelWidth, _panelWidth, Math.Min(_panelWidth, columns));
    }
}
