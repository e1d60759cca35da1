using System.Globalization;

namespace Phosphene.Runtime.Training;

/// <summary>A schedule: the learning rate of each step, a pure function of the step.</summary>
public abstract record LearningRate
{
    /// <summary>The rate of a step, from 0.</summary>
    public abstract float At(long step);

    /// <summary>The same rate for all steps.</summary>
    public static LearningRate Constant(float rate) => new ConstantRate(rate);

    /// <summary>
    /// Rises evenly to the peak in the first steps (warm-up), then falls to the final rate along half a cosine, where it stays from the last step on.
    /// </summary>
    public static LearningRate Cosine(float peak, long steps, long warmUp = 0, float final = 0) => new CosineRate(peak, steps, warmUp, final);
}

/// <summary>The same rate for all steps.</summary>
/// <param name="Rate">The rate, above 0.</param>
public sealed record ConstantRate(float Rate) : LearningRate
{
    /// <inheritdoc/>
    public override float At(long step) => Rate;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Rate:R} throughout");
}

/// <summary>
/// Step t below WarmUp: Peak·(t + 1) / WarmUp. From there on: Final + (Peak - Final)·(1 + cos πp) / 2, with p from 0 to 1 over the remaining Steps.
/// Source: Loshchilov and Hutter, SGDR, 2017.
/// </summary>
/// <param name="Peak">The highest rate.</param>
/// <param name="Steps">The steps of the whole schedule.</param>
/// <param name="WarmUp">The steps of the rise, fewer than Steps.</param>
/// <param name="Final">The last rate.</param>
public sealed record CosineRate(float Peak, long Steps, long WarmUp = 0, float Final = 0) : LearningRate
{
    /// <inheritdoc/>
    public override float At(long step)
    {
        if (step < WarmUp) return (float)(Peak * (step + 1.0) / WarmUp);
        double progress = Math.Min(1, (double)(step - WarmUp) / Math.Max(1, Steps - WarmUp));
        return (float)(Final + (Peak - Final) * (1 + Math.Cos(Math.PI * progress)) / 2);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"a cosine from {Peak:R} to {Final:R} in {Steps} steps, {WarmUp} of them to warm up");
}
