namespace Phosphene.Visualization;

/// <summary>Whether a value no longer rises: the mean over the last so many steps is no higher than over as many before them.</summary>
/// <param name="patience">So many steps.</param>
internal sealed class Plateau(int patience)
{
    /// <summary>The values of the last steps, that of step n at n modulo twice the patience. All that decides how it goes on.</summary>
    public float[] Values { get; } = new float[2 * patience];

    /// <summary>Takes the value of a step.</summary>
    /// <param name="step">The number of the step, from 0.</param>
    /// <param name="value">The value.</param>
    public void Note(int step, float value) => Values[step % Values.Length] = value;

    /// <summary>Whether it no longer rises after so many steps.</summary>
    public bool IsReached(int steps) => steps >= Values.Length && Sum(steps - patience) <= Sum(steps - 2 * patience);

    // In double precision, from the first step on: the same in every run.
    private double Sum(int first)
    {
        double sum = 0;
        for (int step = first; step < first + patience; step++) sum += Values[step % Values.Length];
        return sum;
    }
}
