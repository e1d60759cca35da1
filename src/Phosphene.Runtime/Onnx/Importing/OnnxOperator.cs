using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx;

/// <summary>
/// How one operator of ONNX's own domain is imported: since which operator set it exists, how many inputs it takes, and what it becomes.
/// Differences between operator sets are in the import itself, which sees <see cref="ImportNode.Opset"/>.
/// </summary>
internal sealed record OnnxOperator(string Name, int Since, int FewestInputs, int MostInputs, Func<ImportNode, ImportedValue[]> Import)
{
    /// <summary>No bound on the number of inputs.</summary>
    public const int Any = int.MaxValue;

    /// <summary>An operator with one result, a tensor.</summary>
    public static OnnxOperator Of(string name, int since, int inputs, Func<ImportNode, Tensor> import) => Of(name, since, inputs, inputs, import);

    /// <summary>An operator with one result, a tensor, and optional inputs.</summary>
    public static OnnxOperator Of(string name, int since, int fewest, int most, Func<ImportNode, Tensor> import) =>
        new(name, since, fewest, most, node => [new TensorValue(import(node))]);

    /// <summary>An operator with one result, a tensor or integers.</summary>
    public static OnnxOperator Value(string name, int since, int fewest, int most, Func<ImportNode, ImportedValue> import) =>
        new(name, since, fewest, most, node => [import(node)]);
}
