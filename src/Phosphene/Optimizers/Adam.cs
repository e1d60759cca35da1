using Phosphene.Runtime.Training;

namespace Phosphene.Optimizers;

/// <summary>
/// Adam, uphill: see <see cref="AdamUpdate"/>. Defaults of TensorFlow, as in Lucid (rate 0.05).
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
        private readonly AdamUpdate _update = new(settings.Beta1, settings.Beta2, settings.Epsilon);
        private int _step;

        public void Next() => _step++;

        public void Ascend(int parameter, int start, Span<float> values, ReadOnlySpan<float> gradient)
        {
            Span<float> means = _means[parameter].AsSpan(start, values.Length), squares = _squares[parameter].AsSpan(start, values.Length);
            _update.Move(_step, settings.LearningRate, values, gradient, means, squares);
        }
    }
}
