using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>The value of a name, as a node sees it: of its own graph or, in a sub-graph, of those around it.</summary>
internal delegate ImportedValue? Lookup(string name);

/// <summary>Sub-graphs: the branches of If, the bodies of Loop and Scan. They read the values of the graphs around them by name.</summary>
internal static class SubGraphs
{
    /// <summary>All names that a node reads: its inputs, and what its sub-graphs read from around them.</summary>
    public static IEnumerable<string> NamesReadBy(OnnxNode node) =>
        node.Attributes.OfType<OtherAttribute>().Aggregate((IEnumerable<string>)node.Inputs, (names, attribute) => attribute.Graph is { } graph ? names.Concat(ReadFromAround(graph)) : names);

    private static HashSet<string> ReadFromAround(OnnxGraph graph)
    {
        HashSet<string> inside = [.. graph.Inputs.Select(input => input.Name), .. graph.Initializers.Select(tensor => tensor.Name)], around = [];
        foreach (OnnxNode node in graph.Nodes)
        {
            around.UnionWith(NamesReadBy(node).Where(name => name.Length > 0 && !inside.Contains(name)));
            inside.UnionWith(node.Outputs);
        }
        around.UnionWith(graph.Outputs.Select(output => output.Name).Where(name => !inside.Contains(name)));
        return around;
    }

    /// <summary>The outputs of a sub-graph for inputs; only what they need is imported.</summary>
    public static ImportedValue[] Import(OnnxImporter importer, OnnxGraph graph, IReadOnlyList<ImportedValue> inputs, Lookup around, ImportBudget budget)
    {
        var values = new Dictionary<string, ImportedValue>();
        for (int i = 0; i < inputs.Count; i++) values[graph.Inputs[i].Name] = inputs[i];
        foreach (OnnxTensor tensor in graph.Initializers) values.TryAdd(tensor.Name, importer.Stored(tensor));

        HashSet<string> wanted = [.. graph.Outputs.Select(output => output.Name)];
        var needed = new Stack<OnnxNode>();
        foreach (OnnxNode node in graph.Nodes.Reverse())
        {
            if (!node.Outputs.Any(wanted.Contains)) continue;
            needed.Push(node);
            wanted.UnionWith(NamesReadBy(node));
        }
        foreach (OnnxNode node in needed)
        {
            if (OperatorTable.Find(node) is not { } known)
                throw importer.Failure(node, "stands in a sub-graph and is an operator that is not supported; choose a layer before it or export the model without it", ModelFault.Unsupported);
            if (!budget.TryNodes())
                throw importer.Failure(node, $"stands in a sub-graph, and all of these together make more than {ImportBudget.Nodes} nodes, where no more are supported", ModelFault.Unsupported);
            ImportedValue?[] given = [.. node.Inputs.Select(name => name.Length == 0 ? null : Find(name))];
            ImportedValue[] results = new ImportNode(importer, node, given, budget, joined: null, Find).Import(known);
            for (int i = 0; i < node.Outputs.Length; i++)
                values[node.Outputs[i]] = i < results.Length ? results[i] : new MissingValue($"which is output {i} of {node}, and only {results.Length} are supported");
        }
        return [.. graph.Outputs.Select(output => Find(output.Name) ?? new MissingValue("which no node of its sub-graph makes"))];

        ImportedValue? Find(string name) => values.TryGetValue(name, out ImportedValue? value) ? value : around(name);
    }
}
