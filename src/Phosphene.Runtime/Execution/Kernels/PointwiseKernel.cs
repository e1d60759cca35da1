using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// Several 1×1 convolutions of one image size at once: those that read the same inputs, or those that are added up.
/// <code>
/// stage 0   v[pixel, :] = x[0][pixel, :] ‖ x[1][pixel, :] ‖ ...              side by side, so that a pixel is one unbroken run
/// stage 1   y[t][pixel, o] = epilogue of bias[t][o] + Σ_s Σ_c x[s][pixel, c]·w[t][s][c, o]
/// </code>
/// All x and y are [N, channels, H, W] in blocks. Forward, the siblings of an Inception block are targets of one source; backward, the gradient
/// in their common input is one target of several sources. An item of stage 0 is a strip of pixels; one of stage 1 a strip and a group of panels
/// of outputs, counted through all targets.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class PointwiseKernel : Kernel
{
    private readonly Value[] _sources;
    private readonly Target[] _targets;
    private readonly Value _v;
    private readonly (int Target, int Panel)[] _panels;
    private readonly int _panelWidth, _images, _pixels, _depth, _strip, _strips, _panelsPerItem, _panelGroups;
    private readonly bool _stripsFirst;

    /// <summary>One result: where it goes, what it starts with and ends with, and for each source its weights, packed as <see cref="ConvolutionWeights"/> does.</summary>
    public sealed record Target(Value Y, Value? Bias, EpilogueValues Epilogue, Value[] Weights);

    /// <summary>v is working memory of <see cref="GatheredFloats"/>.</summary>
    public PointwiseKernel(Value[] sources, Target[] targets, Value v, int panelWidth)
    {
        (_sources, _targets, _v, _panelWidth) = (sources, targets, v, panelWidth);
        _panels = [.. targets.SelectMany((target, t) => Enumerable.Range(0, ConvolutionWeights.Panels(target.Y.Shape.Channels, panelWidth)).Select(panel => (t, panel)))];
        _images = sources[0].Shape.Batch;
        _pixels = sources[0].Shape.Height * sources[0].Shape.Width;
        _depth = sources.Sum(Depth);
        (_strip, _strips) = Strips.InCache(_pixels, _depth);
        _panelsPerItem = (int)Math.Clamp(Strips.ItemWork / ((long)_strip * _depth * panelWidth), 1, _panels.Length);
        _panelGroups = (_panels.Length + _panelsPerItem - 1) / _panelsPerItem;
        // Each thread begins with a run of neighbouring items: it should need all of the smaller operand and its part of the larger.
        _stripsFirst = _pixels >= _panels.Length * panelWidth;
    }

    /// <summary>The floats of v.</summary>
    public static long GatheredFloats(IEnumerable<Value> sources) => sources.Sum(source => (long)source.Shape.Batch * source.Shape.Height * source.Shape.Width * Depth(source));

    private static int Depth(Value source) => source.Blocks * Value.Block;

    public override int Stages => 2;

    public override int Items(int stage) => _images * _strips * (stage == 0 ? 1 : _panelGroups);

    public override void Run<TLane>(int stage, int item)
    {
        if (stage == 0) Gather<TLane>(item);
        else Multiply<TLane>(item);
    }

    private (int Image, int First, int Count) Strip(int index)
    {
        (int image, int strip) = Math.DivRem(index, _strips);
        return (image, strip * _strip, Math.Min(_strip, _pixels - strip * _strip));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Gather<T>(int item) where T : unmanaged, ILane<T>
    {
        (int image, int first, int count) = Strip(item);
        float* to = _v.Data + ((long)image * _pixels + first) * _depth;
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
    private void Multiply<T>(int item) where T : unmanaged, ILane<T>
    {
        (int index, int group) = _stripsFirst ? Math.DivRem(item, _panelGroups) : (item % (_images * _strips), item / (_images * _strips));
        (int image, int first, int count) = Strip(index);
        int* rows = stackalloc int[Strips.MostTiles * Tile.Rows], places = stackalloc int[Strips.MostTiles * Tile.Rows];
        int tiles = (count + Tile.Rows - 1) / Tile.Rows;
        for (int pixel = 0; pixel < tiles * Tile.Rows; pixel++)
        {
            rows[pixel] = Math.Min(pixel, count - 1) * _depth;       // the last tile repeats its last pixel
            places[pixel] = pixel * Value.Block;
        }
        float* v = _v.Data + ((long)image * _pixels + first) * _depth;
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
