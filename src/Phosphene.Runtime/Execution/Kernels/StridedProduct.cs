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

    // Rows of a strip: whole tiles of six and of eight.
    private const int Strip = 48;

    private readonly int _panels = MatrixPanels.Panels(columns, panelWidth), _strips = (rowCount + Strip - 1) / Strip, _pitch = MatrixPanels.Panels(columns, panelWidth) * panelWidth;
    private readonly long _packed = Rounded((long)MatrixPanels.Panels(columns, panelWidth) * panelWidth * depth);
    // Rows that are columns of what is there, and those that lie so far apart that they would push each other out of the first-level cache, are gathered.
    private readonly bool _gathers = a.ColumnStep != 1 || a.RowStep > 2 * depth;

    public override int Items(int stage) => y.Offsets.Length * _strips;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int matrix, int strip) = Math.DivRem(item, _strips);
        float* panels = PrivateMemory.Of(this, matrix, _packed + Strip * (long)_pitch + (_gathers ? Strip * (long)depth : 0), out bool holds), sums = panels + _packed, left = sums + Strip * (long)_pitch;
        if (!holds) Pack<TLane>(b.Of(matrix), panels);

        int first = strip * Strip, count = Math.Min(Strip, rowCount - first), tileRows = Tile.RowsFor(count, TLane.Width), tiles = (count + tileRows - 1) / tileRows;
        float* source = a.Of(matrix) + first * a.RowStep;
        if (a.ColumnStep != 1) LaneTranspose.Scatter(source, (nint)a.ColumnStep, left, depth, count, depth);
        else for (int r = 0; r < count && _gathers; r++) new ReadOnlySpan<float>(source + r * a.RowStep, depth).CopyTo(new Span<float>(left + (long)r * depth, depth));
        int* rows = stackalloc int[Strip + 2 * Tile.Rows], places = stackalloc int[Strip + 2 * Tile.Rows];
        for (int r = 0; r < tiles * tileRows; r++)
        {
            int row = Math.Min(r, count - 1);                        // rows past the last repeat it
            (rows[r], places[r]) = (row * (_gathers ? depth : (int)a.RowStep), row * _pitch);
        }
        int none = 0, panelFloats = depth * panelWidth, step = Tile.AheadStep(panelWidth, tiles);
        for (int panel = 0; panel < _panels; panel++)
            Tile.Sums<TLane>(tileRows, _gathers ? left : source, rows, &none, 1, depth, panels + (long)panel * panelFloats, panels + (panel + 1L) * panelFloats, step, null,
                sums + panel * panelWidth, places, TLane.Width, tiles);

        float* to = y.Of(matrix) + first * y.RowStep;
        float* given = softmax is null ? null : softmax.Data + ((long)matrix * rowCount + first) * columns;
        for (int r = 0; r < count; r++, sums += _pitch, given += columns, to += y.RowStep)
        {
            if (ending == RowEnding.Softmax) SoftmaxKernel.Row<TLane>(sums, to, columns, logarithm: false);
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
