namespace Phosphene.Runtime.Onnx.Reading;

/// <summary>
/// Which function calls which: checked before anything is inlined, for a function that calls itself has no end, and twenty functions that each
/// call the next one ten times make more nodes than there is memory.
/// </summary>
internal sealed class FunctionGraph(string file, IReadOnlyDictionary<FunctionKey, OnnxFunction> functions)
{
    // The nodes that a call becomes at most (a result that is an argument takes one too, and even an empty body takes time), and how deep calls lie
    // in it; known once all functions that it calls are.
    private readonly Dictionary<FunctionKey, (long Nodes, int Depth)> _sizes = [];

    /// <summary>Checks all that a graph will need.</summary>
    /// <exception cref="ModelFormatException">A function calls itself, or what comes of inlining is beyond a limit.</exception>
    public void Check(OnnxGraph graph)
    {
        foreach (FunctionKey key in functions.Keys) Measure(key);
        long nodes = 0;
        foreach (OnnxNode node in graph.Nodes)
        {
            (long more, int depth) = SizeOf(node);
            nodes += more;
            if (nodes > Limits.Nodes) throw Broken($"{node} calls functions that make more than {Limits.Nodes} nodes when they are inlined");
            if (depth > Limits.Nesting) throw Broken($"{node} calls functions that call functions more than {Limits.Nesting} deep");
        }
    }

    // Depth first with an explicit stack. What is on the way and not measured yet is met again only in a circle.
    private void Measure(FunctionKey start)
    {
        var way = new Stack<(FunctionKey Key, IEnumerator<FunctionKey> Calls)>();
        var onTheWay = new HashSet<FunctionKey>();
        Enter(start);
        while (way.TryPeek(out var top))
        {
            if (top.Calls.MoveNext())
            {
                Enter(top.Calls.Current);
                continue;
            }
            way.Pop();
            onTheWay.Remove(top.Key);
            long nodes = 1L + functions[top.Key].Outputs.Length;
            int depth = 0;
            foreach (OnnxNode node in functions[top.Key].Nodes)
            {
                (long more, int deep) = SizeOf(node);
                nodes = Math.Min(Limits.Nodes + 1L, nodes + more);
                depth = Math.Max(depth, deep);
            }
            _sizes[top.Key] = (nodes, depth + 1);
        }

        void Enter(FunctionKey key)
        {
            if (_sizes.ContainsKey(key)) return;
            if (!onTheWay.Add(key))
                throw Broken($"function {key} calls itself ({string.Join(" → ", way.Select(step => step.Key.ToString()).Reverse().SkipWhile(step => step != key.ToString()).Take(8))} → {key})");
            way.Push((key, functions[key].Nodes.Select(FunctionKey.Of).Where(functions.ContainsKey).GetEnumerator()));
        }
    }

    private (long Nodes, int Depth) SizeOf(OnnxNode node) => _sizes.TryGetValue(FunctionKey.Of(node), out (long, int) size) ? size : (1, 0);

    private ModelFormatException Broken(string what) => new($"{file}: {what}; export the model without its functions.");
}
