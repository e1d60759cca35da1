namespace Phosphene.Runtime.Graphs;

/// <summary>A value set by the caller before each run of the plan.</summary>
public sealed record Input(Shape Shape, string Name) : Leaf(Shape);

/// <summary>A value that the caller optimizes: its storage is shared by every plan that uses it, and outlives them.</summary>
public sealed record Parameter : Leaf
{
    /// <summary>A parameter with its starting values, row-major; the array itself is the storage.</summary>
    /// <exception cref="ArgumentException">The number of values is not the shape's.</exception>
    public Parameter(Shape shape, float[] values, string name) : base(shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length != shape.Count)
            throw new ArgumentException($"Parameter '{name}' of shape {shape} needs {shape.Count} values; got {values.Length}.");
        _values = new Lazy<float[]>(values);
        Name = name;
    }

    /// <summary>A parameter whose starting values are made when they are first asked for: a graph that is too large is refused before that.</summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="values">Makes the values, as many as the shape has; called once.</param>
    /// <param name="name">Its name.</param>
    public Parameter(Shape shape, Func<float[]> values, string name) : base(shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(values);
        _values = new Lazy<float[]>(() => values() is var made && made.Length == shape.Count
            ? made
            : throw new ArgumentException($"Parameter '{name}' of shape {shape} needs {shape.Count} values; got {made.Length}."));
        Name = name;
    }

    private readonly Lazy<float[]> _values;

    /// <summary>The current values, row-major. Written by the optimizer between runs.</summary>
    public float[] Values => _values.Value;

    /// <summary>The parameter's name in messages and checkpoints.</summary>
    public string Name { get; }
}

/// <summary>A value known when the graph is built, such as a trained weight. The memory is not copied; it must not change.</summary>
public sealed record Constant : Leaf
{
    /// <summary>A constant over existing memory, row-major.</summary>
    /// <exception cref="ArgumentException">The number of values is not the shape's.</exception>
    public Constant(Shape shape, ReadOnlyMemory<float> values) : base(shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (values.Length != shape.Count)
            throw new ArgumentException($"A constant of shape {shape} needs {shape.Count} values; got {values.Length}.");
        Values = values;
    }

    /// <summary>The values, row-major.</summary>
    public ReadOnlyMemory<float> Values { get; }
}
