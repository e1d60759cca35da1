namespace Phosphene.Runtime.Graphs;

/// <summary>
/// Where a window stands on an image: kernel extents, strides, dilations and zero padding, height before width. Output extent
/// = (extent + before + after - (kernel - 1)·dilation - 1) / stride + 1, rounded down.
/// </summary>
public readonly record struct Window(
    int KernelY, int KernelX,
    int StrideY = 1, int StrideX = 1,
    int Top = 0, int Left = 0, int Bottom = 0, int Right = 0,
    int DilationY = 1, int DilationX = 1)
{
    /// <summary>Whether it is 1×1 of stride 1 without padding: every output sees the input at its own place.</summary>
    internal bool IsPointwise => this == new Window(1, 1, DilationY: DilationY, DilationX: DilationX);

    /// <summary>The output height for an input of this height.</summary>
    /// <exception cref="ArgumentException">The window is larger than the padded input, or its numbers are out of range.</exception>
    public int OutputHeight(int height) => Extent(height, KernelY, StrideY, Top, Bottom, DilationY, "height");

    /// <summary>The output width for an input of this width.</summary>
    /// <exception cref="ArgumentException">The window is larger than the padded input, or its numbers are out of range.</exception>
    public int OutputWidth(int width) => Extent(width, KernelX, StrideX, Left, Right, DilationX, "width");

    /// <summary>Of the windows [first, end) of a row, those whose tap kx lies inside an image of the given width.</summary>
    internal (int First, int End) Inside(int kx, int first, int end, int width)
    {
        int offset = kx * DilationX - Left, last = width - 1 - offset;
        return (Math.Max(first, offset < 0 ? (StrideX - 1 - offset) / StrideX : 0), Math.Min(end, last < 0 ? 0 : last / StrideX + 1));
    }

    private static int Extent(int extent, int kernel, int stride, int before, int after, int dilation, string side)
    {
        if (kernel < 1 || stride < 1 || dilation < 1 || before < 0 || after < 0)
            throw new ArgumentException($"A window needs kernel, stride and dilation of at least 1 and padding of at least 0; got kernel {kernel}, stride {stride}, dilation {dilation}, padding {before} and {after} ({side}).");
        long room = (long)extent + before + after - ((long)kernel - 1) * dilation - 1;
        return room >= 0
            ? (int)(room / stride) + 1
            : throw new ArgumentException($"A window of {kernel} (dilation {dilation}) does not fit an input {side} of {extent} with padding {before} and {after}.");
    }
}

/// <summary>
/// y[n, o, i, j] = b[o] + Σ_{c, ky, kx} x[n, c, i·StrideY + ky·DilationY - Top, j·StrideX + kx·DilationX - Left] · w[o, c, ky, kx].
/// Inputs: x [N, C, H, W], w [O, C / Groups, KernelY, KernelX] and, optionally, b [O]. Channels and outputs divide into Groups that do not mix.
/// </summary>
public sealed record Conv2D(Window Window, int Groups = 1) : Operator
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        Shape x = inputs[0], w = inputs[1];
        if (x.Rank != 4 || w.Rank != 4)
            throw new ArgumentException($"Conv2D needs an input [N, C, H, W] and a weight [O, C, H, W]; got {x} and {w}.");
        if (w.Count == 0) throw new ArgumentException($"Conv2D of {x} has the empty weight {w}.");
        if (Groups < 1 || x.Channels % Groups != 0 || w[0] % Groups != 0)
            throw new ArgumentException($"Conv2D of {x} with weight {w} cannot be divided into {Groups} groups.");
        if (w.Channels * Groups != x.Channels)
            throw new ArgumentException($"Weight {w} needs {(long)w.Channels * Groups} input channels, input is {x}.");
        if (w.Height != Window.KernelY || w.Width != Window.KernelX)
            throw new ArgumentException($"Weight {w} does not have the window's kernel {Window.KernelY} x {Window.KernelX} (height x width).");
        if (inputs.Length > 2 && inputs[2] != new Shape(w[0]))
            throw new ArgumentException($"Bias {inputs[2]} should be [{w[0]}] for weight {w}.");
        return new Shape(x.Batch, w[0], Window.OutputHeight(x.Height), Window.OutputWidth(x.Width));
    }
}

/// <summary>
/// The adjoint of <see cref="Conv2D"/> in x: dx[n, c, y, x] = Σ dy[n, o, i, j]·w[o, c, ky, kx] over all (o, ky, kx) whose tap reads (y, x).
/// Inputs: dy [N, O, OH, OW] and w; the result has InputShape [N, C, H, W]. This is also transposed convolution.
/// </summary>
public sealed record Conv2DInputGradient(Window Window, int Groups, Shape InputShape) : Operator
{
    /// <summary>Whether it is that of a 1×1 convolution of all channels.</summary>
    internal bool IsPointwise => Groups == 1 && Window.IsPointwise;

    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        Shape forward = new Conv2D(Window, Groups).Infer([InputShape, inputs[1]]);
        return forward == inputs[0]
            ? InputShape
            : throw new ArgumentException($"The gradient {inputs[0]} of a convolution of {InputShape} should be {forward}.");
    }
}

/// <summary>
/// The gradient of <see cref="Conv2D"/> in w: dw[o, c, ky, kx] = Σ_{n, i, j} dy[n, o, i, j]·x[n, c, i·StrideY + ky·DilationY - Top, ...].
/// Inputs: x and dy; the result has WeightShape [O, C / Groups, KernelY, KernelX].
/// </summary>
public sealed record Conv2DWeightGradient(Window Window, int Groups, Shape WeightShape) : Operator
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        Shape forward = new Conv2D(Window, Groups).Infer([inputs[0], WeightShape]);
        return forward == inputs[1]
            ? WeightShape
            : throw new ArgumentException($"The gradient {inputs[1]} of a convolution of {inputs[0]} should be {forward}.");
    }
}
