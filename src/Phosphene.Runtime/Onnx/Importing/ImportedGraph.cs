using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>
/// A model bound to an input: its values as tensors, each imported with its ancestors when first asked for. Tensors carry the file's names.
/// Not safe for several threads at once.
/// </summary>
public sealed class ImportedGraph
{
    private readonly OnnxImporter _importer;
    private readonly ImportBudget _budget = new();
    private readonly Concatenations _joined = new();
    private readonly Dictionary<string, ImportedValue> _values = [];
    private readonly Dictionary<int, ModelFormatException> _failures = [];      // why a node and what depends on it cannot be had

    internal ImportedGraph(OnnxImporter importer, IReadOnlyDictionary<string, Tensor> inputs, IReadOnlyDictionary<string, OnnxTensor> constants)
    {
        _importer = importer;
        foreach ((string name, Tensor tensor) in inputs)
            _values.Add(name, importer.TypeOf(name) is var type && (type.IsReal() || type.IsInteger()) ? new TensorValue(tensor, type) : new MissingValue($"which holds {type.InWords()}"));
        foreach ((string name, OnnxTensor tensor) in constants) _values.Add(name, OnnxImporter.Import(tensor, name));
    }

    /// <summary>The tensor of a value of the model: a layer, an input, or a weight.</summary>
    /// <exception cref="ArgumentException">The model has no value of this name.</exception>
    /// <exception cref="ModelFormatException">The value cannot be had: see the fault.</exception>
    public Tensor this[string name]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(name);
            string quoted = $"{Printable.Quote(_importer.Model.Path)}: layer {Printable.Quote(name)}";
            return Resolve(name) switch
            {
                TensorValue value => _importer.RequireFinite(value.Tensor, mask: true),
                IntegerValue value => throw Unsupported($"{quoted} holds {value.Shape} integers, not activations; choose another layer."),
                MissingValue value => throw Unsupported($"{quoted} is a value {value.Reason}; choose another layer."),
                _ => throw new ArgumentException($"{quoted} does not exist; the model has {_importer.Layers.Length} layers."),
            };
        }
    }

    /// <summary>The tensors of several values, by name; only what they need is imported.</summary>
    /// <exception cref="ArgumentException">The model has no value of one of these names.</exception>
    /// <exception cref="ModelFormatException">A value cannot be had: see the fault.</exception>
    public IReadOnlyDictionary<string, Tensor> Import(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var tensors = new Dictionary<string, Tensor>();
        foreach (string name in names) tensors[name] = this[name];
        return tensors;
    }

    /// <summary>A value, whatever it became; null if the model has none of this name.</summary>
    internal ImportedValue? Resolve(string name)
    {
        SortedSet<int> needed = Needed(name);
        int at = -1;
        try
        {
            foreach (int index in needed)
            {
                if (_failures.TryGetValue(at = index, out ModelFormatException? known)) throw known;
                RequireSupported(_importer.Model.Graph.Nodes[index]);
            }
            foreach (int index in needed) Import(_importer.Model.Graph.Nodes[at = index]);
        }
        catch (ModelFormatException failure)
        {
            Remember(failure, at, needed);
            throw;
        }
        return Known(name);
    }

    // Else a list of all layers would find the same fault behind each of them anew, which takes the square of their number.
    private void Remember(ModelFormatException failure, int failed, SortedSet<int> needed)
    {
        _failures[failed] = failure;
        foreach (int index in needed.GetViewBetween(failed + 1, int.MaxValue))
        {
            foreach (string input in _importer.ReadBy(index))
            {
                if (!_importer.Producers.TryGetValue(input, out int maker) || !_failures.ContainsKey(maker)) continue;
                _failures[index] = failure;
                break;
            }
        }
    }

    private ImportedValue? Known(string name)
    {
        if (_values.TryGetValue(name, out ImportedValue? value)) return value;
        if (_importer.Initializer(name) is { } constant) return constant;
        return _importer.Inputs.Any(input => input.Name == name) ? new MissingValue("which is an input that was not bound") : null;
    }

    // The nodes still to be imported for a value, in the order of the graph; with an explicit stack, for the file decides the depth.
    private SortedSet<int> Needed(string name)
    {
        var needed = new SortedSet<int>();
        var open = new Stack<string>([name]);
        while (open.TryPop(out string? next))
        {
            if (_values.ContainsKey(next) || !_importer.Producers.TryGetValue(next, out int index) || !needed.Add(index)) continue;
            if (_failures.ContainsKey(index)) continue;
            foreach (string input in _importer.ReadBy(index)) open.Push(input);
        }
        return needed;
    }

    private void RequireSupported(OnnxNode node)
    {
        if (OperatorTable.Find(node) is not null) return;
        MissingOperator missing = _importer.MissingByName[(node.Domain, node.Operator)];
        throw Unsupported(
            $"{Printable.Quote(_importer.Model.Path)}: {missing} of node {Printable.Quote(node.DisplayName)} is not supported; the model has " +
            $"{missing.Count} such {(missing.Count == 1 ? "node" : "nodes")}, so {missing.Advice}.");
    }

    private static ModelFormatException Unsupported(string message) => new(message, ModelFault.Unsupported);

    private void Import(OnnxNode node)
    {
        var inputs = new ImportedValue?[node.Inputs.Length];
        for (int i = 0; i < inputs.Length; i++) inputs[i] = node.Inputs[i].Length == 0 ? null : Known(node.Inputs[i]);
        ImportedValue[] results = new ImportNode(_importer, node, inputs, _budget, _joined, Known).Import(OperatorTable.Find(node)!);
        for (int i = 0; i < node.Outputs.Length; i++)
        {
            if (node.Outputs[i].Length == 0) continue;
            _values[node.Outputs[i]] = i < results.Length
                ? Named(results[i], node.Outputs[i], inputs)
                : new MissingValue($"which is output {i} of {node}, and only {results.Length} {(results.Length == 1 ? "is" : "are")} supported");
        }
    }

    // A new tensor gets the name of the value; one that merely passes through keeps its own.
    private static ImportedValue Named(ImportedValue value, string name, ImportedValue?[] inputs)
    {
        if (value is not TensorValue { Tensor: { Name: null } tensor }) return value;
        foreach (ImportedValue? input in inputs)
            if (input is TensorValue passed && ReferenceEquals(passed.Tensor, tensor)) return value;
        return new TensorValue(new Tensor(tensor.Operator, tensor.Inputs.AsSpan()) { Name = name }, value.DataType);
    }
}
