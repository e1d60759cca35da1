namespace Phosphene.Evidence.Directions;

/// <summary>
/// The matrix that takes the scales of channels, and what they have in common, out of a direction: S = (AᵀA / n)⁻¹ of the activations A [n, C], around 0 and not
/// their mean. Directions in which the activations have less than a millionth of the most, such as channels that are never active, are left out, since an inverse
/// would make most of them. Source: Carter et al., Activation Atlas, Distill 2019.
/// </summary>
public sealed class Whitening
{
    private const double Least = 1e-6;

    private Whitening(float[] values, int leftOut) => (Values, LeftOut) = (values, leftOut);

    /// <summary>The matrix [C, C], row-major.</summary>
    public IReadOnlyList<float> Values { get; }

    /// <summary>How many dimensions of the activation space were left out.</summary>
    public int LeftOut { get; }

    /// <summary>The whitening of a sample.</summary>
    /// <exception cref="Syntax.UsageException">There are no rows.</exception>
    public static Whitening Of(ActivationSample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        sample.RequireRows(1);
        Matrix rows = sample.ToMatrix(), moment = rows.TransposedTimes(rows);
        for (int i = 0; i < moment.Values.Length; i++) moment.Values[i] /= sample.Count;
        (double[] values, Matrix vectors) = SymmetricEigen.Of(moment);
        int kept = values.Count(value => value > 0 && value >= Least * values[0]);
        var scaled = new Matrix(kept, sample.Channels);
        var unscaled = new Matrix(kept, sample.Channels);
        for (int k = 0; k < kept; k++)
        {
            vectors.Row(k).CopyTo(unscaled.Row(k));
            Matrix.Add(scaled.Row(k), 1 / values[k], vectors.Row(k));
        }
        return new Whitening(unscaled.TransposedTimes(scaled).ToFloats(), values.Length - kept);
    }
}
