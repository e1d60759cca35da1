using System.Globalization;

namespace Phosphene.Differential.Tests;

/// <summary>What was tried and what came of it, so that a test that tries nothing is noticed.</summary>
internal sealed class Tally
{
    private readonly Dictionary<string, int> _nodes = [];
    private int _grown, _refused;
    private string _lastRefusal = "";

    /// <summary>Graphs on which both runtimes agree.</summary>
    public int Agreed { get; private set; }

    /// <summary>Graphs that were not compared.</summary>
    public int Discarded { get; set; }

    /// <summary>The share of nodes tried that ONNX Runtime refused.</summary>
    public double RefusedShare => _refused / Math.Max(1.0, _grown + _refused);

    /// <summary>The operators in the graphs that agree.</summary>
    public IEnumerable<string> Operators => _nodes.Keys;

    /// <summary>Counts a node, or a group of them, that a graph has grown by.</summary>
    public void Grown() => _grown++;

    /// <summary>Counts one that ONNX Runtime refused.</summary>
    public void Refused(string message)
    {
        _refused++;
        _lastRefusal = message;
    }

    /// <summary>Counts a graph on which both agree.</summary>
    public void Add(SmallGraph graph)
    {
        Agreed++;
        IEnumerable<string> constants = graph.Givens.Where(given => given.Place == Place.Constant).Select(_ => "Constant");
        foreach (string name in graph.Nodes.Select(node => node.Operator).Concat(constants)) _nodes[name] = _nodes.GetValueOrDefault(name) + 1;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Agreed} graphs agree, {Discarded} discarded; {RefusedShare:P1} of the nodes tried were refused by ONNX Runtime, the last: {_lastRefusal}\n" +
        $"nodes that agree: {string.Join(", ", _nodes.OrderBy(pair => pair.Value).Select(pair => $"{pair.Key} {pair.Value}"))}");
}
