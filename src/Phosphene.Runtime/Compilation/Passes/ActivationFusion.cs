using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

/// <summary>Makes a convolution and its ReLU one operator where nothing else reads the pre-activation.</summary>
internal static class ActivationFusion
{
    public static IReadOnlyList<Tensor> Apply(IReadOnlyList<Tensor> outputs)
    {
        Dictionary<Tensor, int> uses = Passes.Uses(outputs);
        return Passes.Rewrite(outputs, (tensor, inputs) =>
            tensor.Operator is Relu && inputs[0].Operator is Conv2D conv && uses[tensor.Inputs[0]] == 1
                ? new Tensor(new FusedConv2D(conv), inputs[0].Inputs.AsSpan()) { Name = tensor.Name }
                : null);
    }
}
