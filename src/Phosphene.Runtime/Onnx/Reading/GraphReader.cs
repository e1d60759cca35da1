using System.Collections.Immutable;

namespace Phosphene.Runtime.Onnx.Reading;

/// <summary>Reads GraphProto. The sub-graphs of its nodes are read in turn; how deep they lie in each other is bounded (<see cref="Nesting"/>).</summary>
internal static class GraphReader
{
    public static OnnxGraph Read(MappedFile file, Region graph, ReadingBudget budget, string thing = "the graph")
    {
        string name = "";
        var nodes = ImmutableArray.CreateBuilder<OnnxNode>();
        var initializers = ImmutableArray.CreateBuilder<OnnxTensor>();
        var inputs = ImmutableArray.CreateBuilder<OnnxValue>();
        var outputs = ImmutableArray.CreateBuilder<OnnxValue>();

        var reader = new WireReader(file, graph, thing);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    nodes.Add(NodeReader.Read(file, new WireReader(file, reader.Bytes(), "node", nodes.Count), budget));
                    break;
                case 2: name = reader.Name(); break;
                case 5:
                    if (initializers.Count == Limits.Initializers) throw reader.Damaged($"has more than {Limits.Initializers} initializers");
                    OnnxTensor tensor = TensorReader.Read(file, reader.Bytes(), "initializer", initializers.Count);
                    budget.Add(ref reader, tensor);
                    initializers.Add(tensor);
                    break;
                case 11:
                    if (inputs.Count == Limits.Values) throw reader.Damaged($"has more than {Limits.Values} inputs");
                    inputs.Add(ValueReader.Read(file, new WireReader(file, reader.Bytes(), "graph input", inputs.Count)));
                    break;
                case 12:
                    if (outputs.Count == Limits.Values) throw reader.Damaged($"has more than {Limits.Values} outputs");
                    outputs.Add(ValueReader.Read(file, new WireReader(file, reader.Bytes(), "graph output", outputs.Count)));
                    break;
                case 15:
                    throw new ModelFormatException(
                        $"{Printable.Quote(file.Path)} has sparse initializers, which are not supported; export the model with dense weights.", ModelFault.Unsupported);
                default: reader.Skip(); break;
            }
        }
        Resolve(file, initializers, nodes);
        return new OnnxGraph(
            name, nodes.DrainToImmutable(), initializers.DrainToImmutable(), inputs.DrainToImmutable(), outputs.DrainToImmutable());
    }

    /// <summary>Fetches the payloads that lie in other files, once it is known which node reads each.</summary>
    private static void Resolve(MappedFile file, ImmutableArray<OnnxTensor>.Builder initializers, ImmutableArray<OnnxNode>.Builder nodes)
    {
        for (int i = 0; i < initializers.Count; i++)
        {
            OnnxTensor tensor = initializers[i];
            if (tensor.External is not null) initializers[i] = file.External.Resolve(tensor, User);

            string User() => nodes.FirstOrDefault(node => node.Inputs.Contains(tensor.Name)) is { } user ? $", which {user} reads," : ", which no node reads,";
        }
    }
}
