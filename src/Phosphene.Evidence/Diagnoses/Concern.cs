namespace Phosphene.Evidence.Diagnoses;

/// <summary>What is the matter with a channel.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Evidence">The number that says so, which <see cref="DiagnosisLimits"/> names for each kind.</param>
/// <param name="Text">The same in a few words.</param>
public sealed record Concern(ConcernKind Kind, double Evidence, string Text)
{
    /// <summary>What a kind is called in tables and JSON: near-duplicate, flat light.</summary>
    public static string NameOf(ConcernKind kind) => kind switch
    {
        ConcernKind.DeadOnData => "dead on data",
        ConcernKind.DeadToOptimization => "dead to optimisation",
        ConcernKind.AlwaysOn => "always on",
        ConcernKind.NearDuplicate => "near-duplicate",
        ConcernKind.StaticLike => "like static",
        ConcernKind.FlatLight => "flat light",
        ConcernKind.DoesNotRecur => "does not recur",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This is no kind of concern."),
    };
}
