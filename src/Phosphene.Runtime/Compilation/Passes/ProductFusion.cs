using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

/// <summary>Makes a product of matrices, its bias and what is added to it (a residual) one operator where nothing else reads what is in between.</summary>
internal static class ProductFusion
{
    public static IReadOnlyList<Tensor> Apply(IReadOnlyList<Tensor> outputs)
    {
        Dictionary<Tensor, int> uses = Passes.Uses(outputs);
        return Passes.Rewrite(outputs, (tensor, inputs) => tensor.Operator is Add ? Fused(tensor, inputs, 0) ?? Fused(tensor, inputs, 1) : null);

        Tensor? Fused(Tensor tensor, Tensor[] inputs, int input)
        {
            (Tensor product, Tensor other) = (inputs[input], inputs[1 - input]);
            FusedMatMul? open = product.Operator is MatMul plain ? new FusedMatMul(plain) : product.Operator as FusedMatMul;
            if (open is null or { Adds: true } || uses[tensor.Inputs[input]] != 1 || product.Shape != tensor.Shape) return null;
            bool isBias = !open.Biased && other.Shape.Rank > 0 && other.Shape.Count == tensor.Shape[-1] && other.Shape[-1] == tensor.Shape[-1];
            if (!isBias && other.Shape != tensor.Shape) return null;
            return new Tensor(isBias ? open with { Biased = true } : open with { Adds = true }, [.. product.Inputs, other]) { Name = tensor.Name };
        }
    }
}
