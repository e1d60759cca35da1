using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

/// <summary>Makes a convolution, what is added to it (a residual) and its ReLU or ReLU6 one operator where nothing else reads what is in between.</summary>
internal static class ActivationFusion
{
    public static IReadOnlyList<Tensor> Apply(IReadOnlyList<Tensor> outputs)
    {
        Dictionary<Tensor, int> uses = Passes.Uses(outputs);
        return Passes.Rewrite(outputs, (tensor, inputs) => tensor.Operator switch
        {
            Relu when Open(tensor, inputs, 0) is { } conv => Fused(tensor, inputs[0], conv with { Relu = true }),
            Clip { Low: 0, High: > 0 and < float.PositiveInfinity } clip when Open(tensor, inputs, 0) is { } conv => Fused(tensor, inputs[0], conv with { Relu = true, Ceiling = clip.High }),
            Add when inputs[0].Shape == inputs[1].Shape => Sum(tensor, inputs, 0) ?? Sum(tensor, inputs, 1),
            _ => null,
        });

        // The convolution that an input is and nothing else reads, if its epilogue has no activation yet.
        FusedConv2D? Open(Tensor tensor, Tensor[] inputs, int input)
        {
            if (uses[tensor.Inputs[input]] != 1) return null;
            return inputs[input].Operator is Conv2D plain ? new FusedConv2D(plain) : inputs[input].Operator is FusedConv2D { Relu: false } fused ? fused : null;
        }

        Tensor? Sum(Tensor tensor, Tensor[] inputs, int input) => Open(tensor, inputs, input) is { Adds: false } conv
            ? Fused(tensor, inputs[input], conv with { Adds = true }, inputs[1 - input]) : null;
    }

    private static Tensor Fused(Tensor tensor, Tensor convolution, FusedConv2D fused, params ReadOnlySpan<Tensor> addend) =>
        new(fused, [.. convolution.Inputs, .. addend]) { Name = tensor.Name };
}
