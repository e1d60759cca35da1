using Phosphene.Runtime.Graphs;

namespace Phosphene.Operators;

/// <summary>
/// Each image divided by its size, so that all are of size 1; an image of nothing stays one. For gradients. Sources: by the length, keras-vis; by the mean, DeepDream, Mordvintsev et al. 2015; by the
/// deviation, TensorFlow's DeepDream tutorial.
/// </summary>
/// <param name="By">What its size is.</param>
public sealed record Normalization(ImageMeasure By = ImageMeasure.Length) : IImageOperator
{
    /// <inheritdoc/>
    public Tensor Apply(Tensor image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return Measure.Divided(image, By switch
        {
            ImageMeasure.Length => Measure.Length(image),
            ImageMeasure.Mean => Measure.MeanOfAbsolutes(image),
            ImageMeasure.Deviation => Measure.Deviation(image),
            _ => throw new ArgumentOutOfRangeException(nameof(image), $"There is no measure {By}."),
        });
    }

    /// <summary>For example "normalize(l2)".</summary>
    public override string ToString() => OperatorTexts.Registry.Print(this);
}

/// <summary>What the size of an image is, over all its channels and pixels.</summary>
public enum ImageMeasure
{
    /// <summary>√Σx².</summary>
    Length,

    /// <summary>The mean of |x|.</summary>
    Mean,

    /// <summary>The standard deviation, √(mean of (x - mean of x)²).</summary>
    Deviation,
}
