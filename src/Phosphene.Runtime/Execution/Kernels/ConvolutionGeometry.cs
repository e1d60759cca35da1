using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// A convolution as sums over taps on a padded source. The outputs fall into phases, each a regular grid whose pixels use the same taps:
/// forward there is one phase; the gradient in the input of a strided convolution has StrideY·StrideX, so that no multiplication is spent on
/// inserted zeros. Forward, output (i, j) reads source row i·StrideY + ky·DilationY - Top; backward, input row y is written by the outputs i
/// with i·StrideY + ky·DilationY - Top = y.
/// </summary>
internal sealed class ConvolutionGeometry
{
    /// <summary>One tap of the window: kernel row (or column) k reads the source at an offset from the pixel's own place.</summary>
    private readonly record struct Tap(int Kernel, int Offset);

    /// <summary>One axis of one phase: outputs First, First + Step, ... (Count of them); output t reads sources Base + t·SourceStep + tap offset.</summary>
    private sealed record Axis(int First, int Step, int Count, int Base, int SourceStep, Tap[] Taps);

    /// <summary>A grid of output pixels with common taps.</summary>
    /// <param name="FirstY">The first output row.</param>
    /// <param name="FirstX">The first output column.</param>
    /// <param name="StepY">Output rows from one grid row to the next.</param>
    /// <param name="StepX">Output columns from one grid column to the next.</param>
    /// <param name="CountY">Grid rows.</param>
    /// <param name="CountX">Grid columns.</param>
    /// <param name="BaseY">Padded source row of the first grid row.</param>
    /// <param name="BaseX">Padded source column of the first grid column.</param>
    /// <param name="SourceStepY">Source rows from one grid row to the next.</param>
    /// <param name="SourceStepX">Source columns from one grid column to the next.</param>
    /// <param name="Taps">(ky, kx, row offset, column offset), offsets ascending; not negative.</param>
    public sealed record Phase(int FirstY, int FirstX, int StepY, int StepX, int CountY, int CountX,
        int BaseY, int BaseX, int SourceStepY, int SourceStepX, (int Ky, int Kx, int Y, int X)[] Taps)
    {
        /// <summary>The row of the grid that an output row is, or null if it is none of this phase's.</summary>
        public int? GridRow(int outputRow)
        {
            (int row, int between) = Math.DivRem(outputRow - FirstY, StepY);
            return between == 0 && row >= 0 && row < CountY ? row : null;
        }

        /// <summary>Where runs of taps side by side begin, and how many taps are in each: those of a row read one unbroken run of the source, if none is missing; else each tap is a run.</summary>
        public (int Length, (int Y, int X)[] Starts) Runs()
        {
            int columns = Taps.Select(tap => tap.X).Distinct().Count();
            bool merge = columns > 0 && Taps.Max(tap => tap.X) == columns - 1;
            return (merge ? columns : 1, [.. Taps.Where(tap => !merge || tap.X == 0).Select(tap => (tap.Y, tap.X))]);
        }
    }

    private ConvolutionGeometry(Axis[] rows, Axis[] columns, int height, int width)
    {
        (Top, PaddedHeight) = Extend(rows, height);
        (Left, PaddedWidth) = Extend(columns, width);
        Phases = [.. from y in rows from x in columns where y.Count > 0 && x.Count > 0 select Combine(y, x)];
        Height = height;
        Width = width;
    }

    /// <summary>Source extents.</summary>
    public int Height { get; }

    /// <inheritdoc cref="Height"/>
    public int Width { get; }

    /// <summary>Rows of zeros above the source.</summary>
    public int Top { get; }

    /// <summary>Columns of zeros left of the source.</summary>
    public int Left { get; }

    /// <summary>Extents of the source with all the zeros its taps may read.</summary>
    public int PaddedHeight { get; }

    /// <inheritdoc cref="PaddedHeight"/>
    public int PaddedWidth { get; }

    /// <summary>The grids that together cover all outputs.</summary>
    public IReadOnlyList<Phase> Phases { get; }

    /// <summary>Whether taps read outside the source, so that it must be copied into a frame of zeros.</summary>
    public bool Pads => PaddedHeight != Height || PaddedWidth != Width;

    public static ConvolutionGeometry Forward(Window w, int height, int width) => new(
        [Forward(w.OutputHeight(height), w.KernelY, w.StrideY, w.Top, w.DilationY)],
        [Forward(w.OutputWidth(width), w.KernelX, w.StrideX, w.Left, w.DilationX)], height, width);

    public static ConvolutionGeometry Backward(Window w, int inputHeight, int inputWidth) => new(
        Backward(inputHeight, w.KernelY, w.StrideY, w.Top, w.DilationY),
        Backward(inputWidth, w.KernelX, w.StrideX, w.Left, w.DilationX), w.OutputHeight(inputHeight), w.OutputWidth(inputWidth));

    private static Axis Forward(int outputs, int kernel, int stride, int before, int dilation) =>
        new(0, 1, outputs, -before, stride, [.. Enumerable.Range(0, kernel).Select(k => new Tap(k, k * dilation))]);

    // With y + before = m·stride + r, tap k contributes if stride divides r - k·dilation, from output m + (r - k·dilation) / stride.
    private static Axis[] Backward(int inputs, int kernel, int stride, int before, int dilation) =>
    [
        .. Enumerable.Range(0, stride).Select(r =>
        {
            int first = ((r - before) % stride + stride) % stride;
            Tap[] taps =
            [
                .. Enumerable.Range(0, kernel).Where(k => (r - k * dilation) % stride == 0)
                    .Select(k => new Tap(k, (r - k * dilation) / stride)).OrderBy(tap => tap.Offset),
            ];
            return new Axis(first, stride, first < inputs ? (inputs - first + stride - 1) / stride : 0, (first + before) / stride, 1, taps);
        }),
    ];

    // The frame of zeros that holds every place that a tap of any phase reads.
    private static (int Before, int Extent) Extend(Axis[] axes, int extent)
    {
        int low = 0, high = extent - 1;
        foreach (Axis axis in axes.Where(axis => axis.Count > 0 && axis.Taps.Length > 0))
        {
            low = Math.Min(low, axis.Base + axis.Taps.Min(tap => tap.Offset));
            high = Math.Max(high, axis.Base + (axis.Count - 1) * axis.SourceStep + axis.Taps.Max(tap => tap.Offset));
        }
        return (-low, high - low + 1);
    }

    private Phase Combine(Axis y, Axis x)
    {
        // Tap offsets become non-negative by moving the base, so that segments are plain offsets from a pixel's address.
        int lowY = y.Taps.Length == 0 ? 0 : y.Taps.Min(tap => tap.Offset), lowX = x.Taps.Length == 0 ? 0 : x.Taps.Min(tap => tap.Offset);
        return new Phase(y.First, x.First, y.Step, x.Step, y.Count, x.Count, y.Base + lowY + Top, x.Base + lowX + Left, y.SourceStep, x.SourceStep,
            [.. from ty in y.Taps from tx in x.Taps select (ty.Kernel, tx.Kernel, ty.Offset - lowY, tx.Offset - lowX)]);
    }
}
