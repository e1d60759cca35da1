using System.Collections.Immutable;

namespace Phosphene.Runtime.Onnx.Reading;

/// <summary>Reads NodeProto.</summary>
internal static class NodeReader
{
    public static OnnxNode Read(MappedFile file, WireReader reader, ReadingBudget budget)
    {
        string name = "", @operator = "", domain = "", overload = "";
        var inputs = ImmutableArray.CreateBuilder<string>();
        var outputs = ImmutableArray.CreateBuilder<string>();
        var attributes = ImmutableArray.CreateBuilder<OnnxAttribute>();
        bool external = false;
        budget.AddNode(ref reader);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: AddName(ref reader, inputs, budget); break;
                case 2: AddName(ref reader, outputs, budget); break;
                case 3: name = reader.Name(); break;
                case 4: @operator = reader.Name(); break;
                case 5:
                    budget.AddAttribute(ref reader, attributes.Count);
                    OnnxAttribute attribute = AttributeReader.Read(file, new WireReader(file, reader.Bytes(), $"{reader.Thing}, attribute", attributes.Count), budget);
                    if (attribute is TensorAttribute { Value: var tensor })
                    {
                        budget.Add(ref reader, tensor);
                        external |= tensor.External is not null;
                    }
                    attributes.Add(attribute);
                    break;
                case 7: domain = ModelReader.Domain(reader.Name()); break;
                case 8: overload = reader.Name(); break;
                default: reader.Skip(); break;
            }
        }
        if (@operator.Length == 0) throw reader.Damaged("names no operator");
        var node = new OnnxNode(@operator, domain, name, inputs.DrainToImmutable(), outputs.DrainToImmutable(), attributes.DrainToImmutable()) { Overload = overload };
        return external ? Resolve(file, node) : node;
    }

    private static void AddName(ref WireReader reader, ImmutableArray<string>.Builder names, ReadingBudget budget)
    {
        budget.AddName(ref reader, names.Count);
        names.Add(reader.Name());
    }

    /// <summary>Fetches the payloads of attributes that lie in other files.</summary>
    private static OnnxNode Resolve(MappedFile file, OnnxNode node) => node with
    {
        Attributes = [.. node.Attributes.Select(attribute =>
            attribute is TensorAttribute { Value: var tensor } ? new TensorAttribute(attribute.Name, file.External.Resolve(tensor, () => $" of {node}")) : attribute)],
    };
}
