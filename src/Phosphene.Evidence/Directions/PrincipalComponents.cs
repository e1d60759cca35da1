namespace Phosphene.Evidence.Directions;

/// <summary>
/// The directions in which activations vary most, around their mean: eigenvectors of the covariance, of length 1, the one of most variance first. Of the two
/// signs a direction has the one whose largest number is positive.
/// </summary>
public sealed class PrincipalComponents
{
    private PrincipalComponents(float[] directions, double[] variances, double total) => (Directions, Variances, TotalVariance) = (directions, variances, total);

    /// <summary>The directions [K, C], row-major.</summary>
    public IReadOnlyList<float> Directions { get; }

    /// <summary>The variance along each.</summary>
    public IReadOnlyList<double> Variances { get; }

    /// <summary>The variances of all channels together.</summary>
    public double TotalVariance { get; }

    /// <summary>The first components of a sample.</summary>
    /// <param name="sample">The activations, at least two rows.</param>
    /// <param name="count">How many components, from 1 to the number of channels.</param>
    /// <exception cref="Syntax.UsageException">There are fewer than two rows.</exception>
    public static PrincipalComponents Of(ActivationSample sample, int count)
    {
        ArgumentNullException.ThrowIfNull(sample);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, sample.Channels);
        sample.RequireRows(2);
        Matrix centred = sample.ToMatrix();
        double[] mean = sample.Mean();
        for (int row = 0; row < centred.Rows; row++) Matrix.Add(centred.Row(row), -1, mean);
        Matrix covariance = centred.TransposedTimes(centred);
        for (int i = 0; i < covariance.Values.Length; i++) covariance.Values[i] /= sample.Count - 1;
        (double[] values, Matrix vectors) = SymmetricEigen.Of(covariance);
        var directions = new Matrix(count, sample.Channels);
        for (int k = 0; k < count; k++)
        {
            double largest = vectors.Row(k).ToArray().MaxBy(Math.Abs);
            Matrix.Add(directions.Row(k), largest < 0 ? -1 : 1, vectors.Row(k));
        }
        return new PrincipalComponents(directions.ToFloats(), [.. values.Take(count).Select(value => Math.Max(0, value))], values.Sum());
    }
}
