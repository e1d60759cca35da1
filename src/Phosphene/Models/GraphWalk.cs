using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Models;

/// <summary>Goes through a graph layer by layer, each tensor once: what it costs, and whether gradients pass.</summary>
internal sealed class GraphWalk
{
    private readonly Dictionary<Tensor, bool> _reaches = new(ReferenceEqualityComparer.Instance);

    public GraphWalk(IEnumerable<Tensor> inputs)
    {
        foreach (Tensor input in inputs) _reaches.Add(input, true);
    }

    /// <summary>The operations of all tensors not met before that a tensor needs, and whether its gradient reaches an input.</summary>
    public (double Operations, bool Gradient) Visit(Tensor tensor)
    {
        double operations = 0;
        foreach (Tensor next in Tensor.InOrder([tensor], _reaches.ContainsKey))
        {
            operations += Cost.Of(next);
            _reaches.Add(next, next.Inputs.Any(input => _reaches[input]) && Passes(next));
        }
        return (operations, _reaches[tensor]);
    }

    // Whether the operator's rule gives a gradient in one of the inputs that reach: tried on inputs of the same shapes.
    private bool Passes(Tensor tensor)
    {
        Tensor[] inputs = [.. tensor.Inputs.Select(input => new Tensor(new Input(input.Shape, "")))];
        try
        {
            Tensor[] gradients = Gradients.Of(new Tensor(tensor.Operator, inputs).Sum(), inputs);
            return gradients.Where((gradient, i) => _reaches[tensor.Inputs[i]] && !IsZero(gradient)).Any();
        }
        catch (NotSupportedException)
        {
            return false;
        }
    }

    private static bool IsZero(Tensor tensor) => tensor.Operator switch
    {
        Constant { Values: { Length: 1 } values } => values.Span[0] == 0,
        BroadcastTo => IsZero(tensor.Inputs[0]),
        _ => false,
    };
}
