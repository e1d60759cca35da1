
namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>Checks what ONNX promises of a graph: every name is made once, and before it is used. A cycle breaks the second.</summary>
internal static class GraphCheck
{
    /// <summary>The initializers by name, and the index of the node that makes each other value.</summary>
    public static (Dictionary<string, OnnxTensor> Initializers, Dictionary<string, int> Producers) Run(OnnxModel model)
    {
        OnnxGraph graph = model.Graph;
        string file = Printable.Quote(model.Path);
        var initializers = new Dictionary<string, OnnxTensor>(graph.Initializers.Length);
        foreach (OnnxTensor tensor in graph.Initializers)
        {
            if (tensor.Name.Length == 0) throw Broken(file, $"an initializer {tensor.Shape} has no name, so nothing can use it");
            if (!initializers.TryAdd(tensor.Name, tensor)) throw Broken(file, $"initializer {Printable.Quote(tensor.Name)} is there twice, where names are unique");
        }

        var known = new HashSet<string>(initializers.Keys);
        var inputs = new HashSet<string>();
        foreach (OnnxValue input in graph.Inputs)
        {
            if (!inputs.Add(input.Name)) throw Broken(file, $"graph input {Printable.Quote(input.Name)} is there twice, where names are unique");
            if (initializers.TryGetValue(input.Name, out OnnxTensor? initializer) && !Agrees(input, initializer))
                throw Broken(file, $"graph input {input} {input.ElementType} is declared unlike its initializer {initializer}");
            known.Add(input.Name);
        }

        Dictionary<string, int> producers = Producers(graph, known, file);
        for (int i = 0; i < graph.Nodes.Length; i++)
        {
            foreach (string input in SubGraphs.NamesReadBy(graph.Nodes[i]))
                if (input.Length > 0 && !known.Contains(input)) throw Unmade(graph, i, input, producers, file);
            known.UnionWith(graph.Nodes[i].Outputs.Where(output => output.Length > 0));
        }
        foreach (OnnxValue output in graph.Outputs)
            if (!known.Contains(output.Name)) throw Broken(file, $"graph output {Printable.Quote(output.Name)} is made by no node");
        return (initializers, producers);
    }

    // What a weight that is listed as an input says of itself there, if anything.
    private static bool Agrees(OnnxValue declared, OnnxTensor tensor) =>
        (declared.ElementType == OnnxDataType.Undefined || declared.ElementType == tensor.DataType)
        && (declared.Dimensions is not { } dimensions
            || (dimensions.Length == tensor.Shape.Rank && dimensions.Zip(tensor.Shape).All(pair => pair.First.Extent is null || pair.First.Extent == pair.Second)));

    private static Dictionary<string, int> Producers(OnnxGraph graph, HashSet<string> known, string file)
    {
        var producers = new Dictionary<string, int>(graph.Nodes.Length);
        for (int i = 0; i < graph.Nodes.Length; i++)
        {
            foreach (string output in graph.Nodes[i].Outputs)
            {
                if (output.Length == 0 || (!known.Contains(output) && producers.TryAdd(output, i))) continue;
                string first = producers.TryGetValue(output, out int other) ? $"{graph.Nodes[other]} makes" : "an input or initializer is called";
                throw Broken(file, $"{graph.Nodes[i]} makes {Printable.Quote(output)}, which {first} too, where names are unique");
            }
        }
        return producers;
    }

    private static ModelFormatException Unmade(OnnxGraph graph, int node, string input, Dictionary<string, int> producers, string file)
    {
        string why = !producers.TryGetValue(input, out int maker) ? "which no node, input or initializer makes"
            : maker == node ? "which it makes itself (a cycle)"
            : $"which {graph.Nodes[maker]} makes only later (nodes out of order, or a cycle)";
        return Broken(file, $"{graph.Nodes[node]} reads {Printable.Quote(input)}, {why}");
    }

    private static ModelFormatException Broken(string file, string what) => new($"{file}: {what}; export the model again.");
}
