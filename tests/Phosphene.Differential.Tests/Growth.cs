using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Phosphene.Differential.Tests;

/// <summary>What a graph cannot grow by: ONNX Runtime refuses it, or float32 does not determine its result. It is thrown and another is tried.</summary>
internal sealed class UnfitException(string message) : Exception(message);

/// <summary>
/// A graph that grows node by node, a function of its seed. Each node is computed by ONNX Runtime as soon as it stands, so that what comes next knows
/// the shapes and the numbers that it can read.
/// </summary>
internal sealed partial class Growth
{
    private const int MostElements = 12_000, MostNodes = 8;
    private const double Largest = 1e4;

    private readonly Random _random;
    private readonly List<Given> _givens = [];
    private readonly List<Node> _nodes = [];
    private readonly Dictionary<string, Value> _values = [];
    private int _names;

    private Growth(int seed)
    {
        _random = new Random(seed);
        Opset = Int(7, NewestOpset);
    }

    /// <summary>The version of ONNX's own operator set.</summary>
    public int Opset { get; }

    /// <summary>The newest operator set that ONNX Runtime has the operators of.</summary>
    public const int NewestOpset = 25;

    /// <summary>The graph of a seed; null if nothing of two nodes came to stand.</summary>
    public static SmallGraph? Grow(int seed, Tally tally)
    {
        const int Tries = 60;
        var growth = new Growth(seed);
        Entry[] entries = [.. Table.Entries.Where(entry => entry.Since <= growth.Opset && growth.Opset <= entry.Last)];
        int wanted = growth.Int(2, MostNodes);
        for (int i = 0; i < Tries && growth._nodes.Count < wanted; i++) growth.Try(growth.One(entries), tally);
        if (growth._nodes.Count < 2) return null;
        ImmutableArray<string> asked = [.. growth._values.Keys.Where(_ => growth.Chance(0.2))];
        return new SmallGraph(growth.Opset, [.. growth._givens], [.. growth._nodes], asked, $"seed {seed}").Tidied();
    }

    private void Try(Entry entry, Tally tally)
    {
        (int givens, int nodes, HashSet<string> known) = (_givens.Count, _nodes.Count, [.. _values.Keys]);
        try
        {
            entry.Grow(this);
            if (_nodes.Count > MostNodes) throw new UnfitException("too many nodes");
            tally.Grown();
        }
        catch (Exception failure) when (failure is UnfitException or OnnxRuntimeException)
        {
            if (failure is OnnxRuntimeException) tally.Refused($"{_nodes[^1]} in operator set {Opset}: {failure.Message.Split('\n')[0]}");
            _givens.RemoveRange(givens, _givens.Count - givens);
            _nodes.RemoveRange(nodes, _nodes.Count - nodes);
            foreach (string name in _values.Keys.Where(name => !known.Contains(name)).ToArray()) _values.Remove(name);
        }
    }

    /// <summary>A new node of one result; null stands for an absent input, and for an attribute that is not stated.</summary>
    public Value Node(string @operator, IEnumerable<Value?> inputs, params (string Name, object? Value)[] attributes) => Nodes(@operator, inputs, 1, attributes)[0];

    /// <summary>A new node of several results.</summary>
    public Value[] Nodes(string @operator, IEnumerable<Value?> inputs, int outputs, params (string Name, object? Value)[] attributes)
    {
        string[] read = [.. inputs.Select(input => input?.Name ?? "")];
        int count = Array.FindLastIndex(read, name => name.Length > 0) + 1;
        var node = new Node(@operator, [.. read.Take(count)], [.. Enumerable.Range(0, outputs).Select(_ => Name("y"))],
            [.. attributes.Where(attribute => attribute.Value is not null).Select(attribute => (attribute.Name, attribute.Value is int number ? (long)number : attribute.Value!))]);
        _nodes.Add(node);
        Value[] results = Rounding.Results(Opset, node, _values, _random);
        foreach (Value result in results)
        {
            if (result.Count is 0 or > MostElements) throw new UnfitException("nothing, or too much");
            if (result.Numbers.Values.Any(value => Math.Abs(value) > Largest && double.IsFinite(value))) throw new UnfitException("too large");
            if (!Rounding.Determines(result)) throw new UnfitException("not determined by float32");
            _values.Add(result.Name, result);
        }
        return results;
    }

