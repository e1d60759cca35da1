namespace Phosphene.Runtime.Graphs;

/// <summary>
/// y = (x - mean) / √(variance + Epsilon) over all axes from Axis on, together: mean 0 and variance 1 before scale and bias. The core of layer,
/// instance and group normalization. Source: Ba, Kiros and Hinton 2016.
/// </summary>
public sealed record Standardize(int Axis, float Epsilon) : Elementwise;

/// <summary>
/// The gradient of <see cref="Standardize"/>: dx = (dy - mean(dy) - y·mean(dy·y)) / √(variance + Epsilon). Inputs: x and dy; the result has the
/// shape of x.
/// </summary>
public sealed record StandardizeGradient(Standardize Forward) : Operator
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs) =>
        inputs[0] == inputs[1] ? inputs[0] : throw new ArgumentException($"The gradient {inputs[1]} of a standardization of {inputs[0]} should have that shape.");
}
