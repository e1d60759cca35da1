namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>
/// Brings a node of an older operator set into the operator's latest form, so that an import is written once. What used to be an attribute
/// becomes the input that took its place. Source: ONNX, docs/Changelog.md.
/// </summary>
internal static class OpsetForms
{
    /// <summary>Until the operator set Last, the operator had as the attribute Attribute what is now the input Input.</summary>
    private readonly record struct Moved(string Operator, int Last, string Attribute, int Input);

    /// <summary>Until the operator set Last, the operator had an attribute that means nothing in inference.</summary>
    private readonly record struct Dropped(string Operator, int Last, string Attribute);

    private static readonly ILookup<string, Moved> Inputs = ((Moved[])
    [
        new("Reshape", 4, "shape", 1),
        new("Upsample", 8, "scales", 1),
        new("Slice", 9, "starts", 1), new("Slice", 9, "ends", 2), new("Slice", 9, "axes", 3),
        new("TopK", 9, "k", 1),
        new("Clip", 10, "min", 1), new("Clip", 10, "max", 2),
        new("Pad", 1, "paddings", 1), new("Pad", 10, "pads", 1), new("Pad", 10, "value", 2),
        new("Dropout", 11, "ratio", 1),
        new("Split", 12, "split", 1), new("Squeeze", 12, "axes", 1), new("Unsqueeze", 12, "axes", 1), new("ReduceSum", 12, "axes", 1),
        .. new[] { "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare" }
            .Select(name => new Moved(name, 17, "axes", 1)),
    ]).ToLookup(moved => moved.Operator);

    private static readonly ILookup<string, Dropped> Ignored = ((Dropped[])
    [
        .. new[]
        {
            "Abs", "Add", "BatchNormalization", "Ceil", "Clip", "Div", "Dropout", "Elu", "Exp", "Floor", "HardSigmoid", "InstanceNormalization", "LeakyRelu",
            "Log", "Max", "Mean", "Min", "Mul", "Neg", "PRelu", "Reciprocal", "Relu", "Reshape", "Selu", "Sigmoid", "Sqrt", "Sub", "Sum", "Tanh",
        }.Select(name => new Dropped(name, 5, "consumed_inputs")),
    ]).ToLookup(dropped => dropped.Operator);

    /// <summary>The most inputs that a node of this operator set can be required to have: those before the first that is still an attribute.</summary>
    public static int FewestInputs(string @operator, long opset) =>
        Inputs[@operator].Where(moved => opset <= moved.Last).Select(moved => moved.Input).DefaultIfEmpty(int.MaxValue).Min();

    /// <summary>The inputs of a node in the latest form of its operator.</summary>
    public static ImportedValue?[] Canonical(ImportNode node, string @operator, ImportedValue?[] inputs)
    {
        foreach (Dropped dropped in Ignored[@operator])
            if (node.Opset <= dropped.Last) node.Accept(dropped.Attribute);
        foreach (Moved moved in Inputs[@operator])
        {
            if (node.Opset > moved.Last) continue;
            if (node.InputCount > moved.Input)
                throw node.Malformed($"has an input {moved.Input}, which operator set {node.Opset} has as the attribute {moved.Attribute}");
            if (node.Given(moved.Attribute) is not { } value) continue;
            if (inputs.Length <= moved.Input) Array.Resize(ref inputs, moved.Input + 1);
            inputs[moved.Input] = value;
        }
        return inputs;
    }
}