    /// <summary>Numbers given to the graph.</summary>
    public Value Given(Numbers numbers, Place place)
    {
        var given = new Given(Name(place == Place.Input ? "x" : "w"), numbers, place);
        _givens.Add(given);
        return _values[given.Name] = new Value(given.Name, numbers, [numbers, numbers], place);
    }

    private string Name(string kind) => $"{kind}{_names++}";

    /// <summary>A value that is there and fits, the last and the unread ones first; null if none does, and sometimes all the same.</summary>
    public Value? There(Func<Value, bool> fits)
    {
        Value[] there = [.. _values.Values.Where(value => value.Place is null or Place.Input && value.IsFinite && fits(value))];
        if (there.Length == 0 || Chance(0.1)) return null;
        Value[] unread = [.. there.Where(value => !_nodes.Any(node => node.Inputs.Contains(value.Name)))];
        return One(unread.Length > 0 && Chance(0.7) ? unread : there);
    }

    /// <summary>Real numbers of a shape that fits, or new ones of the shape given.</summary>
    public Value Real(Func<Value, bool> fits, Func<int[]> shape, Spread spread = Spread.Around) =>
        There(value => value.IsReal && fits(value)) ?? Given(Reals(shape(), spread), Place.Input);

    /// <summary>Real numbers of any shape.</summary>
    public Value Real() => Real(_ => true, () => Extents(Int(1, 5)));

    /// <summary>Real numbers within bounds, or new ones spread so.</summary>
    public Value Within(double least, double most, Spread spread, int leastRank = 0) =>
        Real(value => value.Rank >= leastRank && value.Least >= least && value.Most <= most, () => Extents(Int(1, 4)), spread);

    /// <summary>Real numbers of a rank.</summary>
    public Value OfRank(int least, int most) => Real(value => value.Rank >= least && value.Rank <= most, () => Extents(Int(least, most)));

    /// <summary>A signal, image or volume [N, C, ...] with so many axes after the channels.</summary>
    public Value Image(int sides, Func<int, bool>? channels = null)
    {
        bool Fits(int count) => channels?.Invoke(count) ?? true;
        int[] counts = [.. new[] { 1, 2, 3, 4, 5, 6, 8, 9, 12, 16, 17, 20, 33 }.Where(Fits)];
        return Real(value => value.Rank == 2 + sides && Fits(value.Shape[1]), () =>
            [Int(1, 3), One(counts), .. Enumerable.Range(0, sides).Select(_ => sides == 3 ? Int(1, 6) : Int(1, 13))]);
    }

    /// <summary>Integers, or new ones from 0 to 5.</summary>
    public Value Integer(Func<Value, bool>? fits = null) =>
        There(value => value.Numbers.Type is TensorElementType.Int64 && (fits?.Invoke(value) ?? true))
        ?? Given(Integers(Extents(Int(1, 4)), 0, 5), Place.Input);

    /// <summary>Truth values.</summary>
    public Value Truth(Func<Value, bool> fits, Func<int[]> shape) =>
        There(value => value.Numbers.Type is TensorElementType.Bool && fits(value)) ?? Given(Truths(shape()), Place.Input);

    /// <summary>A value of any type.</summary>
    public Value Any(Func<Value, bool>? fits = null, Func<int[]>? shape = null) =>
        There(fits ?? (_ => true)) ?? Given(Reals(shape?.Invoke() ?? Extents(Int(1, 5)), Spread.Around), Place.Input);

    /// <summary>A weight, stored in one of the ways that files know, or given as an input.</summary>
    public Value Weight(int[] shape, Spread spread = Spread.Around) =>
        Given(Reals(shape, spread), One(Place.Initializer, Place.Initializer, Place.Initializer, Place.Constant, Place.ListedInitializer, Place.Input));

    /// <summary>Numbers that are known before the graph runs: axes, sizes, indices, settings.</summary>
    public Value Known(Numbers numbers) => Given(numbers, One(Place.Initializer, Place.Constant));

    public Value Known(params IEnumerable<long> values) => Known(Numbers.Integers(values));
}
