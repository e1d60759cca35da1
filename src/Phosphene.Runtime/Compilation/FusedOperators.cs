using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

/// <summary>
/// A convolution with more in the epilogue: plus another tensor, and then cut off at 0 and, if it is not 0, at the Ceiling. What the fusion pass makes of them
/// when nothing else reads what is in between. Inputs: those of the convolution, then the addend if Adds.
/// </summary>
internal sealed record FusedConv2D(Conv2D Conv, bool Adds = false, bool Relu = false, float Ceiling = 0) : Operator
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs) => Conv.Infer(Adds ? inputs[..^1] : inputs);
}

/// <summary>How an epilogue takes a gradient back through the activation that made a tensor y: dy where 0 &lt; y (and y &lt; Ceiling, if that is not 0), else 0.</summary>
internal sealed record Mask(float Ceiling = 0)
{
    /// <summary>The mask that the gradient of a ReLU or ReLU6 is, or null.</summary>
    public static Mask? Of(Operator gradient) => gradient switch
    {
        ReluGradient => new Mask(),
        ClipGradient { Low: 0, High: > 0 and < float.PositiveInfinity } clip => new Mask(clip.High),
        _ => null,
    };
}

/// <summary>
/// The gradient of a convolution in its input with more in the epilogue: plus another gradient of the same input, and masked by the gradient of the
/// activation that made the input. With several Terms it is the sum of the gradients of as many 1×1 convolutions of that input. Inputs: (dy, w) for each
/// term, then the addend if Adds, then the activation if there is a mask.
/// </summary>
internal sealed record FusedInputGradient(Conv2DInputGradient Gradient, int Terms, bool Adds, Mask? Mask) : Operator
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs) => Gradient.Infer(inputs[..2]);
}

/// <summary>The gradient of a pooling or a normalization, masked by the gradient of the activation before it. Inputs: those of the gradient, then the activation.</summary>
internal sealed record MaskedGradient(Operator Gradient, Mask Mask) : Operator
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs) => Gradient.Infer(inputs[..^1]);
}
