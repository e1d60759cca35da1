using System.Collections.Immutable;

namespace Phosphene.Runtime.Onnx;

/// <summary>Reads GraphProto and NodeProto. Sub-graphs inside attributes are not entered, so that nothing here is recursive.</summary>
internal static class GraphReader
{
    public static OnnxGraph Read(MappedFile file, Region graph)
    {
        string name = "";
        var nodes = ImmutableArray.CreateBuilder<OnnxNode>();
        var initializers = ImmutableArray.CreateBuilder<OnnxTensor>();
        var inputs = ImmutableArray.CreateBuilder<OnnxValue>();
        var outputs = ImmutableArray.CreateBuilder<OnnxValue>();
        var budget = new Budget();

        var reader = new WireReader(file, graph, "the graph");
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    if (nodes.Count == Limits.Nodes) throw reader.Damaged($"has more than {Limits.Nodes} nodes");
                    nodes.Add(Node(file, new WireReader(file, reader.Bytes(), "node", nodes.Count), budget));
                    break;
                case 2: name = reader.Name(); break;
                case 5:
                    if (initializers.Count == Limits.Initializers) throw reader.Damaged($"has more than {Limits.Initializers} initializers");
                    initializers.Add(TensorReader.Read(file, reader.Bytes(), "initializer", initializers.Count));
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
        return new OnnxGraph(
            name, nodes.DrainToImmutable(), initializers.DrainToImmutable(), inputs.DrainToImmutable(), outputs.DrainToImmutable());
    }

    private static OnnxNode Node(MappedFile file, WireReader reader, Budget budget)
    {
        string name = "", @operator = "", domain = "";
        var inputs = ImmutableArray.CreateBuilder<string>();
        var outputs = ImmutableArray.CreateBuilder<string>();
        var attributes = ImmutableArray.CreateBuilder<OnnxAttribute>();
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: AddName(ref reader, inputs, budget); break;
                case 2: AddName(ref reader, outputs, budget); break;
                case 3: name = reader.Name(); break;
                case 4: @operator = reader.Name(); break;
                case 5:
                    if (attributes.Count == Limits.AttributesPerNode || ++budget.Attributes > Limits.AttributesPerGraph)
                        throw reader.Damaged($"has too many attributes (over {Limits.AttributesPerNode} here or {Limits.AttributesPerGraph} in all)");
                    attributes.Add(AttributeReader.Read(file, new WireReader(file, reader.Bytes(), $"{reader.Thing}, attribute", attributes.Count)));
                    break;
                case 7: domain = ModelReader.Domain(reader.Name()); break;
                default: reader.Skip(); break;
            }
        }
        if (@operator.Length == 0) throw reader.Damaged("names no operator");
        return new OnnxNode(@operator, domain, name, inputs.DrainToImmutable(), outputs.DrainToImmutable(), attributes.DrainToImmutable());
    }

    private static void AddName(ref WireReader reader, ImmutableArray<string>.Builder names, Budget budget)
    {
        if (names.Count == Limits.NamesPerNode || ++budget.Names > Limits.NamesPerGraph)
            throw reader.Damaged($"has too many inputs or outputs (more than {Limits.NamesPerNode} here or {Limits.NamesPerGraph} in all)");
        names.Add(reader.Name());
    }

    /// <summary>What all nodes together have used of the limits.</summary>
    private sealed class Budget
    {
        public int Names;
        public int Attributes;
    }
}
