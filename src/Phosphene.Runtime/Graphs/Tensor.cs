using System.Collections.Immutable;

namespace Phosphene.Runtime.Graphs;

/// <summary>
/// A value yet to be computed: an operator, its inputs and the shape of the result. Immutable; composing tensors builds a graph, and a
/// a compiled plan computes it. Elements are float32.
/// </summary>
public sealed partial class Tensor
{
    /// <summary>The result of an operator on inputs.</summary>
    /// <exception cref="ArgumentException">The inputs do not fit the operator.</exception>
    public Tensor(Operator @operator, params ReadOnlySpan<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(@operator);
        Operator = @operator;
        Inputs = [.. inputs];
        var shapes = new Shape[inputs.Length];
        for (int i = 0; i < shapes.Length; i++) shapes[i] = inputs[i].Shape;
        Shape = @operator.Infer(shapes);
    }

    /// <summary>What computes this tensor.</summary>
    public Operator Operator { get; }

    /// <summary>What it is computed from.</summary>
    public ImmutableArray<Tensor> Inputs { get; }

    /// <summary>The extents of the value.</summary>
    public Shape Shape { get; }

    /// <summary>A name for messages and profiles; a model's tensors carry the names of the file.</summary>
    public string? Name { get; init; }

    /// <summary>For example "Conv2D 'conv1/7x7_s2' [1, 64, 112, 112]".</summary>
    public override string ToString() => Name is null ? $"{Operator.Kind} {Shape}" : $"{Operator.Kind} '{Name}' {Shape}";

    /// <summary>
    /// All tensors that the given ones depend on, themselves included, each after its inputs. The order depends on the graph alone.
    /// Iterative: a deep graph does not exhaust the stack.
    /// </summary>
    /// <param name="outputs">Where to begin.</param>
    /// <param name="known">Tensors that are left out, with what only they depend on; null for none. For who walks a graph bit by bit.</param>
    public static IReadOnlyList<Tensor> InOrder(IEnumerable<Tensor> outputs, Func<Tensor, bool>? known = null)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        var order = new List<Tensor>();
        var state = new Dictionary<Tensor, int>(ReferenceEqualityComparer.Instance);   // how many inputs have been visited
        var open = new Stack<Tensor>();
        foreach (Tensor output in outputs)
        {
            Enter(output);
            while (open.TryPeek(out Tensor? tensor))
            {
                int next = state[tensor];
                if (next == tensor.Inputs.Length)
                {
                    order.Add(tensor);
                    open.Pop();
                    continue;
                }
                state[tensor] = next + 1;
                Enter(tensor.Inputs[next]);
            }
        }
        return order;

        void Enter(Tensor tensor)
        {
            if (known?.Invoke(tensor) != true && state.TryAdd(tensor, 0)) open.Push(tensor);
        }
    }

    /// <summary>
    /// Whether two graphs compute the same: operators with equal attributes and inputs all the way down, the same parameters, inputs of the same names, and
    /// constants of the same values.
    /// </summary>
    public static bool AreSame(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> others)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(others);
        IReadOnlyList<Tensor> order = InOrder(outputs), otherOrder = InOrder(others);
        if (outputs.Count != others.Count || order.Count != otherOrder.Count) return false;
        var pairs = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < order.Count; i++)
        {
            (Tensor a, Tensor b) = (order[i], otherOrder[i]);
            if (a.Inputs.Length != b.Inputs.Length || !AreSame(a.Operator, b.Operator)) return false;
            for (int k = 0; k < a.Inputs.Length; k++)
                if (!ReferenceEquals(pairs[a.Inputs[k]], b.Inputs[k])) return false;
            pairs.Add(a, b);
        }
        return outputs.Zip(others).All(pair => ReferenceEquals(pairs[pair.First], pair.Second));
    }

    private static bool AreSame(Operator a, Operator b) =>
        a.Equals(b) || (a is Constant x && b is Constant y && x.Shape == y.Shape && x.Values.Span.SequenceEqual(y.Values.Span));
}
