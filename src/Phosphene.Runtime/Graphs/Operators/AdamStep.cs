namespace Phosphene.Runtime.Graphs;

/// <summary>
/// One move of Adam, x and its state in one:
/// <code>
/// m' = β1·m + (1 - β1)·g,  v' = β2·v + (1 - β2)·g²,  x' = x + rate · m' / (1 - β1^step) / (√(v' / (1 - β2^step)) + ε)
/// </code>
/// A positive rate climbs, a negative one descends. Inputs: x, m, v and g of one shape, then step (from 1) and rate, a number each. The result is
/// [3, ...]: x', m' and v'; an <see cref="Assignment"/> puts them where the old ones were. Source: Kingma and Ba 2015.
/// </summary>
/// <param name="Beta1">The share of the old mean of the gradient that is kept, in [0, 1).</param>
/// <param name="Beta2">The share of the old mean of its square that is kept, in [0, 1).</param>
/// <param name="Epsilon">Keeps the division finite.</param>
public sealed record AdamStep(float Beta1 = 0.9f, float Beta2 = 0.999f, float Epsilon = 1e-8f) : Operator
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        Shape x = inputs[0];
        foreach (Shape other in inputs[1..4])
            if (other != x) throw new ArgumentException($"Adam moves values, means, squares and a gradient of one shape; got {x} and {other}.");
        if (inputs[4].Count != 1 || inputs[5].Count != 1)
            throw new ArgumentException($"Adam's step and rate are a number each; got {inputs[4]} and {inputs[5]}.");
        return new Shape([3, .. x.Extents]);
    }

    /// <summary>What x, its running means and squares become.</summary>
    /// <param name="x">The parameter.</param>
    /// <param name="means">The running means of the gradient, a parameter of the same shape that begins with zeros.</param>
    /// <param name="squares">The running means of its square, likewise.</param>
    /// <param name="gradient">The gradient in x.</param>
    /// <param name="step">The number of the move, from 1.</param>
    /// <param name="rate">The learning rate: about the change of a value in one move.</param>
    public Assignment Move(Tensor x, Tensor means, Tensor squares, Tensor gradient, Tensor step, Tensor rate) =>
        new([x, means, squares], new Tensor(this, x, means, squares, gradient, step, rate));
}
