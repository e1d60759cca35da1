using System.Collections.Frozen;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>All operators that can be imported, by name; each entry stands in a file of its theme.</summary>
internal static class OperatorTable
{
    /// <summary>The operator sets of ONNX's own domain that the entries were written for. 27 is the newest released; of 28 it is what stands in ONNX's repository.</summary>
    public const int OldestOpset = 1, NewestOpset = 28;

    private static readonly FrozenDictionary<string, OnnxOperator> Entries = new[]
    {
        Activations.Entries, Arithmetic.Entries, Attentions.Entries, Constants.Entries, Controls.Entries, Convolutions.Entries, Einsum.Entries, Elementaries.Entries, Fillings.Entries, Findings.Entries,
        Logic.Entries, Losses.Entries, Normalizations.Entries, Paddings.Entries, Poolings.Entries, Products.Entries, Quantizations.Entries, Recurrences.Entries,
        Reductions.Entries, Resamplings.Entries, Samplings.Entries, Scatterings.Entries, Selections.Entries, Shapings.Entries, Signals.Entries,
    }.SelectMany(entries => entries).ToFrozenDictionary(entry => entry.Name);

    /// <summary>All entries, by name.</summary>
    public static IEnumerable<OnnxOperator> All => Entries.Values.OrderBy(entry => entry.Name, StringComparer.Ordinal);

    /// <summary>The entry of a node's operator; null if there is none.</summary>
    public static OnnxOperator? Find(OnnxNode node) => node.Domain.Length == 0 ? Entries.GetValueOrDefault(node.Operator) : null;
}
