using System.Collections.Immutable;

namespace Phosphene.Runtime.Graphs;

/// <summary>The sum over the given axes, which stay with extent 1. Axes are in [0, rank) and ascending.</summary>
public sealed record Sum(ImmutableArray<int> Axes) : Operator
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs) => Reduced(inputs[0], Axes);

    internal static Shape Reduced(Shape input, ImmutableArray<int> axes)
    {
        foreach (int axis in axes) input = input.With(axis, 1);
        return input;
    }

    /// <inheritdoc/>
    public bool Equals(Sum? other) => other is not null && Axes.SequenceEqual(other.Axes);

    /// <inheritdoc/>
    public override int GetHashCode() => Axes.Aggregate(17, HashCode.Combine);
}

/// <summary>The largest element over the given axes, which stay with extent 1. Among equals the first in row-major order wins, and takes the gradient.</summary>
public sealed record Max(ImmutableArray<int> Axes) : Operator
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs) => Sum.Reduced(inputs[0], Axes);

    /// <inheritdoc/>
    public bool Equals(Max? other) => other is not null && Axes.SequenceEqual(other.Axes);

    /// <inheritdoc/>
    public override int GetHashCode() => Axes.Aggregate(19, HashCode.Combine);
}

/// <summary>
/// The index of the largest element along one axis, which stays with extent 1; of several the first, or the last. Its gradient is zero.
/// </summary>
public sealed record ArgMax(int Axis, bool Last = false) : Operator
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs) =>
        inputs[0][Axis] > 0
            ? inputs[0].With(Axis, 1)
            : throw new ArgumentException($"ArgMax along axis {Axis} of {inputs[0]}: an empty axis has no largest element.");
}

/// <summary>y = e^(x - max) / Σ e^(x - max) along one axis.</summary>
public sealed record Softmax(int Axis) : Elementwise;

/// <summary>y = x - max - ln Σ e^(x - max) along one axis.</summary>
public sealed record LogSoftmax(int Axis) : Elementwise;

/// <summary>
/// [.., M, K] times [.., K, P] is [.., M, P], with leading axes broadcast; TransposeA and TransposeB swap the last two axes of an operand first.
/// </summary>
public sealed record MatMul(bool TransposeA = false, bool TransposeB = false) : Operator
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        Shape a = inputs[0], b = inputs[1];
        if (a.Rank < 2 || b.Rank < 2)
            throw new ArgumentException($"MatMul needs operands of rank 2 or more; got {a} and {b}.");
        (int m, int k) = TransposeA ? (a[-1], a[-2]) : (a[-2], a[-1]);
        (int k2, int p) = TransposeB ? (b[-1], b[-2]) : (b[-2], b[-1]);
        if (k != k2)
            throw new ArgumentException($"MatMul of {a}{(TransposeA ? " transposed" : "")} and {b}{(TransposeB ? " transposed" : "")}: {k} columns against {k2} rows.");
        if (m < 1 || k < 1 || p < 1)
            throw new ArgumentException($"MatMul needs operands without empty axes; got {a} and {b}.");
        Shape outer = Shape.Broadcast(new Shape(a.Extents[..^2]), new Shape(b.Extents[..^2]));
        return new Shape([.. outer.Extents, m, p]);
    }
}
