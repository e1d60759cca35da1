using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Models;

/// <summary>See <see cref="Layer.Pre"/>.</summary>
internal sealed record PreActivation(Layer Inner) : DerivedLayer(Inner)
{
    internal override Tensor Build(LayerSource source) => Before(source[Inner])
        ?? throw new UsageException($"Layer '{Inner.Name}' does not end in an activation (ReLU, GELU, SiLU, clip), so there is nothing before one; write {Inner} itself, without pre.");

    internal override bool PicksChannels => Inner.PicksChannels;

    internal override Tensor Channels(Activations activations, Tensor numbers) => Before(Inner.Channels(activations, numbers)) ?? base.Channels(activations, numbers);

    /// <summary>A tensor as it would be without the activation that it ends in; null if it ends in none.</summary>
    public static Tensor? Before(Tensor tensor)
    {
        switch (tensor.Operator)
        {
            // Moves numbers, or is linear; and the largest of the activations is the activation of the largest.
            case Transpose or Reshape or Slice or MaxPool2D or AveragePool2D or Sum:
                return Before(tensor.Inputs[0]) is { } moved ? new Tensor(tensor.Operator, moved) : null;
            case Concat:
                Tensor?[] parts = [.. tensor.Inputs.Select(Before)];
                return parts.All(part => part is null) ? null : new Tensor(tensor.Operator, [.. parts.Zip(tensor.Inputs, (part, input) => part ?? input)]);
        }
        if (Read(tensor) is not var (read, isLinear)) return null;
        return !isLinear ? read : Before(read) is { } before ? Replaced(tensor, read, before) : null;
    }

    // The nearest tensor of which another is a function number by number, x of x·sigmoid(x) for example, and whether that function is linear. Whatever an
    // exporter spells an activation out with, all ways through it begin at what it reads.
    private static (Tensor Read, bool IsLinear)? Read(Tensor tensor)
    {
        IReadOnlyList<Tensor> order = Tensor.InOrder([tensor]);
        var place = new Dictionary<Tensor, int>(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < order.Count; i++) place.Add(order[i], i);

        var open = new SortedSet<int> { order.Count - 1 };           // what is to be looked into, the last first
        bool linear = true;
        while (open.Count > 0)
        {
            Tensor last = order[open.Max];
            if (!ReferenceEquals(last, tensor) && open.Count == 1) return (last, linear);
            if (last.Operator is not (Elementwise or Pairwise or BroadcastTo)) return null;
            open.Remove(open.Max);
            Tensor[] variable = [.. last.Inputs.Where(input => !IsConstant(input))];
            linear &= IsLinear(last, variable.Length);
            foreach (Tensor input in variable) open.Add(place[input]);
        }
        return null;
    }

    private static bool IsLinear(Tensor tensor, int variableInputs) => tensor.Operator switch
    {
        Linear or BroadcastTo or StopGradient or Add or Subtract => true,
        Multiply => variableInputs == 1,
        Divide => variableInputs == 1 && IsConstant(tensor.Inputs[1]),
        _ => false,
    };

    private static bool IsConstant(Tensor tensor) => tensor.Operator is Constant || (tensor.Inputs.Length > 0 && tensor.Inputs.All(IsConstant));

    // A tensor in which one of those that it is made of is another.
    private static Tensor Replaced(Tensor tensor, Tensor old, Tensor @new)
    {
        if (ReferenceEquals(tensor, old)) return @new;
        return IsConstant(tensor) ? tensor : new Tensor(tensor.Operator, [.. tensor.Inputs.Select(input => Replaced(input, old, @new))]);
    }
}
