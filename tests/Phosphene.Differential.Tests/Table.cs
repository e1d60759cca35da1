using Phosphene.Differential.Tests.Operators;

namespace Phosphene.Differential.Tests;

/// <summary>What a graph can grow by: a node, or a few that belong together. It exists in the operator sets from Since to Last.</summary>
internal sealed record Entry(string Name, int Since, Action<Growth> Grow, int Last = Growth.NewestOpset)
{
    /// <summary>What is made of one value and chance.</summary>
    public static Entry Of(string name, int since, Func<Growth, Value> pick, Action<Growth, Value> grow) => new(name, since, g => grow(g, pick(g)));

    /// <summary>A node of one real input of any shape.</summary>
    public static Entry Unary(string name, int since, Func<Growth, (string, object?)[]>? attributes = null) =>
        new(name, since, g => g.Node(name, [g.Real()], attributes?.Invoke(g) ?? []));

    /// <summary>A node of one real input from a domain; now and then from outside it, where the result is not a number.</summary>
    public static Entry Domain(string name, int since, double least, double most, Spread spread) =>
        new(name, since, g => g.Node(name, [g.Chance(0.03) ? g.Real() : g.Within(least, most, spread)]));
}

/// <summary>All entries; each stands in a file of its theme.</summary>
internal static class Table
{
    public static readonly Entry[] Entries =
    [
        .. Functions.Entries, .. Pairs.Entries, .. Products.Entries, .. Convolutions.Entries, .. Poolings.Entries, .. Normalizations.Entries, .. Reductions.Entries,
        .. Shapings.Entries, .. Selections.Entries, .. Scatterings.Entries, .. Resamplings.Entries, .. Fillings.Entries, .. Attentions.Entries, .. Exported.Entries,
        .. Recurrences.Entries, .. Samplings.Entries, .. Quantizations.Entries,
    ];
}
