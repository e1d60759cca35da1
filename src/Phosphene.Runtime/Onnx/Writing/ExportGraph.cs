using System.Buffers.Binary;
using System.Collections.Immutable;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Writing;

/// <summary>
/// A graph while it is exported: names of values, nodes, weights. Which nodes an operator becomes stands in the table (ExportTable.cs).
/// </summary>
internal sealed class ExportGraph
{
    private readonly ImmutableArray<Tensor> _outputs;
    private readonly BatchAxis _batch;
    private readonly bool _hasOpenSides;
    private readonly Dictionary<Tensor, int> _uses = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, string> _names = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> _taken = [];
    private readonly List<OnnxNode> _nodes = [];
    private readonly List<OnnxTensor> _weights = [];
    private readonly List<OnnxValue> _inputs = [];
    private readonly List<OnnxValue> _inner = [];

    public ExportGraph(ImmutableArray<Tensor> outputs, bool hasOpenSides = false)
    {
        (_outputs, _hasOpenSides) = (outputs, hasOpenSides);
        IReadOnlyList<Tensor> order = Tensor.InOrder(outputs);
        _batch = new BatchAxis(order);
        if (hasOpenSides && order.FirstOrDefault(tensor => !HoldsForAnySides(tensor)) is { } bound) throw new NotSupportedException($"{bound} holds for images of this height and width alone, so they cannot be left open.");
        foreach (Tensor tensor in order.SelectMany(tensor => tensor.Inputs).Concat(outputs)) _uses[tensor] = _uses.GetValueOrDefault(tensor) + 1;
        HashSet<Tensor> absorbed = new(order.Select(Absorbed).OfType<Tensor>(), ReferenceEqualityComparer.Instance);
        Tensor[] exported = [.. order.Where(tensor => !absorbed.Contains(tensor))];
        NameAll(exported);
        foreach (Tensor tensor in exported) Export(tensor);
    }

    /// <summary>The declarations of the values between inputs and outputs, which viewers show.</summary>
    public IEnumerable<OnnxValue> InnerValues => _inner;

    public OnnxGraph ToOnnx(string name) =>
        new(name, [.. _nodes], [.. _weights], [.. _inputs], [.. _outputs.Distinct().Select(output => Declared(_names[output], output))]);

    /// <summary>The name of a tensor's value.</summary>
    public string this[Tensor tensor] => _names[tensor];

    /// <summary>Whether the first axis of a tensor is a batch of any size.</summary>
    public bool IsOpen(Tensor tensor) => _batch.IsOpen(tensor);

    /// <summary>
    /// The unnamed input that a tensor's node computes as well, if nothing else reads it: the product before a bias (Gemm), the sum before a division (ReduceMean).
    /// </summary>
    public Tensor? Absorbed(Tensor tensor)
    {
        if (tensor.Inputs.Length == 0 || tensor.Inputs[0] is not { Name: null } input || _uses.GetValueOrDefault(input) != 1) return null;
        return tensor.Operator switch
        {
            Add when input.Operator is MatMul && input.Shape.Rank == 2 && input.Shape == tensor.Shape && tensor.Inputs[1].Inputs.IsEmpty
                && tensor.Inputs[1].Shape.Rank is 1 or 2 && input.Inputs.All(operand => operand.Shape.Rank == 2) => input,
            Linear { Offset: 0 } linear when input.Operator is Sum && linear.Scale == (float)input.Shape.Count / input.Inputs[0].Shape.Count => input,
            _ => null,
        };
    }

    /// <summary>A node that makes a tensor of all its inputs.</summary>
    public void Node(Tensor tensor, string @operator, params ReadOnlySpan<OnnxAttribute> attributes) =>
        Node(_names[tensor], @operator, [.. tensor.Inputs.Select(input => _names[input])], attributes);

    /// <summary>A node that makes a value of values; an empty name stands for an optional one that is absent.</summary>
    public void Node(string output, string @operator, ImmutableArray<string> inputs, params ReadOnlySpan<OnnxAttribute> attributes) =>
        _nodes.Add(new OnnxNode(@operator, "", output, inputs, [output], [.. attributes]));

