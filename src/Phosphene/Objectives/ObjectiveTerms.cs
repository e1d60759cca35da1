namespace Phosphene.Objectives;

/// <summary>What an objective is made of.</summary>
internal static class ObjectiveTerms
{
    /// <summary>What is looked for in it, each with its weight: the objectives that sums, products, masks and the like are made of.</summary>
    public static IEnumerable<(Objective Term, float Weight)> Of(Objective objective, float weight = 1) => objective switch
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
}
