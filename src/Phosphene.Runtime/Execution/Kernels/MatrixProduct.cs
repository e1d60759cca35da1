using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// y [batch, M, P] = a [batch, M, K] times packed panels of b [batch, K, P], all row-major. A batch of 1 on one side is shared by all matrices of
/// the other. One item per matrix, strip of rows and panel.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class MatrixProduct(Value a, Value panels, Value y, int[] aOfBatch, int[] bOfBatch, int rowCount, int depth, int columns, int panelWidth) : Kernel
{
    private const int Strip = 8 * Tile.Rows;
    private readonly int _panels = MatrixPanels.Panels(columns, panelWidth), _strips = (rowCount + Strip - 1) / Strip;

    public override int Items(int stage) => aOfBatch.Length * _panels * _strips;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int outer, int strip) = Math.DivRem(item, _strips);
        (int matrix, int panel) = Math.DivRem(outer, _panels);
        float* left = a.Data + (long)aOfBatch[matrix] * rowCount * depth;
        float* right = panels.Data + ((long)bOfBatch[matrix] * _panels + panel) * depth * panelWidth;
        float* to = y.Data + (long)matrix * rowCount * columns + panel * panelWidth;
        int end = Math.Min(rowCount, (strip + 1) * Strip), valid = Math.Min(panelWidth, columns - panel * panelWidth);

        int segment = 0;
        int* rows = stackalloc int[Tile.Rows], places = stackalloc int[Tile.Rows];
        float* aside = stackalloc float[Tile.Rows * 2 * Value.Block];
        for (int row = strip * Strip; row < end; row += Tile.Rows)
        {
            int count = Math.Min(Tile.Rows, end - row);
            bool whole = count == Tile.Rows && valid == panelWidth;
            for (int r = 0; r < Tile.Rows; r++)
            {
                rows[r] = Math.Min(r, count - 1) * depth;
                places[r] = r * (whole ? columns : panelWidth);
            }
            float* target = whole ? to + (long)row * columns : aside;
            Tile.Product<TLane>(left + (long)row * depth, rows, &segment, 1, depth, right, right, 0, null, Epilogue.None, target, places, TLane.Width);
            if (whole) continue;
            for (int r = 0; r < count; r++)
                new ReadOnlySpan<float>(aside + r * panelWidth, valid).CopyTo(new Span<float>(to + (long)(row + r) * columns, valid));
        }
    }
}
