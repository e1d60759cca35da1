namespace Phosphene.Runtime.Graphs;

/// <summary>
/// The inverse real Fourier transform of a half spectrum [2, N, C, H, Width / 2 + 1] (real part, then imaginary part) to an image
/// [N, C, H, Width], normalised by 1 / (H·Width): numpy.fft.irfft2 with the width given. As there, the imaginary parts that a real image
/// cannot have (column 0, and column Width / 2 if Width is even, after the vertical transform) are ignored.
/// </summary>
public sealed record InverseRealFourier(int Width) : Operator
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        Shape s = inputs[0];
        return s.Rank == 5 && s[0] == 2 && Width >= 1 && s[4] == Width / 2 + 1
            ? new Shape(s[1], s[2], s[3], Width)
            : throw new ArgumentException($"A spectrum for an image of width {Width} is [2, N, C, H, {Width / 2 + 1}]; got {s}.");
    }
}

/// <summary>The adjoint of <see cref="InverseRealFourier"/>: image [N, C, H, W] to spectrum [2, N, C, H, W / 2 + 1].</summary>
public sealed record InverseRealFourierGradient : Operator
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        Shape x = inputs[0];
        return x.Rank == 4
            ? new Shape(2, x.Batch, x.Channels, x.Height, x.Width / 2 + 1)
            : throw new ArgumentException($"The gradient of an image is [N, C, H, W]; got {x}.");
    }
}

/// <summary>
/// Reads an image through an affine map. Inputs: x [N, C, H, W] and a matrix [2, 3]; the result is [N, C, Height, Width]. Output pixel (i, j)
/// reads x at row m00·i + m01·j + m02 and column m10·i + m11·j + m12 (pixel centres at whole numbers, row before column), bilinearly,
/// or as the nearest pixel has it; outside the image x has the value Fill. Where the map is a whole-number shift this is an exact copy. No gradient flows to the matrix.
/// </summary>
public sealed record Warp(int Height, int Width, float Fill, bool Nearest = false) : Operator
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        if (inputs[0].Rank != 4 || inputs[1] != new Shape(2, 3) || Height < 1 || Width < 1)
            throw new ArgumentException($"Warp to {Height} x {Width} needs an image [N, C, H, W] and a matrix [2, 3]; got {inputs[0]} and {inputs[1]}.");
        return new Shape(inputs[0].Batch, inputs[0].Channels, Height, Width);
    }
}

/// <summary>The adjoint of <see cref="Warp"/> in x. Inputs: dy [N, C, Height, Width] and the matrix; the result has InputShape.</summary>
public sealed record WarpGradient(Shape InputShape, bool Nearest = false) : Operator
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs) =>
        inputs[0].Rank == 4 && InputShape.Rank == 4 && inputs[1] == new Shape(2, 3) && inputs[0].Batch == InputShape.Batch && inputs[0].Channels == InputShape.Channels
            ? InputShape
            : throw new ArgumentException($"The gradient of a warp of {InputShape} needs [N, C, height, width] and a matrix [2, 3]; got {inputs[0]} and {inputs[1]}.");
}
