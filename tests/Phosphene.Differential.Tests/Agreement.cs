using Microsoft.ML.OnnxRuntime;
using Phosphene.Runtime.Onnx;

namespace Phosphene.Differential.Tests;

/// <summary>What became of a graph in both runtimes.</summary>
internal enum Outcome
{
    /// <summary>Both gave the same numbers.</summary>
    Agree,

    /// <summary>ONNX Runtime does not load or run the graph, or float32 does not determine its results.</summary>
    Discarded,

    /// <summary>Phosphene refuses what docs/operators.md says it refuses.</summary>
    Refused,

    /// <summary>They differ: a find.</summary>
    Differ,
}

/// <summary>Holds a graph against ONNX Runtime.</summary>
internal static class Agreement
{
    // docs/operators.md: inputs that decide a shape must be known at import.
    private static readonly string[] Documented = ["only integers known at import are supported there", "only constants are supported there", "only one constant number is supported there"];

    /// <summary>Whether both runtimes agree on a graph, and if not, in one sentence why.</summary>
    public static (Outcome Outcome, string Reason) Of(SmallGraph graph)
    {
        Dictionary<string, Value> values;
        Numbers[] expected;
        try
        {
            values = Values(graph);
            using var peer = new SecondOpinion(graph);
            expected = peer.Run(name => values[name].Numbers);
        }
        catch (OnnxRuntimeException failure)
        {
            return (Outcome.Discarded, failure.Message);
        }
        foreach (string output in graph.Outputs)
            if (!Rounding.Determines(values[output])) return (Outcome.Discarded, $"float32 does not determine {output}");

        Numbers[] actual;
        try
        {
            actual = OwnRuntime.Run(graph);
        }
        catch (ModelFormatException failure)
        {
            return (failure.Fault == ModelFault.Unsupported && Documented.Any(text => failure.Message.Contains(text, StringComparison.Ordinal)) ? Outcome.Refused : Outcome.Differ, failure.Message);
        }
        for (int i = 0; i < expected.Length; i++)
            if (Difference(graph.Outputs[i], expected[i], actual[i], values[graph.Outputs[i]]) is { } difference) return (Outcome.Differ, difference);
        return (Outcome.Agree, "");
    }

    /// <summary>Every value of a graph, node by node in ONNX Runtime.</summary>
    public static Dictionary<string, Value> Values(SmallGraph graph)
    {
        var random = new Random(1);
        Dictionary<string, Value> values = graph.Givens.ToDictionary(given => given.Name, given => new Value(given.Name, given.Numbers, [given.Numbers, given.Numbers], given.Place));
        foreach (Node node in graph.Nodes)
            foreach (Value result in Rounding.Results(graph.Opset, node, values, random)) values[result.Name] = result;
        return values;
    }

    /// <summary>The first difference between what was expected and what came, in one sentence; null if there is none.</summary>
    public static string? Difference(string name, Numbers expected, Numbers actual, Value value)
    {
        if (!expected.Shape.SequenceEqual(actual.Shape)) return $"{name} has the shape {Numbers.Text(actual.Shape)}, ONNX Runtime says {Numbers.Text(expected.Shape)}";
        if (expected.Type != actual.Type) return $"{name} holds {actual.Type}, ONNX Runtime says {expected.Type}";
        Func<double, double> tolerance = Rounding.Tolerance(value);
        for (int i = 0; i < expected.Count; i++)
        {
            (double a, double e) = (actual.Values[i], expected.Values[i]);
            if (!a.Equals(e) && !(Math.Abs(a - e) <= tolerance(e))) return $"{name} is {a:R} at {i}, ONNX Runtime says {e:R}, give or take {tolerance(e):G2}";
        }
        return null;
    }
}
