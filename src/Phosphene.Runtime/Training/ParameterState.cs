using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Training;

/// <summary>
/// A parameter that is moved step by step: its values before the last move, and what an optimizer remembers of it, arrays that begin with zeros and change
/// by assignment. Asked again by the same name, it gives the same array, so that several plans share it.
/// </summary>
public sealed class ParameterState
{
    private readonly Tensor _before;
    private readonly SortedDictionary<string, Tensor> _memory = new(StringComparer.Ordinal);

    /// <summary>A parameter that has not been moved.</summary>
    /// <exception cref="ArgumentException">The tensor is no parameter.</exception>
    public ParameterState(Tensor parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        if (parameter.Operator is not Graphs.Parameter values) throw new ArgumentException($"Only a parameter is moved; got {parameter}.");
        (Parameter, _before) = (parameter, new Tensor(new Parameter(values.Shape, () => [.. values.Values], "before")));
    }

    /// <summary>The parameter.</summary>
    public Tensor Parameter { get; }

    /// <summary>Its values.</summary>
    public float[] Values => ValuesOf(Parameter);

    /// <summary>An array of the optimizer's, zeros at the start.</summary>
    public Tensor Zeros(string name, Shape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (!_memory.TryGetValue(name, out Tensor? array)) _memory.Add(name, array = new Tensor(new Parameter(shape, () => new float[shape.Count], name)));
        return array;
    }

    /// <summary>An array of the optimizer's of the parameter's shape, zeros at the start.</summary>
    public Tensor Zeros(string name) => Zeros(name, Parameter.Shape);

    /// <summary>Keeps the values that a move is about to change; to be assigned beside the move.</summary>
    public Assignment Keep() => new(_before, Parameter);

    /// <summary>Takes the last move back. What the optimizer remembers stays.</summary>
    public void Undo() => ValuesOf(_before).CopyTo(Values, 0);

    /// <summary>Begins anew from the given values.</summary>
    public void Restart(ReadOnlySpan<float> values)
    {
        values.CopyTo(Values);
        values.CopyTo(ValuesOf(_before));
        foreach (Tensor array in _memory.Values) Array.Clear(ValuesOf(array));
    }

    /// <summary>All that decides how it goes on, by name: "values", "before" and what the optimizer remembers.</summary>
    public IEnumerable<(string Name, float[] Array)> Arrays =>
        [("values", Values), ("before", ValuesOf(_before)), .. _memory.Select(array => (array.Key, ValuesOf(array.Value)))];

    private static float[] ValuesOf(Tensor tensor) => ((Parameter)tensor.Operator).Values;
}
