namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>A value that a node computes from the model's inputs: what can be visualized.</summary>
/// <param name="Name">The name of the value.</param>
/// <param name="Operator">The ONNX operator that makes it.</param>
/// <param name="Node">The name of the node, or the value's where it has none.</param>
/// <param name="NodeIndex">The node's place in the graph, from 0.</param>
/// <param name="IsSupported">Whether the operator can be imported; the layers before it may still not be.</param>
public sealed record OnnxLayer(string Name, string Operator, string Node, int NodeIndex, bool IsSupported);
