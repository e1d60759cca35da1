namespace Phosphene.Runtime.Graphs;

/// <summary>
/// y = the largest element of each window of x [N, C, H, W]; padding never wins. Among equals the first in row-major order wins.
/// </summary>
public sealed record MaxPool2D(Window Window) : Operator
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs) => Pooled(inputs[0], Window, nameof(MaxPool2D));

    internal static Shape Pooled(Shape x, Window window, string kind)
    {
        if (x.Rank != 4)
            throw new ArgumentException($"{kind} needs an input [N, C, H, W]; got {x}.");
        int height = window.OutputHeight(x.Height), width = window.OutputWidth(x.Width);
        // A window that sees nothing but padding has no maximum.
        if (!Sees(x.Height, height, window.KernelY, window.StrideY, window.Top, window.DilationY) || !Sees(x.Width, width, window.KernelX, window.StrideX, window.Left, window.DilationX))
            throw new ArgumentException($"{kind} of {x}: a window of {window.KernelY} x {window.KernelX} lies wholly in the padding.");
        return new Shape(x.Batch, x.Channels, height, width);
    }

    // Whether every window has a tap inside the image.
    private static bool Sees(int extent, int outputs, int kernel, int stride, int before, int dilation)
    {
        for (long i = 0; i < outputs; i++)
        {
            long start = i * stride - before, firstInside = start >= 0 ? start : start + (-start + dilation - 1) / dilation * dilation;
            if (firstInside >= extent || firstInside > start + (kernel - 1L) * dilation) return false;
        }
        return true;
    }
}

/// <summary>The gradient of <see cref="MaxPool2D"/>: dy goes to each window's winner. Inputs: x and dy; the result has the shape of x.</summary>
public sealed record MaxPool2DGradient(Window Window) : Operator
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        Shape forward = MaxPool2D.Pooled(inputs[0], Window, nameof(MaxPool2D));
        return forward == inputs[1]
            ? inputs[0]
            : throw new ArgumentException($"The gradient {inputs[1]} of a pool of {inputs[0]} should be {forward}.");
    }
}

/// <summary>
/// y = the mean of each window of x [N, C, H, W]: over the elements inside the image or, if CountPadding, inside the image and its stated
/// padding. Ceil is padding that never counts: rows below and columns right that only ONNX's ceil mode added.
/// </summary>
public sealed record AveragePool2D(Window Window, bool CountPadding, int CeilBottom = 0, int CeilRight = 0) : Operator
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs) => MaxPool2D.Pooled(inputs[0], Window, nameof(AveragePool2D));

    /// <summary>The number of elements that count in the window of output row i and column j.</summary>
    public int Divisor(Shape input, int i, int j)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Counted(i * Window.StrideY - Window.Top, Window.KernelY, Window.DilationY, input.Height, Window.Top, Window.Bottom - CeilBottom)
             * Counted(j * Window.StrideX - Window.Left, Window.KernelX, Window.DilationX, input.Width, Window.Left, Window.Right - CeilRight);
    }

    private int Counted(int start, int kernel, int dilation, int extent, int before, int after)
    {
        int low = CountPadding ? -before : 0, high = CountPadding ? extent + after : extent, count = 0;
        for (int k = 0; k < kernel; k++)
            if (start + k * dilation >= low && start + k * dilation < high) count++;
        return Math.Max(count, 1);
    }
}

/// <summary>The adjoint of <see cref="AveragePool2D"/>: dy / divisor goes to every element of the window. Input: dy; the result has InputShape.</summary>
public sealed record AveragePool2DGradient(AveragePool2D Pool, Shape InputShape) : Operator
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        Shape forward = Pool.Infer([InputShape]);
        return forward == inputs[0]
            ? InputShape
            : throw new ArgumentException($"The gradient {inputs[0]} of a pool of {InputShape} should be {forward}.");
    }
}

/// <summary>
/// Local response normalization over channels: y[c] = x[c] / (Bias + Alpha / Size · Σ x[c']²)^Beta, with c' from c - ⌊(Size - 1) / 2⌋ to
/// c + ⌈(Size - 1) / 2⌉ inside [0, C). Source: ONNX operator LRN-13; Krizhevsky et al. 2012.
/// </summary>
public sealed record Lrn(int Size, float Alpha, float Beta, float Bias) : Elementwise;

/// <summary>The gradient of <see cref="Lrn"/>. Inputs: x and dy; the result has the shape of x.</summary>
public sealed record LrnGradient(Lrn Lrn) : Operator
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs) =>
        inputs[0] == inputs[1] ? inputs[0] : throw new ArgumentException($"The gradient {inputs[1]} of an LRN of {inputs[0]} should have that shape.");
}
