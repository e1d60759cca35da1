using System.Collections.Immutable;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>
/// Recognizes what exporters take apart because their operator set has no operator for it, and puts it together again: one kernel forward and one
/// back in place of a pass over memory for each part. The parts remain layers of their own.
/// </summary>
internal static class Patterns
{
    /// <summary>(x - mean) / √(mean of squares + ε) over the last axes: layer normalization until operator set 16. Null for anything else.</summary>
    public static Tensor? Standardized(Tensor a, Tensor b)
    {
        if (a is not { Operator: Subtract, Inputs: [var x, var mean] }) return null;
        if (b is not { Operator: SquareRoot, Inputs: [{ Operator: Linear { Scale: 1, Offset: > 0 and var epsilon }, Inputs: [var variance] }] }) return null;
        if (MeanOf(variance) is not ({ } squares, var axes) || MeanOf(mean) is not ({ } averaged, var others)) return null;
        bool square = squares is { Operator: Power { Exponent: 2 } or Multiply } && squares.Inputs.All(input => ReferenceEquals(input, a));
        bool last = axes.SequenceEqual(Enumerable.Range(axes[0], x.Shape.Rank - axes[0]));
        return square && last && axes.SequenceEqual(others) && ReferenceEquals(averaged, x) ? x.Standardize(axes[0], epsilon) : null;
    }

    // Of what and over which axes a tensor is the mean.
    private static (Tensor Of, ImmutableArray<int> Axes)? MeanOf(Tensor tensor) =>
        tensor is { Operator: Linear { Offset: 0, Scale: var scale }, Inputs: [{ Operator: Sum { Axes: { IsEmpty: false } axes }, Inputs: [var x] } sum] }
            && Near(scale * x.Shape.Count / sum.Shape.Count, 1)
            ? (x, axes)
            : null;

    /// <summary>
    /// A softmax, but 0 where it is not a number, or in rows that a condition names: what exporters make of attention whose mask hides all of a row. Null for
    /// anything else. Such a row is cleared before the softmax too, else its gradient would be 0 times what is not a number.
    /// </summary>
    public static Tensor? SoftmaxOfSeen(Tensor condition, Tensor yes, Tensor no)
    {
        if (no is not { Operator: Softmax { Axis: var axis }, Inputs: [var x] } || yes is not { Operator: Constant { Values: { Length: 1 } value } } || value.Span[0] != 0) return null;
        int own = axis - no.Shape.Rank + condition.Shape.Rank;
        bool rows = Shape.Broadcast(condition.Shape, no.Shape) == no.Shape && (own < 0 || condition.Shape[own] == 1);
        if (!rows && !(condition is { Operator: Linear { Scale: -1, Offset: 1 }, Inputs: [{ Operator: Equal, Inputs: [var a, var b] }] } && ReferenceEquals(a, no) && ReferenceEquals(b, no))) return null;
        Tensor seen = rows ? 1f - condition : x.MaxOver(axis).GreaterThan(float.NegativeInfinity);
        return x.KeepWhere(seen).Softmax(axis).KeepWhere(seen);
    }

    // The numbers of a weight that is copied for the sake of an order of channels; first convolutions have a tenth of it.
    private const int MostMoved = 1 << 20;

    /// <summary>
    /// The channels of an image in another order (RGB for BGR), convolved: the image as it is, and the weights [O, C, H, W] with their channels in its order.
    /// Anything else as it is.
    /// </summary>
    public static (Tensor X, Tensor Weight) Unpermuted(Tensor x, Tensor weight)
    {
        if (x is not { Operator: Concat { Axis: 1 }, Inputs: [{ Inputs: [var image] }, ..] parts } || weight.Operator is not Constant { Values: var values }) return (x, weight);
        int channels = parts.Length;
        if (image.Shape.Rank != 4 || weight.Shape.Rank != 4 || image.Shape.Channels != channels || weight.Shape.Channels != channels || channels > 4 || weight.Shape.Count > MostMoved) return (x, weight);
        int[] order = [.. parts.Select(part => part is { Operator: Slice { Axis: 1, Start: var from, Length: 1 }, Inputs: [var of] } && ReferenceEquals(of, image) ? from : -1)];
        if (!order.Order().SequenceEqual(Enumerable.Range(0, channels))) return (x, weight);
        int taps = weight.Shape.CountOf(2, 4);
        var moved = new float[weight.Shape.Count];
        for (int o = 0; o < weight.Shape[0]; o++)
            for (int c = 0; c < channels; c++)
                values.Span.Slice((o * channels + c) * taps, taps).CopyTo(moved.AsSpan((o * channels + order[c]) * taps));
        return (image, Tensor.Constant(weight.Shape, moved));
    }

    /// <summary>x · (1 + erf(x / √2)) / 2, wherever the half stands: GELU until operator set 19. The tensor itself if it is anything else.</summary>
    public static Tensor OrGelu(Tensor product)
    {
        (Tensor inner, float half) = Scaled(product);
        if (inner is not { Operator: Multiply, Inputs: [var a, var b] }) return product;
        ((a, float ofA), (b, float ofB)) = (Scaled(a), Scaled(b));
        if (half * ofA * ofB != 0.5f) return product;
        return IsOnePlusErf(b, a) ? a.Gelu() : IsOnePlusErf(a, b) ? b.Gelu() : product;
    }

    private static bool IsOnePlusErf(Tensor tensor, Tensor x) =>
        tensor is { Operator: Linear { Scale: 1, Offset: 1 }, Inputs: [{ Operator: ErrorFunction, Inputs: [var argument] }] }
        && argument switch
        {
            { Operator: Linear { Offset: 0, Scale: var scale }, Inputs: [var of] } => ReferenceEquals(of, x) && Near(scale * scale, 0.5f),
            { Operator: Divide, Inputs: [var of, { Operator: Constant { Values: { Length: 1 } root } }] } => ReferenceEquals(of, x) && Near(root.Span[0] * root.Span[0], 2),
            _ => false,
        };

    // A tensor without the factor that it is multiplied by.
    private static (Tensor, float) Scaled(Tensor tensor) =>
        tensor is { Operator: Linear { Offset: 0, Scale: var scale }, Inputs: [var x] } ? (x, scale) : (tensor, 1);

    private static bool Near(float a, float b) => MathF.Abs(a - b) < 1e-4f;

    /// <summary>
    /// A right operand of a matrix product whose last two axes were exchanged, without that: the product does it on the way. Keys of attention come so.
    /// </summary>
    public static (Tensor Right, bool Transposed) Untransposed(Tensor right)
    {
        if (right.Operator is not Transpose { Axes: var axes } || axes.Length < 2 || axes[^2] != axes.Length - 1) return (right, false);
        int[] swapped = [.. axes[..^2], axes[^1], axes[^2]];
        Tensor x = right.Inputs[0];
        return (swapped.SequenceEqual(Enumerable.Range(0, swapped.Length)) ? x : x.Transpose(swapped), true);
    }
}
