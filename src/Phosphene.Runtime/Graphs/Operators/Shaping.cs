using System.Collections.Immutable;

namespace Phosphene.Runtime.Graphs;

/// <summary>The same elements in the same row-major order under another shape of the same count.</summary>
public sealed record Reshape(Shape Shape) : Operator
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs) =>
        inputs[0].Count == Shape.Count
            ? Shape
            : throw new ArgumentException($"Reshape from {inputs[0]} ({inputs[0].Count} elements) to {Shape} ({Shape.Count} elements) changes the count.");
}

/// <summary>Repeats axes of extent 1 (and missing leading axes) up to the given shape, by NumPy's broadcasting rule.</summary>
public sealed record BroadcastTo(Shape Shape) : Operator
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs) =>
        Shape.Broadcast(inputs[0], Shape) == Shape
            ? Shape
            : throw new ArgumentException($"Shape {inputs[0]} does not broadcast to {Shape}.");
}

/// <summary>Axis i of the result is axis Axes[i] of the input.</summary>
public sealed record Transpose(ImmutableArray<int> Axes) : Operator
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        Shape input = inputs[0];
        if (Axes.Length != input.Rank || !Axes.Order().SequenceEqual(Enumerable.Range(0, input.Rank)))
            throw new ArgumentException($"Transpose by ({string.Join(", ", Axes)}) needs each axis of {input} exactly once.");
        Span<int> extents = stackalloc int[input.Rank];
        for (int i = 0; i < extents.Length; i++) extents[i] = input[Axes[i]];
        return new Shape(extents);
    }

    /// <inheritdoc/>
    public bool Equals(Transpose? other) => other is not null && Axes.SequenceEqual(other.Axes);

    /// <inheritdoc/>
    public override int GetHashCode() => Axes.Aggregate(17, HashCode.Combine);
}

/// <summary>
/// Every Step-th element of one axis from Start on: y[.., i, ..] = x[.., Start + i·Step, ..] for i in [0, Length). Step is at least 1.
/// </summary>
public sealed record Slice(int Axis, int Start, int Length, int Step = 1) : Operator
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        int extent = inputs[0][Axis];
        if (Start < 0 || Length < 1 || Step < 1 || (long)Start + ((long)Length - 1) * Step >= extent)
            throw new ArgumentException($"Slice of {Length} elements from {Start} by steps of {Step} does not fit axis {Axis} of {inputs[0]}, which has {extent}.");
        return inputs[0].With(Axis, Length);
    }
}

/// <summary>
/// The adjoint of <see cref="Slice"/>: zeros of the given extent, with the input's elements at Start, Start + Step, ... of the axis.
/// </summary>
public sealed record SliceGradient(int Axis, int Start, int Step, int Extent) : Operator
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        int length = inputs[0][Axis];
        if (Start < 0 || Step < 1 || (long)Start + ((long)length - 1) * Step >= Extent)
            throw new ArgumentException($"SliceGradient of {inputs[0]} from {Start} by steps of {Step} does not fit an axis of {Extent}.");
        return inputs[0].With(Axis, Extent);
    }
}

/// <summary>The inputs one after another along an axis; all other extents are equal.</summary>
public sealed record Concat(int Axis) : Operator
{
    /// <summary>How many parts the first input stands for, itself a concatenation of them: 1 unless an importer joined them once for several concatenations.</summary>
    public int Joined { get; init; } = 1;

    /// <summary>The parts of a concatenation as its file names them, whatever was joined before; none of any other tensor.</summary>
    public static IReadOnlyList<Tensor> PartsOf(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.Operator is not Concat) return [];
        var rest = new Stack<IEnumerable<Tensor>>();
        for (; tensor.Operator is Concat { Joined: > 1 }; tensor = tensor.Inputs[0]) rest.Push(tensor.Inputs.Skip(1));
        return [.. tensor.Inputs, .. rest.SelectMany(parts => parts)];
    }

    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        int total = 0;
        foreach (Shape input in inputs)
        {
            if (input.Rank != inputs[0].Rank || input.With(Axis, 1) != inputs[0].With(Axis, 1))
                throw new ArgumentException($"Concat along axis {Axis} of {inputs[0]} and {input}: all other extents must be equal.");
            total += input[Axis];
        }
        return inputs[0].With(Axis, total);
    }
}

/// <summary>How <see cref="Pad"/> continues an image past its edge.</summary>
public enum PadMode
{
    /// <summary>A constant value.</summary>
    Constant,

    /// <summary>Mirrored at the edge, which is not repeated: c b | a b c | b a.</summary>
    Reflect,

    /// <summary>The edge element repeated: a a | a b c | c c.</summary>
    Edge,
}

/// <summary>Adds Before[axis] and After[axis] elements around the input (each at least 0); Value fills them in mode Constant.</summary>
public sealed record Pad(ImmutableArray<int> Before, ImmutableArray<int> After, PadMode Mode = PadMode.Constant, float Value = 0) : Operator
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        Shape input = inputs[0];
        if (Before.Length != input.Rank || After.Length != input.Rank)
            throw new ArgumentException($"Pad of {input} needs {input.Rank} extents before and after; got {Before.Length} and {After.Length}.");
        Span<int> extents = stackalloc int[input.Rank];
        for (int axis = 0; axis < extents.Length; axis++)
        {
            if (Before[axis] < 0 || After[axis] < 0)
                throw new ArgumentException($"Pad by ({Before[axis]}, {After[axis]}) on axis {axis} of {input} must not be negative.");
            if (Mode == PadMode.Reflect && Math.Max(Before[axis], After[axis]) >= input[axis] && Before[axis] + After[axis] > 0)
                throw new ArgumentException($"Reflecting pad by ({Before[axis]}, {After[axis]}) needs more than that many elements on axis {axis} of {input}.");
            extents[axis] = checked(input[axis] + Before[axis] + After[axis]);
        }
        return new Shape(extents);
    }

    /// <inheritdoc/>
    public bool Equals(Pad? other) =>
        other is not null && Before.SequenceEqual(other.Before) && After.SequenceEqual(other.After) && Mode == other.Mode && Value.Equals(other.Value);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Before.Aggregate(17, HashCode.Combine), After.Aggregate(17, HashCode.Combine), Mode, Value);
}

/// <summary>The adjoint of <see cref="Pad"/>: what lies in the padding is added to the elements it was copied from, or dropped for a constant.</summary>
public sealed record PadGradient(Pad Pad, Shape InputShape) : Operator
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        Shape forward = Pad.Infer([InputShape]);
        return forward == inputs[0]
            ? InputShape
            : throw new ArgumentException($"The gradient {inputs[0]} of a pad of {InputShape} should be {forward}.");
    }
}
