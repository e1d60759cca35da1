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

/// <summary>
/// Elements of one axis by numbers that are known only when the plan runs: y[b, o, m, s] = x[b, o, at[b, m], s], and 0 where the number is below 0 or not
/// below P. Inputs: x [B, O, P, S] and at [B, M], or [1, M] for all of the batch; the result is [B, O, M, S]. No gradient flows to the numbers, which are
/// whole and exact up to 2^24.
/// </summary>
public sealed record Take : Operator
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        Shape x = inputs[0], at = inputs[1];
        return x.Rank == 4 && at.Rank == 2 && (at[0] == x[0] || at[0] == 1)
            ? x.With(2, at[1])
            : throw new ArgumentException($"Taking elements needs them as [B, O, P, S] and numbers [B, M] or [1, M]; got {x} and {at}.");
    }
}

/// <summary>
/// The adjoint of <see cref="Take"/> in x: dx[b, o, p, s] = Σ dy[b, o, m, s] over all m with at[b, m] = p. Inputs: dy [B, O, M, S] and the numbers; the
/// result is [B, O, Places, S].
/// </summary>
public sealed record TakeGradient(int Places) : Operator
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        Shape dy = inputs[0], at = inputs[1];
        return dy.Rank == 4 && at.Rank == 2 && (at[0] == dy[0] || at[0] == 1) && at[1] == dy[2] && Places >= 0
            ? dy.With(2, Places)
            : throw new ArgumentException($"The gradient of elements taken is [B, O, M, S] with numbers [B, M] or [1, M]; got {dy} and {at}.");
    }
}

/// <summary>
/// The rank of each element along the last axis: how many of its row [P] are less, and of equals how many come before it; a number from 0 to P - 1 that no other of the row has. Numbers are exact up to 2^24. What is no
/// number comes at an end. Its gradient is zero.
/// </summary>
public sealed record Ranks : Operator
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs) =>
        inputs[0].Rank >= 1 ? inputs[0] : throw new ArgumentException("Ranks are along an axis; got a scalar, which has none.");
}
