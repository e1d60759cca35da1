using System.Collections.Immutable;

namespace Phosphene.Runtime.Graphs;

/// <summary>
/// What parameters become at the end of a run of a plan. All assignments of a plan see the old values, in whatever order they stand.
/// </summary>
public sealed record Assignment
{
    /// <summary>A parameter that takes a value of its own shape.</summary>
    /// <exception cref="ArgumentException">The first tensor is no parameter, or the shapes differ.</exception>
    public Assignment(Tensor parameter, Tensor value) : this([parameter], value)
    {
    }

    /// <summary>Parameters of one shape that take the parts of a value with one axis more in front: the i-th parameter the i-th part.</summary>
    /// <exception cref="ArgumentException">A tensor is no parameter, or the shapes do not fit.</exception>
    public Assignment(ImmutableArray<Tensor> parameters, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        (Parameters, Value) = (parameters, value);
        foreach (Tensor parameter in parameters)
        {
            if (parameter.Operator is not Parameter) throw new ArgumentException($"Only a parameter can be assigned to; got {parameter}.");
            Shape wanted = parameters.Length == 1 ? parameter.Shape : new Shape([parameters.Length, .. parameter.Shape.Extents]);
            if (value.Shape != wanted) throw new ArgumentException($"{(parameters.Length == 1 ? "" : $"{parameters.Length} times ")}{parameter} cannot become {value}: {wanted} is expected.");
        }
    }

    /// <summary>What changes.</summary>
    public ImmutableArray<Tensor> Parameters { get; }

    /// <summary>What it becomes.</summary>
    public Tensor Value { get; }

    /// <summary>The value of one of the parameters, by its place.</summary>
    public Tensor ValueOf(int parameter) =>
        Parameters.Length == 1 ? Value : Value.Slice(0, parameter, 1).Reshape(Parameters[parameter].Shape);
}
