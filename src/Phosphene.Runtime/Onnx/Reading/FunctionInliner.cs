using System.Collections.Immutable;

namespace Phosphene.Runtime.Onnx.Reading;

/// <summary>
/// Puts the body of a function in place of each call. Inner values are named after the call: "call/inner". What will come of it is counted first
/// (<see cref="FunctionGraph"/>), and calls within calls are followed with an explicit stack.
/// </summary>
internal sealed class FunctionInliner
{
    private const int LongestPrefix = 512;

    private readonly string _file;
    private readonly Dictionary<FunctionKey, OnnxFunction> _functions = [];
    private readonly Dictionary<string, int> _taken = [];
    private readonly ImmutableArray<OnnxNode>.Builder _nodes = ImmutableArray.CreateBuilder<OnnxNode>();
    private long _characters;

    public FunctionInliner(string path, IReadOnlyList<OnnxFunction> functions)
    {
        _file = Printable.Quote(path);
        foreach (OnnxFunction function in functions)
            if (!_functions.TryAdd(function.Key, function)) throw Broken($"function {function.Key} is there twice, where names are unique");
    }

    /// <summary>The same graph without calls.</summary>
    public OnnxGraph Inline(OnnxGraph graph)
    {
        new FunctionGraph(_file, _functions).Check(graph);
        foreach (string name in graph.Nodes.SelectMany(node => node.Outputs)
            .Concat(graph.Initializers.Select(tensor => tensor.Name)).Concat(graph.Inputs.Select(input => input.Name))) _taken[name] = 1;

        var open = new Stack<Frame>([new Frame(graph.Nodes, null, [], [], "")]);
        while (open.TryPeek(out Frame? frame))
        {
            if (frame.Next == frame.Nodes.Length)
            {
                _nodes.AddRange(frame.HandedThrough);
                open.Pop();
                continue;
            }
            OnnxNode node = frame.Nodes[frame.Next++];
            if (frame.Call is not null) node = Renamed(node, frame);
            if (_functions.TryGetValue(FunctionKey.Of(node), out OnnxFunction? function)) open.Push(Enter(node, function));
            else _nodes.Add(node);
        }
        return graph with { Nodes = _nodes.DrainToImmutable() };
    }

    /// <summary>A body on its way: what its names and attributes are outside.</summary>
    private sealed record Frame(
        ImmutableArray<OnnxNode> Nodes, OnnxNode? Call, Dictionary<string, string> Names, Dictionary<string, OnnxAttribute> Attributes, string Prefix)
    {
        public int Next { get; set; }

        /// <summary>Results that are arguments, or the same value as another result.</summary>
        public List<OnnxNode> HandedThrough { get; } = [];
    }

    private Frame Enter(OnnxNode call, OnnxFunction function)
    {
        if (call.Inputs.Length > function.Inputs.Length || call.Outputs.Length > function.Outputs.Length)
            throw Broken(
                $"{call} has {call.Inputs.Length} inputs and {call.Outputs.Length} outputs, where function {function.Key} has {function.Inputs.Length} and {function.Outputs.Length}");
        var names = new Dictionary<string, string> { [""] = "" };
        for (int i = 0; i < function.Inputs.Length; i++)
            if (!names.TryAdd(function.Inputs[i], i < call.Inputs.Length ? call.Inputs[i] : "")) throw Broken($"function {function.Key} has two inputs {Printable.Quote(function.Inputs[i])}");

        var attributes = new Dictionary<string, OnnxAttribute>();
        foreach (OnnxAttribute attribute in function.Defaults.Concat(call.Attributes)) attributes[attribute.Name] = attribute;
        string stem = call.DisplayName;
        var frame = new Frame(function.Nodes, call, names, attributes, stem.Length is > 0 and < LongestPrefix ? stem : $"call_{_nodes.Count}");

        // A result is the inner value itself under its outer name, unless it has one already.
        for (int i = 0; i < call.Outputs.Length; i++)
        {
            string inner = function.Outputs[i], outer = call.Outputs[i];
            if (outer.Length > 0 && !names.TryAdd(inner, outer))
                frame.HandedThrough.Add(new OnnxNode("Identity", "", Counted($"{frame.Prefix}/{inner}"), [names[inner]], [outer], []));
        }
        return frame;
    }

    private OnnxNode Renamed(OnnxNode node, Frame frame)
    {
        var attributes = node.Attributes;
        if (attributes.Any(attribute => attribute is ReferenceAttribute or OtherAttribute))
            attributes = [.. attributes.Select(attribute => Outer(attribute, frame)).OfType<OnnxAttribute>()];
        return node with
        {
            Name = Counted($"{frame.Prefix}/{node.DisplayName}"),
            Inputs = [.. node.Inputs.Select(name => Outer(name, frame))],
            Outputs = [.. node.Outputs.Select(name => Outer(name, frame))],
            Attributes = attributes,
        };
    }

    // All names of a sub-graph are those of the function too, since inner ones differ from those around them.
    private OnnxGraph Renamed(OnnxGraph graph, Frame frame) => graph with
    {
        Nodes = [.. graph.Nodes.Select(node => Renamed(node, frame))],
        Initializers = [.. graph.Initializers.Select(tensor => tensor with { Name = Outer(tensor.Name, frame) })],
        Inputs = [.. graph.Inputs.Select(value => value with { Name = Outer(value.Name, frame) })],
        Outputs = [.. graph.Outputs.Select(value => value with { Name = Outer(value.Name, frame) })],
    };

    private string Outer(string name, Frame frame)
    {
        if (!frame.Names.TryGetValue(name, out string? outer)) frame.Names.Add(name, outer = Unique($"{frame.Prefix}/{name}"));
        return outer;
    }

    // The value of a reference; null if the call leaves it out and there is no default.
    private OnnxAttribute? Outer(OnnxAttribute attribute, Frame frame) => attribute switch
    {
        ReferenceAttribute reference => frame.Attributes.TryGetValue(reference.Target, out OnnxAttribute? value) ? value with { Name = reference.Name } : null,
        OtherAttribute other => new OtherAttribute(other.Name, $"{other.Content} inside a function") { Graph = other.Graph is { } graph ? Renamed(graph, frame) : null },
        _ => attribute,
    };

    private string Unique(string stem)
    {
        string name = stem;
        while (!_taken.TryAdd(name, 1)) name = $"{stem}_{++_taken[stem]}";
        return Counted(name);
    }

    private string Counted(string name) =>
        (_characters += name.Length) <= Limits.InlinedCharacters
            ? name
            : throw Broken($"its functions make names of more than {Limits.InlinedCharacters} characters when they are inlined, reached at {Printable.Quote(name)}");

    private ModelFormatException Broken(string what) => new($"{_file}: {what}; export the model again.");
}
