using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Training;

/// <summary>
/// What training makes small, and what it tells on the way: scalars made of tensors, means over the batch.
/// </summary>
public static class Losses
{
    /// <summary>
    /// Softmax cross-entropy: the mean over the batch of -ln softmax(logits)[class], by the logarithm of softmax, which neither overflows nor loses small
    /// probabilities.
    /// </summary>
    /// <param name="logits">[N, K], before the softmax.</param>
    /// <param name="classes">[N]: whole numbers 0 to K - 1. Any other number makes the loss NaN.</param>
    /// <exception cref="ArgumentException">The shapes are not these.</exception>
    public static Tensor SoftmaxCrossEntropy(Tensor logits, Tensor classes)
    {
        Tensor expected = OneHot(logits, classes);
        // The sum of a row is 1, or 0 where the class does not exist: 0 / 0 is NaN, which does not go unnoticed.
        return -((expected * logits.LogSoftmax(1)).SumOver(1) / expected.SumOver(1)).Mean();
    }

    /// <summary>The mean over all elements of (prediction - target)².</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor MeanSquaredError(Tensor prediction, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(target);
        if (prediction.Shape != target.Shape)
            throw new ArgumentException($"The squared error of {prediction} needs a target of that shape; got {target}.");
        return (prediction - target).Square().Mean();
    }

    /// <summary>
    /// The divergence of N(mean, e^logVariance) from N(0, 1): the mean over the batch of ½ Σ (mean² + e^logVariance - 1 - logVariance).
    /// Source: Kingma and Welling, Auto-encoding variational Bayes, 2014, appendix B.
    /// </summary>
    /// <param name="mean">[N, latents].</param>
    /// <param name="logVariance">[N, latents].</param>
    public static Tensor KullbackLeibler(Tensor mean, Tensor logVariance)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(logVariance);
        if (mean.Shape != logVariance.Shape || mean.Shape.Rank < 2)
            throw new ArgumentException($"The divergence from N(0, 1) needs means and logarithms of variances [N, latents]; got {mean} and {logVariance}.");
        return (mean.Square() + logVariance.Exp() - 1f - logVariance).Sum() * (0.5f / mean.Shape.Batch);
    }

    /// <summary>
    /// A draw from N(mean, e^logVariance) through which gradients flow: mean + e^(logVariance / 2)·noise. Source: as <see cref="KullbackLeibler"/>, §2.4.
    /// </summary>
    /// <param name="mean">[N, latents].</param>
    /// <param name="logVariance">[N, latents].</param>
    /// <param name="noise">[N, latents]: standard normal numbers, an input of the plan.</param>
    public static Tensor Sample(Tensor mean, Tensor logVariance, Tensor noise)
    {
        ArgumentNullException.ThrowIfNull(logVariance);
        return mean + (0.5f * logVariance).Exp() * noise;
    }

    /// <summary>The share of the batch, 0 to 1, whose own class has a larger logit than any other; a tie is a miss. It has no gradient.</summary>
    /// <param name="logits">[N, K].</param>
    /// <param name="classes">[N]: whole numbers 0 to K - 1.</param>
    /// <exception cref="ArgumentException">The shapes are not these.</exception>
    public static Tensor Accuracy(Tensor logits, Tensor classes)
    {
        Tensor expected = OneHot(logits, classes);
        Tensor own = (expected * logits).SumOver(1), others = (logits - 1e30f * expected).MaxOver(1);
        return own.GreaterThan(others).Mean();
    }

    // [N, K]: 1 at the class, 0 elsewhere.
    private static Tensor OneHot(Tensor logits, Tensor classes)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(classes);
        if (logits.Shape.Rank != 2 || classes.Shape != new Shape(logits.Shape[0]))
            throw new ArgumentException($"Classes [N] and logits [N, K] are expected; got {classes} and {logits}.");
        int count = logits.Shape[1];
        Tensor numbers = Tensor.Constant(new Shape(1, count), [.. Enumerable.Range(0, count).Select(k => (float)k)]);
        return 1f - (classes.Reshape(new Shape(classes.Shape[0], 1)) - numbers).Sign().Abs();
    }
}
