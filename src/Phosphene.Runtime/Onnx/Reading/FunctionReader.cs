using System.Collections.Immutable;

namespace Phosphene.Runtime.Onnx.Reading;

/// <summary>A function that the model defines for itself: nodes of which a call is made, with names of its own.</summary>
/// <param name="Key">Domain, name and overload, by which nodes call it.</param>
/// <param name="Inputs">The names that the arguments have inside.</param>
/// <param name="Outputs">The inner values that are the results.</param>
/// <param name="Defaults">Attributes that a call may leave out; what it leaves out of the others is left out inside too.</param>
/// <param name="Nodes">The body.</param>
/// <param name="Opsets">The operator sets it was written for.</param>
internal sealed record OnnxFunction(
    FunctionKey Key,
    ImmutableArray<string> Inputs,
    ImmutableArray<string> Outputs,
    ImmutableArray<OnnxAttribute> Defaults,
    ImmutableArray<OnnxNode> Nodes,
    ImmutableArray<(string Domain, long Version)> Opsets);

/// <summary>What a call names.</summary>
internal readonly record struct FunctionKey(string Domain, string Name, string Overload)
{
    public static FunctionKey Of(OnnxNode node) => new(node.Domain, node.Operator, node.Overload);

    public override string ToString() => Printable.Quote(Domain.Length == 0 ? Name : $"{Domain}.{Name}");
}

/// <summary>Reads FunctionProto.</summary>
internal static class FunctionReader
{
    public static OnnxFunction Read(MappedFile file, Region region, int index, ReadingBudget budget)
    {
        string name = "", domain = "", overload = "";
        var inputs = ImmutableArray.CreateBuilder<string>();
        var outputs = ImmutableArray.CreateBuilder<string>();
        var defaults = ImmutableArray.CreateBuilder<OnnxAttribute>();
        var nodes = ImmutableArray.CreateBuilder<OnnxNode>();
        var opsets = ImmutableArray.CreateBuilder<(string, long)>();
        var reader = new WireReader(file, region, "function", index);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: name = reader.Name(); break;
                case 4:
                    budget.AddName(ref reader, inputs.Count);
                    inputs.Add(reader.Name());
                    break;
                case 5:
                    budget.AddName(ref reader, outputs.Count);
                    outputs.Add(reader.Name());
                    break;
                case 7: nodes.Add(NodeReader.Read(file, new WireReader(file, reader.Bytes(), $"{reader.Thing}, node", nodes.Count), budget)); break;
                case 9:
                    if (opsets.Count == Limits.Opsets) throw reader.Damaged($"imports more than {Limits.Opsets} operator sets");
                    opsets.Add(ModelReader.Opset(new WireReader(file, reader.Bytes(), $"{reader.Thing}, operator set", opsets.Count)));
                    break;
                case 10: domain = ModelReader.Domain(reader.Name()); break;
                case 11:
                    budget.AddAttribute(ref reader, defaults.Count);
                    defaults.Add(AttributeReader.Read(file, new WireReader(file, reader.Bytes(), $"{reader.Thing}, attribute", defaults.Count), budget));
                    break;
                case 13: overload = reader.Name(); break;
                default: reader.Skip(); break;
            }
        }
        if (name.Length == 0) throw reader.Damaged("has no name");
        return new OnnxFunction(
            new FunctionKey(domain, name, overload), inputs.DrainToImmutable(), outputs.DrainToImmutable(), defaults.DrainToImmutable(),
            nodes.DrainToImmutable(), opsets.DrainToImmutable());
    }
}
