namespace Phosphene.Runtime.Graphs;

/// <summary>
/// One channel of each image, by numbers that are known only when the plan runs. Inputs: x [N, C, ...] and the channels [N], whole numbers from 0 to C - 1;
/// the result is [N, 1, ...]. No gradient flows to the numbers.
/// </summary>
public sealed record ChannelPick : Operator
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs) =>
        inputs[0].Rank >= 2 && inputs[1] == new Shape(inputs[0].Batch)
            ? inputs[0].With(1, 1)
            : throw new ArgumentException($"Picking a channel of each image needs activations [N, C, ...] and N numbers; got {inputs[0]} and {inputs[1]}.");
}

/// <summary>
/// The adjoint of <see cref="ChannelPick"/> in x: zeros [N, C, ...] with dy in the channels. Inputs: dy [N, 1, ...] and the channels [N].
/// </summary>
public sealed record ChannelPickGradient(int Channels) : Operator
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs) =>
        inputs[0].Rank >= 2 && inputs[0].Channels == 1 && inputs[1] == new Shape(inputs[0].Batch) && Channels >= 1
            ? inputs[0].With(1, Channels)
            : throw new ArgumentException($"The gradient of a channel of {Channels} is [N, 1, ...] with N numbers; got {inputs[0]} and {inputs[1]}.");
}
