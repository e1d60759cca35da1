using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// The gradient of a first convolution in its image of one to three channels: dx [N, C, H, W], row-major. With so few outputs the vector runs
/// over the inputs (channels of dy) instead: four pixels times three outputs make twelve sums of vectors, whose lanes are added at the end.
/// <code>
/// dx[n, c, y, x] = Σ_s Σ_i source[n, pixel(y, x) + segments[s] + i]·weights[s·run + i, c]
/// </code>
/// The source is dy framed in zeros, [N, blocks, H, W, 16]. A segment is one row of a phase's taps in one block of channels, read as one run where the taps are side by side; otherwise a single tap. One item per image and
/// band of rows of all phases, which read the same rows of the source.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class ImageGradient : Kernel
{
    /// <summary>The most outputs that it has registers for.</summary>
    public const int MostOutputs = 3;

    // Bands of at most so many rows, and at least so many bands if there are as many rows.
    private const int Pixels = 4, MostRows = 4, ManyBands = 32;
    private readonly Value _source, _weights, _dx;
    private readonly ConvolutionGeometry _geometry;
    private readonly int _rows, _bands;
    private readonly (int Run, int[] Segments, long Weights)[] _phases;

    public ImageGradient(Value source, Value weights, Value dx, ConvolutionGeometry geometry, int inputs)
    {
        (_source, _weights, _dx, _geometry) = (source, weights, dx, geometry);
        int rows = geometry.Phases.Select(phase => phase.CountY).DefaultIfEmpty().Max();
        _rows = Math.Clamp(rows / ManyBands, 1, MostRows);
        _bands = (rows + _rows - 1) / _rows;
        _phases = new (int, int[], long)[geometry.Phases.Count];
        int plane = geometry.PaddedHeight * geometry.PaddedWidth * Value.Block;
        long weightsOfPhase = 0;
        for (int i = 0; i < _phases.Length; i++)
        {
            (int length, (int Y, int X)[] starts) = geometry.Phases[i].Runs();
            int[] segments = [.. Enumerable.Range(0, Value.BlocksOf(inputs)).SelectMany(block => starts.Select(tap => block * plane + (tap.Y * geometry.PaddedWidth + tap.X) * Value.Block))];
            _phases[i] = (length * Value.Block, segments, weightsOfPhase);
            weightsOfPhase += WeightFloats(geometry.Phases[i], inputs);
        }
    }

    /// <summary>The floats that the packed weights take.</summary>
    public static long WeightFloats(ConvolutionGeometry geometry, int inputs) =>
        geometry.Phases.Sum(phase => WeightFloats(phase, inputs));

    private static long WeightFloats(ConvolutionGeometry.Phase phase, int inputs) => (long)phase.Taps.Length * Value.BlocksOf(inputs) * MostOutputs * Value.Block;

    public override int Items(int stage) => _dx.Shape.Batch * _bands;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int image, int band) = Math.DivRem(item, _bands);
        float* source = _source.Data + image * _source.ImageStride;
        int width = _dx.Shape.Width, channels = _dx.Shape.Channels;
        long plane = (long)_dx.Shape.Height * width;
        float* sums = stackalloc float[Pixels * MostOutputs];
        for (int index = 0; index < _phases.Length; index++)
        {
            ConvolutionGeometry.Phase phase = _geometry.Phases[index];
            (int run, int[] offsets, long firstWeight) = _phases[index];
            int step = phase.SourceStepX * Value.Block;
            fixed (int* segments = offsets)
                for (int y = band * _rows; y < Math.Min(phase.CountY, (band + 1) * _rows); y++)
                {
                    float* from = source + ((long)(phase.BaseY + y * phase.SourceStepY) * _geometry.PaddedWidth + phase.BaseX) * Value.Block;
                    float* to = _dx.Data + image * _dx.ImageStride + (long)(phase.FirstY + y * phase.StepY) * width + phase.FirstX;
                    for (int x = 0; x < phase.CountX; x += Pixels, from += Pixels * step)
                    {
                        int valid = Math.Min(Pixels, phase.CountX - x);
                        Product<TLane>(from, step, valid, segments, offsets.Length, run, _weights.Data + firstWeight, sums);
                        for (int c = 0; c < channels; c++)
                            for (int p = 0; p < valid; p++)
                                to[c * plane + (x + p) * phase.StepX] = sums[c * Pixels + p];
                    }
                }
        }
    }

    // sums [MostOutputs, Pixels] of pixels step floats apart; those that are not valid repeat the last.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Product<T>(float* p0, int step, int valid, int* segments, int count, int run, float* weights, float* sums) where T : unmanaged, ILane<T>
    {
        T s00 = default, s01 = default, s02 = default, s10 = default, s11 = default, s12 = default;
        T s20 = default, s21 = default, s22 = default, s30 = default, s31 = default, s32 = default;
        float* p1 = p0 + Math.Min(1, valid - 1) * step, p2 = p0 + Math.Min(2, valid - 1) * step, p3 = p0 + Math.Min(3, valid - 1) * step;
        for (int s = 0; s < count; s++)
        {
            nint i = segments[s], end = i + run;
            for (; i < end; i += T.Width, weights += MostOutputs * T.Width)
            {
                T w0 = T.Load(weights), w1 = T.Load(weights + T.Width), w2 = T.Load(weights + 2 * T.Width);
                T x = T.Load(p0 + i);
                T.Accumulate(ref s00, x, w0);
                T.Accumulate(ref s01, x, w1);
                T.Accumulate(ref s02, x, w2);
                x = T.Load(p1 + i);
                T.Accumulate(ref s10, x, w0);
                T.Accumulate(ref s11, x, w1);
                T.Accumulate(ref s12, x, w2);
                x = T.Load(p2 + i);
                T.Accumulate(ref s20, x, w0);
                T.Accumulate(ref s21, x, w1);
                T.Accumulate(ref s22, x, w2);
                x = T.Load(p3 + i);
                T.Accumulate(ref s30, x, w0);
                T.Accumulate(ref s31, x, w1);
                T.Accumulate(ref s32, x, w2);
            }
        }
        T.Sums(s00, s10, s20, s30).Store(sums);
        T.Sums(s01, s11, s21, s31).Store(sums + Pixels);
        T.Sums(s02, s12, s22, s32).Store(sums + 2 * Pixels);
    }
}

/// <summary>
/// Packs weights [O, C, KH, KW] for <see cref="ImageGradient"/>: per phase [blocks of O, taps, vectors of a block, 3, lanes of a vector], zero past the last channel. One item.
/// </summary>
internal sealed unsafe class ImageGradientWeights(Value weights, Value packed, ConvolutionGeometry geometry) : Kernel
{
    public override int Items(int stage) => 1;

    public override void Run<TLane>(int stage, int item)
    {
        int inputs = weights.Shape[0], outputs = weights.Shape[1], rows = weights.Shape[2], columns = weights.Shape[3];
        float* to = packed.Data;
        for (int phase = 0; phase < geometry.Phases.Count; phase++)
            for (int block = 0; block < Value.BlocksOf(inputs); block++)
                foreach ((int ky, int kx, _, _) in geometry.Phases[phase].Taps)
                    for (int first = block * Value.Block; first < (block + 1) * Value.Block; first += TLane.Width)
                        for (int c = 0; c < ImageGradient.MostOutputs; c++)
                            for (int input = first; input < first + TLane.Width; input++, to++)
                                *to = input < inputs && c < outputs ? weights.Data[(((long)input * outputs + c) * rows + ky) * columns + kx] : 0;
    }
}
