using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// y [N, O, OH, OW] in blocks = epilogue of bias + Σ taps and channels of source·weight, forward or as the gradient in the input (see
/// <see cref="ConvolutionGeometry"/>). The source is [N, blocks, H, W, lanes], in a frame of zeros where taps leave the image. Each item is
/// a strip of a phase's pixels for a few panels of output channels; the strip of the source stays in the second-level cache.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class ConvolutionKernel : Kernel
{
    private readonly Value _source, _weights, _y;
    private readonly Value? _bias;
    private readonly EpilogueValues _epilogue;
    private readonly ConvolutionGeometry _geometry;
    private readonly PackedForm _form;
    private readonly long[][] _offsets;
    private readonly PhasePlan[] _phases;
    private readonly int _panels, _images;
    private readonly int _itemsPerImage;

    /// <summary>
    /// The segments of one phase: offsets [blocks of a panel][taps merged], Chunk of them at once, and how its work divides: items are strips of
    /// pixels times groups of panels.
    /// </summary>
    private sealed record PhasePlan(int[] Segments, int SegmentsPerBlock, int Chunk, int Run, int Strip, int Strips, int PanelsPerItem, int PanelGroups, bool StripsFirst, int FirstItem);

    public ConvolutionKernel(Value source, Value weights, Value? bias, Value y, EpilogueValues epilogue, ConvolutionGeometry geometry, PackedForm form)
    {
        (_source, _weights, _bias, _y, _epilogue, _geometry, _form) = (source, weights, bias, y, epilogue, geometry, form);
        (_offsets, _) = ConvolutionWeights.Offsets(form, geometry);
        _panels = ConvolutionWeights.Panels(form);
        _images = y.Shape.Batch;
        _phases = new PhasePlan[geometry.Phases.Count];
        for (int i = 0; i < _phases.Length; i++)
        {
            _phases[i] = PlanPhase(geometry.Phases[i], _itemsPerImage);
            _itemsPerImage += _phases[i].Strips * _phases[i].PanelGroups;
        }
    }

    private int Blocks => (_form.Inputs + _form.Lanes - 1) / _form.Lanes;

    private PhasePlan PlanPhase(ConvolutionGeometry.Phase phase, int firstItem)
    {
        (int length, (int Y, int X)[] starts) = phase.Runs();
        int lanes = _form.Lanes;
        int[] taps = [.. starts.Select(tap => (tap.Y * _geometry.PaddedWidth + tap.X) * lanes)];
        int run = length * lanes, most = Enumerable.Range(0, _panels).Max(panel => ConvolutionWeights.BlocksOf(_form, panel).Count);
        int plane = _geometry.PaddedHeight * _geometry.PaddedWidth * lanes;
        int[] segments = [.. Enumerable.Range(0, most).SelectMany(block => taps.Select(tap => checked(block * plane + tap)))];

        int chunks = Math.Max(1, (segments.Length * run + Strips.ChunkFloats - 1) / Strips.ChunkFloats), chunk = Math.Max(1, (segments.Length + chunks - 1) / chunks);
        int pixels = phase.CountY * phase.CountX, sourcePerPixel = Math.Max(1, Blocks * lanes * phase.SourceStepY * phase.SourceStepX);
        (int strip, int strips) = Strips.InCache(pixels, sourcePerPixel, _form.PanelWidth);
        long work = (long)strip * _form.PanelWidth * run * segments.Length;
        int panelsPerItem = (int)Math.Clamp(Strips.ItemWork / Math.Max(1, work), 1, _panels);
        // Each thread begins with a run of neighbouring items: it should need all of the smaller operand and its part of the larger.
        bool stripsFirst = (long)pixels * sourcePerPixel >= (long)_panels * _form.PanelWidth * run * segments.Length;
        return new PhasePlan(segments, taps.Length, chunk, run, strip, strips, panelsPerItem, (_panels + panelsPerItem - 1) / panelsPerItem, stripsFirst, firstItem);
    }

    // The sums of several chunks meet in the result.
    public override bool WritesInPlace => Array.TrueForAll(_phases, plan => plan.Segments.Length <= plan.Chunk);

    public override int Items(int stage) => _images * _itemsPerImage;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int image, int rest) = Math.DivRem(item, _itemsPerImage);
        int index = _phases.Length - 1;
        while (_phases[index].FirstItem > rest) index--;
        PhasePlan plan = _phases[index];
        ConvolutionGeometry.Phase phase = _geometry.Phases[index];
        (int strip, int group) = plan.StripsFirst ? Math.DivRem(rest - plan.FirstItem, plan.PanelGroups) : Flip(Math.DivRem(rest - plan.FirstItem, plan.Strips));
        int first = strip * plan.Strip, count = Math.Min(plan.Strip, phase.CountY * phase.CountX - first), lanes = _form.Lanes;

        // Where each pixel of the strip reads and writes; the last tile repeats a pixel.
        int* rows = stackalloc int[Strips.MostTiles * Tile.Rows + NarrowTile.Rows], places = stackalloc int[Strips.MostTiles * Tile.Rows + NarrowTile.Rows];
        (int y, int x) = Math.DivRem(first, phase.CountX);
        for (int pixel = 0; pixel < count; y++, x = 0)
        {
            int row = ((phase.BaseY + y * phase.SourceStepY) * _geometry.PaddedWidth + phase.BaseX + x * phase.SourceStepX) * lanes, step = phase.SourceStepX * lanes;
            int place = ((phase.FirstY + y * phase.StepY) * _y.Shape.Width + phase.FirstX + x * phase.StepX) * Value.Block, placeStep = phase.StepX * Value.Block;
            for (int end = Math.Min(count, pixel + phase.CountX - x); pixel < end; pixel++, row += step, place += placeStep) (rows[pixel], places[pixel]) = (row, place);
        }
        for (int pixel = count; pixel < count + NarrowTile.Rows; pixel++) (rows[pixel], places[pixel]) = (rows[count - 1], places[count - 1]);

        float* source = _source.Data + image * _source.ImageStride, output = _y.Data + image * _y.ImageStride;
        long plane = (long)_geometry.PaddedHeight * _geometry.PaddedWidth * lanes, blockStride = _y.BlockStride;
        Epilogue epilogue = _epilogue.Of(_y, image);
        int lastPanel = Math.Min(_panels, (group + 1) * plan.PanelsPerItem);
        fixed (int* segments = plan.Segments)
        {
            for (int panel = group * plan.PanelsPerItem; panel < lastPanel; panel++)
            {
                (int firstBlock, int blocks) = ConvolutionWeights.BlocksOf(_form, panel);
                float* weights = _weights.Data + _offsets[index][panel];
                float* start = _bias is null ? null : _bias.Data + panel * _form.PanelWidth;
                int channel = panel * _form.PanelWidth, block = channel / Value.Block, all = blocks * plan.SegmentsPerBlock;
                float* from = source + firstBlock * plane, to = output + block * blockStride + channel % Value.Block;
                // The second vector is the other half of the block or, at full width, the next block, if there is one.
                bool pair = TLane.Width < Value.Block || block + 1 < _y.Blocks;
                nint second = TLane.Width < Value.Block ? TLane.Width : (nint)blockStride;
                int left = _form.Outputs - channel, done = 0;
                if (left <= 0)
                {
                    // Lanes of a block past the last output.
                    for (int pixel = 0; pixel < count; pixel++) new Span<float>(to + places[pixel], _form.PanelWidth).Clear();
                    continue;
                }
                do
                {
                    int chunk = Math.Min(plan.Chunk, all - done);
                    Epilogue end = done + chunk == all ? epilogue : Epilogue.None;
                    if (left <= TLane.Width)
                    {
                        nint zeros = TLane.Width < Value.Block ? second : 0;
                        NarrowTile.Strip<TLane>(from, rows, segments + done, chunk, plan.Run, weights, start, end, to, places, zeros, count);
                    }
                    else
                    {
                        float* ahead = weights + (long)chunk * plan.Run * _form.PanelWidth;
                        nint step = Tile.AheadStep(_form.PanelWidth, Tile.Count(count, TLane.Width));
                        Tile.Strip<TLane>(from, rows, segments + done, chunk, plan.Run, weights, ahead, step, inBlock: false, Math.Min(Tile.Ahead, chunk), asks: done == 0, start, end, to, places, pair ? second : 0, count);
                    }
                    weights += (long)chunk * plan.Run * _form.PanelWidth;
                    done += chunk;
                    start = to;                                      // the next chunk adds to what this one left
                }
                while (done < all);
            }
        }
    }

    private static (int, int) Flip((int A, int B) pair) => (pair.B, pair.A);
}
