using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx.Reading;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>
/// A node while it is imported: its inputs, already imported, and its errors. An attribute counts as understood once an import has asked for it
/// (ImportNode.Attributes.cs); what nobody asked for is an error.
/// </summary>
internal sealed partial class ImportNode(OnnxImporter importer, OnnxNode node, ImportedValue?[] given, ImportBudget budget, Concatenations? joined, Lookup around)
{
    // In the latest form of the operator.
    private ImportedValue?[] _inputs = [];

    /// <summary>The version of ONNX's own operator set.</summary>
    public long Opset => importer.Opset;

    /// <summary>What this and all other nodes may still make.</summary>
    public ImportBudget Budget => budget;

    /// <summary>What this and all other nodes join; null in a sub-graph, whose values get other names outside.</summary>
    public Concatenations? Joined => joined;

    /// <summary>The number of inputs that the node names, absent ones in between included.</summary>
    public int InputCount => given.Length;

    /// <summary>The number of outputs that the node names.</summary>
    public int OutputCount => node.Outputs.Length;

    /// <summary>The name of the first output, for values that need one before the import is done.</summary>
    public string OutputName => node.Outputs[0];

    /// <summary>Whether an input is there.</summary>
    public bool Has(int input) => input < _inputs.Length && _inputs[input] is not null;

    /// <summary>A required input, whatever it is.</summary>
    public ImportedValue Value(int input) =>
        Has(input)
            ? _inputs[input] is MissingValue missing ? throw Unsupported($"needs {Quoted(input)}, {missing.Reason}") : _inputs[input]!
            : throw Malformed($"has no input {input}, which it needs");

    /// <summary>The type of an input's elements; float32 where it is absent.</summary>
    public OnnxDataType TypeOf(int input) => Has(input) ? Value(input).DataType : OnnxDataType.Float32;

    /// <summary>The shape of a required input.</summary>
    public Shape ShapeOf(int input) => Value(input) is IntegerValue integers ? integers.Shape : ((TensorValue)Value(input)).Tensor.Shape;

    /// <summary>A required tensor; a constant one is checked for NaN and infinity. Integers known now are a constant.</summary>
    public Tensor Tensor(int input) => importer.RequireFinite(AnyTensor(input));

    /// <summary>A required tensor that may be a mask: constants may hold -∞, but neither NaN nor +∞.</summary>
    public Tensor MaskTensor(int input) => importer.RequireFinite(AnyTensor(input), mask: true);

    /// <summary>A required tensor that may hold infinities on purpose (a filling, a bound), or that is only moved: whoever computes with it checks it.</summary>
    public Tensor AnyTensor(int input) => Value(input) is IntegerValue integers ? integers.ToTensor() : ((TensorValue)Value(input)).Tensor;

    /// <summary>A required tensor of real numbers.</summary>
    public Tensor Real(int input) =>
        TypeOf(input).IsReal() ? Tensor(input) : throw Malformed($"needs real numbers as input {input}; {Quoted(input)} holds integers");

    /// <summary>An optional tensor.</summary>
    public Tensor? OptionalTensor(int input) => Has(input) ? Tensor(input) : null;

    /// <summary>A required tensor [N, C, ...] with one to three axes after the channels.</summary>
    public Tensor Image(int input)
    {
        Tensor tensor = Tensor(input);
        return tensor.Shape.Rank switch
        {
            >= 3 and <= 5 => tensor,
            > 5 => throw Unsupported($"works on {tensor.Shape}, which is {tensor.Shape.Rank - 2}-D; signals, images and volumes are supported"),
            _ => throw Mismatch($"needs an image [N, C, H, W], its input is {tensor.Shape}"),
        };
    }

    /// <summary>Required integers, known now.</summary>
    public IntegerValue IntegerValue(int input) =>
        Known(input) ?? throw Unsupported($"takes {Quoted(input)} as input {input}, which is computed; only integers known at import are supported there");

    /// <summary>An input's integers, if they are known now.</summary>
    public IntegerValue? Known(int input)
    {
        if (Value(input) is not TensorValue { Tensor: var tensor, DataType: var type }) return (IntegerValue)Value(input);
        if (!type.IsInteger() || tensor.Shape.Count > ImportBudget.Integers || KnownValue.Of(tensor) is not { } values) return null;
        return new IntegerValue(tensor.Shape, [.. MemoryMarshal.ToEnumerable(values).Select(value => (long)value)], type);
    }

    /// <summary>Required integers, known now: a list.</summary>
    public ImmutableArray<long> Integers(int input) => IntegerValue(input).Values;

    /// <summary>Optional integers, known now: a list.</summary>
    public ImmutableArray<long>? OptionalIntegers(int input) => Has(input) ? Integers(input) : null;

    /// <summary>Required real numbers, known now, and finite.</summary>
    public (Shape Shape, ReadOnlyMemory<float> Values) Constant(int input)
    {
        Tensor tensor = Tensor(input);
        return KnownValue.Of(tensor) is { } values
            ? (tensor.Shape, values)
            : throw Unsupported($"takes {Quoted(input)} as input {input}, which is computed; only constants are supported there");
    }

