using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;

namespace Phosphene.Transforms;

/// <summary>
/// The numbers that a pipeline of transforms draws each step. In the graph each is a scalar input; before a run it gets its value, which is a
/// function of (seed, step, name) alone. The whole batch shares one draw, except inside <see cref="PerImage"/>.
/// </summary>
public sealed class RandomVariables
{
    private delegate void Fill(ulong seed, long step, Span<float> values);

    private readonly List<(Tensor Variable, Fill Draw)> _variables = [];

    /// <summary>Whether nothing is drawn.</summary>
    internal bool IsEmpty => _variables.Count == 0;

    /// <summary>The shapes of what is drawn.</summary>
    internal IEnumerable<Shape> Shapes => _variables.Select(entry => entry.Variable.Shape);

    /// <summary>A prefix for names, so that two transforms of one kind draw apart.</summary>
    internal string Scope { get; set; } = "";

    /// <summary>The shape that the image had before the first transform.</summary>
    internal Shape? Original { get; set; }

    /// <summary>A whole number from low to high, both included, all equally likely.</summary>
    public Tensor Integer(string name, int low, int high) => Add(name, stream => stream.Integer(0, low, high));

    /// <summary>A number from low to high, all equally likely.</summary>
    public Tensor Uniform(string name, float low, float high) => Add(name, stream => low + (high - low) * stream.Uniform(0));

    /// <summary>Independent numbers of a shape from low to high, all equally likely.</summary>
    public Tensor Uniform(string name, Shape shape, float low, float high)
    {
        ArgumentNullException.ThrowIfNull(shape);
        string scoped = Scope + name;
        return Add(name, shape, (seed, step, values) =>
        {
            var stream = new RandomStream(seed, step, scoped);
            for (int i = 0; i < values.Length; i++) values[i] = low + (high - low) * stream.Uniform(i);
        });
    }

    /// <summary>One of the values, all equally likely; one that stands twice is twice as likely.</summary>
    public Tensor Choice(string name, IReadOnlyList<float> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Add(name, stream => values[stream.Integer(0, 0, values.Count - 1)]);
    }

    /// <summary>Independent standard normal numbers of a shape. Number i is number first(i) of the stream of the step; i itself by default.</summary>
    public Tensor Normal(string name, Shape shape, Func<int, long>? first = null)
    {
        ArgumentNullException.ThrowIfNull(shape);
        string scoped = Scope + name;
        return Add(name, shape, (seed, step, values) =>
        {
            var stream = new RandomStream(seed, step, scoped);
            if (first is null) stream.FillNormal(values, 1);         // the same numbers, four at a time
            else
                for (int i = 0; i < values.Length; i++) values[i] = stream.Normal(first(i));
        });
    }

    /// <summary>A number that is not random, but a function of the steps done before, from 0.</summary>
    public Tensor OfStep(string name, Func<long, float> value) => Add(name, Shape.Scalar, (_, step, values) => values[0] = value(step));

    private Tensor Add(string name, Func<RandomStream, float> draw)
    {
        string scoped = Scope + name;
        return Add(name, Shape.Scalar, (seed, step, values) => values[0] = draw(new RandomStream(seed, step, scoped)));
    }

    private Tensor Add(string name, Shape shape, Fill draw)
    {
        var variable = new Tensor(new Input(shape, Scope + name)) { Name = Scope + name };
        _variables.Add((variable, draw));
        return variable;
    }

    /// <summary>Gives the plan's random inputs their values for a step.</summary>
    public void Draw(Plan plan, ulong seed, long step)
    {
        ArgumentNullException.ThrowIfNull(plan);
        foreach ((Tensor variable, Fill draw) in _variables)
            if (plan.Input(variable) is { IsEmpty: false } input) draw(seed, step, input);
    }
}
