using System.Runtime.CompilerServices;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// A 3×3 or 5×5 convolution of stride 1 by Winograd's F(4×4, 3×3) or F(2×2, 5×5) (see <see cref="WinogradTransform"/>), forward or as the gradient in
/// the input: y [N, O, H, W] in blocks = epilogue of bias + x [N, C, h, w] in blocks * weights. The images are cut into tiles of 4×4 or 2×2 outputs,
/// which are one list.
/// <code>
/// V[e, tile, c] = (Bᵀ d B)[e]                d the 6×6 inputs of the tile, zero outside the image; e runs over the 36 products
/// M[e, tile, o] = Σ_c V[e, tile, c]·U[e, c, o]
/// y[tile, o]    = epilogue of Aᵀ M A
/// </code>
/// An item is a strip of tiles and a group of panels of outputs. Each thread computes the V of a strip for itself, once for all its items of the strip, so
/// that V and M never leave its second-level cache. U is made once for all, unless the image is so small that reading four times the 3×3 weights
/// from memory costs more than transforming them: then each panel transforms its own, some channels at a time.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class WinogradKernel : Kernel
{
    // V of a strip is to fit a second-level cache.
    private const int MostTiles = 4 * Tile.Rows, StripFloats = 1 << 18, ChunkChannels = 64;
    private readonly Value _x, _weights, _y;
    private readonly Value? _bias;
    private readonly EpilogueValues _epilogue;
    private readonly bool _transforms;
    private readonly int _outputs, _chunk, _top, _left, _tilesY, _tilesX, _tiles, _strips, _panels, _panelWidth, _depth, _panelsPerItem, _strip, _productStride;

    /// <summary>
    /// The window is 3 or 5 taps wide; top and left are the rows and columns of zeros above and left of the image. The weights are
    /// packed by <see cref="WinogradWeights"/> or, if the kernel <see cref="Transforms"/> them, by <see cref="ConvolutionWeights"/>.
    /// </summary>
    public WinogradKernel(Value x, Value weights, Value? bias, Value y, EpilogueValues epilogue, int window, int top, int left, int panelWidth)
    {
        _transforms = Transforms(y.Shape, window);
        _outputs = WinogradTransform.Outputs(window);
        (_x, _weights, _bias, _y, _epilogue, _top, _left, _panelWidth) = (x, weights, bias, y, epilogue, top, left, panelWidth);
        (_tilesY, _tilesX) = Tiles(y.Shape, window);
        _tiles = y.Shape.Batch * _tilesY * _tilesX;
        _depth = x.Blocks * Value.Block;
        (_strip, _strips) = Strips.Of(_tiles, Math.Clamp(StripFloats / (WinogradTransform.Products * _depth) / Tile.Rows * Tile.Rows, Tile.Rows, MostTiles));
        _panels = ConvolutionWeights.Panels(y.Shape.Channels, panelWidth);
        _productStride = OddLines(_strip * _depth);
        _chunk = _transforms ? Math.Min(_depth, ChunkChannels) : _depth;
        _panelsPerItem = Math.Max(1, _panels * _strips / 64);
    }

    private int PanelGroups => (_panels + _panelsPerItem - 1) / _panelsPerItem;

    /// <summary>
    /// Whether a kernel for the given output and window transforms the weights itself: whether they are 3×3 and serve no more than one <see cref="Tile"/>
    /// of six tiles.
    /// </summary>
    public static bool Transforms(Shape y, int window) => window == 3 && y.Batch * Tiles(y, window).Y * Tiles(y, window).X <= Tile.Rows;

    private static (int Y, int X) Tiles(Shape y, int window)
    {
        int outputs = WinogradTransform.Outputs(window);
        return ((y.Height + outputs - 1) / outputs, (y.Width + outputs - 1) / outputs);
    }

    public override int Items(int stage) => _strips * PanelGroups;

    public override void Run<TLane>(int stage, int item)
    {
        (int strip, int group) = Math.DivRem(item, PanelGroups);
        int first = strip * _strip, count = Math.Min(_strip, _tiles - first);
        float* v = PrivateMemory.Of(this, strip, WinogradTransform.Products * (long)_productStride, out bool holds);
        if (!holds) Transform<TLane>(first, count, v);
        Multiply<TLane>(first, count, group, v);
    }

    // The 36 products of a tile should not fall on the same set of the first-level cache, as they do at distances of a power of two.
    private static int OddLines(int floats) => floats / Value.Block % 2 == 1 ? floats : floats + Value.Block;

    // V [36, tiles of the strip, C]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Transform<T>(int first, int count, float* v) where T : unmanaged, ILane<T>
    {
        const int inputs = WinogradTransform.Inputs, block = Value.Block;
        int height = _x.Shape.Height, width = _x.Shape.Width;
        nint product = _productStride, row = (nint)width * block;
        float* edge = stackalloc float[inputs * inputs * block], columns = stackalloc float[inputs * inputs * block];
        for (int index = first; index < first + count; index++, v += _depth)
        {
            (int rest, int tileX) = Math.DivRem(index, _tilesX);
            (int n, int tileY) = Math.DivRem(rest, _tilesY);
            int firstY = tileY * _outputs - _top, firstX = tileX * _outputs - _left;
            bool inside = firstY >= 0 && firstX >= 0 && firstY + inputs <= height && firstX + inputs <= width;
            float* image = _x.Data + n * _x.ImageStride;
            for (int channels = 0; channels < _x.Blocks; channels++, image += _x.BlockStride)
            {
                float* tile = inside ? image + ((long)firstY * width + firstX) * block : edge, to = v + channels * block;
                if (!inside) CopyEdge(image, firstY, firstX, edge);
                nint step = inside ? row : inputs * block;
                for (int lane = 0; lane < block; lane += T.Width)
                {
                    for (int x = 0; x < inputs; x++) WinogradTransform.Input<T>(tile + x * block + lane, step, columns + x * block + lane, inputs * block);
                    for (int y = 0; y < inputs; y++) WinogradTransform.Input<T>(columns + y * inputs * block + lane, block, to + y * inputs * product + lane, product);
                }
            }
        }
    }

    // The inputs of a tile that reaches over the rim, with zeros outside.
    private void CopyEdge(float* image, int firstY, int firstX, float* edge)
    {
        const int inputs = WinogradTransform.Inputs, block = Value.Block;
        int height = _x.Shape.Height, width = _x.Shape.Width;
        new Span<float>(edge, inputs * inputs * block).Clear();
        int left = Math.Max(0, -firstX), right = Math.Min(inputs, width - firstX);
        for (int y = Math.Max(0, -firstY); y < Math.Min(inputs, height - firstY) && left < right; y++)
            new ReadOnlySpan<float>(image + ((long)(firstY + y) * width + firstX + left) * block, (right - left) * block)
                .CopyTo(new Span<float>(edge + (y * inputs + left) * block, (right - left) * block));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply<T>(int first, int count, int group, float* v) where T : unmanaged, ILane<T>
    {
        int rowsUsed = (count + Tile.Rows - 1) / Tile.Rows * Tile.Rows;
        float* m = stackalloc float[WinogradTransform.Products * MostTiles * _panelWidth];
        int* rows = stackalloc int[MostTiles], places = stackalloc int[MostTiles];
        int segment = 0, stride = _panelWidth;
        for (int tile = 0; tile < rowsUsed; tile++)
        {
            rows[tile] = Math.Min(tile, count - 1) * _depth;
            places[tile] = tile * stride;
        }
        float* transformed = stackalloc float[_transforms ? WinogradTransform.Products * OddLines(_chunk * _panelWidth) : 1];
        nint productStep = _transforms ? OddLines(_chunk * _panelWidth) : (nint)_depth * _panelWidth, mStep = (nint)_strip * stride;
        for (int panel = group * _panelsPerItem; panel < Math.Min(_panels, (group + 1) * _panelsPerItem); panel++)
        {
            for (int channel = 0; channel < _depth; channel += _chunk)
            {
                int run = Math.Min(_chunk, _depth - channel);
                float* u, ahead;
                nint step, aheadStep;
                if (_transforms)
                {
                    // [panels, blocks, 9 taps, 16 channels, panelWidth]
                    float* g = _weights.Data + ((long)panel * _depth + channel) * 9 * _panelWidth;
                    TransformWeights<T>(g, transformed, run);
                    (step, aheadStep) = (2, run * 9 * _panelWidth / WinogradTransform.Products);
                    u = transformed;
                    ahead = g + (long)run * 9 * _panelWidth;
                }
                else
                {
                    u = _weights.Data + (long)panel * WinogradTransform.Products * productStep;
                    (step, aheadStep) = ((_panelWidth * Tile.Rows + rowsUsed - 1) / rowsUsed, productStep);
                    ahead = u + productStep;
                }
                for (int e = 0; e < WinogradTransform.Products; e++, u += productStep, ahead += aheadStep)
                {
                    float* sums = m + e * mStep;
                    Tile.Product<T, Tile.Six>(v + (long)e * _productStride + channel, rows, &segment, 1, run, u, ahead, step, channel == 0 ? null : sums, Epilogue.None, sums, places, T.Width, rowsUsed / Tile.Rows);
                }
            }
            for (int tile = 0; tile < count; tile++)
            {
                (int n, int place) = Math.DivRem(first + tile, _tilesY * _tilesX);
                Epilogue epilogue = _epilogue.Of(_y, n);
                for (int half = 0; half < 2; half++)
                    Finish<T>(m + (long)tile * stride + half * T.Width, n, place, panel * _panelWidth + half * T.Width, epilogue);
            }
        }
    }

    // U [36, chunk, panelWidth] of some channels of a panel, from g [blocks, 9, 16, panelWidth].
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformWeights<T>(float* g, float* u, int channels) where T : unmanaged, ILane<T>
    {
        const int inputs = WinogradTransform.Inputs, block = Value.Block;
        float* columns = stackalloc float[inputs * 3 * block];
        nint tap = (nint)block * _panelWidth, product = OddLines(_chunk * _panelWidth);
        for (int channel = 0; channel < channels; channel++, u += _panelWidth)
        {
            float* from = g + channel / block * 9 * tap + channel % block * _panelWidth;
            for (int half = 0; half < _panelWidth; half += T.Width)
            {
                for (int x = 0; x < 3; x++) WinogradTransform.Weights<T>(from + x * tap + half, 3 * tap, columns + x * T.Width, 3 * T.Width);
                for (int y = 0; y < inputs; y++) WinogradTransform.Weights<T>(columns + y * 3 * T.Width, T.Width, u + y * inputs * product + half, product);
            }
        }
    }

    // y of one tile and one vector of outputs from its 36 products, which lie strip·panelWidth apart.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Finish<T>(float* m, int n, int tile, int channel, Epilogue epilogue) where T : unmanaged, ILane<T>
    {
        const int inputs = WinogradTransform.Inputs, most = 4;
        bool two = _outputs == 2;
        int block = channel / Value.Block;
        if (block >= _y.Blocks) return;
        float* columns = stackalloc float[most * inputs * Value.Block];
        nint step = (nint)_strip * _panelWidth;
        for (int x = 0; x < inputs; x++)
        {
            WinogradTransform.Output(m + x * step, inputs * step, two, out T y0, out T y1, out T y2, out T y3);
            float* column = columns + x * T.Width;
            T.Store(column, y0);
            T.Store(column + inputs * T.Width, y1);
            if (two) continue;
            T.Store(column + 2 * inputs * T.Width, y2);
            T.Store(column + 3 * inputs * T.Width, y3);
        }

        T bias = _bias is null ? default : T.Load(_bias.Data + channel);
        (int tileY, int tileX) = Math.DivRem(tile, _tilesX);
        int firstY = tileY * _outputs, firstX = tileX * _outputs, width = _y.Shape.Width;
        int endY = Math.Min(_outputs, _y.Shape.Height - firstY), endX = Math.Min(_outputs, width - firstX);
        float* to = _y.Data + n * _y.ImageStride + block * _y.BlockStride + ((long)firstY * width + firstX) * Value.Block + channel % Value.Block;
        for (int y = 0; y < endY; y++, to += (long)width * Value.Block)
        {
            WinogradTransform.Output(columns + y * inputs * T.Width, T.Width, two, out T y0, out T y1, out T y2, out T y3);
            T.Store(to, epilogue.Apply(to, y0 + bias));
            if (endX > 1) T.Store(to + Value.Block, epilogue.Apply(to + Value.Block, y1 + bias));
            if (endX > 2) T.Store(to + 2 * Value.Block, epilogue.Apply(to + 2 * Value.Block, y2 + bias));
            if (endX > 3) T.Store(to + 3 * Value.Block, epilogue.Apply(to + 3 * Value.Block, y3 + bias));
        }
    }
}
