using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

/// <summary>
/// A convolution with more in the epilogue: plus another tensor, and then cut off at 0 and, if it is not 0, at the Ceiling, or the smooth activation. What the fusion
/// pass makes of them when nothing else reads what is in between. Inputs: those of the convolution, then the addend if Adds.
/// </summary>
internal sealed record FusedConv2D(Conv2D Conv, bool Adds = false, bool Relu = false, float Ceiling = 0, Activation Activation = Activation.None) : Operator
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs) => Conv.Infer(Adds ? inputs[..^1] : inputs);
}

/// <summary>y = f(x): what the files have in several operators.</summary>
internal sealed record SmoothActivation(Activation Function) : Elementwise
{
    /// <summary>The function of an operator that is a smooth activation; else none.</summary>
    public static Activation Of(Operator op) => op is Gelu ? Activation.Gelu : op is SmoothActivation smooth ? smooth.Function : Activation.None;
}

/// <summary>dy·f'(x). Inputs: x and dy.</summary>
internal sealed record SmoothActivationGradient(Activation Function) : Pairwise
{
    /// <inheritdoc cref="SmoothActivation.Of"/>
    public static Activation Of(Operator op) => op is GeluGradient ? Activation.Gelu : op is SmoothActivationGradient smooth ? smooth.Function : Activation.None;
}

/// <summary>y·(dy - Σ dy·y) along one axis, the gradient of a softmax y. Inputs: y and dy, of one shape.</summary>
internal sealed record SoftmaxGradient(int Axis) : Operator
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs) => inputs[0];
}

/// <summary>
/// A product of matrices plus a Bias, one number for each column, and then plus another tensor of its shape if it Adds; or, if it <see cref="IsStrided"/>, times a Scale, and then an Ending of its rows.
/// Inputs: those of the product, then the bias and the addend, each if it is there, or the softmax of whose gradient the product is a part.
/// </summary>
internal sealed record FusedMatMul(MatMul Product, bool Biased = false, bool Adds = false, float Scale = 1, RowEnding Ending = RowEnding.None) : Operator
{
    /// <summary>The product that a tensor is, or null.</summary>
    public static FusedMatMul? Of(Tensor tensor) => tensor.Operator is MatMul plain ? new FusedMatMul(plain) : tensor.Operator as FusedMatMul;

    /// <summary>Whether a tensor is computed by <see cref="StridedProduct"/>: several small matrices on the right that are not known before, and more than a few rows.</summary>
    public static bool IsStrided(Tensor tensor)
    {
        if (Of(tensor) is not { Biased: false, Adds: false } || tensor.Inputs[1].Operator is Constant) return false;
        Shape right = tensor.Inputs[1].Shape;
        int size = right[-1] * right[-2];
        return size <= StridedProduct.MostRight && right.Count > size && tensor.Shape[-2] > NarrowProduct.MostRows;
    }

    public override Shape Infer(ReadOnlySpan<Shape> inputs) => Product.Infer(inputs[..2]);
}

/// <summary>f'(x) where the input, a <see cref="FusedConv2D"/>, is f(x): its kernel leaves it beside f(x), so that the way back computes no exponential and x is not kept.</summary>
internal sealed record Slope : Elementwise;

/// <summary>
/// One bit for each float of the input, a <see cref="FusedConv2D"/> with a ReLU, in channel blocks: whether 0 &lt; y &lt; Ceiling. Its kernel leaves them beside y, so that the way back reads a thirty-second
/// of it and y need not be kept. The shape is that of the floats that hold them, [N, ⌈blocks·H·W / 2⌉].
/// </summary>
internal sealed record PassedBits : Operator
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs) => new(inputs[0].Batch, (Value.BlocksOf(inputs[0].Channels) * inputs[0].Height * inputs[0].Width + 1) / 2);
}

/// <summary>
/// x·scale + offset with one number of each for a channel, [N or 1, C, 1, 1], and then an epilogue: plus an addend, masked, and cut off at 0 and, if it is not 0, at the
/// Ceiling. Inputs: x [N, C, H, W], then scale, offset, addend and what the mask reads, each if it is there.
/// </summary>
internal sealed record Affine(bool Scales = false, bool Offsets = false, bool Adds = false, Mask? Mask = null, bool Relu = false, float Ceiling = 0) : Operator
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs) => inputs[0];
}

/// <summary>The sums over pixels of a·b, [N, C, H, W] both, as [N, C, 1, 1].</summary>
internal sealed record ChannelDot : Operator
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs) => inputs[0].With(2, 1).With(3, 1);
}

/// <summary>
/// How an epilogue takes a gradient back through the activation before: dy where that made 0 &lt; y (and y &lt; Ceiling, if that is not 0), else 0; or dy times
/// a <see cref="Slope"/>, or dy where one of <see cref="PassedBits"/> is 1.
/// </summary>
internal sealed record Mask(float Ceiling = 0, bool IsSlope = false, bool IsBits = false)
{
    /// <summary>The mask that a tensor lays on its second input, by its first; or null.</summary>
    public static Mask? Of(Tensor gradient) => gradient.Operator switch
    {
        Multiply when gradient.Inputs[0].Operator is Slope => new Mask(IsSlope: true),
        ReluGradient => new Mask(),
        ClipGradient { Low: 0, High: > 0 and < float.PositiveInfinity } clip => new Mask(clip.High),
        _ => null,
    };
}

/// <summary>
/// The gradient of a convolution in its input with more in the epilogue: plus another gradient of the same input, and masked by the gradient of the
/// activation that made the input; if it AddsLast, which is for 1×1 convolutions, the result is added to a gradient that comes from elsewhere. With several Terms it is the sum of the
/// gradients of as many 1×1 convolutions of that input. Inputs: (dy, w) for each term, then the addend if Adds, the activation if there is a mask, and what is added last.
/// </summary>
internal sealed record FusedInputGradient(Conv2DInputGradient Gradient, int Terms, bool Adds, Mask? Mask, bool AddsLast = false) : Operator
{
    /// <summary>Whether it is that of 1×1 convolutions.</summary>
    public bool IsPointwise => Gradient.IsPointwise;

    /// <summary>Which of the inputs is the activation, if there is a mask.</summary>
    public Index ActivationAt => AddsLast ? ^2 : ^1;

    public override Shape Infer(ReadOnlySpan<Shape> inputs) => Gradient.Infer(inputs[..2]);
}

/// <summary>The gradient of a pooling or a normalization, masked by the gradient of the activation before it. Inputs: those of the gradient, then the activation.</summary>
internal sealed record MaskedGradient(Operator Gradient, Mask Mask) : Operator
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs) => Gradient.Infer(inputs[..^1]);
}

/// <summary>
/// <see cref="Standardize"/> over the channels of each pixel, [N, C, H, W]; with a second input dy its gradient in the first.
/// </summary>
internal sealed record StandardizeChannels(float Epsilon) : Operator
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs) => inputs[0];
}
