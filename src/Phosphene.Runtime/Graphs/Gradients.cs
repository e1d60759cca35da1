using System.Runtime.InteropServices;

namespace Phosphene.Runtime.Graphs;

/// <summary>
/// Reverse-mode differentiation: adds to the graph the tensors that compute a gradient. One rule per operator stands in the table
/// (Gradients.Rules.cs).
/// </summary>
public static partial class Gradients
{
    /// <summary>
    /// A gradient rule: for a tensor y and the gradient dy of the objective in y, the gradients in each input of y; null where none flows.
    /// </summary>
    public delegate Tensor?[] Rule(Tensor y, Tensor dy);

    /// <summary>
    /// The gradients of a scalar in each of the given tensors, in their order; zeros where the scalar does not depend on a tensor.
    /// </summary>
    /// <param name="scalar">What is differentiated: one element.</param>
    /// <param name="variables">With respect to what.</param>
    /// <param name="exceptions">Rules to use in place of the table's, by operator type; null for none.</param>
    /// <exception cref="ArgumentException">The tensor to differentiate has more than one element.</exception>
    /// <exception cref="NotSupportedException">An operator on the way has no gradient rule.</exception>
    public static Tensor[] Of(Tensor scalar, IReadOnlyList<Tensor> variables, IReadOnlyDictionary<Type, Rule>? exceptions = null)
    {
        ArgumentNullException.ThrowIfNull(scalar);
        ArgumentNullException.ThrowIfNull(variables);
        if (scalar.Shape.Count != 1)
            throw new ArgumentException($"A gradient is taken of one number; got {scalar}.");

        IReadOnlyList<Tensor> order = Tensor.InOrder([scalar]);
        var depends = new HashSet<Tensor>(variables, ReferenceEqualityComparer.Instance);
        foreach (Tensor tensor in order)
            if (tensor.Inputs.Any(depends.Contains)) depends.Add(tensor);

        var gradients = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance)
        {
            [scalar] = Tensor.Constant(scalar.Shape, 1f),
        };
        foreach (Tensor y in order.Reverse())
        {
            // Nothing flows through what has no elements.
            if (y.Shape.Count == 0 || !y.Inputs.Any(depends.Contains) || !gradients.TryGetValue(y, out Tensor? dy)) continue;
            Rule? rule = null;
            if (exceptions?.TryGetValue(y.Operator.GetType(), out rule) != true && !Table.TryGetValue(y.Operator.GetType(), out rule))
                throw new NotSupportedException($"{y} has no gradient rule, so the objective cannot be differentiated through it.");
            Tensor?[] parts = rule!(y, dy);
            for (int i = 0; i < y.Inputs.Length; i++)
            {
                if (i >= parts.Length || parts[i] is not { } part || !depends.Contains(y.Inputs[i])) continue;
                ref Tensor? sum = ref CollectionsMarshal.GetValueRefOrAddDefault(gradients, y.Inputs[i], out bool exists);
                sum = exists ? sum! + part : part;
            }
        }
        return [.. variables.Select(variable => gradients.GetValueOrDefault(variable) ?? Tensor.Constant(0).BroadcastTo(variable.Shape))];
    }
}
