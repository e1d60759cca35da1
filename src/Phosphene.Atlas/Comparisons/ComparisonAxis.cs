namespace Phosphene.Atlas.Comparisons;

/// <summary>What differs among the pictures of a comparison, in one respect.</summary>
/// <param name="Name">The respect, for example "transforms".</param>
/// <param name="Values">What there is of it, as text.</param>
public sealed record ComparisonAxis(string Name, IReadOnlyList<string> Values);
