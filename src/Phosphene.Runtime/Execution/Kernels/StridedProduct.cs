using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// Many small products of matrices that lie anywhere, such as those of the heads of attention, which are slices of one tensor:
/// <code>
/// y[i] = ending(scale · a[i]·b[i]),   a[i] [M, K], b[i] [K, P], y[i] [M, P], softmax [products, M, P] if the ending is its gradient
/// </code>
/// One item per product and strip of rows. A thread packs b[i] for itself, as <see cref="MatrixPanels"/> would, when it comes to a new i. A strip's sums are complete before its rows go where they belong, so that
/// what runs along a row ends it while it is in the cache.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class StridedProduct(StridedMatrices a, StridedMatrices b, StridedMatrices y, float scale, RowEnding ending, Value? softmax, int rowCount, int depth, int columns, int panelWidth) : Kernel
{
    /// <summary>Floats of one b[i] that leave room for a strip in a second-level cache.</summary>
    public const int MostRight = 1 << 17;

    // Rows of a strip: whole tiles of six and of eight. And the depth that tiles go through between one look ahead and the next: many lines asked for at once would have to wait for each other.
    private const int Strip = 48, DepthBetween = 192;

    private readonly int _panels = MatrixPanels.Panels(columns, panelWidth), _strips = (rowCount + Strip - 1) / Strip, _pitch = MatrixPanels.Panels(columns, panelWidth) * panelWidth;
    private readonly long _packed = Rounded((long)MatrixPanels.Panels(columns, panelWidth) * panelWidth * depth);
    // Rows so far apart that they would push each other out of the first-level cache are gathered. The depth as runs of a row of a: one for all of it, or one for each float of columns.
    private readonly bool _gathers = a.ColumnStep == 1 ? a.RowStep > 2 * depth : a.ColumnStep > 2 * rowCount;
    private readonly int[] _segments = a.ColumnStep == 1 || a.ColumnStep > 2 * rowCount ? [0] : [.. Enumerable.Range(0, depth).Select(k => k * (int)a.ColumnStep)];

    public override int Items(int stage) => y.Offsets.Length * _strips;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int matrix, int strip) = Math.DivRem(item, _strips);
        float* panels = PrivateMemory.Of(this, matrix, _packed + Strip * (long)_pitch + (_gathers ? Strip * (long)depth : 0), out bool holds), sums = panels + _packed, left = sums + Strip * (long)_pitch;
        if (!holds) Pack<TLane>(b.Of(matrix), panels);

        int first = strip * Strip, count = Math.Min(Strip, rowCount - first), tileRows = Tile.RowsFor(count, TLane.Width), tiles = (count + tileRows - 1) / tileRows;
        float* source = a.Of(matrix) + first * a.RowStep, to = y.Of(matrix) + first * y.RowStep, given = softmax is null ? null : softmax.Data + ((long)matrix * rowCount + first) * columns;
        if (_gathers)
        {
            if (a.ColumnStep != 1) LaneTranspose.Scatter(source, (nint)a.ColumnStep, left, depth, count, depth);
            else for (int r = 0; r < count; r++) new ReadOnlySpan<float>(source + r * a.RowStep, depth).CopyTo(new Span<float>(left + (long)r * depth, depth));
            source = left;
        }
        int* rows = stackalloc int[Strip + 2 * Tile.Rows], places = stackalloc int[Strip + 2 * Tile.Rows];
        for (int r = 0; r < tiles * tileRows; r++)
        {
            int row = Math.Min(r, count - 1);                        // rows past the last repeat it
            (rows[r], places[r]) = (row * (_gathers ? depth : (int)a.RowStep), row * _pitch);
        }
        // What comes next is asked for bit by bit: rows for the result, the next strip of a, and of the next b a share.
        (int nextMatrix, int nextStrip) = Math.DivRem(Math.Min(item + 1, Items(stage) - 1), _strips);
        float* nextRows = a.Of(nextMatrix) + (long)nextStrip * Strip * a.RowStep, nextRight = b.Of(Math.Min(matrix + 1, y.Offsets.Length - 1));
        int nextCount = Math.Min(Strip, rowCount - nextStrip * Strip), together = Math.Clamp(DepthBetween / depth, 1, tiles), groups = (tiles + together - 1) / together, parts = _panels * groups, part = 0;
        fixed (int* segments = _segments)
            for (int panel = 0; panel < _panels; panel++)
            {
                float* weights = panels + (long)panel * depth * panelWidth;
                for (int tile = 0; tile < tiles; tile += together, part++)
                {
                    y.Ask(to, count, columns, part, parts);
                    a.Ask(nextRows, nextCount, depth, part, parts);
                    b.Ask(nextRight, depth, columns, strip * parts + part, _strips * parts);
                    Tile.Sums<TLane>(tileRows, source, rows + tile * tileRows, segments, _segments.Length, depth / _segments.Length, weights, weights, 0, 0, asks: false, null, Epilogue.None,
                        sums + panel * panelWidth, places + tile * tileRows, TLane.Width, Math.Min(together, tiles - tile));
                }
            }

        for (int r = 0; r < count; r++, sums += _pitch, given += columns, to += y.RowStep)
        {
            if (ending == RowEnding.Softmax) SoftmaxKernel.Row<TLane>(sums, sums, to, columns);
            else if (ending == RowEnding.SoftmaxGradient) SoftmaxGradientKernel.Row<TLane>(given, sums, to, columns);
            else new ReadOnlySpan<float>(sums, columns).CopyTo(new Span<float>(to, columns));
        }
    }

    private void Pack<T>(float* from, float* to) where T : unmanaged, ILane<T>
    {
        for (int panel = 0; panel < _panels; panel++)
            MatrixPanels.Pack(from + panel * panelWidth * b.ColumnStep, b.ColumnStep == 1 ? b.RowStep : b.ColumnStep, b.ColumnStep != 1, to + (long)panel * depth * panelWidth, depth, panelWidth, Math.Min(panelWidth, columns - panel * panelWidth));
        if (scale == 1) return;
        T factor = T.Broadcast(scale);
        for (long i = 0; i < (long)_pitch * depth; i += T.Width) T.Store(to + i, factor * T.Load(to + i));
    }

    private static long Rounded(long floats) => (floats + Value.Block - 1) / Value.Block * Value.Block;
}

