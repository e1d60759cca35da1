using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// Several 1×1 convolutions of one image size at once: those that read the same inputs, or those that are added up.
/// <code>
/// y[t][pixel, o] = epilogue of bias[t][o] + Σ_s Σ_c x[s][pixel, c]·w[t][s][c, o]
/// </code>
/// All x and y are [N, channels, H, W] in blocks. Forward, the siblings of an Inception block are targets of one source; backward, the gradient
/// in their common input is one target of several sources. An item is a strip of pixels and a group of panels of outputs, counted through all targets.
/// The pixels are read where they lie, and asked for while the first panel of an item passes, since the others find them in the cache. With a map of channels
/// each thread gathers map(x[0]) of a strip for itself, once for all its items of the strip, each pixel with its channels side by side.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class PointwiseKernel : Kernel
{
    // Floats of weights that stay in the second-level cache from strip to strip, and of a source that has left it: not the weights are asked for then, but the pixels of the next strip.
    private const int FewWeights = 1 << 16, FarSource = 1 << 19;

    // Items that an image should have at least, for the threads.
    private const int LeastItems = 4;

    private readonly Value[] _sources;
    private readonly ChannelMap? _map;
    private readonly Target[] _targets;
    private readonly (int Target, int Panel)[] _panels;
    private readonly bool _asksForPixels;
    private readonly int _panelWidth, _images, _pixels, _depth, _pitch, _strip, _strips, _panelsPerItem, _panelGroups;

    /// <summary>One result: where it goes, what it starts with and ends with (the activation or the ending of a gradient last), and for each source its weights, packed as <see cref="ConvolutionWeights"/> does.</summary>
    public sealed record Target(Value Y, Value? Bias, EpilogueValues Epilogue, ActivationValues Activation, Value[] Weights, GradientEnding? Ending = null);

    public PointwiseKernel(Value[] sources, ChannelMap? map, Target[] targets, int panelWidth)
    {
        (_sources, _map, _targets, _panelWidth) = (sources, map, targets, panelWidth);
        _panels = [.. targets.SelectMany((target, t) => Enumerable.Range(0, ConvolutionWeights.Panels(target.Y.Shape.Channels, panelWidth)).Select(panel => (t, panel)))];
        _images = sources[0].Shape.Batch;
        _pixels = sources[0].Shape.Height * sources[0].Shape.Width;
        _depth = sources.Sum(Depth);
        _pitch = _depth | Value.Block;                               // an odd number of blocks: pixels a power of two apart would push each other out of the first-level cache
        (_strip, _strips) = Strips.InCache(_pixels, _depth, panelWidth, map is null ? Strips.FloatsInPlace : Strips.Floats, (LeastItems + _panels.Length - 1) / _panels.Length);
        _panelsPerItem = (int)Math.Clamp(Strips.ItemWork / ((long)_strip * _depth * panelWidth), 1, _panels.Length);
        _asksForPixels = map is not null && sources[0].Shape.Channels <= Strips.ChunkFloats && (long)_panels.Length * _depth * panelWidth <= FewWeights && (long)_images * _pixels * _depth >= FarSource;
        _panelGroups = (_panels.Length + _panelsPerItem - 1) / _panelsPerItem;
    }

    private static int Depth(Value source) => source.Blocks * Value.Block;

    // The sums of several chunks or sources meet in the result.
    public override bool WritesInPlace => _sources is [{ Shape.Channels: <= Strips.ChunkFloats and var channels }] && (_map is not null || channels % Strips.RunOf(channels) == 0);

    public override int Items(int stage) => _images * _strips * _panelGroups;

    public override void Run<TLane>(int stage, int item)
    {
        (int strip, int group) = Math.DivRem(item, _panelGroups);
        float* gathered = null;
        if (_map is not null)
        {
            gathered = PrivateMemory.Of(this, strip, (long)_strip * _pitch, out bool holds);
            if (!holds) Gather<TLane>(_map, strip, gathered);
        }
        Multiply<TLane>(strip, group, gathered);
    }

    private (int Image, int First, int Count) Strip(int index)
    {
        (int image, int strip) = Math.DivRem(index, _strips);
        return (image, strip * _strip, Math.Min(_strip, _pixels - strip * _strip));
    }

    // The pixels of the only source through its map, each with its channels side by side.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Gather<T>(ChannelMap map, int index, float* to) where T : unmanaged, ILane<T>
    {
        (int image, int first, int count) = Strip(index);
        Value source = _sources[0];
        float* from = source.Data + image * source.ImageStride + first * Value.Block, factors = stackalloc float[Value.Block], offsets = stackalloc float[Value.Block];
        for (int block = 0; block < source.Blocks; block++, from += source.BlockStride, to += Value.Block)
        {
            map.OfBlock(image, block, source.Shape.Channels, factors, offsets);
            for (int lane = 0; lane < Value.Block; lane += T.Width)
            {
                T factor = T.Load(factors + lane), offset = T.Load(offsets + lane);
                for (int pixel = 0; pixel < count; pixel++) T.Store(to + (long)pixel * _pitch + lane, map.Apply(T.Load(from + pixel * Value.Block + lane), factor, offset));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply<T>(int index, int group, float* gathered) where T : unmanaged, ILane<T>
    {
        (int image, int first, int count) = Strip(index);
        bool isGathered = gathered is not null;
        int* rows = stackalloc int[Strips.MostTiles * Tile.Rows + NarrowTile.Rows], places = stackalloc int[Strips.MostTiles * Tile.Rows + NarrowTile.Rows], segments = stackalloc int[Strips.ChunkFloats];
        nint step = Tile.AheadStep(_panelWidth, Tile.Count(count, T.Width));
        for (int pixel = 0; pixel < count + NarrowTile.Rows; pixel++)
        {
            int valid = Math.Min(pixel, count - 1);                  // the last tile repeats its last pixel
            (rows[pixel], places[pixel]) = (valid * (isGathered ? _pitch : Value.Block), valid * Value.Block);
        }
        int firstPanel = group * _panelsPerItem, lastPanel = Math.Min(_panels.Length, firstPanel + _panelsPerItem);
        for (int p = firstPanel; p < lastPanel; p++)
        {
            (int t, int panel) = _panels[p];
            Target target = _targets[t];
            int channel = panel * _panelWidth, block = channel / Value.Block;
            float* to = target.Y.Data + image * target.Y.ImageStride + block * target.Y.BlockStride + first * Value.Block + channel % Value.Block;
            // The second vector is the other half of the block or, at full width, the next block, if there is one.
            bool pair = T.Width < Value.Block || block + 1 < target.Y.Blocks, narrow = target.Y.Shape.Channels - channel <= T.Width;
            nint second = T.Width < Value.Block ? T.Width : (nint)target.Y.BlockStride;
            float* start = target.Bias is null ? null : target.Bias.Data + channel;
            Epilogue epilogue = target.Epilogue.Of(target.Y, image);
            if (target.Ending is { } ending) epilogue = epilogue with { Asked = EpilogueValues.Distance(ending.X, target.Y, image), AskedToo = EpilogueValues.Distance(ending.Addend, target.Y, image) };
            for (int s = 0; s < _sources.Length; s++)
            {
                Value source = _sources[s];
                int channels = source.Shape.Channels, unit = isGathered ? 1 : Strips.RunOf(channels), whole = channels / unit, chunks = (whole * unit + Strips.ChunkFloats - 1) / Strips.ChunkFloats;
                float* x = isGathered ? gathered : source.Data + image * source.ImageStride + first * Value.Block, weights = target.Weights[s].Data + (long)panel * Depth(source) * _panelWidth;
                nint stride = isGathered ? Value.Block : (nint)source.BlockStride;
                for (int chunk = 0, done = 0; done < channels; chunk++)
                {
                    // What is left over of the last block is a chunk of its own: its lanes past the last channel are not to be multiplied.
                    int length = (chunk < chunks ? whole * (chunk + 1) / chunks * unit : channels) - done, run = isGathered ? length : Math.Min(unit, length), runs = length / run;
                    for (int i = 0; i < runs; i++) segments[i] = checked((int)(Strips.PlaceOf(done + i * run, stride) - Strips.PlaceOf(done, stride)));
                    float* from = x + Strips.PlaceOf(done, stride), ahead = weights + (long)length * _panelWidth;
                    int beyond = !isGathered && p == firstPanel ? Math.Min(Tile.Ahead, runs) : 0;
                    bool asks = s == 0 && done == 0;
                    done += length;
                    Epilogue end = s == _sources.Length - 1 && done == channels ? epilogue : Epilogue.None;
                    if (narrow) NarrowTile.Strip<T>(from, rows, segments, runs, run, weights, start, end, to, places, pair ? second : 0, count);
                    else if (_asksForPixels) StripAsking<T>(index, p, from, rows, run, weights, start, end, to, places, pair ? second : 0, count);
                    else Tile.Strip<T>(from, rows, segments, runs, run, weights, ahead, step, inBlock: !isGathered, beyond, asks: asks, start, end, to, places, pair ? second : 0, count);
                    weights = ahead;
                    start = to;                                      // what follows is added to what lies there
                }
            }
            target.Ending?.Run<T>(target.Y, image, channel, first, count);
            if (pair) target.Ending?.Run<T>(target.Y, image, channel + T.Width, first, count);
            if (target.Activation.Function == Activation.None) continue;
            nint slopes = target.Activation.Distance(target.Y, image);
            bool streams = T.Width == Value.Block && target.Activation.Streams;                  // whole lines of memory
            ActivationLoop.Run<T>(target.Activation.Function, to, slopes, count, Value.Block, streams);
            if (pair) ActivationLoop.Run<T>(target.Activation.Function, to + second, slopes, count, Value.Block, streams);
        }
    }

    // A panel times a strip that was gathered in one chunk, while a share of the next strip's pixels is asked for. They lie block by block: the strip is cut so that what goes with a piece of it is one run.
    private void StripAsking<T>(int index, int panel, float* v, int* rows, int run, float* weights, float* start, Epilogue epilogue, float* to, int* places, nint second, int count) where T : unmanaged, ILane<T>
    {
        Value source = _sources[0];
        int segment = 0, tiles = Tile.Count(count, T.Width), tileRows = Tile.RowsOf(count, T.Width), step = Tile.AheadStep(tileRows, _panels.Length);
        int pieces = Math.Clamp((source.Blocks + _panels.Length - 1) / _panels.Length, 1, tiles);
        (int image, int first, _) = Strip(Math.Min(index + 1, _images * _strips - 1));
        float* next = source.Data + image * source.ImageStride + first * Value.Block;
        for (int piece = 0; piece < pieces; piece++)
        {
            int begin = tiles * piece / pieces * tileRows, end = Math.Min(tiles * (piece + 1) / pieces * tileRows, count);
            (long block, long pixel) = Math.DivRem((long)(panel * pieces + piece) * source.Blocks * count / (_panels.Length * pieces), count);
            Tile.Strip<T>(v, rows + begin, &segment, 1, run, weights, next + block * source.BlockStride + pixel * Value.Block, step, inBlock: false, 0, asks: false, start, epilogue, to, places + begin, second, end - begin);
        }
    }
}
