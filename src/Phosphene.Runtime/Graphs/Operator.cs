namespace Phosphene.Runtime.Graphs;

/// <summary>
/// What makes a tensor of its inputs: a small immutable record of attributes that knows the shape of its result. Kernels live elsewhere and are
/// chosen at compilation; the gradient rule stands in <see cref="Gradients"/>.
/// </summary>
public abstract record Operator
{
    /// <summary>The shape of the result for inputs of these shapes.</summary>
    /// <exception cref="ArgumentException">The inputs do not fit the operator; the message has both shapes.</exception>
    public abstract Shape Infer(ReadOnlySpan<Shape> inputs);

    /// <summary>The operator's name in messages.</summary>
    public string Kind => GetType().Name;
}

/// <summary>An operator without inputs that states its own shape.</summary>
public abstract record Leaf(Shape Shape) : Operator
{
    /// <inheritdoc/>
    public sealed override Shape Infer(ReadOnlySpan<Shape> inputs) => Shape;
}

/// <summary>An operator of one input that keeps its shape: y[i] = f(x[i]).</summary>
public abstract record Elementwise : Operator
{
    /// <inheritdoc/>
    public sealed override Shape Infer(ReadOnlySpan<Shape> inputs) => inputs[0];
}

/// <summary>An operator of two inputs with NumPy's broadcasting: y[i] = f(a[i], b[i]).</summary>
public abstract record Pairwise : Operator
{
    /// <inheritdoc/>
    public sealed override Shape Infer(ReadOnlySpan<Shape> inputs) => Shape.Broadcast(inputs[0], inputs[1]);
}
