using Phosphene.Runtime.Graphs;

namespace Phosphene.Parameterizations;

/// <summary>A tensor that an optimizer changes.</summary>
public sealed record ImageParameter
{
    /// <summary>A parameter and how it is shared.</summary>
    /// <param name="values">A tensor of <see cref="Runtime.Graphs.Parameter"/>.</param>
    /// <param name="batchAxis">The axis that counts the images of the batch; null if all images share the values.</param>
    /// <exception cref="ArgumentException">The tensor is no parameter.</exception>
    public ImageParameter(Tensor values, int? batchAxis = 0)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Operator is not Runtime.Graphs.Parameter) throw new ArgumentException($"An image is made of parameters; got {values}.");
        (Values, BatchAxis) = (values, batchAxis);
    }

    /// <summary>The values.</summary>
    public Tensor Values { get; }

    /// <summary>The axis that counts the images of the batch; null if all images share the values.</summary>
    public int? BatchAxis { get; }

    /// <summary>What the values become after each move of the optimizer, for example kept within limits; null if they stay.</summary>
    public Func<Tensor, Tensor>? Kept { get; init; }

    /// <summary>What the optimizer makes of the values and of what it remembers, with the values as they are kept.</summary>
    internal IEnumerable<Assignment> Keep(IReadOnlyList<Assignment> moves)
    {
        if (Kept is null) return moves;
        return moves.SelectMany(move => !move.Parameters.Contains(Values)
            ? [move]
            : move.Parameters.Select((parameter, i) => new Assignment(parameter, parameter == Values ? Kept(move.ValueOf(i)) : move.ValueOf(i))));
    }

    /// <summary>Where the values are.</summary>
    internal Parameter Parameter => (Parameter)Values.Operator;

    /// <summary>The sum of a tensor of the parameter's shape for each image: every extent but that of the batch becomes 1. For norms.</summary>
    public Tensor SumOfEach(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return tensor.SumOver([.. Enumerable.Range(0, tensor.Shape.Rank).Where(axis => axis != BatchAxis)]);
    }
}
