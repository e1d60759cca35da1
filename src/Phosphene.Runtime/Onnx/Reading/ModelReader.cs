using System.Collections.Immutable;

namespace Phosphene.Runtime.Onnx.Reading;

/// <summary>
/// Reads ModelProto; its functions are inlined, so that the graph has none. Field numbers are those of onnx.proto (github.com/onnx/onnx, IR version 10).
/// </summary>
internal static class ModelReader
{
    public static OnnxModel Read(MappedFile file)
    {
        long? irVersion = null;
        string producer = "", producerVersion = "";
        var opsets = ImmutableDictionary.CreateBuilder<string, long>();
        var metadata = ImmutableDictionary.CreateBuilder<string, string>();
        var functions = new List<Region>();
        Region? graph = null;

        var reader = new WireReader(file, new Region(0, file.Length), "the model");
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: irVersion = (long)reader.Varint(); break;
                case 2: producer = reader.Text(Limits.TextBytes, "producer name"); break;
                case 3: producerVersion = reader.Text(Limits.TextBytes, "producer version"); break;
                case 7:
                    if (graph is not null) throw reader.Damaged("has two graphs, where one is allowed");
                    graph = reader.Bytes();
                    break;
                case 8:
                    if (opsets.Count == Limits.Opsets) throw reader.Damaged($"imports more than {Limits.Opsets} operator sets");
                    (string domain, long version) = Opset(new WireReader(file, reader.Bytes(), "operator set", opsets.Count));
                    if (!opsets.TryAdd(domain, version)) throw reader.Damaged($"imports the operator set {Printable.Quote(domain)} twice");
                    break;
                case 14:
                    if (metadata.Count == Limits.MetadataEntries) throw reader.Damaged($"has more than {Limits.MetadataEntries} metadata properties");
                    (string key, string value) = Entry(new WireReader(file, reader.Bytes(), "metadata property", metadata.Count));
                    if (!metadata.TryAdd(key, value)) throw reader.Damaged($"has the metadata property {Printable.Quote(key)} twice");
                    break;
                case 25:
                    if (functions.Count == Limits.Functions) throw reader.Damaged($"has more than {Limits.Functions} functions");
                    functions.Add(reader.Bytes());
                    break;
                default: reader.Skip(); break;
            }
        }

        if (graph is null) throw reader.Damaged("has no graph");
        if (irVersion is not { } ir) throw reader.Damaged("states the IR version nowhere");
        if (ir < 1) throw reader.Damaged($"states the IR version {ir}, where at least 1 is expected");
        if (opsets.Count == 0) throw reader.Damaged("imports no operator set");
        string tool = $"{producer} {producerVersion}".Trim();
        var budget = new ReadingBudget();
        OnnxGraph whole = GraphReader.Read(file, graph.Value, budget);
        if (functions.Count > 0)
        {
            OnnxFunction[] bodies = [.. functions.Select((region, index) => FunctionReader.Read(file, region, index, budget))];
            whole = new FunctionInliner(file.Path, bodies).Inline(whole);
            foreach ((string domain, long version) in bodies.SelectMany(function => function.Opsets)) opsets.TryAdd(domain, version);
        }
        return new OnnxModel(file, ir, tool, opsets.ToImmutable(), metadata.ToImmutable(), whole);
    }

    /// <summary>OperatorSetIdProto.</summary>
    public static (string Domain, long Version) Opset(WireReader reader)
    {
        string domain = "";
        long version = 0;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: domain = Domain(reader.Name()); break;
                case 2: version = (long)reader.Varint(); break;
                default: reader.Skip(); break;
            }
        }
        return version >= 1 ? (domain, version) : throw reader.Damaged($"has the version {version}, where at least 1 is expected");
    }

    /// <summary>"ai.onnx" is the long name of ONNX's own domain, "".</summary>
    public static string Domain(string domain) => domain == "ai.onnx" ? "" : domain;

    /// <summary>StringStringEntryProto.</summary>
    private static (string Key, string Value) Entry(WireReader reader)
    {
        string key = "", value = "";
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: key = reader.Name(); break;
                case 2: value = reader.Text(Limits.TextBytes, "value"); break;
                default: reader.Skip(); break;
            }
        }
        return (key, value);
    }
}
