using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// A convolution in narrow groups, forward or as the gradient in the input (see <see cref="ConvolutionGeometry"/>):
/// <code>
/// y[n, o, i, j] = epilogue of bias[o] + Σ_taps Σ_c x[n, c, pixel(i, j) + tap]·w[o, c, tap],   c in the group of o
/// </code>
/// The vector runs over outputs: x and y are [N, C, H, W] in blocks, the weights are packed as <see cref="GroupedForm"/> says. A vector of outputs is multiplied only with what its groups read, and where several
/// groups share it, each lane with what its own group reads, if all they read is one vector; else with zeros for what others read. An item is a few rows of one image and block of outputs, all phases; what they read is first copied into a frame of zeros in the thread's own memory.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class GroupedKernel : Kernel
{
    private readonly Value _x, _weights, _y;
    private readonly Value? _bias;
    private readonly EpilogueValues _epilogue;
    private readonly ConvolutionGeometry _geometry;
    private readonly GroupedForm _form;
    private readonly PhasePlan[] _phases;
    private readonly (int First, int Count)[] _sources;
    private readonly bool _spreads;
    private readonly int _parts, _blockFloats, _rowFloats, _past, _vectorsOfBlock;

    /// <summary>One phase: taps of a step, the rows that its taps reach over, where the weights of each vector of outputs begin, and for each of its steps the floats from the pixel that the first tap reads.</summary>
    private sealed record PhasePlan(ConvolutionGeometry.Phase Phase, int Columns, int Reach, long[] Weights, int[][] Steps);

    public GroupedKernel(Value x, Value weights, Value? bias, Value y, EpilogueValues epilogue, ConvolutionGeometry geometry, GroupedForm form)
    {
        (_x, _weights, _bias, _y, _epilogue, _geometry, _form) = (x, weights, bias, y, epilogue, geometry, form);
        _spreads = form.Spreads;
        _vectorsOfBlock = Value.Block / form.LaneWidth;
        _sources = [.. Enumerable.Range(0, y.Blocks).Select(SourceBlocks)];
        _blockFloats = geometry.PaddedWidth * Value.Block;
        _rowFloats = _sources.Max(source => source.Count) * _blockFloats;
        // The last tile of a row may read past its end, for sums that are not kept.
        _past = GroupedTile.Fourteen.Count * geometry.Phases.Select(phase => phase.SourceStepX).DefaultIfEmpty().Max() * Value.Block;
        (long[][] offsets, _) = form.Offsets(geometry);
        _phases = [.. geometry.Phases.Select((phase, i) =>
            new PhasePlan(phase, GroupedForm.ColumnsOf(phase), phase.Taps.Select(tap => tap.Y + 1).DefaultIfEmpty().Max(), offsets[i], [.. Enumerable.Range(0, form.Vectors).Select(vector => Steps(phase, vector))]))];
        long work = geometry.Phases.Sum(phase => (long)phase.CountY * phase.CountX * phase.Taps.Length) * (form.Work / y.Blocks);
        _parts = Strips.PartsOf(work, y.Shape.Height);
    }

    // The blocks of inputs that the groups of a block of outputs read.
    private (int First, int Count) SourceBlocks(int block)
    {
        var inputs = Enumerable.Range(block * _vectorsOfBlock, _vectorsOfBlock).Select(_form.InputsOf).Where(range => range.Count > 0).ToArray();
        int first = inputs.Min(range => range.First) / Value.Block, last = inputs.Max(range => range.First + range.Count - 1) / Value.Block;
        return (first, last - first + 1);
    }

    private int[] Steps(ConvolutionGeometry.Phase phase, int vector)
    {
        (int first, _) = _form.InputsOf(vector);
        (int depth, int columns, int firstBlock) = (_form.DepthOf(vector), GroupedForm.ColumnsOf(phase), _sources[vector / _vectorsOfBlock].First);
        return
        [
            .. from run in Enumerable.Range(0, phase.Taps.Length / columns)
               let tap = phase.Taps[run * columns]
               from c in Enumerable.Range(0, depth)
               let channel = _spreads ? first / _form.LaneWidth * _form.LaneWidth : first + c
               select tap.Y * _rowFloats + tap.X * Value.Block + (channel / Value.Block - firstBlock) * _blockFloats + channel % Value.Block,
        ];
    }

    public override bool WritesInPlace => true;

    public override int Items(int stage) => _y.Shape.Batch * _y.Blocks * _parts;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int image, int part, int block) = Strips.RowsFirst(item, _parts, _y.Blocks);
        int height = _y.Shape.Height, first = height * part / _parts, end = height * (part + 1) / _parts;
        float* frame = Frame(image, item, block, first, end), y = _y.Data + image * _y.ImageStride + block * _y.BlockStride;
        Epilogue epilogue = _epilogue.Of(_y, image);
        // All phases of a row while it is in the cache.
        for (int row = first; row < end; row++)
            foreach (PhasePlan plan in _phases)
            {
                ConvolutionGeometry.Phase phase = plan.Phase;
                if (phase.GridRow(row) is not { } gridRow) continue;
                float* from = frame + (nint)(phase.BaseY + gridRow * phase.SourceStepY) * _rowFloats + phase.BaseX * Value.Block;
                float* to = y + ((nint)row * _y.Shape.Width + phase.FirstX) * Value.Block;
                for (int vector = block * _vectorsOfBlock; vector < (block + 1) * _vectorsOfBlock; vector++, to += TLane.Width) Row<TLane>(plan, vector, from, epilogue, to);
            }
    }

    // The rows [First, End) of a phase's grid that are among the given rows of the output.
    private static (int First, int End) RowsOf(ConvolutionGeometry.Phase phase, int first, int end)
    {
        return (Before(first), Before(end));
        int Before(int row) => Math.Clamp((row - phase.FirstY + phase.StepY - 1) / phase.StepY, 0, phase.CountY);
    }

    // Copies what the given rows of a block of outputs read: [rows, blocks of inputs, PaddedWidth, 16]. The result is where row 0 of the padded image would be.
    private float* Frame(int image, int item, int block, int firstRow, int endRow)
    {
        int first = _geometry.PaddedHeight, end = 0;
        foreach (PhasePlan plan in _phases)
        {
            (int row, int last) = RowsOf(plan.Phase, firstRow, endRow);
            if (row == last || plan.Reach == 0) continue;
            first = Math.Min(first, plan.Phase.BaseY + row * plan.Phase.SourceStepY);
            end = Math.Max(end, plan.Phase.BaseY + (last - 1) * plan.Phase.SourceStepY + plan.Reach);
        }
        int rows = Math.Max(0, end - first), inside = _geometry.Width * Value.Block, left = _geometry.Left * Value.Block;
        float* frame = PrivateMemory.Of(this, item, (long)rows * _rowFloats + _past, out _);
        (int firstBlock, int blocks) = _sources[block];
        for (int row = first; row < end; row++)
        {
            int y = row - _geometry.Top;
            for (int b = 0; b < blocks; b++)
            {
                var to = new Span<float>(frame + (nint)(row - first) * _rowFloats + b * _blockFloats, _blockFloats);
                if (y < 0 || y >= _geometry.Height)
                {
                    to.Clear();
                    continue;
                }
                to[..left].Clear();
                new Span<float>(_x.Data + image * _x.ImageStride + (firstBlock + b) * _x.BlockStride + (nint)y * inside, inside).CopyTo(to[left..]);
                to[(left + inside)..].Clear();
            }
        }
        return frame - (nint)first * _rowFloats;
    }

    // One row of a phase's grid for one vector of outputs. What is left over after whole tiles is computed aside.
    private void Row<T>(PhasePlan plan, int vector, float* x, in Epilogue epilogue, float* y) where T : unmanaged, ILane<T>
    {
        nint pixel = plan.Phase.SourceStepX * Value.Block, place = plan.Phase.StepX * Value.Block;
        float* aside = stackalloc float[GroupedTile.Fourteen.Count * Value.Block];
        for (int left = plan.Phase.CountX; left > 0;)
        {
            int pixels = T.Width == Value.Block && left > GroupedTile.Seven.Count ? GroupedTile.Fourteen.Count : GroupedTile.Seven.Count, tiles = left / pixels, done = tiles * pixels;
            if (tiles == 0)
            {
                Tiles<T>(plan, vector, pixels, x, Epilogue.None, aside, T.Width, 1);
                for (; done < left; done++) T.Store(y + done * place, epilogue.Apply(y + done * place, T.Load(aside + done * T.Width)));
            }
            else Tiles<T>(plan, vector, pixels, x, epilogue, y, place, tiles);
            x += done * pixel;
            y += done * place;
            left -= done;
        }
    }

    private void Tiles<T>(PhasePlan plan, int vector, int pixels, float* x, in Epilogue epilogue, float* y, nint place, int tiles) where T : unmanaged, ILane<T>
    {
        if (pixels == GroupedTile.Fourteen.Count) Tiles<T, GroupedTile.Fourteen>(plan, vector, x, epilogue, y, place, tiles);
        else Tiles<T, GroupedTile.Seven>(plan, vector, x, epilogue, y, place, tiles);
    }

    private void Tiles<T, TPixels>(PhasePlan plan, int vector, float* x, in Epilogue epilogue, float* y, nint place, int tiles) where T : unmanaged, ILane<T> where TPixels : GroupedTile.IPixels
    {
        float* weights = _weights.Data + plan.Weights[vector], bias = _bias is null ? null : _bias.Data + vector * T.Width;
        nint pixel = plan.Phase.SourceStepX * Value.Block;
        int count = plan.Steps[vector].Length;
        fixed (int* steps = plan.Steps[vector])
        {
            if (plan.Columns == 1 && _spreads) GroupedTile.One<T, GroupedTile.OfEachGroup, TPixels>(x, pixel, steps, count, weights, bias, epilogue, y, place, tiles);
            else if (plan.Columns == 1) GroupedTile.One<T, GroupedTile.OneChannel, TPixels>(x, pixel, steps, count, weights, bias, epilogue, y, place, tiles);
            else if (_spreads) GroupedTile.Three<T, GroupedTile.OfEachGroup, TPixels>(x, steps, count, weights, bias, epilogue, y, place, tiles);
            else GroupedTile.Three<T, GroupedTile.OneChannel, TPixels>(x, steps, count, weights, bias, epilogue, y, place, tiles);
        }
    }
}