/// <summary>Matrices in one storage: row r and column c of matrix i at Offsets[i] + r·RowStep + c·ColumnStep floats from the beginning of the value; one of the steps is 1, of a result the ColumnStep.</summary>
internal sealed record StridedMatrices(Value Value, long[] Offsets, long RowStep, long ColumnStep)
{
    /// <summary>Where one of them begins.</summary>
    public unsafe float* Of(int matrix) => Value.Data + Offsets[matrix];

    /// <summary>Asks for one of so many parts of rows and columns of one that begins at an address.</summary>
    public unsafe void Ask(float* from, int rows, int columns, int part, int parts)
    {
        (int runs, int length, long step) = ColumnStep == 1 ? (rows, columns, RowStep) : (columns, rows, ColumnStep);
        for (int run = (int)((long)runs * part / parts), end = (int)((long)runs * (part + 1) / parts); run < end; run++)
            for (int i = 0; i < length; i += Value.Block) Processor.Prefetch(from + run * step + i);
    }

    /// <summary>Their transposes.</summary>
    public StridedMatrices Transposed => new(Value, Offsets, ColumnStep, RowStep);
}

/// <summary>What a row of a product becomes before it is stored.</summary>
internal enum RowEnding
{
    /// <summary>Itself.</summary>
    None,

    /// <summary>Its softmax.</summary>
    Softmax,

    /// <summary>The gradient of a softmax that is given, where it is the one in that.</summary>
    SoftmaxGradient,
}