    /// <summary>One number known now, an integer or a real that may be infinite (a bound, a filling); null if the input is absent.</summary>
    public float? OptionalScalar(int input)
    {
        if (!Has(input)) return null;
        float scalar = Scalar(input)
            ?? throw Unsupported($"takes {Quoted(input)} as input {input}; only one constant number is supported there");
        return float.IsNaN(scalar) ? throw Malformed($"takes {Quoted(input)} as input {input}, which is not a number (NaN)") : scalar;
    }

    /// <summary>The one number of an input, if it has one that is known now.</summary>
    public float? Scalar(int input) =>
        AnyTensor(input) is { Shape.Count: 1 } tensor && KnownValue.Of(tensor) is { } values ? values.Span[0] : null;

    /// <summary>The outputs of a sub-graph, an attribute of this node, for so many inputs.</summary>
    public ImportedValue[] SubGraph(string name, params IReadOnlyList<ImportedValue> inputs)
    {
        OnnxGraph graph = Find<OtherAttribute>(name, "a sub-graph")?.Graph ?? throw Malformed($"has no sub-graph {name}, which it needs");
        if (graph.Inputs.Length != inputs.Count) throw Malformed($"has a sub-graph {name} of {graph.Inputs.Length} inputs, where {inputs.Count} are expected");
        return budget.TryNodes() ? SubGraphs.Import(importer, graph, inputs, around, budget)
            : throw Unsupported($"has a sub-graph that runs too often: all of these together may make {ImportBudget.Nodes} nodes");
    }

    /// <summary>An axis from a file, in [-rank, rank), as [0, rank).</summary>
    public int Axis(long axis, int rank) =>
        axis >= -rank && axis < rank
            ? (int)(axis < 0 ? axis + rank : axis)
            : throw Mismatch($"works on axis {axis}, which a tensor of rank {rank} does not have");

    /// <summary>Axes from a file, in [-rank, rank), each once, as ascending numbers in [0, rank).</summary>
    public ImmutableArray<int> Axes(IEnumerable<long> axes, int rank)
    {
        var ascending = new SortedSet<int>();
        foreach (long axis in axes)
            if (!ascending.Add(Axis(axis, rank))) throw Malformed($"lists axis {axis} twice");
        return [.. ascending];
    }

    /// <summary>The file breaks ONNX's rules at this node.</summary>
    public ModelFormatException Malformed(string what) =>
        importer.Failure(node, $"{what}; export the model again or report it to its maker", ModelFault.Malformed);

    /// <summary>The node uses something that this runtime does not have.</summary>
    public ModelFormatException Unsupported(string what) =>
        importer.Failure(node, $"{what}; choose a layer before it or export the model without it", ModelFault.Unsupported);

    /// <summary>The node does not fit the shapes that reach it.</summary>
    public ModelFormatException Mismatch(string what, Exception? inner = null) =>
        importer.Failure(node, $"{what.TrimEnd('.', ' ')}; {importer.SizeAdvice}", ModelFault.ShapeMismatch, inner);

    /// <summary>Imports the node; the results are in the order of its outputs.</summary>
    public ImportedValue[] Import(OnnxOperator @operator)
    {
        if (Opset < @operator.Since) throw Malformed($"is of operator set {@operator.Since}, but the model imports {Opset}");
        if (given.Length < FewestInputs(@operator) || given.Length > @operator.MostInputs)
            throw Malformed($"has {given.Length} inputs, where {Bounds(@operator)} expected");
        if (node.Outputs.IsEmpty) throw Malformed("has no output");
        try
        {
            _inputs = OpsetForms.Canonical(this, node.Operator, given);
            ImportedValue[] results = @operator.Import(this);
            RequireAllUnderstood();
            return results;
        }
        catch (Exception failure) when (failure is ArgumentException or OverflowException)
        {
            string shapes = string.Join(", ", _inputs.Select(input => input switch
            {
                TensorValue value => value.Tensor.Shape.ToString(),
                IntegerValue value => $"integers {value.Shape}",
                _ => "absent",
            }));
            throw Mismatch($"cannot take inputs of {shapes}: {Plain(failure)}", failure);
        }
    }

    private string Quoted(int input) => input < node.Inputs.Length ? Printable.Quote(node.Inputs[input]) : "an attribute";

    // An input that was an attribute then cannot be counted.
    private int FewestInputs(OnnxOperator @operator) => Math.Min(@operator.FewestInputs, OpsetForms.FewestInputs(node.Operator, Opset));

    private static string Bounds(OnnxOperator @operator) =>
        @operator.FewestInputs == @operator.MostInputs ? $"{@operator.FewestInputs} are" :
        @operator.MostInputs == OnnxOperator.Any ? $"at least {@operator.FewestInputs} are" : $"{@operator.FewestInputs} to {@operator.MostInputs} are";

    // .NET appends the parameter's name, which says nothing about a model.
    private static string Plain(Exception failure) =>
        failure is ArgumentException { ParamName: { } name }
            ? failure.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal)
            : failure.Message;
}
