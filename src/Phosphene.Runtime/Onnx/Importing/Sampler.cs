using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>What a sampler sees outside an axis.</summary>
internal enum Outside
{
    /// <summary>Zeros.</summary>
    Zeros,

    /// <summary>The element at the border, again and again.</summary>
    Border,

    /// <summary>The axis mirrored at its border.</summary>
    Reflection,
}

/// <summary>An element of an axis that a sample is made of: its number and its weight, a tensor [B, M] each.</summary>
internal readonly record struct Tap(Tensor Place, Tensor Weight);

/// <summary>
/// Reads tensors between their elements, at positions computed when the plan runs. A position lies between elements of each axis, of which the sample is
/// the mean, weighted by nearness; gradients flow to the elements and, through the weights, to the positions. Source: ONNX operator GridSample-22.
/// </summary>
/// <param name="Extent">The elements of the axis.</param>
/// <param name="Outside">What lies outside.</param>
/// <param name="Corners">Whether the axis ends at the centres of its outer elements, rather than half an element further out; for reflection.</param>
internal sealed record SampledAxis(int Extent, Outside Outside, bool Corners = false)
{
    private const float CubicA = -0.75f;

    /// <summary>The elements that samples at positions [B, M] are made of; 0 is the centre of the first one. Null if the mode is not known.</summary>
    public Tap[]? Taps(Tensor at, string mode)
    {
        switch (mode)
        {
            case "nearest":
                return [Inside(Limited(at.Round()), Tensor.Constant(1))];
            case "linear":
                at = Limited(at);
                Tensor low = at.Floor(), part = at - low;
                return [Inside(low, 1f - part), Inside(low + 1f, part)];
            case "cubic":                                       // only its elements are limited, as in PyTorch and ONNX Runtime
                Tensor first = at.Floor(), t = at - first;
                return [Inside(first - 1f, Far(t + 1f)), Inside(first, Near(t)), Inside(first + 1f, Near(1f - t)), Inside(first + 2f, Far(2f - t))];
            default:
                return null;
        }
    }

    // Keys' cubic: one piece for distances up to 1, the other up to 2.
    private static Tensor Near(Tensor d) => ((CubicA + 2) * d - (CubicA + 3)) * d * d + 1f;

    private static Tensor Far(Tensor d) => ((CubicA * d - 5 * CubicA) * d + 8 * CubicA) * d - 4 * CubicA;

    // An element outside becomes one inside, or has no weight.
    private Tap Inside(Tensor place, Tensor weight)
    {
        Tensor inside = Limited(place).Clip(0, Extent - 1);
        return new Tap(inside, Outside == Outside.Zeros ? weight * inside.EqualTo(place) : weight);
    }

    private Tensor Limited(Tensor at) => Outside switch
    {
        Outside.Zeros => at,
        Outside.Border => at.Clip(0, Extent - 1),
        _ => Corners ? Mirrored(at, 0, Extent - 1) : Mirrored(at, -0.5f, Extent),
    };

    // At start and again each length further on.
    private static Tensor Mirrored(Tensor at, float start, float length)
    {
        if (length == 0) return 0f * at;
        Tensor along = at - start, once = along - 2 * length * (along / (2 * length)).Floor();
        return length - (once - length).Abs() + start;
    }
}

/// <summary>Reads at places of several axes.</summary>
internal static class Sampler
{
    /// <summary>
    /// Each combination of taps at each sample: x [B, O, axes...] at the taps of its axes, [B, M] or [1, M] each, as [B, O, K, M], weighted. Their sum over
    /// the third axis is the sample.
    /// </summary>
    public static Tensor Weighted(ImportNode node, Tensor x, params IReadOnlyList<Tap[]> axes)
    {
        Shape samples = axes.SelectMany(taps => taps).Aggregate(Shape.Scalar, (shape, tap) => Shape.Broadcast(shape, Shape.Broadcast(tap.Place.Shape, tap.Weight.Shape)));
        Tap[] combined = [new Tap(Tensor.Constant(0), Tensor.Constant(1))];
        for (int axis = 0; axis < axes.Count; axis++)
        {
            int extent = x.Shape[2 + axis];
            combined = [.. combined.SelectMany(_ => axes[axis], (outer, tap) => new Tap(outer.Place * extent + tap.Place, outer.Weight * tap.Weight))];
        }
        int places = x.Shape.CountOf(2, x.Shape.Rank), count = combined.Length;
        Lookups.Countable(node, places);
        Fillings.Affordable(node, new Shape(x.Shape[0], x.Shape[1], count, samples[1]));
        Tensor at = Tensor.Concat(1, [.. combined.Select(tap => tap.Place.BroadcastTo(samples))]);
        Tensor weights = Tensor.Concat(1, [.. combined.Select(tap => tap.Weight.BroadcastTo(samples))]).Reshape(new Shape(samples[0], 1, count, samples[1]));
        return x.Reshape(new Shape(x.Shape[0], x.Shape[1], places, 1)).Take(at).Reshape(new Shape(x.Shape[0], x.Shape[1], count, samples[1])) * weights;
    }
}
