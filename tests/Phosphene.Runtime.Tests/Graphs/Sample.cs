using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Tests.Graphs;

/// <summary>Leaves of a graph with random values, the same in every run of the test.</summary>
internal sealed class Sample(int seed = 1)
{
    private readonly Random _random = new(seed);
    private readonly Dictionary<Tensor, float[]> _values = new(ReferenceEqualityComparer.Instance);

    /// <summary>The values of the inputs.</summary>
    public IReadOnlyDictionary<Tensor, float[]> Values => _values;

    /// <summary>The values of the inputs, for the reference.</summary>
    public Dictionary<Tensor, double[]> Doubles =>
        new(_values.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Select(x => (double)x).ToArray())), ReferenceEqualityComparer.Instance);

    /// <summary>An input with values in [-1, 1).</summary>
    public Tensor Input(params int[] extents) => Input(extents, -1, 1);

    /// <summary>An input with values in [low, high).</summary>
    public Tensor Input(int[] extents, double low, double high) => InputOf(Floats(extents, low, high), extents);

    /// <summary>An input with the given values.</summary>
    public Tensor InputOf(float[] values, params int[] extents)
    {
        var input = new Tensor(new Input(new Shape(extents), $"input {_values.Count}"));
        _values.Add(input, values);
        return input;
    }

    /// <summary>
    /// An input whose values are all different, 2 / n apart and at least 1 / n from zero: safe from the kinks of relu and maximum.
    /// </summary>
    public Tensor Apart(params int[] extents) => InputOf(Different(new Shape(extents).Count), extents);

    /// <summary>Two inputs whose values are all different, from each other's too.</summary>
    public (Tensor First, Tensor Second) Apart(int[] first, int[] second)
    {
        int count = new Shape(first).Count;
        float[] values = Different(count + new Shape(second).Count);
        return (InputOf(values[..count], first), InputOf(values[count..], second));
    }

    /// <summary>A constant with values in [-1, 1).</summary>
    public Tensor Constant(params int[] extents) => Tensor.Constant(new Shape(extents), Floats(extents, -1, 1));

    /// <summary>Changes the values of all inputs.</summary>
    public void Redraw()
    {
        foreach ((Tensor input, float[] values) in _values) Floats([.. input.Shape], -1, 1).CopyTo(values, 0);
    }

    private float[] Floats(int[] extents, double low, double high) =>
        [.. Enumerable.Range(0, new Shape(extents).Count).Select(_ => (float)(low + _random.NextDouble() * (high - low)))];

    // An odd number of steps has zero in the middle: one more.
    private float[] Different(int count)
    {
        int steps = count + count % 2;
        float[] values = [.. Enumerable.Range(0, count).Select(i => (2 * i + 1f) / steps - 1)];
        _random.Shuffle(values);
        return values;
    }
}
