namespace Phosphene.Runtime.Graphs;

/// <summary>
/// y[n, c, i, j] = x[n, c, ⌊i / FactorY⌋, ⌊j / FactorX⌋]: each pixel of x [N, C, H, W] becomes a cell of FactorY × FactorX equal ones. Nearest-neighbour
/// upsampling by whole factors of at least 1.
/// </summary>
public sealed record Upsample2D(int FactorY, int FactorX) : Operator
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        Shape x = inputs[0];
        if (x.Rank != 4)
            throw new ArgumentException($"Upsample2D needs an input [N, C, H, W]; got {x}.");
        if (FactorY < 1 || FactorX < 1)
            throw new ArgumentException($"Upsample2D needs factors of at least 1; got {FactorY} x {FactorX} (height x width).");
        return new Shape(x.Batch, x.Channels, checked(x.Height * FactorY), checked(x.Width * FactorX));
    }
}

/// <summary>The adjoint of <see cref="Upsample2D"/>: the sum of each cell. The input [N, C, H·FactorY, W·FactorX] becomes [N, C, H, W].</summary>
public sealed record Upsample2DGradient(int FactorY, int FactorX) : Operator
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        Shape dy = inputs[0];
        if (dy.Rank != 4 || FactorY < 1 || FactorX < 1 || dy.Height % FactorY != 0 || dy.Width % FactorX != 0)
            throw new ArgumentException($"The gradient {dy} of an upsampling should be [N, C, H, W] of whole cells of {FactorY} x {FactorX} (height x width).");
        return new Shape(dy.Batch, dy.Channels, dy.Height / FactorY, dy.Width / FactorX);
    }
}
