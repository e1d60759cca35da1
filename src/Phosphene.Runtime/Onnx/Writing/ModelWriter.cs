using System.Collections.Immutable;
using Phosphene.Runtime.Onnx.Reading;

namespace Phosphene.Runtime.Onnx.Writing;

/// <summary>Writes ModelProto and what is in it: the inverse of <see cref="ModelReader"/>. Field numbers are those of onnx.proto.</summary>
internal static class ModelWriter
{
    /// <summary>The format and the operator set that exported graphs have: of 2020, read by all tools since.</summary>
    public const long IrVersion = 8, Opset = 13;

    /// <summary>From this version of the format on, weights need not be listed as inputs.</summary>
    private const long WeightsAreNoInputs = 4;

    /// <summary>A graph of our own operators.</summary>
    public static WireWriter Write(
        OnnxGraph graph, IEnumerable<OnnxValue> innerValues, string documentation, IEnumerable<KeyValuePair<string, string>> metadata) => new WireWriter()
        .Varint(1, IrVersion).Text(2, "phosphene").Text(3, typeof(ModelWriter).Assembly.GetName().Version!.ToString(3)).OptionalText(6, documentation)
        .Message(8, new WireWriter().Text(1, "").Varint(2, Opset))
        .Each(metadata, Property)
        .Message(7, Graph(graph, innerValues));

    /// <summary>A model that was read.</summary>
    public static WireWriter Write(
        long irVersion, string producer, IEnumerable<KeyValuePair<string, long>> opsets, IEnumerable<KeyValuePair<string, string>> metadata, OnnxGraph graph) => new WireWriter()
        .Varint(1, Math.Max(irVersion, WeightsAreNoInputs)).OptionalText(2, producer)
        .Each(opsets, (to, opset) => to.Message(8, new WireWriter().Text(1, opset.Key).Varint(2, opset.Value)))
        .Each(metadata, Property)
        .Message(7, Graph(graph, []));

    private static void Property(WireWriter model, KeyValuePair<string, string> entry) =>
        model.Message(14, new WireWriter().Text(1, entry.Key).Text(2, entry.Value));

    private static WireWriter Graph(OnnxGraph graph, IEnumerable<OnnxValue> innerValues) => new WireWriter()
        .Each(graph.Nodes, (to, node) => to.Message(1, Node(node))).Text(2, graph.Name)
        .Each(graph.Initializers, (to, tensor) => to.Message(5, Tensor(tensor)))
        .Each(graph.Inputs, (to, value) => to.Message(11, Value(value)))
        .Each(graph.Outputs, (to, value) => to.Message(12, Value(value)))
        .Each(innerValues, (to, value) => to.Message(13, Value(value)));

    private static WireWriter Node(OnnxNode node) => new WireWriter()
        .Each(node.Inputs, (to, name) => to.Text(1, name)).Each(node.Outputs, (to, name) => to.Text(2, name)).Text(3, node.Name).Text(4, node.Operator)
        .Each(node.Attributes, (to, attribute) => to.Message(5, Attribute(attribute))).OptionalText(7, node.Domain);

    private static WireWriter Attribute(OnnxAttribute attribute)
    {
        WireWriter to = new WireWriter().Text(1, attribute.Name);
        return attribute switch
        {
            FloatAttribute one => to.Float(2, one.Value).Varint(20, 1),
            IntegerAttribute one => to.Varint(3, one.Value).Varint(20, 2),
            TextAttribute one => to.Text(4, one.Value).Varint(20, 3),
            TensorAttribute one => to.Message(5, Tensor(one.Value)).Varint(20, 4),
            FloatsAttribute all => to.Each(all.Values, (list, value) => list.Float(7, value)).Varint(20, 6),
            IntegersAttribute all => to.Each(all.Values, (list, value) => list.Varint(8, value)).Varint(20, 7),
            TextsAttribute all => to.Each(all.Values, (list, value) => list.Text(9, value)).Varint(20, 8),
            OtherAttribute { Source.IsEmpty: false } other => new WireWriter().Raw(other.Source),
            _ => throw new NotSupportedException($"Attribute '{attribute.Name}' is {attribute.Kind}, which is not written."),
        };
    }

    private static WireWriter Tensor(OnnxTensor tensor) => tensor.Source.IsEmpty
        ? new WireWriter().Each(tensor.Shape, (to, extent) => to.Varint(1, extent)).Varint(2, (long)tensor.DataType).Text(8, tensor.Name).Bytes(9, tensor.Payload)
        : new WireWriter().Raw(tensor.Source);

    private static WireWriter Value(OnnxValue value)
    {
        WireWriter shape = new WireWriter().Each(value.Dimensions ?? ImmutableArray<OnnxDimension>.Empty, (to, dimension) =>
            to.Message(1, dimension.Extent is { } extent ? new WireWriter().Varint(1, extent) : new WireWriter().Text(2, dimension.Symbol ?? "")));
        return new WireWriter().Text(1, value.Name).Message(2, new WireWriter().Message(1, new WireWriter().Varint(1, (long)value.ElementType).Message(2, shape)));
    }
}
