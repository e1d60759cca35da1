using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;

namespace Phosphene.Runtime.Training;

/// <summary>
/// The values a parameter starts with: a pure function of the seed and the parameter's name. A weight [outputs, inputs, ...] has
/// fan-in inputs·(kernel pixels) and fan-out outputs·(kernel pixels).
/// </summary>
public abstract record Initialization
{
    /// <summary>Normal of variance 2 / fan-in: keeps the size of activations through ReLUs. Source: He et al. 2015.</summary>
    public static Initialization He { get; } = new HeInitialization();

    /// <summary>Uniform in ±√(6 / (fan-in + fan-out)): for layers without a ReLU. Source: Glorot and Bengio 2010.</summary>
    public static Initialization Glorot { get; } = new GlorotInitialization();

    /// <summary>The same value everywhere, for biases.</summary>
    public static Initialization Constant(float value) => new ConstantInitialization(value);

    /// <summary>Fills the values of a parameter of a shape; the stream is that of its name.</summary>
    public abstract void Fill(Span<float> values, Shape shape, RandomStream random);

    private protected static (double In, double Out) Fans(Shape shape)
    {
        double pixels = shape.CountOf(Math.Min(2, shape.Rank), shape.Rank);
        return (shape.Rank > 1 ? shape[1] * pixels : 1, shape.Rank > 0 ? shape[0] * pixels : 1);
    }
}

internal sealed record HeInitialization : Initialization
{
    public override void Fill(Span<float> values, Shape shape, RandomStream random) => random.FillNormal(values, (float)Math.Sqrt(2 / Fans(shape).In));
}

internal sealed record GlorotInitialization : Initialization
{
    public override void Fill(Span<float> values, Shape shape, RandomStream random)
    {
        (double fanIn, double fanOut) = Fans(shape);
        float limit = (float)Math.Sqrt(6 / (fanIn + fanOut));
        for (int i = 0; i < values.Length; i++) values[i] = limit * (2 * random.Uniform(i) - 1);
    }
}

internal sealed record ConstantInitialization(float Value) : Initialization
{
    public override void Fill(Span<float> values, Shape shape, RandomStream random) => values.Fill(Value);
}
