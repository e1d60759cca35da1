using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

/// <summary>
/// Makes a convolution, what is added to it (a residual) and its activation one operator where nothing else reads what is in between. With a smooth activation the
/// gradient, which also reads that, becomes a product with the slope.
/// </summary>
internal static class ActivationFusion
{
    public static IReadOnlyList<Tensor> Apply(IReadOnlyList<Tensor> outputs)
    {
        Dictionary<Tensor, int> uses = Passes.Uses(outputs);
        Dictionary<Tensor, Tensor> activations = SmoothActivations(outputs, uses), slopes = new(ReferenceEqualityComparer.Instance);
        var smooth = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance);
        return Passes.Rewrite(outputs, (tensor, inputs) => tensor.Operator switch
        {
            Relu when Open(tensor, inputs, 0) is { } conv => Fused(tensor, inputs[0], conv with { Relu = true }),
            Clip { Low: 0, High: > 0 and < float.PositiveInfinity } clip when Open(tensor, inputs, 0) is { } conv => Fused(tensor, inputs[0], conv with { Relu = true, Ceiling = clip.High }),
            not null when SmoothActivation.Of(tensor.Operator) != Activation.None => Smooth(tensor, inputs),
            not null when SmoothActivationGradient.Of(tensor.Operator) != Activation.None && Smooth(tensor, inputs) is { } y => new Tensor(new Multiply(), SlopeOf(y), inputs[1]),
            Add when inputs[0].Shape == inputs[1].Shape => Sum(tensor, inputs, 0) ?? Sum(tensor, inputs, 1),
            _ => null,
        });

        // The convolution that an input is and nothing else reads, if its epilogue has no activation yet.
        FusedConv2D? Open(Tensor tensor, Tensor[] inputs, int input)
        {
            if (uses[tensor.Inputs[input]] != 1) return null;
            return inputs[input].Operator is Conv2D plain ? new FusedConv2D(plain) : inputs[input].Operator is FusedConv2D { Relu: false, Activation: Activation.None } fused ? fused : null;
        }

        // The convolution of which a tensor is the activation or its gradient, with the activation; null if it is none, or something else reads it too.
        Tensor? Smooth(Tensor tensor, Tensor[] inputs)
        {
            if (!activations.TryGetValue(tensor.Inputs[0], out Tensor? activation)) return null;
            if (smooth.TryGetValue(tensor.Inputs[0], out Tensor? known)) return known;
            FusedConv2D? open = inputs[0].Operator is Conv2D plain ? new FusedConv2D(plain) : inputs[0].Operator as FusedConv2D;
            if (open is null or { Relu: true } or { Activation: not Activation.None }) return null;
            Tensor fused = Fused(activation, inputs[0], open with { Activation = SmoothActivation.Of(activation.Operator) });
            smooth.Add(tensor.Inputs[0], fused);
            return fused;
        }

        Tensor SlopeOf(Tensor y)
        {
            if (!slopes.TryGetValue(y, out Tensor? slope)) slopes.Add(y, slope = new Tensor(new Slope(), y));
            return slope;
        }

        Tensor? Sum(Tensor tensor, Tensor[] inputs, int input) => Open(tensor, inputs, input) is { Adds: false } conv
            ? Fused(tensor, inputs[input], conv with { Adds = true }, inputs[1 - input]) : null;
    }

    // By the tensor that each reads, if that is read by it and by its gradients alone.
    private static Dictionary<Tensor, Tensor> SmoothActivations(IReadOnlyList<Tensor> outputs, Dictionary<Tensor, int> uses)
    {
        IReadOnlyList<Tensor> order = Tensor.InOrder(outputs);
        var gradients = order.Where(tensor => SmoothActivationGradient.Of(tensor.Operator) != Activation.None && !ReferenceEquals(tensor.Inputs[0], tensor.Inputs[1]) && tensor.Inputs[0].Shape == tensor.Inputs[1].Shape)
            .ToLookup(tensor => tensor.Inputs[0], (IEqualityComparer<Tensor>)ReferenceEqualityComparer.Instance);
        var activations = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance);
        foreach (Tensor tensor in order)
        {
            Activation function = SmoothActivation.Of(tensor.Operator);
            if (function == Activation.None) continue;
            Tensor x = tensor.Inputs[0];
            if (uses[x] == 1 + gradients[x].Count() && gradients[x].All(gradient => SmoothActivationGradient.Of(gradient.Operator) == function)) activations.TryAdd(x, tensor);
        }
        return activations;
    }

    private static Tensor Fused(Tensor tensor, Tensor convolution, FusedConv2D fused, params ReadOnlySpan<Tensor> addend) =>
        new(fused, [.. convolution.Inputs, .. addend]) { Name = tensor.Name };
}
