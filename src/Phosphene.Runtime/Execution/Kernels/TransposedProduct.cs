using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// y [batch, M, K] = a [batch, M, P] times the transposes of matrices b [batch, K, P] that <see cref="MatrixPanels"/> packed for products the other way:
/// <code>
/// y[m, k] = Σ_panel Σ_c a[m, panel·2·Width + c] · panels[panel, k, c],   c in 0..2·Width-1
/// </code>
/// so that a weight is packed once for the way there and the way back. What a panel of columns k needs of them, squares of panels, is transposed on the spot, which costs a strip of rows a twentieth of its time.
/// One item per matrix, strip of rows and panel of columns.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class TransposedProduct(Value a, Value panels, Value y, int[] aOfBatch, int[] bOfBatch, int rowCount, int depth, int columns, int panelWidth) : Kernel
{
    // The most rows of a single strip, those of several, and floats of the sum at once: so much of a strip and of the transposed panel stay in a second-level cache of 1 MB. Chunks are of whole panels.
    private const int MostRows = 232, Rows = 160, Chunk = 768;

    private readonly int _depthPanels = MatrixPanels.Panels(depth, panelWidth), _panels = MatrixPanels.Panels(columns, panelWidth), _strips = rowCount <= MostRows ? 1 : (rowCount + Rows - 1) / Rows;

    public override int Items(int stage) => aOfBatch.Length * _strips * _panels;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int outer, int panel) = Math.DivRem(item, _panels);
        (int matrix, int strip) = Math.DivRem(outer, _strips);
        int firstRow = (int)((long)rowCount * strip / _strips), rows = (int)((long)rowCount * (strip + 1) / _strips) - firstRow, tileRows = Tile.RowsFor(rows, TLane.Width), tiles = (rows + tileRows - 1) / tileRows;
        int column = panel * panelWidth, valid = Math.Min(panelWidth, columns - column), target = valid == panelWidth ? columns : panelWidth;
        float* left = a.Data + ((long)aOfBatch[matrix] * rowCount + firstRow) * depth, right = panels.Data + ((long)bOfBatch[matrix] * _depthPanels * columns + column) * panelWidth;
        float* result = y.Data + ((long)matrix * rowCount + firstRow) * columns + column;

        // Columns past the last have no place in the result: all are computed aside.
        float* transposed = stackalloc float[Chunk * 2 * Value.Block + NativeBlock.Slack], aside = stackalloc float[MostRows * 2 * Value.Block], to = valid == panelWidth ? result : aside;
        transposed = NativeBlock.Aligned(transposed);
        if (valid < panelWidth) new Span<float>(transposed, Chunk * panelWidth).Clear();
        int* sources = stackalloc int[MostRows + Tile.MostRows], places = stackalloc int[MostRows + Tile.MostRows];
        for (int r = 0; r < tiles * tileRows; r++)
        {
            int row = Math.Min(r, rows - 1);                         // rows past the last repeat it
            (sources[r], places[r]) = (row * depth, row * target);
        }
        int segment = Strips.SegmentOf(depth);
        int* segments = stackalloc int[Chunk / Value.Block];
        for (int i = 0; i < Chunk / Value.Block; i++) segments[i] = i * segment;
        for (int first = 0; first < depth; first += Chunk)
        {
            int length = Math.Min(Chunk, depth - first), run = Math.Min(segment, length), depthPanels = MatrixPanels.Panels(length, panelWidth), step = (panelWidth * panelWidth + length - 1) / length;
            float* from = right + (long)first * columns;
            for (int p = 0; p < depthPanels; p++) LaneTranspose.Scatter(Square(from, p), panelWidth, transposed + p * panelWidth * panelWidth, panelWidth, panelWidth, valid);
            for (int tile = 0; tile < tiles; tile++)
            {
                // Each tile asks for its share of what the next panel of columns needs: for one square in the course of its products, since too many lines at once would have to wait for each other.
                bool asks = tile < depthPanels;
                for (int p = tile + tiles; p < depthPanels; p += tiles) Ask(Square(from, p) + panelWidth * panelWidth);
                Tile.Sums<TLane>(tileRows, left + first, sources + tile * tileRows, segments, length / run, run, transposed, asks ? Square(from, tile) + panelWidth * panelWidth : transposed, asks ? step : 0,
                    asks: first == 0, first == 0 ? null : to, Epilogue.None, to, places + tile * tileRows, TLane.Width, 1);
            }
        }
        if (valid == panelWidth) return;
        for (int r = 0; r < rows; r++) new ReadOnlySpan<float>(aside + r * panelWidth, valid).CopyTo(new Span<float>(result + (long)r * columns, valid));
    }

    // Where the rows of a panel of columns lie in a panel of the depth.
    private float* Square(float* from, int depthPanel) => from + (long)depthPanel * columns * panelWidth;

    private void Ask(float* square)
    {
        for (int i = 0; i < panelWidth * panelWidth; i += Value.Block) Processor.Prefetch(square + i);
    }
}
