using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// Several 1×1 convolutions of one image size at once: those that read the same inputs, or those that are added up.
/// <code>
/// gather    v[pixel, :] = x[0][pixel, :] ‖ x[1][pixel, :] ‖ ...              side by side, so that a pixel is one unbroken run
/// multiply  y[t][pixel, o] = epilogue of bias[t][o] + Σ_s Σ_c x[s][pixel, c]·w[t][s][c, o]
/// </code>
/// All x and y are [N, channels, H, W] in blocks. Forward, the siblings of an Inception block are targets of one source; backward, the gradient
/// in their common input is one target of several sources. Where there are strips of pixels enough for all threads, an item gathers a strip and
/// multiplies it with all panels of outputs, counted through all targets. Otherwise gathering is a stage of its own, by strips, and an item of the
/// next is a strip and a group of panels.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class PointwiseKernel : Kernel
{
    // Strips that are shared evenly enough between threads, whichever their number.
    private const int ManyStrips = 16;

    private readonly Value[] _sources;
    private readonly Target[] _targets;
    private readonly Value? _v;
    private readonly (int Target, int Panel)[] _panels;
    private readonly Division _division;
    private readonly int _panelWidth, _images, _pixels, _depth, _strip, _strips, _panelsPerItem, _panelGroups;

    /// <summary>One result: where it goes, what it starts with and ends with, and for each source its weights, packed as <see cref="ConvolutionWeights"/> does.</summary>
    public sealed record Target(Value Y, Value? Bias, EpilogueValues Epilogue, Value[] Weights);

    /// <summary>Who gathers, and whether neighbouring items share a strip or a group of panels.</summary>
    private readonly record struct Division(int Strip, int Strips, bool StripsFirst, bool GathersStrips);

    /// <summary>v is working memory of <see cref="GatheredFloats"/>, null if that is none.</summary>
    public PointwiseKernel(Value[] sources, Target[] targets, Value? v, int panelWidth)
    {
        (_sources, _targets, _v, _panelWidth) = (sources, targets, v, panelWidth);
        _panels = [.. targets.SelectMany((target, t) => Enumerable.Range(0, ConvolutionWeights.Panels(target.Y.Shape.Channels, panelWidth)).Select(panel => (t, panel)))];
        _images = sources[0].Shape.Batch;
        _pixels = sources[0].Shape.Height * sources[0].Shape.Width;
        _depth = sources.Sum(Depth);
        _division = Divide(sources, targets);
        (_strip, _strips) = (_division.Strip, _division.Strips);
        _panelsPerItem = _division.GathersStrips ? _panels.Length : (int)Math.Clamp(Strips.ItemWork / ((long)_strip * _depth * panelWidth), 1, _panels.Length);
        _panelGroups = (_panels.Length + _panelsPerItem - 1) / _panelsPerItem;
    }

    /// <summary>The floats of v.</summary>
    public static long GatheredFloats(Value[] sources, Target[] targets) =>
        Divide(sources, targets).GathersStrips ? 0 : sources.Sum(source => (long)source.Shape.Batch * source.Shape.Height * source.Shape.Width * Depth(source));

    private static Division Divide(Value[] sources, Target[] targets)
    {
        int images = sources[0].Shape.Batch, pixels = sources[0].Shape.Height * sources[0].Shape.Width, depth = sources.Sum(Depth);
        (int strip, int strips) = Strips.InCache(pixels, depth);
        // Each thread begins with a run of neighbouring items: it should need all of the smaller operand and its part of the larger.
        bool stripsFirst = (long)images * pixels >= targets.Sum(target => target.Y.Shape.Channels);
        return new Division(strip, strips, stripsFirst, GathersStrips: stripsFirst && images * strips >= ManyStrips && (long)strip * depth <= Strips.Floats);
    }

    private static int Depth(Value source) => source.Blocks * Value.Block;

    public override int Stages => _v is null ? 1 : 2;

    public override int Items(int stage) => _images * _strips * (stage == 0 ? 1 : _panelGroups);

    public override void Run<TLane>(int stage, int item)
    {
        if (_v is null)
        {
            float* v = stackalloc float[_strip * _depth];
            Gather<TLane>(item, v);
            Multiply<TLane>(item, 0, v);
            return;
        }
        (int strip, int group) = stage == 0 ? (item, 0) : _division.StripsFirst ? Math.DivRem(item, _panelGroups) : (item % (_images * _strips), item / (_images * _strips));
        (int image, int first, _) = Strip(strip);
        float* gathered = _v.Data + ((long)image * _pixels + first) * _depth;
        if (stage == 0) Gather<TLane>(strip, gathered);
        else Multiply<TLane>(strip, group, gathered);
    }

    private (int Image, int First, int Count) Strip(int index)
    {
        (int image, int strip) = Math.DivRem(index, _strips);
        return (image, strip * _strip, Math.Min(_strip, _pixels - strip * _strip));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Gather<T>(int index, float* to) where T : unmanaged, ILane<T>
    {
        (int image, int first, int count) = Strip(index);
        int depth = _depth;
        foreach (Value source in _sources)
        {
            float* from = source.Data + image * source.ImageStride + first * Value.Block;
            for (int block = 0; block < source.Blocks; block++, from += source.BlockStride, to += Value.Block)
                for (int pixel = 0; pixel < count; pixel++)
                    for (int lane = 0; lane < Value.Block; lane += T.Width)
                        T.Store(to + (long)pixel * depth + lane, T.Load(from + pixel * Value.Block + lane));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply<T>(int index, int group, float* v) where T : unmanaged, ILane<T>
    {
        (int image, int first, int count) = Strip(index);
        int* rows = stackalloc int[Strips.MostTiles * Tile.Rows], places = stackalloc int[Strips.MostTiles * Tile.Rows];
        int tiles = (count + Tile.Rows - 1) / Tile.Rows;
        for (int pixel = 0; pixel < tiles * Tile.Rows; pixel++)
        {
            rows[pixel] = Math.Min(pixel, count - 1) * _depth;       // the last tile repeats its last pixel
            places[pixel] = pixel * Value.Block;
        }
        int segment = 0;
        for (int p = group * _panelsPerItem; p < Math.Min(_panels.Length, (group + 1) * _panelsPerItem); p++)
        {
            (int t, int panel) = _panels[p];
            Target target = _targets[t];
            int channel = panel * _panelWidth, block = channel / Value.Block;
            float* to = target.Y.Data + image * target.Y.ImageStride + block * target.Y.BlockStride + first * Value.Block + channel % Value.Block;
            // The second vector is the other half of the block or, at full width, the next block, if there is one.
            bool pair = T.Width < Value.Block || block + 1 < target.Y.Blocks;
            nint second = T.Width < Value.Block ? T.Width : (nint)target.Y.BlockStride;
            float* start = target.Bias is null ? null : target.Bias.Data + channel, from = v;
            Epilogue epilogue = target.Epilogue.Of(target.Y, image);
            for (int s = 0; s < _sources.Length; s++)
            {
                int depth = Depth(_sources[s]), chunks = (depth + Strips.ChunkFloats - 1) / Strips.ChunkFloats;
                float* weights = target.Weights[s].Data + (long)panel * depth * _panelWidth;
                nint step = _panelWidth / tiles;
                for (int chunk = 0, done = 0; chunk < chunks; chunk++)
                {
                    int run = depth * (chunk + 1) / chunks - done;
                    Epilogue end = s == _sources.Length - 1 && chunk == chunks - 1 ? epilogue : Epilogue.None;
                    float* ahead = weights + (long)run * _panelWidth;
                    int whole = pair ? count / Tile.Rows * Tile.Rows : 0;
                    Tile.Product<T>(from, rows, &segment, 1, run, weights, ahead, step, start, end, to, places, second, whole / Tile.Rows);
                    for (int pixel = whole; pixel < count; pixel += Tile.Rows)
                        Tile.Edge<T>(from, rows + pixel, &segment, 1, run, weights, start, end, to, places + pixel, pair ? second : 0, Math.Min(Tile.Rows, count - pixel));
                    from += run;
                    weights += (long)run * _panelWidth;
                    done += run;
                    start = to;                                      // what follows is added to what lies there
                }
            }
        }
    }
}
