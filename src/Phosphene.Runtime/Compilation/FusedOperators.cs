using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

/// <summary>A convolution with its ReLU in the epilogue: what the fusion pass makes of the pair when nothing else reads the pre-activation.</summary>
internal sealed record FusedConv2D(Conv2D Conv) : Operator
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs) => Conv.Infer(inputs);
}

/// <summary>
/// The gradient of a convolution in its input with more in the epilogue: plus another gradient of the same input, and masked by the gradient of the
/// ReLU that made the input. With several Terms it is the sum of the gradients of as many 1×1 convolutions of that input. Inputs: (dy, w) for each
/// term, then the addend if Adds, then the activation that masks if Masks.
/// </summary>
internal sealed record FusedInputGradient(Conv2DInputGradient Gradient, int Terms, bool Adds, bool Masks) : Operator
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs) => Gradient.Infer(inputs[..2]);
}

/// <summary>The gradient of a pooling or a normalization, masked by the gradient of the ReLU before it. Inputs: those of the gradient, then the activation that masks.</summary>
internal sealed record MaskedGradient(Operator Gradient) : Operator
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs) => Gradient.Infer(inputs[..^1]);
}
