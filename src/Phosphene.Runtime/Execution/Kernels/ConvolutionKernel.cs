using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// y [N, O, OH, OW] in blocks = epilogue of bias + Σ taps and channels of source·weight, forward or as the gradient in the input (see
/// <see cref="ConvolutionGeometry"/>). The source is [N, blocks, H, W, lanes], in a frame of zeros where taps leave the image. Each item is
/// a strip of a phase's pixels for a few panels of output channels; the strip of the source stays in the second-level cache.
/// </summary>
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

    /// <summary>The segments of one phase: offsets [blocks of a panel][taps merged], and how its work divides.</summary>
    private sealed record PhasePlan(int[] Segments, int SegmentsPerBlock, int Run, int Strip, int Strips, int PanelsPerItem, int PanelGroups, int FirstItem);

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

    private long SourceImage => _source.ImageStride;

    private PhasePlan PlanPhase(ConvolutionGeometry.Phase phase, int firstItem)
    {
        // Taps side by side in a row read one unbroken run.
        int lanes = _form.Lanes, columns = phase.Taps.Select(tap => tap.X).Distinct().Count();
        bool merge = columns > 0 && phase.Taps.Max(tap => tap.X) == columns - 1;
        int[] taps = [.. phase.Taps.Where(tap => !merge || tap.X == 0).Select(tap => (tap.Y * _geometry.PaddedWidth + tap.X) * lanes)];
        int run = merge ? columns * lanes : lanes, most = Enumerable.Range(0, _panels).Max(panel => ConvolutionWeights.BlocksOf(_form, panel).Count);
        int plane = _geometry.PaddedHeight * _geometry.PaddedWidth * lanes;
        int[] segments = [.. Enumerable.Range(0, most).SelectMany(block => taps.Select(tap => checked(block * plane + tap)))];

        // A strip of the source of about 128 KiB; panels so that an item is worth a hand-over, and enough items for the threads to share evenly.
        int pixels = phase.CountY * phase.CountX, sourcePerPixel = Math.Max(1, Blocks * lanes * phase.SourceStepY * phase.SourceStepX);
        int strip = Math.Clamp((1 << 15) / sourcePerPixel / Tile.Rows * Tile.Rows, 4 * Tile.Rows, 64 * Tile.Rows);
        int strips = Math.Max(1, (pixels + strip - 1) / strip);
        strip = ((pixels + strips - 1) / strips + Tile.Rows - 1) / Tile.Rows * Tile.Rows;
        strips = (pixels + strip - 1) / strip;
        long work = (long)strip * _form.PanelWidth * run * segments.Length;
        int panelsPerItem = (int)Math.Clamp((1 << 19) / Math.Max(1, work), 1, _panels);
        return new PhasePlan(segments, taps.Length, run, strip, strips, panelsPerItem, (_panels + panelsPerItem - 1) / panelsPerItem, firstItem);
    }

    public override int Items(int stage) => _images * _itemsPerImage;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int image, int rest) = Math.DivRem(item, _itemsPerImage);
        int index = _phases.Length - 1;
        while (_phases[index].FirstItem > rest) index--;
        PhasePlan plan = _phases[index];
        ConvolutionGeometry.Phase phase = _geometry.Phases[index];
        (int strip, int group) = Math.DivRem(rest - plan.FirstItem, plan.PanelGroups);
        int first = strip * plan.Strip, end = Math.Min(first + plan.Strip, phase.CountY * phase.CountX), lanes = _form.Lanes;
        int lastPanel = Math.Min(_panels, (group + 1) * plan.PanelsPerItem), outputBlocks = _y.Blocks;

        float* source = _source.Data + image * SourceImage + ((long)phase.BaseY * _geometry.PaddedWidth + phase.BaseX) * lanes;
        float* output = _y.Data + image * _y.ImageStride;
        long plane = (long)_geometry.PaddedHeight * _geometry.PaddedWidth * lanes, blockStride = _y.BlockStride;
        int sourceRow = phase.SourceStepY * _geometry.PaddedWidth * lanes, sourceStep = phase.SourceStepX * lanes;
        int outputWidth = _y.Shape.Width;
        Epilogue epilogue = _epilogue.Of(_y, image);
        float** rows = stackalloc float*[Tile.Rows], targets = stackalloc float*[Tile.Rows];
        float* nowhere = stackalloc float[2 * Value.Block];

        fixed (int* segments = plan.Segments)
        {
            for (int panel = group * plan.PanelsPerItem; panel < lastPanel; panel++)
            {
                (int firstBlock, int blocks) = ConvolutionWeights.BlocksOf(_form, panel);
                float* weights = _weights.Data + _offsets[index][panel];
                float* bias = _bias is null ? null : _bias.Data + panel * _form.PanelWidth;
                int channel = panel * _form.PanelWidth, block = channel / Value.Block;
                float* panelSource = source + firstBlock * plane;
                float* panelOutput = output + block * blockStride + channel % Value.Block;
                // The second vector is the other half of the block or, at full width, the next block, if there is one.
                bool pair = TLane.Width < Value.Block || block + 1 < outputBlocks;
                long second = TLane.Width < Value.Block ? TLane.Width : blockStride;

                int y = first / phase.CountX, x = first % phase.CountX;
                for (int pixel = first; pixel < end; pixel += Tile.Rows)
                {
                    for (int r = 0; r < Tile.Rows; r++)
                    {
                        bool real = pixel + r < end;
                        if (real || r == 0)
                        {
                            rows[r] = panelSource + (long)y * sourceRow + x * sourceStep;
                            targets[r] = panelOutput + ((long)(phase.FirstY + y * phase.StepY) * outputWidth + phase.FirstX + x * phase.StepX) * Value.Block;
                            if (++x == phase.CountX) (x, y) = (0, y + 1);
                        }
                        else
                        {
                            rows[r] = rows[0];
                            targets[r] = nowhere;
                        }
                    }
                    if (pair && pixel + Tile.Rows <= end)
                        Tile.Product<TLane>(rows, segments, blocks * plan.SegmentsPerBlock, plan.Run, weights, bias, epilogue, targets, second);
                    else Edge<TLane>(rows, segments, blocks * plan.SegmentsPerBlock, plan.Run, weights, bias, epilogue, targets, pair ? second : -1, Math.Min(Tile.Rows, end - pixel));
                }
            }
        }
    }

    // A tile with fewer rows, or whose second vector has no place: computed aside, then copied where it belongs.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Edge<TLane>(float** rows, int* segments, int count, int run, float* weights, float* bias, Epilogue epilogue, float** targets, long second, int valid)
        where TLane : unmanaged, ILane<TLane>
    {
        float* aside = stackalloc float[Tile.Rows * 2 * TLane.Width];
        float** asides = stackalloc float*[Tile.Rows];
        for (int r = 0; r < Tile.Rows; r++) asides[r] = aside + r * 2 * TLane.Width;
        Tile.Product<TLane>(rows, segments, count, run, weights, bias, Epilogue.None, asides, TLane.Width);
        for (int r = 0; r < valid; r++)
        {
            TLane.Store(targets[r], epilogue.Apply(targets[r], TLane.Load(asides[r])));
            if (second >= 0) TLane.Store(targets[r] + second, epilogue.Apply(targets[r] + second, TLane.Load(asides[r] + TLane.Width)));
        }
    }
}
