using System.Runtime.CompilerServices;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// dw [O, C / Groups, KH, KW] = Σ over images and output pixels of dy [N, O, OH, OW] in blocks times the framed source [N, blocks, H, W, lanes].
/// <para>
/// For a panel of outputs, the inputs under all taps are rows of a matrix of sums: row (block, ky, kx, lane). What a window's row sees is one run of
/// floats, so neighbouring rows are neighbouring floats, and a few of them are summed at once (<see cref="WeightGradientTile"/>). The images are cut
/// into parts that stay in the second-level cache while all rows and panels pass over them; the second stage adds the sums of the parts in order.
/// </para>
/// </summary>
internal sealed unsafe class ConvolutionWeightGradient : Kernel
{
    // Bytes of source and gradient that stay in the second-level cache, and the most sums of all parts together.
    private const long PartBytes = 1 << 18, MostSums = 1 << 22;

    private readonly Value _source, _dy, _dw, _sums;
    private readonly ConvolutionGeometry _geometry;
    private readonly ConvolutionGeometry.Phase _phase;
    private readonly PackedForm _form;
    private readonly Segment[] _segments;
    private readonly Tile[] _pairs, _narrows, _fews;
    private readonly int _rows, _panels, _parts, _bundles, _perBundle;

    /// <summary>Neighbouring rows: the inputs of a block under a tap, or under all taps of a row of the window.</summary>
    private readonly record struct Segment(int Offset, int Block, int Lanes, int Ky, int Kx, int FirstRow, int Count);

    /// <summary>Rows that are summed at once; the first Skip of them belong to the tile before.</summary>
    private readonly record struct Tile(int Offset, int Block, int Row, int Skip, int Count);

    public ConvolutionWeightGradient(Value source, Value dy, Value dw, Value sums, ConvolutionGeometry geometry, PackedForm form)
    {
        (_source, _dy, _dw, _sums, _geometry, _form) = (source, dy, dw, sums, geometry, form);
        _phase = geometry.Phases[0];
        _panels = ConvolutionWeights.Panels(form);
        _segments = [.. SegmentsOf(geometry, form)];
        _rows = RowsOf(geometry, form);
        _parts = PartsOf(source, dy, geometry, form);
        _pairs = [.. Tiles(WeightGradientTile.PairRows)];
        _narrows = [.. Tiles(WeightGradientTile.NarrowRows)];
        _fews = [.. Tiles(form.PanelWidth)];
        long work = (long)dy.Shape.Batch * dy.Shape.Height * dy.Shape.Width / _parts * WeightGradientTile.PairRows * form.PanelWidth;
        _perBundle = (int)Math.Clamp(Strips.ItemWork / Math.Max(1, work), 1, _pairs.Length);
        _bundles = (_pairs.Length + _perBundle - 1) / _perBundle;
    }

    /// <summary>The floats of working memory: the sums of all parts.</summary>
    public static long SumFloats(Value source, Value dy, ConvolutionGeometry geometry, PackedForm form) =>
        PartsOf(source, dy, geometry, form) * SumsOf(geometry, form);

    private static int RowsOf(ConvolutionGeometry geometry, PackedForm form) => SegmentsOf(geometry, form).Sum(segment => segment.Count);

    private static long SumsOf(ConvolutionGeometry geometry, PackedForm form) => (long)ConvolutionWeights.Panels(form) * RowsOf(geometry, form) * form.PanelWidth;

    private static int PartsOf(Value source, Value dy, ConvolutionGeometry geometry, PackedForm form)
    {
        long bytes = dy.Shape.Batch * (source.ImageStride + dy.ImageStride) * sizeof(float);
        return (int)Math.Clamp(Math.Min((bytes + PartBytes - 1) / PartBytes, MostSums / SumsOf(geometry, form)), 1, Math.Max(1, dy.Shape.Batch));
    }

    private static IEnumerable<Segment> SegmentsOf(ConvolutionGeometry geometry, PackedForm form)
    {
        (int Ky, int Kx, int Y, int X)[] taps = geometry.Phases[0].Taps;
        int lanes = form.Lanes, plane = geometry.PaddedHeight * geometry.PaddedWidth * lanes, row = 0, columns = taps.Max(tap => tap.Kx) + 1;
        for (int block = 0; block * lanes < form.Inputs; block++)
        {
            int valid = Math.Min(lanes, form.Inputs - block * lanes);
            bool merges = valid == lanes && taps.All(tap => tap.X == tap.Kx);
            foreach ((int ky, int kx, int y, int x) in taps)
            {
                if (merges && kx > 0) continue;
                int count = merges ? columns * lanes : valid;
                yield return new Segment(block * plane + (y * geometry.PaddedWidth + x) * lanes, block, valid, ky, kx, row, count);
                row += count;
            }
        }
    }

