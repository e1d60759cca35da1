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
/// An item is a strip of tiles and a group of panels of outputs. Each thread computes the V of a strip for itself, once for all its items of the strip, in
/// chunks of channels whose M are added up. V and M stay in its second-level cache, unless all U are large: then there are few
/// strips, so that U is seldom read. U is made once for all; where an image has few strips, each panel transforms its own from the 3×3 weights for each strip, a quarter as much to keep and to read.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class WinogradKernel : Kernel
{
    /// <summary>The most tiles of a strip of which M stays in a second-level cache and V does not, since all U take more than <see cref="LargeWeights"/> floats and are to be read seldom.</summary>
    public const int MostTiles = 11 * Tile.Rows;

    // A strip has at most so many tiles, and V so many floats, for V to stay there too. Weights are transformed on the spot for at most so many strips of an image.
    private const int FewTiles = 24, StripFloats = 1 << 18, LargeWeights = 1 << 21, FewStrips = 4;

    // Channels of a chunk, and of one whose U are transformed on the spot.
    private const int MostChannels = 128, SpotChannels = 64;
    private readonly Value _x, _weights, _y;
    private readonly Value? _bias;
    private readonly EpilogueValues _epilogue;
    private readonly bool _transforms;
    private readonly int _outputs, _chunk, _chunks, _top, _left, _tilesY, _tilesX, _tiles, _tileRows, _strips, _panels, _panelWidth, _depth, _panelsPerItem, _strip, _productStride, _sumStride;

    /// <summary>
    /// The window is 3 or 5 taps wide; top and left are the rows and columns of zeros above and left of the image. The weights are
    /// packed by <see cref="WinogradWeights"/> or, if the kernel <see cref="Transforms"/> them, by <see cref="ConvolutionWeights"/>.
    /// </summary>
    public WinogradKernel(Value x, Value weights, Value? bias, Value y, EpilogueValues epilogue, int window, int top, int left, int panelWidth)
    {
        _transforms = Transforms(x.Shape.Channels, y.Shape, window);
        _outputs = WinogradTransform.Outputs(window);
        (_x, _weights, _bias, _y, _epilogue, _top, _left, _panelWidth) = (x, weights, bias, y, epilogue, top, left, panelWidth);
        (_tilesY, _tilesX) = Tiles(y.Shape, window);
        _tiles = y.Shape.Batch * _tilesY * _tilesX;
        _tileRows = Tile.RowsFor(_tiles, panelWidth / 2);
        _depth = x.Blocks * Value.Block;
        _panels = ConvolutionWeights.Panels(y.Shape.Channels, panelWidth);
        int most = _transforms || AreLarge(x.Shape.Channels, y.Shape.Channels) ? MostTiles : Math.Clamp(StripFloats / (WinogradTransform.Products * _depth), Tile.Rows, FewTiles);
        (_strip, _strips) = Strips.Of(_tiles, Math.Max(most / _tileRows, 1) * _tileRows, _tileRows);
        int channels = _transforms ? SpotChannels : MostChannels;
        _chunks = (_depth + channels - 1) / channels;
        _chunk = Value.BlocksOf((_depth + _chunks - 1) / _chunks) * Value.Block;
        (_productStride, _sumStride) = (OddLines(_strip * _chunk), OddLines(_strip * panelWidth));
        _panelsPerItem = Math.Max(1, _panels * _strips / 64);
    }

    private int PanelGroups => (_panels + _panelsPerItem - 1) / _panelsPerItem;

    /// <summary>
    /// Whether a kernel from so many channels to the given output transforms the weights itself: whether they are 3×3 and one image has few tiles, or few strips of them and large weights. It does not
    /// depend on the batch, as what is transformed on the spot is rounded otherwise.
    /// </summary>
    public static bool Transforms(int channels, Shape y, int window) =>
        window == 3 && Tiles(y, window) is var (rows, columns) && rows * columns <= (AreLarge(channels, y.Channels) ? FewStrips * MostTiles : FewTiles);

    private static bool AreLarge(int inputs, int outputs) => WinogradTransform.Products * (long)inputs * outputs > LargeWeights;

    private static (int Y, int X) Tiles(Shape y, int window)
    {
        int outputs = WinogradTransform.Outputs(window);
        return ((y.Height + outputs - 1) / outputs, (y.Width + outputs - 1) / outputs);
    }

    public override bool WritesInPlace => true;

    public override int Items(int stage) => _strips * PanelGroups;

    public override void Run<TLane>(int stage, int item)
    {
        (int strip, int group) = Math.DivRem(item, PanelGroups);
        int first = strip * _strip, count = Math.Min(_strip, _tiles - first);
        long vFloats = (long)_chunks * WinogradTransform.Products * _productStride, mFloats = WinogradTransform.Products * _sumStride, uFloats = WinogradTransform.Products * SpotStride;
        float* v = PrivateMemory.Of(this, strip, vFloats + mFloats + (_transforms ? uFloats : 0), out bool holds);
        if (!holds) Transform<TLane>(first, count, v);
        Multiply<TLane>(first, count, group, v, v + vFloats, v + vFloats + mFloats);
    }

    // The 36 products of a tile should not fall on the same set of the first-level cache, as they do at distances of a power of two.
    private static int OddLines(int floats) => floats / Value.Block % 2 == 1 ? floats : floats + Value.Block;

    // From one of the 36 transformed weights of a chunk to the next.
    private int SpotStride => OddLines(_chunk * _panelWidth);

    // V [chunks, 36, tiles of the strip, channels of a chunk]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Transform<T>(int first, int count, float* v) where T : unmanaged, ILane<T>
    {
        const int inputs = WinogradTransform.Inputs, block = Value.Block;
        int height = _x.Shape.Height, width = _x.Shape.Width;
        nint product = _productStride, row = (nint)width * block;
        float* edge = stackalloc float[inputs * inputs * block + NativeBlock.Slack], columns = stackalloc float[inputs * inputs * block + NativeBlock.Slack];
        edge = NativeBlock.Aligned(edge);
        columns = NativeBlock.Aligned(columns);
        for (int index = 0; index < count; index++)
        {
            (int rest, int tileX) = Math.DivRem(first + index, _tilesX);
            (int n, int tileY) = Math.DivRem(rest, _tilesY);
            int firstY = tileY * _outputs - _top, firstX = tileX * _outputs - _left;
            bool inside = firstY >= 0 && firstX >= 0 && firstY + inputs <= height && firstX + inputs <= width;
            float* image = _x.Data + n * _x.ImageStride;
            for (int channel = 0; channel < _depth; channel += block, image += _x.BlockStride)
            {
                (int chunk, int within) = Math.DivRem(channel, _chunk);
                float* tile = inside ? image + ((long)firstY * width + firstX) * block : edge, to = v + chunk * WinogradTransform.Products * product + index * _chunk + within;
                if (!inside) CopyEdge(image, firstY, firstX, edge);
                nint step = inside ? row : inputs * block;
                if (inside) AskRight(tile, row);
                for (int lane = 0; lane < block; lane += T.Width)
                {
                    for (int x = 0; x < inputs; x++) WinogradTransform.Input<T>(tile + x * block + lane, step, columns + x * block + lane, inputs * block);
                    for (int y = 0; y < inputs; y++) WinogradTransform.Input<T>(columns + y * inputs * block + lane, block, to + y * inputs * product + lane, product);
                }
            }
        }
    }

    // Asks for the columns that the tile to the right has and this one has not: a tile reads a few lines of each of many rows, which the processor does not see coming.
    private void AskRight(float* tile, nint row)
    {
        const int inputs = WinogradTransform.Inputs;
        for (int y = 0; y < inputs; y++, tile += row)
            for (int x = inputs; x < inputs + _outputs; x++) Processor.Prefetch(tile + x * Value.Block);
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

    // M [36, tiles of the strip, panelWidth] and from it y, panel by panel; spot has room for the transformed weights of a chunk.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply<T>(int first, int count, int group, float* v, float* m, float* spot) where T : unmanaged, ILane<T>
    {
        int* rows = stackalloc int[MostTiles], places = stackalloc int[MostTiles];
        int segment = 0, tiles = (count + _tileRows - 1) / _tileRows;
        for (int tile = 0; tile < tiles * _tileRows; tile++) (rows[tile], places[tile]) = (Math.Min(tile, count - 1) * _chunk, tile * _panelWidth);
        nint panelFloats = (_transforms ? 9 : WinogradTransform.Products) * (nint)_depth * _panelWidth;
        // Asked for while one of the 36 products is computed: its share of the next chunk's 3×3 weights, or the next product's weights.
        nint step = Tile.AheadStep(_transforms ? _panelWidth / 4 : _panelWidth, tiles);
        for (int panel = group * _panelsPerItem; panel < Math.Min(_panels, (group + 1) * _panelsPerItem); panel++)
        {
            float* weights = _weights.Data + panel * panelFloats;
            for (int chunk = 0; chunk < _chunks; chunk++)
            {
                int channel = chunk * _chunk, run = Math.Min(_chunk, _depth - channel);
                float* next = chunk + 1 < _chunks ? weights + (channel + run) * (_transforms ? 9 : 1) * _panelWidth : weights + panelFloats, u = weights + channel * _panelWidth;
                nint uStep = (nint)_depth * _panelWidth;
                if (_transforms)
                {
                    TransformWeights<T>(weights + channel * 9 * _panelWidth, spot, run);
                    u = spot;
                    uStep = SpotStride;
                }
                float* from = v + chunk * WinogradTransform.Products * (nint)_productStride, sums = m;
                for (int e = 0; e < WinogradTransform.Products; e++, u += uStep, from += _productStride, sums += _sumStride)
                {
                    float* ahead = _transforms ? next + e * (run * _panelWidth / 4) : e + 1 < WinogradTransform.Products ? u + uStep : next;
                    Tile.Sums<T>(_tileRows, from, rows, &segment, 1, run, u, ahead, step, 0, asks: false, chunk == 0 ? null : sums, Epilogue.None, sums, places, T.Width, tiles);
                }
            }
            for (int tile = 0; tile < count; tile++)
            {
                (int n, int place) = Math.DivRem(first + tile, _tilesY * _tilesX);
                Epilogue epilogue = _epilogue.Of(_y, n);
                for (int half = 0; half < 2; half++)
                    Finish<T>(m + (long)tile * _panelWidth + half * T.Width, n, place, panel * _panelWidth + half * T.Width, epilogue);
            }
        }
    }

    // U [36, chunk, panelWidth] of some channels of a panel, from g [blocks, 9, 16, panelWidth].
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformWeights<T>(float* g, float* u, int channels) where T : unmanaged, ILane<T>
    {
        const int block = Value.Block;
        nint tap = (nint)block * _panelWidth, product = SpotStride;
        for (int channel = 0; channel < channels; channel++, u += _panelWidth)
        {
            float* from = g + channel / block * 9 * tap + channel % block * _panelWidth;
            for (int half = 0; half < _panelWidth; half += T.Width) WinogradTransform.Weights<T>(from + half, tap, u + half, product);
        }
    }

    // y of one tile and one vector of outputs from its 36 products.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Finish<T>(float* m, int n, int tile, int channel, in Epilogue epilogue) where T : unmanaged, ILane<T>
    {
        const int inputs = WinogradTransform.Inputs, most = 4;
        bool two = _outputs == 2;
        int block = channel / Value.Block;
        if (block >= _y.Blocks) return;
        float* columns = stackalloc float[most * inputs * Value.Block + NativeBlock.Slack];
        columns = NativeBlock.Aligned(columns);
        nint step = _sumStride;
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
