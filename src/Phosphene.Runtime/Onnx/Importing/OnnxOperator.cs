using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>
/// How one operator of ONNX's own domain is imported: since which operator set it exists, how many inputs it takes, and what it becomes.
/// It is written for the operator's latest form, into which <see cref="OpsetForms"/> brings older ones.
/// </summary>
internal sealed record OnnxOperator(string Name, int Since, int FewestInputs, int MostInputs, Func<ImportNode, ImportedValue[]> Import)
{
    /// <summary>No bound on the number of inputs.</summary>
    public const int Any = int.MaxValue;

    /// <summary>An operator with one result, a tensor of the first input's type.</summary>
    public static OnnxOperator Of(string name, int since, int inputs, Func<ImportNode, Tensor> import) => Of(name, since, inputs, inputs, import);

    /// <summary>An operator with one result, a tensor of the first input's type, and optional inputs.</summary>
    public static OnnxOperator Of(string name, int since, int fewest, int most, Func<ImportNode, Tensor> import) =>
        new(name, since, fewest, most, node => [new TensorValue(import(node), node.TypeOf(0))]);

    /// <summary>An operator with one result, a tensor of a type of its own.</summary>
    public static OnnxOperator Typed(string name, int since, int fewest, int most, OnnxDataType type, Func<ImportNode, Tensor> import) =>
        new(name, since, fewest, most, node => [new TensorValue(import(node), type)]);

    /// <summary>An operator with one result, a tensor or integers.</summary>
    public static OnnxOperator Value(string name, int since, int fewest, int most, Func<ImportNode, ImportedValue> import) =>
        new(name, since, fewest, most, node => [import(node)]);
}
