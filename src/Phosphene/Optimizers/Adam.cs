using System.Numerics;
using System.Runtime.InteropServices;

namespace Phosphene.Optimizers;

/// <summary>
/// Adam: x += rate · m̂ / (√v̂ + ε), with m̂ and v̂ the bias-corrected running means of the gradient and its square.
/// Source: Kingma and Ba 2015; defaults of TensorFlow, as in Lucid (rate 0.05).
/// </summary>
/// <param name="LearningRate">The rate: about the change of a value in one step.</param>
/// <param name="Beta1">The share of the old mean of the gradient that is kept.</param>
/// <param name="Beta2">The share of the old mean of its square that is kept.</param>
/// <param name="Epsilon">Keeps the division finite.</param>
public sealed record Adam(float LearningRate = 0.05f, float Beta1 = 0.9f, float Beta2 = 0.999f, float Epsilon = 1e-8f) : IOptimizer
{
    /// <inheritdoc/>
    public IOptimizerState Start(IReadOnlyList<int> lengths) => new State(this, lengths);

    private sealed class State(Adam settings, IReadOnlyList<int> lengths) : IOptimizerState
    {
        private readonly float[][] _means = [.. lengths.Select(length => new float[length])];
        private readonly float[][] _squares = [.. lengths.Select(length => new float[length])];
        private int _step;

        public void Next() => _step++;

        public void Ascend(int parameter, int start, Span<float> values, ReadOnlySpan<float> gradient)
        {
            float correct1 = (float)(1 / (1 - Math.Pow(settings.Beta1, _step))), correct2 = (float)(1 / (1 - Math.Pow(settings.Beta2, _step)));
            Span<float> means = _means[parameter].AsSpan(start, values.Length), squares = _squares[parameter].AsSpan(start, values.Length);
            Span<Vector<float>> x = MemoryMarshal.Cast<float, Vector<float>>(values), m = MemoryMarshal.Cast<float, Vector<float>>(means);
            Span<Vector<float>> v = MemoryMarshal.Cast<float, Vector<float>>(squares);
            ReadOnlySpan<Vector<float>> g = MemoryMarshal.Cast<float, Vector<float>>(gradient);
            for (int i = 0; i < x.Length; i++)
            {
                m[i] = settings.Beta1 * m[i] + (1 - settings.Beta1) * g[i];
                v[i] = settings.Beta2 * v[i] + (1 - settings.Beta2) * g[i] * g[i];
                x[i] += settings.LearningRate * correct1 * m[i] / (Vector.SquareRoot(v[i] * correct2) + new Vector<float>(settings.Epsilon));
            }
            for (int i = x.Length * Vector<float>.Count; i < values.Length; i++)
            {
                means[i] = settings.Beta1 * means[i] + (1 - settings.Beta1) * gradient[i];
                squares[i] = settings.Beta2 * squares[i] + (1 - settings.Beta2) * gradient[i] * gradient[i];
                values[i] += settings.LearningRate * correct1 * means[i] / (MathF.Sqrt(squares[i] * correct2) + settings.Epsilon);
            }
        }
    }
}
