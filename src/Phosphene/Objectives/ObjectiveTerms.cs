namespace Phosphene.Objectives;

/// <summary>What an objective is made of.</summary>
public static class ObjectiveTerms
{
    /// <summary>What is looked for in it, each with its weight: the objectives that sums, products, masks and the like are made of.</summary>
    /// <param name="objective">The objective.</param>
    /// <param name="weight">What all weights are multiplied by.</param>
    internal static IEnumerable<(Objective Term, float Weight)> Of(Objective objective, float weight = 1) => objective switch
    {
        SumObjective sum => [.. Of(sum.A, weight), .. Of(sum.B, weight)],
        DifferenceObjective difference => [.. Of(difference.A, weight), .. Of(difference.B, -weight)],
        ScaledObjective scaled => Of(scaled.A, weight * scaled.Weight),
        LerpObjective lerp => [.. Of(lerp.A, weight * (1 - lerp.T)), .. Of(lerp.B, weight * lerp.T)],
        MaskObjective mask => Of(mask.A, weight),
        PerValueObjective shared => Of(shared.A, weight),
        VariedObjective varied => Of(varied.A, weight).Append((varied.Difference, weight * varied.Weight)),
        AlignedObjective aligned => Of(aligned.A, weight),
        EachObjective each => each.Objectives.SelectMany(part => Of(part, weight)),
        _ => [(objective, weight)],
    };

    /// <summary>What adds up to an objective, each with its weight: what sums, differences and products by numbers are made of. Anything else is whole.</summary>
    /// <param name="objective">The objective.</param>
    /// <param name="weight">What all weights are multiplied by.</param>
    public static IReadOnlyList<(Objective Term, float Weight)> Summands(Objective objective, float weight = 1) => objective switch
    {
        SumObjective sum => [.. Summands(sum.A, weight), .. Summands(sum.B, weight)],
        DifferenceObjective difference => [.. Summands(difference.A, weight), .. Summands(difference.B, -weight)],
        ScaledObjective scaled => Summands(scaled.A, weight * scaled.Weight),
        _ => [(objective, weight)],
    };
}
