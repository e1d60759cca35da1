using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// Rows of a convolution whose every channel is a group of its own, forward or as the gradient in the input (see <see cref="ConvolutionGeometry"/>), one block of channels at a time:
/// <code>
/// y[i, j] = epilogue of bias + Σ_taps x[pixel(i, j) + tap]·w[tap],   taps outside the image left out
/// </code>
/// The vector runs over channels: a row of x and y is [W, 16], the weights are [phases, blocks, taps, 16]. Eight or four pixels of a row at once share a weight. The source is the image where it lies, and
/// the pixels at its border go one by one; or, framed, its rows lie between columns of zeros.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class DepthwiseRows
{
    // One column of so many at the border is still worth its own way.
    private const int SeldomBorder = 16, Most = 8, Few = 4, LongRow = 24;
    private readonly ConvolutionGeometry _geometry;
    private readonly PhasePlan[] _phases;
    private readonly RowPlan[][] _rows;

    /// <summary>
    /// One phase: where its weights begin, the source column that its first pixel's first tap reads, its columns [First, End) all of whose taps lie inside the source, and how many
    /// floats and columns after the first tap of a pixel the others lie.
    /// </summary>
    private sealed record PhasePlan(ConvolutionGeometry.Phase Phase, long Weights, int Left, int First, int End, int[] Offsets, int[] Columns);

    /// <summary>One row of the output in one phase: the row of the image that the phase's first tap reads, and the taps [First, End) whose rows lie inside.</summary>
    private readonly record struct RowPlan(PhasePlan Plan, int Top, int First, int End);

    /// <summary>For results of so many rows and blocks.</summary>
    public DepthwiseRows(ConvolutionGeometry geometry, int rows, int blocks, bool framed)
    {
        (_geometry, Framed) = (geometry, framed);
        RowFloats = (framed ? geometry.PaddedWidth : geometry.Width) * Value.Block;
        _phases = Plans(blocks);
        _rows = [.. Enumerable.Range(0, rows).Select(RowsOf)];
    }

    /// <summary>Whether the source's rows lie between columns of zeros: <see cref="ConvolutionGeometry.Left"/> before them, and as many after as taps read.</summary>
    public bool Framed { get; }

    /// <summary>Floats from one row of the source to the next.</summary>
    public int RowFloats { get; }

    /// <summary>Whether so few columns have taps outside the source that it needs no frame.</summary>
    public bool SeldomLeavesSource => _phases.Sum(plan => plan.Phase.CountX - (plan.End - plan.First)) * SeldomBorder <= _phases.Sum(plan => plan.Phase.CountX);

    /// <summary>Whether a row's pixels are computed once each where the result takes the place of what is read, at little cost: those left over then go one by one, in place of computing some twice.</summary>
    public bool WritesInPlace => Array.TrueForAll(_phases, plan => plan.End - plan.First is var inside && (inside % Few == 0 || inside >= LongRow));

    private PhasePlan[] Plans(int blocks)
    {
        var plans = new PhasePlan[_geometry.Phases.Count];
        int width = RowFloats / Value.Block;
        long weights = 0;
        for (int i = 0; i < plans.Length; i++)
        {
            ConvolutionGeometry.Phase phase = _geometry.Phases[i];
            int left = phase.BaseX - (Framed ? 0 : _geometry.Left), step = phase.SourceStepX, most = phase.Taps.Length == 0 ? 0 : phase.Taps.Max(tap => tap.X);
            // Column c of the grid reads columns left + c·step to left + c·step + most of the source.
            int first = Math.Clamp((Math.Max(0, -left) + step - 1) / step, 0, phase.CountX), room = width - 1 - most - left;
            int end = Math.Clamp(room < 0 ? 0 : room / step + 1, first, phase.CountX);
            plans[i] = new PhasePlan(phase, weights, left, first, end, [.. phase.Taps.Select(tap => (tap.Y * width + tap.X) * Value.Block)], [.. phase.Taps.Select(tap => tap.X)]);
            weights += (long)phase.Taps.Length * blocks * Value.Block;
        }
        return plans;
    }

    // The phases that write a row of the output.
    private RowPlan[] RowsOf(int row)
    {
        var rows = new List<RowPlan>();
        foreach (PhasePlan plan in _phases)
        {
            ConvolutionGeometry.Phase phase = plan.Phase;
            if (phase.GridRow(row) is not { } gridRow) continue;
            int top = phase.BaseY - _geometry.Top + gridRow * phase.SourceStepY;
            // Taps stand in rows from top to bottom, so those inside follow each other.
            int above = phase.Taps.Count(tap => top + tap.Y < 0), inside = phase.Taps.Count(tap => top + tap.Y >= 0 && top + tap.Y < _geometry.Height);
            rows.Add(new RowPlan(plan, top, above, above + inside));
        }
        return [.. rows];
    }

    /// <summary>The rows [First, End) of the source that rows [first, end) of the result read; (0, 0) where all their taps lie outside.</summary>
    public (int First, int End) Sources(int first, int end)
    {
        (int top, int bottom) = (_geometry.Height, 0);
        for (int row = first; row < end; row++)
            foreach (RowPlan plan in _rows[row])
            {
                if (plan.First == plan.End) continue;
                top = Math.Min(top, plan.Top + plan.Plan.Phase.Taps[plan.First].Y);
                bottom = Math.Max(bottom, plan.Top + plan.Plan.Phase.Taps[plan.End - 1].Y + 1);
            }
        return (Math.Min(top, bottom), bottom);
    }

    /// <summary>Computes a row of the result, all its phases. x: where row 0 of the block's source would begin. weights, bias: those of all blocks, the bias null for 0. y: where the row begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<T>(int row, int block, float* x, float* weights, float* bias, in Epilogue epilogue, float* y) where T : unmanaged, ILane<T>
    {
        float* start = bias == null ? null : bias + block * Value.Block;
        foreach (RowPlan plan in _rows[row])
            Row<T>(plan, x + (nint)plan.Top * RowFloats, weights + plan.Plan.Weights + (nint)block * plan.Plan.Offsets.Length * Value.Block, start, epilogue, y);
    }

    /// <summary>Copies so many rows of a block, [W, 16] each, between columns of zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Frame<T>(float* from, float* to, int rows, ConvolutionGeometry geometry) where T : unmanaged, ILane<T>
    {
        int left = geometry.Left * Value.Block, inside = geometry.Width * Value.Block, right = geometry.PaddedWidth * Value.Block - left - inside;
        for (; rows > 0; rows--)
        {
            for (float* stop = to + left; to < stop; to += T.Width) T.Store(to, default);
            for (float* stop = to + inside; to < stop; to += T.Width, from += T.Width) T.Store(to, T.Load(from));
            for (float* stop = to + right; to < stop; to += T.Width) T.Store(to, default);
        }
    }

    // One row of a phase's grid. x: the source row that the first tap reads, if it lies inside. y: the row of the output.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row<T>(in RowPlan row, float* x, float* weights, float* bias, in Epilogue epilogue, float* y) where T : unmanaged, ILane<T>
    {
        PhasePlan plan = row.Plan;
        nint step = plan.Phase.SourceStepX * Value.Block, place = plan.Phase.StepX * Value.Block;
        int inside = plan.End - plan.First, count = row.End - row.First;
        x += plan.Left * Value.Block;
        y += plan.Phase.FirstX * Value.Block;
        fixed (int* all = plan.Offsets)
            for (int lane = 0; lane < Value.Block; lane += T.Width)
            {
                int* offsets = all + row.First;
                float* from = x + lane, to = y + lane, weight = weights + row.First * Value.Block + lane, start = bias == null ? null : bias + lane;
                for (int column = 0; column < plan.First; column++) Border<T>(row, column, from, weights + lane, start, epilogue, to + column * place);
                for (int column = plan.First; column < plan.End;)
                {
                    int left = epilogue.IsInPlace ? plan.End - column : inside, together = left >= Most && plan.End - column > Few ? Most : left >= Few ? Few : 1;
                    // The last of them repeat some of those before, except where what these read is gone.
                    int at = Math.Min(column, plan.End - together);
                    if (together == Most) Eight<T>(from + at * step, step, offsets, count, weight, start, epilogue, to + at * place, place);
                    else if (together == Few) Four<T>(from + at * step, step, offsets, count, weight, start, epilogue, to + at * place, place);
                    else Border<T>(row, column, from, weights + lane, start, epilogue, to + at * place);
                    column += together;
                }
                for (int column = plan.End; column < plan.Phase.CountX; column++) Border<T>(row, column, from, weights + lane, start, epilogue, to + column * place);
            }
    }

    // offsets: [count], floats from a pixel to what each tap reads. weights: [count, 16]. Pixels of x lie step floats apart, those of y place floats.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Eight<T>(float* x, nint step, int* offsets, int count, float* weights, float* bias, in Epilogue epilogue, float* y, nint place) where T : unmanaged, ILane<T>
    {
        float* x1 = x + step, x2 = x1 + step, x3 = x2 + step, x4 = x3 + step, x5 = x4 + step, x6 = x5 + step, x7 = x6 + step;
        T s0, s1, s2, s3, s4, s5, s6, s7;
        s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = bias == null ? default : T.Load(bias);
        for (int* end = offsets + count; offsets < end; offsets++, weights += Value.Block)
        {
            nint at = *offsets;
            T w = T.Load(weights);
            T.Accumulate(ref s0, w, T.Load(x + at));
            T.Accumulate(ref s1, w, T.Load(x1 + at));
            T.Accumulate(ref s2, w, T.Load(x2 + at));
            T.Accumulate(ref s3, w, T.Load(x3 + at));
            T.Accumulate(ref s4, w, T.Load(x4 + at));
            T.Accumulate(ref s5, w, T.Load(x5 + at));
            T.Accumulate(ref s6, w, T.Load(x6 + at));
            T.Accumulate(ref s7, w, T.Load(x7 + at));
        }
        epilogue.Store(s0, s1, s2, s3, y, place);
        epilogue.Store(s4, s5, s6, s7, y + 4 * place, place);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four<T>(float* x, nint step, int* offsets, int count, float* weights, float* bias, in Epilogue epilogue, float* y, nint place) where T : unmanaged, ILane<T>
    {
        float* x1 = x + step, x2 = x1 + step, x3 = x2 + step;
        T s0, s1, s2, s3;
        s0 = s1 = s2 = s3 = bias == null ? default : T.Load(bias);
        for (int* end = offsets + count; offsets < end; offsets++, weights += Value.Block)
        {
            nint at = *offsets;
            T w = T.Load(weights);
            T.Accumulate(ref s0, w, T.Load(x + at));
            T.Accumulate(ref s1, w, T.Load(x1 + at));
            T.Accumulate(ref s2, w, T.Load(x2 + at));
            T.Accumulate(ref s3, w, T.Load(x3 + at));
        }
        epilogue.Store(s0, s1, s2, s3, y, place);
    }

    // One pixel, without the taps left and right of the source. x: as for the first column.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Border<T>(in RowPlan row, int column, float* x, float* weights, float* bias, in Epilogue epilogue, float* y) where T : unmanaged, ILane<T>
    {
        PhasePlan plan = row.Plan;
        int from = column * plan.Phase.SourceStepX, width = RowFloats / Value.Block;
        T sum = bias == null ? default : T.Load(bias);
        for (int tap = row.First; tap < row.End; tap++)
            if ((uint)(plan.Left + from + plan.Columns[tap]) < (uint)width) T.Accumulate(ref sum, T.Load(weights + tap * Value.Block), T.Load(x + from * Value.Block + plan.Offsets[tap]));
        T.Store(y, epilogue.Apply(y, sum));
    }
}