    /// <summary>A number as a weight; returns its name.</summary>
    public string Number(string name, float value) => Weight(name, Shape.Scalar, [value]);

    /// <summary>Real numbers as a weight; returns its name.</summary>
    public string Weight(string name, Shape shape, ReadOnlySpan<float> values)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        _weights.Add(new OnnxTensor(name, shape, OnnxDataType.Float32, bytes));
        return name;
    }

    /// <summary>A list of integers as a weight; returns its name.</summary>
    public string Integers(string name, params ReadOnlySpan<long> values)
    {
        var bytes = new byte[values.Length * sizeof(long)];
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * sizeof(long)), values[i]);
        _weights.Add(new OnnxTensor(name, new Shape(values.Length), OnnxDataType.Int64, bytes));
        return name;
    }

    private void Export(Tensor tensor)
    {
        string name = _names[tensor];
        switch (tensor.Operator)
        {
            case Input: _inputs.Add(Declared(name, tensor)); return;
            case Parameter parameter: Weight(name, tensor.Shape, parameter.Values); return;
            case Constant constant: Weight(name, tensor.Shape, constant.Values.Span); return;
        }
        if (!ExportTable.Entries.TryGetValue(tensor.Operator.GetType(), out Action<ExportGraph, Tensor>? export))
            throw new NotSupportedException($"{tensor} has no form in ONNX, so the model cannot be exported through it; export a tensor before it.");
        export(this, tensor);
        if (!_outputs.Contains(tensor)) _inner.Add(Declared(name, tensor));
    }

    private OnnxValue Declared(string name, Tensor tensor) => new(name, OnnxDataType.Float32, [.. tensor.Shape.Select((extent, axis) => axis switch
    {
        0 when IsOpen(tensor) => new OnnxDimension(null, "N"),
        2 or 3 when _hasOpenSides && IsOpen(tensor) => new OnnxDimension(null, axis == 2 ? "H" : "W"),
        _ => new OnnxDimension(extent, null),
    })]);

    private bool HoldsForAnySides(Tensor tensor)
    {
        if (!IsOpen(tensor)) return true;
        return tensor.Shape.Rank == 4 && tensor.Operator switch
        {
            Input or Elementwise => true,
            Conv2D => HasSidesOf(tensor.Inputs[0]),
            Pairwise => tensor.Inputs.All(input => IsOpen(input) ? HasSidesOf(input) : input.Shape.Rank == 0 || (input.Shape[-1] == 1 && (input.Shape.Rank == 1 || input.Shape[-2] == 1))),
            _ => false,
        };

        bool HasSidesOf(Tensor input) => input.Shape.Rank == 4 && (input.Shape.Height, input.Shape.Width) == (tensor.Shape.Height, tensor.Shape.Width);
    }

    // Given names first; a second tensor of a name, and one without, is numbered.
    private void NameAll(Tensor[] tensors)
    {
        foreach (Tensor tensor in tensors)
            if (Given(tensor) is { Length: > 0 } given && _taken.Add(given)) _names.Add(tensor, given);
        foreach (Tensor tensor in tensors)
        {
            if (_names.ContainsKey(tensor)) continue;
            if (tensor.Operator is Input) throw new ArgumentException($"Two inputs or values of the exported model have the name '{Given(tensor)}'; give each a name of its own.");
            string stem = Given(tensor) ?? tensor.Operator.Kind;
            for (int number = 2; ; number++)
            {
                string name = $"{stem}_{number - (Given(tensor) is null ? 1 : 0)}";
                if (!_taken.Add(name)) continue;
                _names.Add(tensor, name);
                break;
            }
        }
    }

    private static string? Given(Tensor tensor) => tensor.Name ?? tensor.Operator switch
    {
        Input input => input.Name,
        Parameter parameter => parameter.Name,
        _ => null,
    };
}
