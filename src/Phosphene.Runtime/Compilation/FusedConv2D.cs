using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

/// <summary>A convolution with its ReLU in the epilogue: what the fusion pass makes of the pair when nothing else reads the pre-activation.</summary>
internal sealed record FusedConv2D(Conv2D Conv) : Operator
{
    public override Shape Infer(ReadOnlySpan<Shape> inputs) => Conv.Infer(inputs);
}
