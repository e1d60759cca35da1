using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

/// <summary>
/// Makes a product of matrices, its bias and what is added to it (a residual) one operator where nothing else reads what is in between; and of many small products (attention's) also a constant factor of an operand
/// or the result, and the softmax or the gradient of a softmax that is taken of it.
/// </summary>
internal static class ProductFusion
{
    public static IReadOnlyList<Tensor> Apply(IReadOnlyList<Tensor> outputs)
    {
        Dictionary<Tensor, int> uses = Passes.Uses(outputs);
        return Passes.Rewrite(outputs, (tensor, inputs) => tensor.Operator switch
        {
            Add => Fused(tensor, inputs, 0) ?? Fused(tensor, inputs, 1),
            MatMul op => ScaledOperand(tensor, new FusedMatMul(op), inputs),
            Linear or Multiply or Divide when Factor(tensor) is { } factor && Open(tensor, inputs, 0) is { } open => new Tensor(open with { Scale = open.Scale * factor }, [.. inputs[0].Inputs]) { Name = tensor.Name },
            Softmax op when op.Axis == tensor.Shape.Rank - 1 && Open(tensor, inputs, 0) is { } open => new Tensor(open with { Ending = RowEnding.Softmax }, [.. inputs[0].Inputs]) { Name = tensor.Name },
            SoftmaxGradient op when op.Axis == tensor.Shape.Rank - 1 && Open(tensor, inputs, 1) is { } open => new Tensor(open with { Ending = RowEnding.SoftmaxGradient }, [.. inputs[1].Inputs, inputs[0]]) { Name = tensor.Name },
            _ => null,
        });

        // The strided product that an input is and nothing else reads, if its rows have no ending yet.
        FusedMatMul? Open(Tensor tensor, Tensor[] inputs, int input) =>
            uses[tensor.Inputs[input]] == 1 && inputs[input].Shape == tensor.Shape && FusedMatMul.IsStrided(inputs[input]) && FusedMatMul.Of(inputs[input]) is { Ending: RowEnding.None } open ? open : null;

        // (s·a)·b = s·(a·b), also where the way back reads s·a again
        Tensor? ScaledOperand(Tensor tensor, FusedMatMul product, Tensor[] inputs)
        {
            if (!FusedMatMul.IsStrided(tensor)) return null;
            Tensor[] operands = [.. inputs];
            for (int i = 0; i < operands.Length; i++)
            {
                if (Factor(inputs[i]) is not { } factor) continue;
                product = product with { Scale = product.Scale * factor };
                operands[i] = inputs[i].Inputs[0];
            }
            // Without its factor an operand may be a constant.
            return product.Scale != 1 && new Tensor(product, operands) { Name = tensor.Name } is var scaled && FusedMatMul.IsStrided(scaled) ? scaled : null;
        }

        // By which one constant number a tensor is its first input.
        static float? Factor(Tensor tensor) => tensor.Operator switch
        {
            Linear { Offset: 0 } op => op.Scale,
            Multiply or Divide when tensor.Inputs[1] is { Shape.Count: 1, Operator: Constant constant } && tensor.Inputs[0].Shape == tensor.Shape =>
                tensor.Operator is Multiply ? constant.Values.Span[0] : 1 / constant.Values.Span[0],
            _ => null,
        };

        Tensor? Fused(Tensor tensor, Tensor[] inputs, int input)
        {
            (Tensor product, Tensor other) = (inputs[input], inputs[1 - input]);
            FusedMatMul? open = FusedMatMul.Of(product);
            if (open is not { Adds: false, Scale: 1, Ending: RowEnding.None } || uses[tensor.Inputs[input]] != 1 || product.Shape != tensor.Shape) return null;
            bool isBias = !open.Biased && other.Shape.Rank > 0 && other.Shape.Count == tensor.Shape[-1] && other.Shape[-1] == tensor.Shape[-1];
            if (!isBias && other.Shape != tensor.Shape) return null;
            return new Tensor(isBias ? open with { Biased = true } : open with { Adds = true }, [.. product.Inputs, other]) { Name = tensor.Name };
        }
    }
}
