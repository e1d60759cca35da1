using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// The gradient of a first convolution in its image of one to three channels: dx [N, C, H, W], row-major. With so few outputs the vector runs
/// over the inputs (channels of dy) instead: four pixels times three outputs make twelve sums of vectors, whose lanes are added at the end.
/// <code>
/// dx[n, c, y, x] = Σ_s Σ_i source[n, pixel(y, x) + segments[s] + i]·weights[(s·run + i) / 16, c, i mod 16]
/// </code>
/// The source is dy framed in zeros, [N, blocks, H, W, 16]. One item per image, phase and strip of pixels.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class ImageGradient : Kernel
{
    /// <summary>The most outputs that it has registers for.</summary>
    public const int MostOutputs = 3;

    private const int Rows = 4, Strip = 64 * Rows;
    private readonly Value _source, _weights, _dx;
    private readonly ConvolutionGeometry _geometry;
    private readonly int _blocks, _outputs, _itemsPerImage;
    private readonly int[] _firstItems;
    private readonly int[][] _segments;
    private readonly long[] _offsets;

    public ImageGradient(Value source, Value weights, Value dx, ConvolutionGeometry geometry, int inputs)
    {
        (_source, _weights, _dx, _geometry) = (source, weights, dx, geometry);
        _blocks = Value.BlocksOf(inputs);
        _outputs = dx.Shape.Channels;
        _firstItems = new int[geometry.Phases.Count];
        _offsets = new long[geometry.Phases.Count];
        int plane = geometry.PaddedHeight * geometry.PaddedWidth * Value.Block;
        _segments = [.. geometry.Phases.Select(phase => Enumerable.Range(0, _blocks)
            .SelectMany(block => phase.Taps.Select(tap => block * plane + (tap.Y * geometry.PaddedWidth + tap.X) * Value.Block)).ToArray())];
        for (int i = 0; i < _firstItems.Length; i++)
        {
            _firstItems[i] = _itemsPerImage;
            _itemsPerImage += (geometry.Phases[i].CountY * geometry.Phases[i].CountX + Strip - 1) / Strip;
            if (i > 0) _offsets[i] = _offsets[i - 1] + (long)_segments[i - 1].Length * MostOutputs * Value.Block;
        }
    }

    /// <summary>The floats that the packed weights take.</summary>
    public static long WeightFloats(ConvolutionGeometry geometry, int inputs) =>
        geometry.Phases.Sum(phase => (long)phase.Taps.Length) * Value.BlocksOf(inputs) * MostOutputs * Value.Block;

    public override int Items(int stage) => _dx.Shape.Batch * _itemsPerImage;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int image, int rest) = Math.DivRem(item, _itemsPerImage);
        int index = _firstItems.Length - 1;
        while (_firstItems[index] > rest) index--;
        ConvolutionGeometry.Phase phase = _geometry.Phases[index];
        int first = (rest - _firstItems[index]) * Strip, end = Math.Min(first + Strip, phase.CountY * phase.CountX);
        float* source = _source.Data + image * _source.ImageStride + ((long)phase.BaseY * _geometry.PaddedWidth + phase.BaseX) * Value.Block;
        float* weights = _weights.Data + _offsets[index];
        int width = _dx.Shape.Width;
        long plane = (long)_dx.Shape.Height * width;
        float* output = _dx.Data + image * _dx.ImageStride;
        float** pixels = stackalloc float*[Rows];
        float* sums = stackalloc float[Rows * MostOutputs];
        long* targets = stackalloc long[Rows];

        fixed (int* segments = _segments[index])
            for (int pixel = first; pixel < end; pixel += Rows)
            {
                int valid = Math.Min(Rows, end - pixel);
                for (int r = 0; r < Rows; r++)
                {
                    (int y, int x) = Math.DivRem(Math.Min(pixel + r, end - 1), phase.CountX);
                    pixels[r] = source + ((long)y * phase.SourceStepY * _geometry.PaddedWidth + x * phase.SourceStepX) * Value.Block;
                    targets[r] = (long)(phase.FirstY + y * phase.StepY) * width + phase.FirstX + x * phase.StepX;
                }
                Product<TLane>(pixels, segments, _segments[index].Length, weights, sums);
                for (int r = 0; r < valid; r++)
                    for (int c = 0; c < _outputs; c++)
                        output[c * plane + targets[r]] = sums[c * Rows + r];
            }
    }

    // sums [MostOutputs, Rows]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Product<T>(float** pixels, int* segments, int count, float* weights, float* sums) where T : unmanaged, ILane<T>
    {
        T s00 = default, s01 = default, s02 = default, s10 = default, s11 = default, s12 = default;
        T s20 = default, s21 = default, s22 = default, s30 = default, s31 = default, s32 = default;
        float* p0 = pixels[0], p1 = pixels[1], p2 = pixels[2], p3 = pixels[3];
        for (int s = 0; s < count; s++, weights += MostOutputs * Value.Block)
        {
            nint at = segments[s];
            for (int lane = 0; lane < Value.Block; lane += T.Width)
            {
                T w0 = T.Load(weights + lane), w1 = T.Load(weights + Value.Block + lane), w2 = T.Load(weights + 2 * Value.Block + lane);
                T x = T.Load(p0 + at + lane);
                T.Accumulate(ref s00, x, w0);
                T.Accumulate(ref s01, x, w1);
                T.Accumulate(ref s02, x, w2);
                x = T.Load(p1 + at + lane);
                T.Accumulate(ref s10, x, w0);
                T.Accumulate(ref s11, x, w1);
                T.Accumulate(ref s12, x, w2);
                x = T.Load(p2 + at + lane);
                T.Accumulate(ref s20, x, w0);
                T.Accumulate(ref s21, x, w1);
                T.Accumulate(ref s22, x, w2);
                x = T.Load(p3 + at + lane);
                T.Accumulate(ref s30, x, w0);
                T.Accumulate(ref s31, x, w1);
                T.Accumulate(ref s32, x, w2);
            }
        }
        T.Sums(s00, s10, s20, s30).Store(sums);
        T.Sums(s01, s11, s21, s31).Store(sums + Rows);
        T.Sums(s02, s12, s22, s32).Store(sums + 2 * Rows);
    }
}

/// <summary>
/// Packs weights [O, C, KH, KW] for <see cref="ImageGradient"/>: per phase [blocks of O, taps, 3, 16], zero past the last channel. One item per phase.
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
                    for (int c = 0; c < ImageGradient.MostOutputs; c++)
                        for (int lane = 0; lane < Value.Block; lane++, to++)
                        {
                            int input = block * Value.Block + lane;
                            *to = input < inputs && c < outputs ? weights.Data[(((long)input * outputs + c) * rows + ky) * columns + kx] : 0;
                        }
    }
}
