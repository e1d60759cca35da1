using Phosphene.Evidence.Statistics;

namespace Phosphene.Evidence.Stability;

/// <summary>What a layer finds in a picture beyond the picture's own colours and frequencies: see <see cref="FeaturePlan"/>.</summary>
/// <param name="Means">The difference of the channel means, [C]; of length 1, or all 0.</param>
/// <param name="Gram">The difference of the Gram matrices of length 1, [K, K]; of length 1, too, or all 0.</param>
internal sealed record PictureFeatures(float[] Means, float[] Gram)
{
    private const double Rounding = 1e-5;

    /// <summary>How alike two pictures are, from -1 to 1: the mean of the cosines of the channel means and of the Gram matrices. 0 where one has nothing but its colours and frequencies.</summary>
    public double SimilarityTo(PictureFeatures other) => Math.Clamp((DotProduct.Of(Means, other.Means) + DotProduct.Of(Gram, other.Gram)) / 2, -1, 1);

    /// <summary>From values and Gram matrices of a picture and of its scrambled one.</summary>
    /// <param name="means">[2, C].</param>
    /// <param name="grams">[2, K, K].</param>
    public static PictureFeatures Of(ReadOnlySpan<float> means, ReadOnlySpan<float> grams)
    {
        int channels = means.Length / 2, pairs = grams.Length / 2;
        return new PictureFeatures(Difference(means[..channels], means[channels..], 1, 1), Difference(grams[..pairs], grams[pairs..], Length(grams[..pairs]), Length(grams[pairs..])));
    }

    // Of length 1, so that a product of two is their cosine. What is no more than rounding is nothing, so that the cosine is not one of rounding.
    private static float[] Difference(ReadOnlySpan<float> a, ReadOnlySpan<float> b, double lengthOfA, double lengthOfB)
    {
        var difference = new float[a.Length];
        for (int i = 0; i < a.Length; i++) difference[i] = (float)(a[i] / lengthOfA - b[i] / lengthOfB);
        double length = Length(difference);
        if (length < Rounding * Length(a) / lengthOfA) return new float[a.Length];
        for (int i = 0; i < a.Length; i++) difference[i] = (float)(difference[i] / length);
        return difference;
    }

    // 1 where there is none, to divide by.
    private static double Length(ReadOnlySpan<float> vector)
    {
        double squares = 0;
        foreach (float value in vector) squares += (double)value * value;
        return squares > 0 ? Math.Sqrt(squares) : 1;
    }
}
