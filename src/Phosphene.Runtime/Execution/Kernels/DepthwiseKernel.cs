using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// A convolution whose every channel is a group of its own, forward or as the gradient in the input: x and y are [N, C, H, W] in blocks, <see cref="DepthwiseRows"/> says the rest. An item is a few rows of
/// one image and block, and writes all phases of a row while it is in the cache. Where many columns have taps outside, the rows that an item reads are first copied between columns of zeros, in the thread's
/// own memory.
/// </summary>
internal sealed unsafe class DepthwiseKernel : Kernel
{
    private readonly Value _x, _weights, _y;
    private readonly Value? _bias;
    private readonly EpilogueValues _epilogue;
    private readonly ActivationValues _activation;
    private readonly ConvolutionGeometry _geometry;
    private readonly DepthwiseRows _rows;
    private readonly int _parts;

    public DepthwiseKernel(Value x, Value weights, Value? bias, Value y, EpilogueValues epilogue, ActivationValues activation, ConvolutionGeometry geometry)
    {
        (_x, _weights, _bias, _y, _epilogue, _activation, _geometry) = (x, weights, bias, y, epilogue, activation, geometry);
        var direct = new DepthwiseRows(geometry, y.Shape.Height, y.Blocks, framed: false);
        _rows = direct.SeldomLeavesSource ? direct : new DepthwiseRows(geometry, y.Shape.Height, y.Blocks, framed: true);
        long work = geometry.Phases.Sum(phase => (long)phase.CountY * phase.CountX * (phase.Taps.Length + 1)) * Value.Block;
        _parts = Strips.PartsOf(work, y.Shape.Height);
    }

    public override bool WritesInPlace => _rows.WritesInPlace;

    public override int Items(int stage) => _y.Shape.Batch * _y.Blocks * _parts;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int image, int part, int block) = Strips.RowsFirst(item, _parts, _y.Blocks);
        float* x = _x.Data + image * _x.ImageStride + block * _x.BlockStride, y = _y.Data + image * _y.ImageStride + block * _y.BlockStride, bias = _bias is null ? null : _bias.Data;
        Epilogue epilogue = _epilogue.Of(_y, image);
        nint slopes = _activation.Distance(_y, image);
        int height = _y.Shape.Height, width = _y.Shape.Width * Value.Block, first = height * part / _parts, end = height * (part + 1) / _parts;
        if (_rows.Framed) x = Frame<TLane>(x, item, first, end);
        for (int row = first; row < end; row++)
        {
            _rows.Run<TLane>(row, block, x, _weights.Data, bias, epilogue, y + (nint)row * width);
            if (_activation.Function != Activation.None) ActivationLoop.Run<TLane>(_activation.Function, y + (nint)row * width, slopes, width / TLane.Width, TLane.Width, _activation.Streams);
        }
    }

    // Copies the rows of the image that the given rows of the output read between columns of zeros. Row r then begins r rows after the result.
    private float* Frame<T>(float* x, int item, int firstRow, int endRow) where T : unmanaged, ILane<T>
    {
        (int first, int end) = _rows.Sources(firstRow, endRow);
        float* frame = PrivateMemory.Of(this, item, (long)(end - first) * _rows.RowFloats, out _);
        DepthwiseRows.Frame<T>(x + (nint)first * _geometry.Width * Value.Block, frame, end - first, _geometry);
        return frame - (nint)first * _rows.RowFloats;
    }
}

