using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// A convolution whose every channel is a group of its own, forward or as the gradient in the input (see <see cref="ConvolutionGeometry"/>):
/// <code>
/// y[n, c, i, j] = epilogue of bias[c] + Σ_taps x[n, c, pixel(i, j) + tap]·w[c, tap],   taps outside the image left out
/// </code>
/// The vector runs over channels: x and y are [N, C, H, W] in blocks, the weights are [phases, blocks, taps, 16]. Eight or four pixels of a row at once share a weight; at the
/// border, where pixels have fewer taps, each goes by itself. An item is a few rows of one image and block, and writes all phases of a row while it is in the cache.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class DepthwiseKernel : Kernel
{
    private const int Most = 8, Few = 4, MostParts = 8;
    private readonly Value _x, _weights, _y;
    private readonly Value? _bias;
    private readonly EpilogueValues _epilogue;
    private readonly ActivationValues _activation;
    private readonly ConvolutionGeometry _geometry;
    private readonly PhasePlan[] _phases;
    private readonly int _parts, _mostRows;

    /// <summary>
    /// One phase: where its weights begin, the columns of its taps, and its columns [First, End) all of whose taps lie inside the image. Taps stand in rows: all
    /// columns of the first, then those of the next.
    /// </summary>
    private sealed record PhasePlan(ConvolutionGeometry.Phase Phase, long Weights, int[] Columns, int First, int End);

    /// <summary>
    /// The taps that some pixels have: Rows of them, each read Offsets[row] floats from the pixel's own column in row 0 of the image, with the weights from Weights[row] on; in each
    /// row the columns from First to End, read Columns[k] floats further.
    /// </summary>
    private readonly ref struct Taps(int rows, int* offsets, int* weights, int* columns, int first, int end)
    {
        public int Rows { get; } = rows;

        public int* Offsets { get; } = offsets;

        public int* Weights { get; } = weights;

        public int* Columns { get; } = columns;

        public int First { get; } = first;

        public int End { get; } = end;
    }

    public DepthwiseKernel(Value x, Value weights, Value? bias, Value y, EpilogueValues epilogue, ActivationValues activation, ConvolutionGeometry geometry)
    {
        (_x, _weights, _bias, _y, _epilogue, _activation, _geometry) = (x, weights, bias, y, epilogue, activation, geometry);
        _phases = new PhasePlan[geometry.Phases.Count];
        long offset = 0;
        for (int i = 0; i < _phases.Length; i++)
        {
            ConvolutionGeometry.Phase phase = geometry.Phases[i];
            int left = phase.BaseX - geometry.Left, step = phase.SourceStepX, most = phase.Taps.Length == 0 ? 0 : phase.Taps.Max(tap => tap.X);
            // Column c of the grid reads columns left + c·step to left + c·step + most of the image.
            int first = Math.Clamp((Math.Max(0, -left) + step - 1) / step, 0, phase.CountX), room = geometry.Width - 1 - most - left;
            int[] columns = [.. phase.Taps.Select(tap => tap.X * Value.Block).Distinct()];
            _phases[i] = new PhasePlan(phase, offset, columns, first, Math.Clamp(room < 0 ? 0 : room / step + 1, first, phase.CountX));
            offset += (long)phase.Taps.Length * y.Blocks * Value.Block;
            _mostRows = Math.Max(_mostRows, phase.Taps.Length / Math.Max(1, columns.Length));
        }
        long work = geometry.Phases.Sum(phase => (long)phase.CountY * phase.CountX * (phase.Taps.Length + 1)) * Value.Block;
        _parts = (int)Math.Clamp(work / Strips.ItemWork, Math.Min(2, y.Shape.Height), Math.Min(MostParts, y.Shape.Height));
    }

    /// <summary>The floats of the packed weights.</summary>
    public static long WeightFloats(ConvolutionGeometry geometry, int channels) =>
        geometry.Phases.Sum(phase => (long)phase.Taps.Length) * Value.BlocksOf(channels) * Value.Block;

    public override int Items(int stage) => _y.Shape.Batch * _y.Blocks * _parts;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int image, int part, int block) = Strips.RowsFirst(item, _parts, _y.Blocks);
        float* x = _x.Data + image * _x.ImageStride + block * _x.BlockStride, y = _y.Data + image * _y.ImageStride + block * _y.BlockStride;
        float* bias = _bias is null ? null : _bias.Data + block * Value.Block;
        Epilogue epilogue = _epilogue.Of(_y, image);
        int* offsets = stackalloc int[_mostRows + 1], weightsOfRows = stackalloc int[_mostRows + 1];
        int height = _y.Shape.Height, width = _y.Shape.Width;
        for (int row = height * part / _parts; row < height * (part + 1) / _parts; row++)
        {
            foreach (PhasePlan plan in _phases)
            {
                ConvolutionGeometry.Phase phase = plan.Phase;
                (int gridRow, int between) = Math.DivRem(row - phase.FirstY, phase.StepY);
                if (between != 0 || gridRow < 0 || gridRow >= phase.CountY) continue;
                int top = phase.BaseY - _geometry.Top + gridRow * phase.SourceStepY, rows = 0, columns = plan.Columns.Length;
                for (int tap = 0; tap < phase.Taps.Length; tap += columns)
                {
                    int at = top + phase.Taps[tap].Y;
                    if (at < 0 || at >= _geometry.Height) continue;
                    (offsets[rows], weightsOfRows[rows]) = (at * _geometry.Width * Value.Block, tap * Value.Block);
                    rows++;
                }
                fixed (int* columnOffsets = plan.Columns)
                {
                    float* weights = _weights.Data + plan.Weights + (long)block * phase.Taps.Length * Value.Block;
                    Row<TLane>(plan, new Taps(rows, offsets, weightsOfRows, columnOffsets, 0, columns), x, weights, bias, epilogue, y + ((long)row * width + phase.FirstX) * Value.Block);
                }
            }
            ActivationLoop.Run<TLane>(_activation.Function, y + (long)row * width * Value.Block, _activation.Distance(_y, image), width * Value.Block / TLane.Width, TLane.Width);
        }
    }

    // One row of a phase's grid.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row<T>(PhasePlan plan, Taps taps, float* x, float* weights, float* bias, Epilogue epilogue, float* y) where T : unmanaged, ILane<T>
    {
        ConvolutionGeometry.Phase phase = plan.Phase;
        int left = phase.BaseX - _geometry.Left, step = phase.SourceStepX * Value.Block, place = phase.StepX * Value.Block, width = _geometry.Width * Value.Block;
        int inside = plan.End - plan.First, together = inside >= Most ? Most : inside >= Few ? Few : 1;
        for (int column = 0; column < phase.CountX;)
        {
            int at = (left + column * phase.SourceStepX) * Value.Block;
            if (column >= plan.First && column < plan.End && together > 1)
            {
                // The last of them repeat some of those before.
                int back = Math.Max(0, column + together - plan.End);
                float* from = x + at - back * step, to = y + (column - back) * place;
                for (int lane = 0; lane < Value.Block; lane += T.Width)
                {
                    float* start = bias == null ? null : bias + lane;
                    if (together == Most) Eight<T>(from + lane, step, taps, weights + lane, start, epilogue, to + lane, place);
                    else Four<T>(from + lane, step, taps, weights + lane, start, epilogue, to + lane, place);
                }
                column += together - back;
                continue;
            }
            int first = 0, end = taps.End;
            while (first < end && at + taps.Columns[first] < 0) first++;
            while (first < end && at + taps.Columns[end - 1] >= width) end--;
            var valid = new Taps(taps.Rows, taps.Offsets, taps.Weights, taps.Columns, first, end);
            for (int lane = 0; lane < Value.Block; lane += T.Width) One<T>(x + at + lane, valid, weights + lane, bias == null ? null : bias + lane, epilogue, y + column * place + lane);
            column++;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Eight<T>(float* x, nint step, Taps taps, float* weights, float* bias, Epilogue epilogue, float* y, nint place) where T : unmanaged, ILane<T>
    {
        T s0, s1, s2, s3, s4, s5, s6, s7;
        s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = bias == null ? default : T.Load(bias);
        for (int row = 0; row < taps.Rows; row++)
        {
            float* from = x + taps.Offsets[row], weight = weights + taps.Weights[row];
            for (int column = taps.First; column < taps.End; column++)
            {
                float* p = from + taps.Columns[column], q = p + 4 * step;
                T w = T.Load(weight + column * Value.Block);
                T.Accumulate(ref s0, w, T.Load(p));
                T.Accumulate(ref s1, w, T.Load(p + step));
                T.Accumulate(ref s2, w, T.Load(p + 2 * step));
                T.Accumulate(ref s3, w, T.Load(p + 3 * step));
                T.Accumulate(ref s4, w, T.Load(q));
                T.Accumulate(ref s5, w, T.Load(q + step));
                T.Accumulate(ref s6, w, T.Load(q + 2 * step));
                T.Accumulate(ref s7, w, T.Load(q + 3 * step));
            }
        }
        float* z = y + 4 * place;
        T.Store(y, epilogue.Apply(y, s0));
        T.Store(y + place, epilogue.Apply(y + place, s1));
        T.Store(y + 2 * place, epilogue.Apply(y + 2 * place, s2));
        T.Store(y + 3 * place, epilogue.Apply(y + 3 * place, s3));
        T.Store(z, epilogue.Apply(z, s4));
        T.Store(z + place, epilogue.Apply(z + place, s5));
        T.Store(z + 2 * place, epilogue.Apply(z + 2 * place, s6));
        T.Store(z + 3 * place, epilogue.Apply(z + 3 * place, s7));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four<T>(float* x, nint step, Taps taps, float* weights, float* bias, Epilogue epilogue, float* y, nint place) where T : unmanaged, ILane<T>
    {
        T s0, s1, s2, s3;
        s0 = s1 = s2 = s3 = bias == null ? default : T.Load(bias);
        for (int row = 0; row < taps.Rows; row++)
        {
            float* from = x + taps.Offsets[row], weight = weights + taps.Weights[row];
            for (int column = taps.First; column < taps.End; column++)
            {
                float* p = from + taps.Columns[column];
                T w = T.Load(weight + column * Value.Block);
                T.Accumulate(ref s0, w, T.Load(p));
                T.Accumulate(ref s1, w, T.Load(p + step));
                T.Accumulate(ref s2, w, T.Load(p + 2 * step));
                T.Accumulate(ref s3, w, T.Load(p + 3 * step));
            }
        }
        T.Store(y, epilogue.Apply(y, s0));
        T.Store(y + place, epilogue.Apply(y + place, s1));
        T.Store(y + 2 * place, epilogue.Apply(y + 2 * place, s2));
        T.Store(y + 3 * place, epilogue.Apply(y + 3 * place, s3));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One<T>(float* x, Taps taps, float* weights, float* bias, Epilogue epilogue, float* y) where T : unmanaged, ILane<T>
    {
        T sum = bias == null ? default : T.Load(bias);
        for (int row = 0; row < taps.Rows; row++)
            for (int column = taps.First; column < taps.End; column++)
                T.Accumulate(ref sum, T.Load(weights + taps.Weights[row] + column * Value.Block), T.Load(x + taps.Offsets[row] + taps.Columns[column]));
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
