using System.Numerics;
using System.Runtime.InteropServices;

namespace Phosphene.Runtime.Training;

/// <summary>
/// One move of Adam: x += rate · m̂ / (√v̂ + ε), with m̂ and v̂ the bias-corrected running means of the gradient and of its square. A positive rate
/// climbs, a negative one descends. Source: Kingma and Ba 2015.
/// </summary>
/// <param name="Beta1">The share of the old mean of the gradient that is kept, in [0, 1).</param>
/// <param name="Beta2">The share of the old mean of its square that is kept, in [0, 1).</param>
/// <param name="Epsilon">Keeps the division finite.</param>
public sealed record AdamUpdate(float Beta1 = 0.9f, float Beta2 = 0.999f, float Epsilon = 1e-8f)
{
    /// <summary>Moves values along their gradient, and brings both running means up to date. All spans have one length.</summary>
    /// <param name="step">The number of the move, from 1: what corrects the means, which begin with zeros.</param>
    /// <param name="rate">The learning rate: about the change of a value in one move.</param>
    /// <param name="values">What is moved.</param>
    /// <param name="gradient">The gradient in the values.</param>
    /// <param name="means">The running means of the gradient.</param>
    /// <param name="squares">The running means of its square.</param>
    public void Move(long step, float rate, Span<float> values, ReadOnlySpan<float> gradient, Span<float> means, Span<float> squares)
    {
        float correct1 = (float)(1 / (1 - Math.Pow(Beta1, step))), correct2 = (float)(1 / (1 - Math.Pow(Beta2, step)));
        Span<Vector<float>> x = MemoryMarshal.Cast<float, Vector<float>>(values), m = MemoryMarshal.Cast<float, Vector<float>>(means);
        Span<Vector<float>> v = MemoryMarshal.Cast<float, Vector<float>>(squares);
        ReadOnlySpan<Vector<float>> g = MemoryMarshal.Cast<float, Vector<float>>(gradient);
        for (int i = 0; i < x.Length; i++)
        {
            m[i] = Beta1 * m[i] + (1 - Beta1) * g[i];
            v[i] = Beta2 * v[i] + (1 - Beta2) * g[i] * g[i];
            x[i] += rate * correct1 * m[i] / (Vector.SquareRoot(v[i] * correct2) + new Vector<float>(Epsilon));
        }
        for (int i = x.Length * Vector<float>.Count; i < values.Length; i++)
        {
            means[i] = Beta1 * means[i] + (1 - Beta1) * gradient[i];
            squares[i] = Beta2 * squares[i] + (1 - Beta2) * gradient[i] * gradient[i];
            values[i] += rate * correct1 * means[i] / (MathF.Sqrt(squares[i] * correct2) + Epsilon);
        }
    }
}
