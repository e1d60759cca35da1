using Phosphene.Objectives;
using Phosphene.Recipes;

namespace Phosphene.Atlas.Comparisons;

/// <summary>An ascent of a comparison, of which several pictures may be taken as it goes on.</summary>
/// <param name="Places">For each axis but that of the <see cref="ComparisonBudget"/> which of its values this is, from 0.</param>
/// <param name="Objective">What is maximized.</param>
/// <param name="Recipe">How.</param>
public sealed record ComparisonRow(IReadOnlyList<int> Places, Objective Objective, Recipe Recipe);
