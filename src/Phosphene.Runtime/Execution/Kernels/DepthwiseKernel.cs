using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// A convolution whose every channel is a group of its own, forward or as the gradient in the input (see <see cref="ConvolutionGeometry"/>):
/// <code>
/// y[n, c, i, j] = epilogue of bias[c] + Σ_taps x[n, c, pixel(i, j) + tap]·w[c, tap],   taps outside the image left out
/// </code>
/// The vector runs over channels: x and y are [N, C, H, W] in blocks, the weights are [phases, blocks, taps, 16]. Eight or four pixels of a row at once share a weight. An item is
/// a few rows of one image and block, and writes all phases of a row while it is in the cache. Where many columns have taps outside, the rows that an item reads are first copied
/// between columns of zeros, in the thread's own memory; else the image is read where it lies, and the few pixels at its border go one by one.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class DepthwiseKernel : Kernel
{
    // One column of so many at the border is still worth its own way.
    private const int SeldomBorder = 16, Most = 8, Few = 4, LongRow = 24;
    private readonly Value _x, _weights, _y;
    private readonly Value? _bias;
    private readonly EpilogueValues _epilogue;
    private readonly ActivationValues _activation;
    private readonly ConvolutionGeometry _geometry;
    private readonly PhasePlan[] _phases;
    private readonly RowPlan[][] _rows;
    private readonly bool _framed;
    private readonly int _parts, _rowFloats;

    /// <summary>
    /// One phase: where its weights begin, the source column that its first pixel's first tap reads, its columns [First, End) all of whose taps lie inside the source, and how many
    /// floats and columns after the first tap of a pixel the others lie.
    /// </summary>
    private sealed record PhasePlan(ConvolutionGeometry.Phase Phase, long Weights, int Left, int First, int End, int[] Offsets, int[] Columns);

    /// <summary>One row of the output in one phase: the row of the image that the phase's first tap reads, and the taps [First, End) whose rows lie inside.</summary>
    private readonly record struct RowPlan(PhasePlan Plan, int Top, int First, int End);

    public DepthwiseKernel(Value x, Value weights, Value? bias, Value y, EpilogueValues epilogue, ActivationValues activation, ConvolutionGeometry geometry)
    {
        (_x, _weights, _bias, _y, _epilogue, _activation, _geometry) = (x, weights, bias, y, epilogue, activation, geometry);
        PhasePlan[] direct = Plans(framed: false);
        int border = direct.Sum(plan => plan.Phase.CountX - (plan.End - plan.First));
        _framed = border * SeldomBorder > direct.Sum(plan => plan.Phase.CountX);
        _phases = _framed ? Plans(framed: true) : direct;
        _rowFloats = (_framed ? geometry.PaddedWidth : geometry.Width) * Value.Block;
        _rows = [.. Enumerable.Range(0, y.Shape.Height).Select(RowsOf)];
        long work = geometry.Phases.Sum(phase => (long)phase.CountY * phase.CountX * (phase.Taps.Length + 1)) * Value.Block;
        _parts = Strips.PartsOf(work, y.Shape.Height);
    }

    private PhasePlan[] Plans(bool framed)
    {
        var plans = new PhasePlan[_geometry.Phases.Count];
        int width = framed ? _geometry.PaddedWidth : _geometry.Width;
        long weights = 0;
        for (int i = 0; i < plans.Length; i++)
        {
            ConvolutionGeometry.Phase phase = _geometry.Phases[i];
            int left = phase.BaseX - (framed ? 0 : _geometry.Left), step = phase.SourceStepX, most = phase.Taps.Length == 0 ? 0 : phase.Taps.Max(tap => tap.X);
            // Column c of the grid reads columns left + c·step to left + c·step + most of the source.
            int first = Math.Clamp((Math.Max(0, -left) + step - 1) / step, 0, phase.CountX), room = width - 1 - most - left;
            int end = Math.Clamp(room < 0 ? 0 : room / step + 1, first, phase.CountX);
            plans[i] = new PhasePlan(phase, weights, left, first, end, [.. phase.Taps.Select(tap => (tap.Y * width + tap.X) * Value.Block)], [.. phase.Taps.Select(tap => tap.X)]);
            weights += (long)phase.Taps.Length * _y.Blocks * Value.Block;
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

    /// <summary>The floats of the packed weights.</summary>
    public static long WeightFloats(ConvolutionGeometry geometry, int channels) =>
        geometry.Phases.Sum(phase => (long)phase.Taps.Length) * Value.BlocksOf(channels) * Value.Block;

    // Pixels left over are then computed one by one, in place of computing some twice: worth it in long rows.
    public override bool WritesInPlace => Array.TrueForAll(_phases, plan => plan.End - plan.First is var inside && (inside % Few == 0 || inside >= LongRow));

    public override int Items(int stage) => _y.Shape.Batch * _y.Blocks * _parts;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int image, int part, int block) = Strips.RowsFirst(item, _parts, _y.Blocks);
        float* x = _x.Data + image * _x.ImageStride + block * _x.BlockStride, y = _y.Data + image * _y.ImageStride + block * _y.BlockStride;
        float* bias = _bias is null ? null : _bias.Data + block * Value.Block;
        Epilogue epilogue = _epilogue.Of(_y, image);
        nint slopes = _activation.Distance(_y, image);
        int height = _y.Shape.Height, width = _y.Shape.Width * Value.Block, first = height * part / _parts, end = height * (part + 1) / _parts;
        if (_framed) x = Frame<TLane>(x, item, first, end);
        for (int row = first; row < end; row++)
        {
            foreach (RowPlan plan in _rows[row])
                Row<TLane>(plan, x + (nint)plan.Top * _rowFloats, _weights.Data + plan.Plan.Weights + (nint)block * plan.Plan.Offsets.Length * Value.Block, bias, epilogue, y + (nint)row * width);
            if (_activation.Function != Activation.None) ActivationLoop.Run<TLane>(_activation.Function, y + (nint)row * width, slopes, width / TLane.Width, TLane.Width, _activation.Streams);
        }
    }

    // Copies the rows of the image that the given rows of the output read between columns of zeros. Row r then begins r rows after the result.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float* Frame<T>(float* x, int item, int firstRow, int endRow) where T : unmanaged, ILane<T>
    {
        int first = _geometry.Height, end = 0;
        for (int row = firstRow; row < endRow; row++)
            foreach (RowPlan plan in _rows[row])
            {
                if (plan.First == plan.End) continue;
                first = Math.Min(first, plan.Top + plan.Plan.Phase.Taps[plan.First].Y);
                end = Math.Max(end, plan.Top + plan.Plan.Phase.Taps[plan.End - 1].Y + 1);
            }
        int left = _geometry.Left * Value.Block, inside = _geometry.Width * Value.Block, right = _rowFloats - left - inside;
        float* frame = PrivateMemory.Of(this, item, (long)Math.Max(0, end - first) * _rowFloats, out _), to = frame, from = x + (nint)first * inside;
        for (int row = first; row < end; row++)
        {
            for (float* stop = to + left; to < stop; to += T.Width) T.Store(to, default);
            for (float* stop = to + inside; to < stop; to += T.Width, from += T.Width) T.Store(to, T.Load(from));
            for (float* stop = to + right; to < stop; to += T.Width) T.Store(to, default);
        }
        return frame - (nint)first * _rowFloats;
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
        int from = column * plan.Phase.SourceStepX, width = _rowFloats / Value.Block;
        T sum = bias == null ? default : T.Load(bias);
        for (int tap = row.First; tap < row.End; tap++)
            if ((uint)(plan.Left + from + plan.Columns[tap]) < (uint)width) T.Accumulate(ref sum, T.Load(weights + tap * Value.Block), T.Load(x + from * Value.Block + plan.Offsets[tap]));
        T.Store(y, epilogue.Apply(y, sum));
    }
}

/// <summary>Packs weights [C, 1, KH, KW] for <see cref="DepthwiseKernel"/>: [phases, blocks, taps, 16], zero past the last channel.</summary>
internal sealed unsafe class DepthwiseWeights(Value weights, Value packed, ConvolutionGeometry geometry) : Kernel
{
    public override int Items(int stage) => 1;

    public override void Run<TLane>(int stage, int item)
    {
        int channels = weights.Shape[0], rows = weights.Shape[2], columns = weights.Shape[3];
        float* to = packed.Data;
        foreach (ConvolutionGeometry.Phase phase in geometry.Phases)
            for (int block = 0; block < Value.BlocksOf(channels); block++)
                foreach ((int ky, int kx, _, _) in phase.Taps)
                    for (int channel = block * Value.Block; channel < (block + 1) * Value.Block; channel++, to++)
                        *to = channel < channels ? weights.Data[((long)channel * rows + ky) * columns + kx] : 0;
    }
}
