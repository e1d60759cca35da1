using System.Collections.Concurrent;
using System.Collections.Immutable;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>
/// Turns a model into tensors. The structure is checked once, here: every value is made once and before it is used. Binding an image then
/// imports layers on demand, so that a layer which does not fit the image, or an operator that is not supported, hinders only what needs it.
/// Weights become constants over the mapped file, shared by all bindings.
/// </summary>
public sealed class OnnxImporter
{
    private readonly Dictionary<string, OnnxTensor> _initializers;
    private readonly ConcurrentDictionary<string, ImportedValue> _constants = [];
    private readonly ConcurrentDictionary<OnnxTensor, ImportedValue> _stored = new(ReferenceEqualityComparer.Instance);
    private readonly ConcurrentDictionary<int, string[]> _read = [];
    private readonly ConcurrentDictionary<Tensor, bool> _finite = [];

    /// <summary>Checks the structure of a model's graph.</summary>
    /// <exception cref="ModelFormatException">A name is made twice, or used before it is made.</exception>
    public OnnxImporter(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Model = model;
        Opset = model.Opsets.GetValueOrDefault("", 0);
        (_initializers, Producers) = GraphCheck.Run(model);
        Inputs = [.. model.Graph.Inputs.Where(input => !_initializers.ContainsKey(input.Name))];
        Layers = [.. FindLayers(model.Graph, Inputs)];
    }

    /// <summary>The model.</summary>
    public OnnxModel Model { get; }

    /// <summary>What must be bound: the graph's inputs that are not initializers.</summary>
    public ImmutableArray<OnnxValue> Inputs { get; }

    /// <summary>The graph's outputs.</summary>
    public ImmutableArray<OnnxValue> Outputs => Model.Graph.Outputs;

    /// <summary>Every value computed from the inputs, in the order of the graph. Values that only tell a shape are not among them.</summary>
    public ImmutableArray<OnnxLayer> Layers { get; }

    /// <summary>The operators of the model that this runtime does not have, in the order of their first nodes.</summary>
    public ImmutableArray<MissingOperator> Missing => [.. MissingByName.Values];

    internal Dictionary<(string Domain, string Operator), MissingOperator> MissingByName => field ??= MissingOperator.Of(Model);

    internal long Opset { get; }

    /// <summary>The index of the node that makes each value.</summary>
    internal Dictionary<string, int> Producers { get; }

    /// <summary>The declared type of an input's elements.</summary>
    internal OnnxDataType TypeOf(string input) =>
        Inputs.First(declared => declared.Name == input).ElementType is var type && type != OnnxDataType.Undefined ? type : OnnxDataType.Float32;

    internal string SizeAdvice =>
        Inputs is [{ Dimensions: not null } input]
            ? $"the model declares its input as {input}, so choose that size or an earlier layer"
            : "choose another image size or an earlier layer";

    /// <summary>Binds the only input of the model to a tensor.</summary>
    /// <exception cref="ArgumentException">The rank is not the declared one.</exception>
    /// <exception cref="ModelFormatException">The model has not exactly one input, or an operator set that is not supported.</exception>
    public ImportedGraph Bind(Tensor image)
    {
        if (Inputs.Length != 1)
            throw new ModelFormatException(
                $"{Printable.Quote(Model.Path)} has {Inputs.Length} inputs{(Inputs.IsEmpty ? "" : $" ({string.Join(", ", Inputs.Take(8))})")}, " +
                "where exactly one image is expected; export it with one input.",
                ModelFault.Unsupported);
        return Bind(new Dictionary<string, Tensor> { [Inputs[0].Name] = image });
    }

    /// <summary>Binds inputs by name. An input left out is an error only for layers that need it.</summary>
    /// <exception cref="ArgumentException">A name is no input of the model, or a rank is not the declared one.</exception>
    /// <exception cref="ModelFormatException">The model's operator set is not supported.</exception>
    public ImportedGraph Bind(IReadOnlyDictionary<string, Tensor> inputs) => Bind(inputs, new Dictionary<string, OnnxTensor>());

