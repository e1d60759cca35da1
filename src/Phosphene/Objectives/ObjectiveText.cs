namespace Phosphene.Objectives;

/// <summary>How sums, differences and products print, so that the parser reads them back.</summary>
internal static class ObjectiveText
{
    /// <summary>An operand in parentheses if it would otherwise fall apart: sums inside products, and sums or signs behind a minus.</summary>
    public static string Operand(Objective objective, bool inProduct) => objective switch
    {
        SumObjective or DifferenceObjective => $"({objective})",
        ScaledObjective { Weight: < 0 } => $"({objective})",
        ScaledObjective when inProduct => $"({objective})",
        _ => objective.ToString(),
    };
}
