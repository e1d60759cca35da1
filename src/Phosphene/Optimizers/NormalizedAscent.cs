namespace Phosphene.Optimizers;

/// <summary>
/// A step of one length whatever the gradient: x += rate · g / ‖g‖. The rule of the report's latent ascent, with the rate 100. Source: COMP421 report,
/// code of section 3.5.
/// </summary>
/// <param name="Rate">The length of a step.</param>
public sealed record NormalizedAscent(float Rate) : IOptimizer
{
    /// <inheritdoc/>
    public IOptimizerState Start(IReadOnlyList<int> lengths) => new State(Rate);

    private sealed class State(float rate) : IOptimizerState
    {
        public void Next()
        {
        }

        public void Ascend(int parameter, int start, Span<float> values, ReadOnlySpan<float> gradient)
        {
            float norm = 0;
            foreach (float g in gradient) norm += g * g;
            if (norm == 0) return;                                   // nowhere to go
            norm = MathF.Sqrt(norm);
            for (int i = 0; i < values.Length; i++) values[i] += rate * gradient[i] / norm;
        }
    }
}
