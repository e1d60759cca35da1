using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Phosphene.Runtime.Onnx.Reading;

/// <summary>Reads AttributeProto.</summary>
internal static class AttributeReader
{
    /// <summary>AttributeProto.AttributeType; the value's field must be the one the type names.</summary>
    private enum Kind
    {
        Unstated = 0,
        Float = 1,
        Integer = 2,
        Text = 3,
        Tensor = 4,
        Graph = 5,
        Floats = 6,
        Integers = 7,
        Texts = 8,
        Tensors = 9,
        Graphs = 10,
        SparseTensor = 11,
        SparseTensors = 12,
        Type = 13,
        Types = 14,
    }

    public static OnnxAttribute Read(MappedFile file, WireReader reader, ReadingBudget budget)
    {
        string name = "", text = "", reference = "";
        Region whole = reader.Rest;
        Kind stated = Kind.Unstated, found = Kind.Unstated;
        float real = 0;
        long integer = 0;
        OnnxTensor? tensor = null;
        OnnxGraph? graph = null;
        long[] integers = [];
        int integerCount = 0;
        var floats = ImmutableArray.CreateBuilder<float>();
        var texts = ImmutableArray.CreateBuilder<string>();
        int textBytes = 0;

        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: name = reader.Name(); break;
                case 2: Found(ref reader, ref found, Kind.Float); real = reader.Float(); break;
                case 3: Found(ref reader, ref found, Kind.Integer); integer = (long)reader.Varint(); break;
                case 4: Found(ref reader, ref found, Kind.Text); text = Encoding.UTF8.GetString(reader.Limited(Limits.TextBytes, "text")); break;
                case 5: Found(ref reader, ref found, Kind.Tensor); tensor = TensorReader.Read(file, reader.Bytes(), $"{reader.Thing}, tensor"); break;
                case 6: Found(ref reader, ref found, Kind.Graph); graph = SubGraph(file, reader.Bytes(), reader.Thing, budget); break;
                case 7: Found(ref reader, ref found, Kind.Floats); AddFloats(file, ref reader, floats); break;
                case 8:
                    Found(ref reader, ref found, Kind.Integers);
                    reader.Varints(ref integers, ref integerCount, Limits.AttributeElements, "integers");
                    break;
                case 9:
                    Found(ref reader, ref found, Kind.Texts);
                    ReadOnlySpan<byte> bytes = reader.Limited(Limits.TextBytes - textBytes, "list of texts");
                    if (texts.Count == Limits.AttributeElements) throw reader.Damaged($"has more than {Limits.AttributeElements} texts");
                    textBytes += bytes.Length;
                    texts.Add(Encoding.UTF8.GetString(bytes));
                    break;
                case 10: Found(ref reader, ref found, Kind.Tensors); reader.Bytes(); break;
                case 11: Found(ref reader, ref found, Kind.Graphs); Nesting.Check(file, reader.Bytes(), reader.Thing); break;
                case 14: Found(ref reader, ref found, Kind.Type); reader.Bytes(); break;
                case 15: Found(ref reader, ref found, Kind.Types); reader.Bytes(); break;
                case 20:
                    ulong type = reader.Varint();
                    stated = type <= (ulong)Kind.Types ? (Kind)type : throw reader.Damaged($"has the type {type}, which ONNX does not define");
                    break;
                case 21: reference = reader.Name(); break;
                case 22: Found(ref reader, ref found, Kind.SparseTensor); reader.Bytes(); break;
                case 23: Found(ref reader, ref found, Kind.SparseTensors); reader.Bytes(); break;
                default: reader.Skip(); break;
            }
        }

        if (name.Length == 0) throw reader.Damaged("has no name");
        if (reference.Length > 0)
            return found == Kind.Unstated ? new ReferenceAttribute(name, reference) : throw reader.Damaged($"({Printable.Quote(name)}) has a value and refers to another");
        if (stated == Kind.Unstated && found == Kind.Unstated) throw reader.Damaged($"({Printable.Quote(name)}) has neither a type nor a value");
        if (stated != Kind.Unstated && found != Kind.Unstated && stated != found)
            throw reader.Damaged($"({Printable.Quote(name)}) says it holds {stated} but holds {found}");
        return (stated == Kind.Unstated ? found : stated) switch   // a zero, an empty text and an empty list may be left out of the file
        {
            Kind.Float => new FloatAttribute(name, real),
            Kind.Integer => new IntegerAttribute(name, integer),
            Kind.Text => new TextAttribute(name, text),
            Kind.Tensor => new TensorAttribute(name, tensor ?? throw reader.Damaged($"({Printable.Quote(name)}) has no tensor")),
            Kind.Floats => new FloatsAttribute(name, floats.DrainToImmutable()),
            Kind.Integers => new IntegersAttribute(name, [.. integers.AsSpan(0, integerCount)]),
            Kind.Texts => new TextsAttribute(name, texts.DrainToImmutable()),
            Kind.Graph => Other("a sub-graph"),
            Kind.Graphs => Other("a list of sub-graphs"),
            Kind.Tensors => Other("a list of tensors"),
            Kind.SparseTensor or Kind.SparseTensors => Other("a sparse tensor"),
            _ => Other("a type"),
        };

        OtherAttribute Other(string content) => new(name, content) { Source = TensorReader.View(file, whole), Graph = graph };
    }

    // How deep they lie in each other is known from the outermost on, before any is entered.
    private static OnnxGraph SubGraph(MappedFile file, Region region, string thing, ReadingBudget budget)
    {
        if (budget.Depth == 0) Nesting.Check(file, region, thing);
        budget.Depth++;
        OnnxGraph graph = GraphReader.Read(file, region, budget, $"{thing}, sub-graph");
        budget.Depth--;
        return graph;
    }

    private static void Found(ref WireReader reader, ref Kind found, Kind kind)
    {
        bool repeated = kind is Kind.Floats or Kind.Integers or Kind.Texts or Kind.Tensors or Kind.Graphs or Kind.Types or Kind.SparseTensors;
        if (found != Kind.Unstated && (found != kind || !repeated)) throw reader.Damaged("has more than one value");
        found = kind;
    }

    private static void AddFloats(MappedFile file, ref WireReader reader, ImmutableArray<float>.Builder floats)
    {
        Region region = reader.FixedElements(WireType.Fixed32, sizeof(float));
        if (region.Length / sizeof(float) > Limits.AttributeElements - floats.Count) throw reader.Damaged($"has more than {Limits.AttributeElements} floats");
        ReadOnlySpan<byte> bytes = file.Span(region.Offset, (int)region.Length);
        for (int i = 0; i < bytes.Length; i += sizeof(float)) floats.Add(BinaryPrimitives.ReadSingleLittleEndian(bytes[i..]));
    }
}
