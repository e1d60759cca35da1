using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// A convolution whose every channel is a group of its own, forward or as the gradient in the input (see <see cref="ConvolutionGeometry"/>):
/// <code>
/// y[n, c, i, j] = epilogue of bias[c] + Σ_taps source[n, c, pixel(i, j) + tap]·w[c, tap]
/// </code>
/// The vector runs over channels: y is [N, C, H, W] in blocks, the source the same in a frame of zeros where taps leave the image, the weights
/// are [phases, blocks, taps, 16]. Six pixels at once share a weight. An item is a strip of a phase's pixels of one image and block.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class DepthwiseKernel : Kernel
{
    private const int Rows = 6, Strip = 64 * Rows;
    private readonly Value _source, _weights, _y;
    private readonly Value? _bias;
    private readonly EpilogueValues _epilogue;
    private readonly ConvolutionGeometry _geometry;
    private readonly int[][] _taps;
    private readonly int[] _firstItems;
    private readonly long[] _offsets;
    private readonly int _itemsPerBlock;

    public DepthwiseKernel(Value source, Value weights, Value? bias, Value y, EpilogueValues epilogue, ConvolutionGeometry geometry)
    {
        (_source, _weights, _bias, _y, _epilogue, _geometry) = (source, weights, bias, y, epilogue, geometry);
        _taps = [.. geometry.Phases.Select(phase => phase.Taps.Select(tap => (tap.Y * geometry.PaddedWidth + tap.X) * Value.Block).ToArray())];
        _firstItems = new int[geometry.Phases.Count];
        _offsets = new long[geometry.Phases.Count];
        for (int i = 0; i < _firstItems.Length; i++)
        {
            _firstItems[i] = _itemsPerBlock;
            _itemsPerBlock += (geometry.Phases[i].CountY * geometry.Phases[i].CountX + Strip - 1) / Strip;
            if (i > 0) _offsets[i] = _offsets[i - 1] + (long)_taps[i - 1].Length * y.Blocks * Value.Block;
        }
    }

    /// <summary>The floats of the packed weights.</summary>
    public static long WeightFloats(ConvolutionGeometry geometry, int channels) =>
        geometry.Phases.Sum(phase => (long)phase.Taps.Length) * Value.BlocksOf(channels) * Value.Block;

    public override int Items(int stage) => _y.Shape.Batch * _y.Blocks * _itemsPerBlock;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int plane, int rest) = Math.DivRem(item, _itemsPerBlock);
        (int image, int block) = Math.DivRem(plane, _y.Blocks);
        int index = _firstItems.Length - 1;
        while (_firstItems[index] > rest) index--;
        ConvolutionGeometry.Phase phase = _geometry.Phases[index];
        int[] taps = _taps[index];
        int first = (rest - _firstItems[index]) * Strip, end = Math.Min(first + Strip, phase.CountY * phase.CountX);
        float* source = _source.Data + image * _source.ImageStride + (long)block * _geometry.PaddedHeight * _geometry.PaddedWidth * Value.Block;
        float* weights = _weights.Data + _offsets[index] + (long)block * taps.Length * Value.Block;
        float* bias = _bias is null ? null : _bias.Data + block * Value.Block, output = _y.Data + image * _y.ImageStride + block * _y.BlockStride;
        Epilogue epilogue = _epilogue.Of(_y, image);
        float** rows = stackalloc float*[Rows], places = stackalloc float*[Rows];
        (int y, int x) = Math.DivRem(first, phase.CountX);
        fixed (int* offsets = taps)
            for (int pixel = first; pixel < end; pixel += Rows)
            {
                int count = Math.Min(Rows, end - pixel);
                for (int r = 0; r < count; r++)
                {
                    rows[r] = source + ((long)(phase.BaseY + y * phase.SourceStepY) * _geometry.PaddedWidth + phase.BaseX + x * phase.SourceStepX) * Value.Block;
                    places[r] = output + ((long)(phase.FirstY + y * phase.StepY) * _y.Shape.Width + phase.FirstX + x * phase.StepX) * Value.Block;
                    if (++x == phase.CountX) (x, y) = (0, y + 1);
                }
                for (int r = count; r < Rows; r++)
                {
                    rows[r] = rows[0];
                    places[r] = places[0];
                }
                for (int lane = 0; lane < Value.Block; lane += TLane.Width)
                    Product<TLane>(rows, offsets, taps.Length, weights, bias, epilogue, places, lane);
            }
    }

    // Rows past the last repeat the first, so that what they store is right.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Product<T>(float** rows, int* taps, int count, float* weights, float* bias, Epilogue epilogue, float** places, int lane) where T : unmanaged, ILane<T>
    {
        T s0, s1, s2, s3, s4, s5;
        s0 = s1 = s2 = s3 = s4 = s5 = bias == null ? default : T.Load(bias + lane);
        float* p0 = rows[0] + lane, p1 = rows[1] + lane, p2 = rows[2] + lane, p3 = rows[3] + lane, p4 = rows[4] + lane, p5 = rows[5] + lane;
        weights += lane;
        for (int tap = 0; tap < count; tap++, weights += Value.Block)
        {
            nint at = taps[tap];
            T w = T.Load(weights);
            T.Accumulate(ref s0, w, T.Load(p0 + at));
            T.Accumulate(ref s1, w, T.Load(p1 + at));
            T.Accumulate(ref s2, w, T.Load(p2 + at));
            T.Accumulate(ref s3, w, T.Load(p3 + at));
            T.Accumulate(ref s4, w, T.Load(p4 + at));
            T.Accumulate(ref s5, w, T.Load(p5 + at));
        }
        // All are finished before the first is stored: a row that repeats another must not read what that one has stored.
        s0 = epilogue.Apply(places[0] + lane, s0);
        s1 = epilogue.Apply(places[1] + lane, s1);
        s2 = epilogue.Apply(places[2] + lane, s2);
        s3 = epilogue.Apply(places[3] + lane, s3);
        s4 = epilogue.Apply(places[4] + lane, s4);
        s5 = epilogue.Apply(places[5] + lane, s5);
        T.Store(places[0] + lane, s0);
        T.Store(places[1] + lane, s1);
        T.Store(places[2] + lane, s2);
        T.Store(places[3] + lane, s3);
        T.Store(places[4] + lane, s4);
        T.Store(places[5] + lane, s5);
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
