using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

/// <summary>
/// Recognizes activations that files have in several operators, x·sigmoid(x) (SiLU) and x·clip(x / 6 + 1/2) (hard swish), and what the rules of gradients make of them and of
/// softmax, so that each is one operator. Also takes away broadcasts that the pairwise operator after them does by itself, and puts constant terms and factors second.
/// </summary>
internal static class ActivationForm
{
    // As far as rounding lets 1 / 6 be something else.
    private const float Exactness = 1e-6f;

    public static IReadOnlyList<Tensor> Apply(IReadOnlyList<Tensor> outputs) => Passes.Rewrite(outputs, (tensor, inputs) => tensor.Operator switch
    {
        Multiply when Gated(inputs[0], inputs[1]) is { } gate => new Tensor(new SmoothActivation(gate.Function), gate.X) { Name = tensor.Name },
        Add when OfGate(inputs[0], inputs[1]) is { } gradient => gradient,
        Multiply when (OfSoftmax(inputs[0], inputs[1]) ?? OfSoftmax(inputs[1], inputs[0])) is { } gradient => gradient,
        Multiply or Add when inputs[0].Operator is Constant && inputs[1].Operator is not Constant => new Tensor(tensor.Operator, inputs[1], inputs[0]) { Name = tensor.Name },
        Pairwise when inputs.Any(input => input.Operator is BroadcastTo) => Repeating(tensor, inputs),
        _ => null,
    });

    // x·gate(x), either first.
    private static (Activation Function, Tensor X)? Gated(Tensor a, Tensor b) =>
        GateOf(b, a) is not Activation.None and var f ? (f, a) : GateOf(a, b) is not Activation.None and var g ? (g, b) : null;

    private static Activation GateOf(Tensor gate, Tensor x) => gate.Operator switch
    {
        Sigmoid when ReferenceEquals(gate.Inputs[0], x) => Activation.Silu,
        Clip { Low: 0, High: 1 } when AffineOf(gate.Inputs[0], x) is var (scale, offset) && IsSixth(scale) && offset == 0.5f => Activation.HardSwish,
        _ => Activation.None,
    };

    // dy·gate + gate'·(dy·x), either first: the sum over the two ways from x to x·gate(x).
    private static Tensor? OfGate(Tensor a, Tensor b) => OfGateInOrder(a, b) ?? OfGateInOrder(b, a);

    private static Tensor? OfGateInOrder(Tensor direct, Tensor through)
    {
        if (direct.Operator is not Multiply) return null;
        float scale = 1;
        while (through.Operator is Linear { Offset: 0 } linear) (scale, through) = (scale * linear.Scale, through.Inputs[0]);
        bool isSilu = through.Operator is SigmoidGradient && scale == 1, isHardSwish = through.Operator is ClipGradient { Low: 0, High: 1 } && IsSixth(scale);
        if ((!isSilu && !isHardSwish) || through.Inputs[1].Operator is not Multiply) return null;
        Tensor gate = through.Inputs[0], product = through.Inputs[1];
        for (int i = 0; i < 2; i++)
        {
            (Tensor x, Tensor dy) = (product.Inputs[i], product.Inputs[1 - i]);
            Activation function = GateOf(gate, x);
            if (function == Activation.None || !Factors(direct, gate, dy) || dy.Shape != x.Shape) continue;
            return new Tensor(new SmoothActivationGradient(function), x, dy);
        }
        return null;
    }

    // y·(dy - Σ dy·y) with the softmax y.
    private static Tensor? OfSoftmax(Tensor y, Tensor difference)
    {
        if (y.Operator is not Softmax softmax || difference.Operator is not Subtract || difference.Inputs[1].Operator is not Sum sum || !sum.Axes.SequenceEqual([softmax.Axis])) return null;
        (Tensor dy, Tensor product) = (difference.Inputs[0], difference.Inputs[1].Inputs[0]);
        return product.Operator is Multiply && Factors(product, dy, y) && dy.Shape == y.Shape ? new Tensor(new SoftmaxGradient(softmax.Axis), y, dy) : null;
    }

    private static bool Factors(Tensor product, Tensor a, Tensor b) =>
        (ReferenceEquals(product.Inputs[0], a) && ReferenceEquals(product.Inputs[1], b)) || (ReferenceEquals(product.Inputs[0], b) && ReferenceEquals(product.Inputs[1], a));

    // (scale, offset) if the tensor is scale·x + offset.
    private static (float Scale, float Offset)? AffineOf(Tensor tensor, Tensor x)
    {
        (float scale, float offset) = (1, 0);
        while (!ReferenceEquals(tensor, x))
        {
            if (tensor.Operator is not Linear linear) return null;
            (scale, offset, tensor) = (scale * linear.Scale, offset + scale * linear.Offset, tensor.Inputs[0]);
        }
        return (scale, offset);
    }

    private static bool IsSixth(float scale) => Math.Abs(scale - 1f / 6) < Exactness;

    private static Tensor? Repeating(Tensor tensor, Tensor[] inputs)
    {
        Tensor[] small = [.. inputs.Select(input => input.Operator is BroadcastTo ? input.Inputs[0] : input)];
        for (int i = 0; i < 2; i++)
        {
            Tensor[] tried = i == 0 ? [small[0], inputs[1]] : [inputs[0], small[1]];
            if (!ReferenceEquals(tried[i], inputs[i]) && tensor.Operator.Infer([tried[0].Shape, tried[1].Shape]) == tensor.Shape) return new Tensor(tensor.Operator, tried) { Name = tensor.Name };
        }
        return null;
    }
}