    /// <summary>Binds some inputs by name to tensors, and others to numbers known now, which shapes may then depend on.</summary>
    /// <exception cref="ArgumentException">A name is no input of the model, or a rank is not the declared one.</exception>
    /// <exception cref="ModelFormatException">The model's operator set is not supported.</exception>
    public ImportedGraph Bind(IReadOnlyDictionary<string, Tensor> inputs, IReadOnlyDictionary<string, OnnxTensor> constants)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(constants);
        if (Opset is < OperatorTable.OldestOpset or > OperatorTable.NewestOpset)
            throw new ModelFormatException(
                $"{Printable.Quote(Model.Path)} {(Opset == 0 ? "imports no version of ONNX's own operators" : $"uses ONNX operator set {Opset}")}, " +
                $"where {OperatorTable.OldestOpset} to {OperatorTable.NewestOpset} are supported; " +
                $"export or convert it to operator set {OperatorTable.NewestOpset}.",
                ModelFault.Unsupported);
        foreach ((string name, Shape shape) in inputs.Select(pair => (pair.Key, pair.Value.Shape)).Concat(constants.Select(pair => (pair.Key, pair.Value.Shape))))
        {
            OnnxValue input = Inputs.FirstOrDefault(input => input.Name == name)
                ?? throw new ArgumentException(
                    $"{Printable.Quote(Model.Path)} has no input {Printable.Quote(name)}; it has {string.Join(", ", Inputs.Take(8))}.");
            if (input.Dimensions is { } dimensions && dimensions.Length != shape.Rank)
                throw new ArgumentException($"Input {input} of {Printable.Quote(Model.Path)} has {dimensions.Length} dimensions; got {shape}.");
        }
        return new ImportedGraph(this, inputs, constants);
    }

    /// <summary>The value of an initializer, made when first asked for.</summary>
    internal ImportedValue? Initializer(string name) =>
        _initializers.TryGetValue(name, out OnnxTensor? tensor) ? _constants.GetOrAdd(name, _ => Import(tensor, name)) : null;

    /// <summary>The value of an initializer of a sub-graph, made when first asked for.</summary>
    internal ImportedValue Stored(OnnxTensor tensor) => _stored.GetOrAdd(tensor, _ => Import(tensor, tensor.Name));

    /// <summary>The names that a node reads, those of its sub-graphs included.</summary>
    internal string[] ReadBy(int node) => _read.GetOrAdd(node, _ => [.. SubGraphs.NamesReadBy(Model.Graph.Nodes[node])]);

    /// <summary>A stored tensor as a constant or as integers.</summary>
    internal static ImportedValue Import(OnnxTensor tensor, string name)
    {
        if (tensor.DataType.IsReal()) return new TensorValue(new Tensor(new Constant(tensor.Shape, tensor.ToFloats())) { Name = name }, tensor.DataType);
        if (tensor.DataType.IsInteger()) return new IntegerValue(tensor.Shape, ImmutableArray.Create(tensor.ToIntegers()), tensor.DataType);
        return new MissingValue($"which holds {tensor.DataType.InWords()}");
    }

    // Exporters put a few changes of shape between a weight and its use; whoever puts more has them read as they are.
    private const int MostMoves = 64;

    /// <summary>The tensor itself, if it is not a constant, moved or not, with a NaN or an infinity. What is added to attention as a mask may hold -∞.</summary>
    internal Tensor RequireFinite(Tensor tensor, bool mask = false)
    {
        foreach (Tensor weight in WeightsOf(tensor))
        {
            if (_finite.ContainsKey(weight)) continue;
            ReadOnlyMemory<float> values = ((Constant)weight.Operator).Values;
            int bad = mask ? FilledMemory.FirstWrongInMask(values) : FilledMemory.FirstNonFinite(values);
            if (bad >= 0)
                throw new ModelFormatException(
                    $"{Printable.Quote(Model.Path)}: weight {Printable.Quote(weight.Name ?? "")} {weight.Shape} holds {values.Span[bad]} " +
                    $"at index {bad}, where finite float32 numbers are expected; export or train the model again.");
            if (!mask) _finite[weight] = true;
        }
        return tensor;
    }

    // The constants that a tensor only moves about; none if anything computed is among them.
    private static List<Tensor> WeightsOf(Tensor tensor)
    {
        var weights = new List<Tensor>();
        var open = new Stack<Tensor>([tensor]);
        for (int moves = 0; open.TryPop(out Tensor? next); moves++)
        {
            if (next.Operator is Constant) weights.Add(next);
            else if (moves < MostMoves && next.Operator is Reshape or Transpose or Slice or BroadcastTo or Concat or SparseProduct)
                foreach (Tensor input in next.Inputs) open.Push(input);
            else return [];
        }
        return weights;
    }

    internal ModelFormatException Failure(OnnxNode node, string what, ModelFault fault, Exception? inner = null) =>
        new($"{Printable.Quote(Model.Path)}: {node} {what}.", fault, inner);

    private static IEnumerable<OnnxLayer> FindLayers(OnnxGraph graph, IEnumerable<OnnxValue> inputs)
    {
        var computed = inputs.Select(input => input.Name).ToHashSet();
        for (int i = 0; i < graph.Nodes.Length; i++)
        {
            OnnxNode node = graph.Nodes[i];
            if (node.Operator is "Shape" or "Size" || !SubGraphs.NamesReadBy(node).Any(computed.Contains)) continue;
            foreach (string output in node.Outputs.Where(output => output.Length > 0))
            {
                computed.Add(output);
                yield return new OnnxLayer(output, node.Operator, node.DisplayName, i, OperatorTable.Find(node) is not null);
            }
        }
    }
}
