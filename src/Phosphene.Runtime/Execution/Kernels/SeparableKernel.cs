using System.Runtime.CompilerServices;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// A depthwise convolution with the 1×1 convolution before it, the one after it, or both, forward or as gradients: a block of MobileNet whose wide tensors are never written.
/// <code>
/// expand     e[c, pixel]  = epilogue of bias[c] + Σ_k x[k, pixel]·w[k, c]
/// depthwise  d[c, pixel'] = epilogue of bias[c] + Σ_taps e[c, pixel' + tap]·w[c, tap]        see <see cref="DepthwiseRows"/>
/// project    y[o, pixel'] = epilogue of bias[o] + Σ_c d[c, pixel']·w[c, o]
/// </code>
/// x and y are [N, channels, H, W] in blocks; without the first e is x, without the last d is y. An item is a part of an image's rows, strip after strip: of two blocks of channels at a time the rows of e that a
/// strip reads are computed into a frame of zeros, and the depthwise convolution reads them from there, while they are in the first-level cache; what the next strip reads again is put aside. Then the strip of
/// d, in the second-level cache, is projected. All of it lies in the thread's own memory; where parts meet, both compute what both read.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class SeparableKernel : Kernel
{
    // Floats of a strip's d, or of the frame of two blocks of e.
    private const int MostFloats = 1 << 16;

    // Blocks that are computed at once: one panel of the widest vectors.
    private const int Together = 2;

    private readonly Value _x, _y;
    private readonly Stage? _expand, _project;
    private readonly Stage _depthwise;
    private readonly ConvolutionGeometry _geometry;
    private readonly DepthwiseRows _rows;
    private readonly int _panelWidth, _channels, _blocks, _parts, _strip, _frameRows, _heldRows;

    /// <summary>One of the convolutions: its weights, packed as <see cref="ConvolutionWeights"/> or <see cref="DepthwiseWeights"/> does, what its sums start with, and what they end with, the activation last.</summary>
    public sealed record Stage(Value Weights, Value? Bias, EpilogueValues Epilogue, ActivationValues Activation);

    /// <summary>
    /// geometry: every row of e is read by a row of d, and every row of d reads one, without dilation, so that strips follow each other. channels: those of e and d. threads: how many there are to have parts of the images.
    /// </summary>
    public SeparableKernel(Value x, Stage? expand, Stage depthwise, Stage? project, Value y, ConvolutionGeometry geometry, int channels, int panelWidth, int threads)
    {
        (_x, _expand, _depthwise, _project, _y, _geometry, _channels, _panelWidth) = (x, expand, depthwise, project, y, geometry, channels, panelWidth);
        _blocks = Value.BlocksOf(channels);
        _rows = new DepthwiseRows(geometry, y.Shape.Height, _blocks, framed: true);
        _parts = PartsOf(y.Shape, threads);
        int most = (y.Shape.Height + _parts - 1) / _parts;
        for (_strip = most; _strip > 1 && !Fits(_strip); _strip--)
        {
        }
        _frameRows = FrameRows(_strip);
        _heldRows = expand is null ? 0 : Enumerable.Range(0, y.Shape.Height).Max(row => Math.Max(0, _rows.Sources(0, row).End - _rows.Sources(row, y.Shape.Height).First));

        bool Fits(int rows) => (long)FrameRows(rows) * Together * _rows.RowFloats <= MostFloats && (long)rows * y.Shape.Width * _blocks * Value.Block <= MostFloats;
        int FrameRows(int rows) => Enumerable.Range(0, y.Shape.Height).Max(row => _rows.Sources(row, Math.Min(row + rows, y.Shape.Height)) is var (first, end) ? end - first : 0);
    }

    /// <summary>Into how many parts each image of a result is cut: so many that a thread has two.</summary>
    public static int PartsOf(Shape y, int threads) => Math.Min(y.Height, (2 * threads + y.Batch - 1) / y.Batch);

    private int StripPixels => _strip * _y.Shape.Width;

    // Floats from one block to the next: of e in its frame, of the rows of e that are held, and of d, there an odd number of vectors so that blocks do not push each other out of the cache.
    private int FrameStride => _frameRows * _rows.RowFloats;

    private int HeldStride => _heldRows * _rows.RowFloats;

    private int DepthStride => (StripPixels | 1) * Value.Block;

    public override int Items(int stage) => _y.Shape.Batch * _parts;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int image, int part) = Math.DivRem(item, _parts);
        int height = _y.Shape.Height, first = height * part / _parts, end = height * (part + 1) / _parts;
        float* frame = PrivateMemory.Of(this, 0, (long)FrameStride * Together + (long)HeldStride * _blocks + (_project is null ? 0 : (long)DepthStride * _blocks), out bool framed);
        float* held = frame + FrameStride * Together, d = held + (nint)HeldStride * _blocks;
        if (!framed) new Span<float>(frame, FrameStride * Together).Clear();        // the columns left and right stay so
        int most = Math.Max(_frameRows * _geometry.Width, StripPixels) + NarrowTile.Rows;
        int* pixels = stackalloc int[most], places = stackalloc int[most];
        int done = 0;
        for (int row = first; row < end; row += _strip)
        {
            int stop = Math.Min(row + _strip, end);
            (int from, int to) = _rows.Sources(row, stop);
            int next = stop < end ? _rows.Sources(stop, Math.Min(stop + _strip, end)).First : to, known = _expand is null ? from : Math.Clamp(done, from, to);
            if (_expand is not null) Place(to - known, pixels, places);
            for (int block = 0; block < _blocks; block += Together)
            {
                int count = Math.Min(Together, _blocks - block);
                if (_expand is null) Copy<TLane>(image, block, count, from, to, frame);
                else
                {
                    Move(held + (nint)block * HeldStride, HeldStride, frame, FrameStride, known - from, count);
                    Expand<TLane>(image, block, count, known, to, frame + (known - from) * _rows.RowFloats + _geometry.Left * Value.Block, pixels, places);
                    Move(frame + (Math.Clamp(next, from, to) - from) * _rows.RowFloats, FrameStride, held + (nint)block * HeldStride, HeldStride, to - Math.Clamp(next, from, to), count);
                }
                for (int b = block; b < block + count; b++) Depthwise<TLane>(image, b, row, stop, frame + (b - block) * FrameStride - (nint)from * _rows.RowFloats, d);
            }
            if (_project is not null) Project<TLane>(image, row, (stop - row) * _y.Shape.Width, d, pixels);
            done = to;
        }
    }

    // Rows of so many blocks.
    private void Move(float* from, int fromStride, float* to, int toStride, int rows, int blocks)
    {
        for (int b = 0; b < blocks && rows > 0; b++)
            new Span<float>(from + (nint)b * fromStride, rows * _rows.RowFloats).CopyTo(new Span<float>(to + (nint)b * toStride, rows * _rows.RowFloats));
    }

    private void Copy<T>(int image, int block, int count, int from, int to, float* frame) where T : unmanaged, ILane<T>
    {
        float* x = _x.Data + image * _x.ImageStride + block * _x.BlockStride + (nint)from * _geometry.Width * Value.Block;
        for (int b = 0; b < count; b++) DepthwiseRows.Frame<T>(x + b * _x.BlockStride, frame + b * FrameStride, to - from, _geometry);
    }

    // Where the pixels of so many rows lie in x and in the frame, from the first of them on.
    private void Place(int rows, int* pixels, int* places)
    {
        int width = _geometry.Width, count = rows * width;
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < width; column++) (pixels[row * width + column], places[row * width + column]) = ((row * width + column) * Value.Block, row * _rows.RowFloats + column * Value.Block);
        // The last tile repeats its last pixel.
        for (int pixel = count; pixel < count + NarrowTile.Rows && count > 0; pixel++) (pixels[pixel], places[pixel]) = (pixels[count - 1], places[count - 1]);
    }

    // Rows [from, to) of e, of so many blocks; target: where the first of their pixels lies in its frame.
    private void Expand<T>(int image, int block, int count, int from, int to, float* target, int* pixels, int* places) where T : unmanaged, ILane<T>
    {
        if (from == to) return;
        int width = _geometry.Width;
        Stage stage = _expand!;
        // The rest of the epilogue reads and leaves what lies elsewhere for each row.
        Epilogue inTile = Epilogue.None with { Relu = stage.Epilogue.Relu, Ceiling = stage.Epilogue.Ceiling };
        float* x = _x.Data + image * _x.ImageStride + (nint)from * width * Value.Block;
        for (int channel = block * Value.Block; channel < (block + count) * Value.Block; channel += _panelWidth)
            Multiply<T>(stage, x, (int)_x.BlockStride, _x.Shape.Channels, channel, _blocks, inTile, target + (channel / Value.Block - block) * FrameStride + channel % Value.Block, FrameStride, pixels, places, (to - from) * width);
        for (int b = 0; b < count; b++)
            for (int row = from; row < to; row++)
            {
                float* line = target + b * FrameStride + (row - from) * _rows.RowFloats;
                long place = ((long)(block + b) * _geometry.Height + row) * width * Value.Block;
                if (stage.Epilogue is { MaskBits: not null } or { Bits: not null }) stage.Epilogue.Of(line, image, place).PassBits<T>(line, pixels, T.Width % Value.Block, width);
                Activate<T>(stage.Activation, line, image, place, width);
            }
    }

    // Rows [first, end) of one block of d. frame: where row 0 of the block of e would lie. They go to their strip, or to the result.
    private void Depthwise<T>(int image, int block, int first, int end, float* frame, float* strip) where T : unmanaged, ILane<T>
    {
        int width = _y.Shape.Width;
        float* bias = _depthwise.Bias is null ? null : _depthwise.Bias.Data;
        for (int row = first; row < end; row++)
        {
            long place = ((long)block * _y.Shape.Height + row) * width * Value.Block;
            float* to = _project is null ? _y.Data + image * _y.ImageStride + place : strip + block * DepthStride + (row - first) * width * Value.Block;
            _rows.Run<T>(row, block, frame, _depthwise.Weights.Data, bias, _depthwise.Epilogue.Of(to, image, place), to);
            Activate<T>(_depthwise.Activation, to, image, place, width);
            if (_depthwise.Epilogue.Factor is { } factor && block + 1 < _blocks) Ask(factor.Data + image * factor.ImageStride + place + factor.BlockStride, width);
        }
    }

    // Asks for so many pixels of what the next block's epilogue will read: they lie too far away for the processor to see them coming.
    private static void Ask(float* from, int pixels)
    {
        for (float* end = from + pixels * Value.Block; from < end; from += Value.Block) Processor.Prefetch(from);
    }

    // So many pixels of y, from the given row on.
    private void Project<T>(int image, int row, int count, float* d, int* pixels) where T : unmanaged, ILane<T>
    {
        for (int pixel = 0; pixel < count + NarrowTile.Rows; pixel++) pixels[pixel] = Math.Min(pixel, count - 1) * Value.Block;
        Stage stage = _project!;
        Epilogue epilogue = stage.Epilogue.Of(_y, image);
        float* y = _y.Data + image * _y.ImageStride + (nint)row * _y.Shape.Width * Value.Block;
        for (int channel = 0; channel < _y.Blocks * Value.Block; channel += _panelWidth)
            Multiply<T>(stage, d, DepthStride, _channels, channel, _y.Blocks, epilogue, y + channel / Value.Block * _y.BlockStride + channel % Value.Block, (nint)_y.BlockStride, pixels, pixels, count);
        for (int block = 0; block < _y.Blocks; block++) Activate<T>(stage.Activation, y + block * _y.BlockStride, image, y + block * _y.BlockStride - (_y.Data + image * _y.ImageStride), count);
    }

    // One panel of outputs, from the given channel on, for count pixels of so many channels. source: the first pixel's first block, others stride floats apart. blockStride: floats between blocks of the target.
    private void Multiply<T>(Stage stage, float* source, int stride, int channels, int channel, int targetBlocks, Epilogue epilogue, float* target, nint blockStride, int* pixels, int* places, int count)
        where T : unmanaged, ILane<T>
    {
        // The second vector is the other half of the block or, at full width, the next block, if there is one.
        bool pair = T.Width < Value.Block || channel / Value.Block + 1 < targetBlocks;
        nint second = !pair ? 0 : T.Width < Value.Block ? T.Width : blockStride, step = Tile.AheadStep(_panelWidth, Tile.Count(count, T.Width));
        float* weights = stage.Weights.Data + (nint)channel * Value.BlocksOf(channels) * Value.Block, start = stage.Bias is null ? null : stage.Bias.Data + channel;
        // Lanes of the last block past the last channel are zeros, not worth a multiplication.
        int run = Strips.RunOf(channels), runs = (channels + run - 1) / run, most = Strips.ChunkFloats / run;
        int* segments = stackalloc int[most];
        for (int done = 0; done < runs;)
        {
            int chunk = Math.Min(runs - done, most), floats = chunk * run * _panelWidth;
            for (int i = 0; i < chunk; i++) segments[i] = (int)Strips.PlaceOf((done + i) * run, stride);
            done += chunk;
            Epilogue end = done == runs ? epilogue : Epilogue.None;
            if (pair) Tile.Strip<T>(source, pixels, segments, chunk, run, weights, weights + floats, step, inBlock: false, 0, asks: false, start, end, target, places, second, count);
            else NarrowTile.Strip<T>(source, pixels, segments, chunk, run, weights, start, end, target, places, second, count);
            weights += floats;
            start = target;                                          // what follows is added to what lies there
        }
    }

    private static void Activate<T>(ActivationValues activation, float* sums, int image, long place, int pixels) where T : unmanaged, ILane<T>
    {
        if (activation.Function == Activation.None) return;
        ActivationLoop.Run<T>(activation.Function, sums, activation.Distance(sums, image, place), pixels * Value.Block / T.Width, T.Width, activation.Streams);
    }
}