    // The last tile of a segment ends with it and repeats rows of the one before; a segment that is shorter than a tile reads on behind its end, for nothing.
    private IEnumerable<Tile> Tiles(int together)
    {
        foreach (Segment segment in _segments)
            for (int first = 0; first < segment.Count; first += together)
            {
                int start = Math.Max(0, Math.Min(first, segment.Count - together));
                yield return new Tile(segment.Offset + start, segment.Block, segment.FirstRow + start, first - start, Math.Min(together, segment.Count - start));
            }
    }

    public override int Stages => 2;

    public override int Items(int stage) => stage == 0 ? _parts * _panels * _bundles : _panels * _segments.Length;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        if (stage == 0) Sum<TLane>(item);
        else Collect(item);
    }

    private void Sum<TLane>(int item) where TLane : unmanaged, ILane<TLane>
    {
        (int outer, int bundle) = Math.DivRem(item, _bundles);
        (int part, int panel) = Math.DivRem(outer, _panels);
        int first = _dy.Shape.Batch * part / _parts, images = _dy.Shape.Batch * (part + 1) / _parts - first;
        int width = _form.PanelWidth, output = panel * width, left = _form.Outputs - output, block = output / Value.Block;
        if (left <= 0) return;
        (int firstBlock, int blocks) = ConvolutionWeights.BlocksOf(_form, panel);
        nint step = (nint)_phase.SourceStepX * _form.Lanes, row = (nint)_phase.SourceStepY * _geometry.PaddedWidth * _form.Lanes;
        var pixels = new WeightGradientTile.Pixels(images, _phase.CountY, _phase.CountX, (nint)_source.ImageStride, row, step, (nint)_dy.ImageStride);
        if (row == _phase.CountX * step) pixels = pixels with { Rows = 1, Columns = _phase.CountY * _phase.CountX };
        float* source = _source.Data + first * _source.ImageStride + ((long)_phase.BaseY * _geometry.PaddedWidth + _phase.BaseX) * _form.Lanes;
        float* dy = _dy.Data + first * _dy.ImageStride + block * _dy.BlockStride + output % Value.Block;
        float* to = _sums.Data + ((long)part * _panels + panel) * _rows * width;
        float* sums = stackalloc float[4 * Value.Block * Value.Block], aside = stackalloc float[WeightGradientTile.FewOutputs * 2 * Value.Block];
        nint second = TLane.Width < Value.Block ? TLane.Width : (nint)_dy.BlockStride;
        bool narrow = left <= TLane.Width, few = left <= WeightGradientTile.FewOutputs && WeightGradientTile.FewOutputs < TLane.Width;
        Tile[] tiles = few ? _fews : narrow ? _narrows : _pairs;
        for (int index = tiles.Length * bundle / _bundles; index < tiles.Length * (bundle + 1) / _bundles; index++)
        {
            Tile tile = tiles[index];
            if (tile.Block < firstBlock || tile.Block >= firstBlock + blocks) continue;
            if (few) WeightGradientTile.Few<TLane>(source + tile.Offset, dy, pixels, sums, aside);
            else if (narrow) WeightGradientTile.Narrow<TLane>(source + tile.Offset, dy, pixels, sums);
            else WeightGradientTile.Pair<TLane>(source + tile.Offset, dy, second, pixels, sums);
            int floats = (tile.Count - tile.Skip) * width;
            new ReadOnlySpan<float>(sums + tile.Skip * width, floats).CopyTo(new Span<float>(to + (long)(tile.Row + tile.Skip) * width, floats));
        }
    }

    // Adds the sums of the parts and puts them where the weights are.
    private void Collect(int item)
    {
        (int panel, int index) = Math.DivRem(item, _segments.Length);
        Segment segment = _segments[index];
        (int firstBlock, int blocks) = ConvolutionWeights.BlocksOf(_form, panel);
        if (segment.Block < firstBlock || segment.Block >= firstBlock + blocks) return;
        int width = _form.PanelWidth, perGroupOut = _form.Outputs / _form.Groups, perGroupIn = _form.Inputs / _form.Groups;
        int outputs = Math.Min(width, _form.Outputs - panel * width), kernel = _dw.Shape[2] * _dw.Shape[3];
        long apart = (long)_panels * _rows * width;
        for (int r = 0; r < segment.Count; r++)
        {
            (int column, int lane) = Math.DivRem(r, segment.Lanes);
            int input = segment.Block * _form.Lanes + lane, tap = segment.Ky * _dw.Shape[3] + segment.Kx + column;
            float* from = _sums.Data + ((long)panel * _rows + segment.FirstRow + r) * width;
            for (int c = 0; c < outputs; c++)
            {
                int output = panel * width + c;
                if (input / perGroupIn != output / perGroupOut) continue;
                float sum = from[c];
                for (int part = 1; part < _parts; part++) sum += from[part * apart + c];
                _dw.Data[((long)output * _dw.Shape[1] + input % perGroupIn) * kernel + tap] = sum;
            }
        }
    }
}
