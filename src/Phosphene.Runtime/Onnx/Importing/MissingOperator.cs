namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>An operator of a model that this runtime does not have.</summary>
/// <param name="Operator">Its name.</param>
/// <param name="Domain">Who defines it; "ai.onnx" is ONNX itself.</param>
/// <param name="Opset">The version of the domain's operator set that the model imports; null if it imports none.</param>
/// <param name="Node">The first node that uses it.</param>
/// <param name="Count">How many nodes use it.</param>
public sealed record MissingOperator(string Operator, string Domain, long? Opset, string Node, int Count)
{
    /// <summary>What can be done, as the end of a sentence.</summary>
    public string Advice => $"choose a layer before {(Count == 1 ? "it" : "the first of them")} or export the model without this operator";

    /// <summary>For example "operator Bernoulli (ai.onnx, version 15)".</summary>
    public override string ToString() =>
        $"operator {Printable.Escape(Operator)} ({Printable.Escape(Domain)}, {(Opset is { } version ? $"version {version}" : "no version imported")})";

    /// <summary>All that a model misses, by domain and name, in the order of their first nodes.</summary>
    internal static Dictionary<(string Domain, string Operator), MissingOperator> Of(OnnxModel model)
    {
        var missing = new Dictionary<(string, string), MissingOperator>();
        foreach (OnnxNode node in model.Graph.Nodes)
        {
            if (OperatorTable.Find(node) is not null) continue;
            (string, string) key = (node.Domain, node.Operator);
            missing[key] = missing.TryGetValue(key, out MissingOperator? known)
                ? known with { Count = known.Count + 1 }
                : new MissingOperator(
                    node.Operator, node.Domain.Length == 0 ? "ai.onnx" : node.Domain,
                    model.Opsets.TryGetValue(node.Domain, out long version) ? version : null, node.DisplayName, 1);
        }
        return missing;
    }
}
