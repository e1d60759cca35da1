using Phosphene.Syntax;
using static Phosphene.Syntax.TextParameters;

namespace Phosphene.Optimizers;

/// <summary>The words of optimizers.</summary>
internal static class OptimizerTexts
{
    /// <summary>One entry for each word.</summary>
    public static TextRegistry<IOptimizer> Registry { get; } = new("optimizer", "How the parameters move uphill.")
    {
        { "adam", "Adam: by the mean of the gradient over the root of the mean of its square.", "adam(0.05, beta2: 0.99)",
            Number("rate", "About the change of a value in one step.", least: 0).Or(0.05f, printed: true),
            Number("beta1", "The share of the old mean of the gradient that is kept.", 0, 1).Or(0.9f),
            Number("beta2", "The share of the old mean of its square that is kept.", 0, 1).Or(0.999f),
            Number("epsilon", "Keeps the division finite.", least: 0).Or(1e-8f),
            (rate, beta1, beta2, epsilon) => new Adam(rate, beta1, beta2, epsilon), adam => (adam.LearningRate, adam.Beta1, adam.Beta2, adam.Epsilon) },
        { "normalized", "A step of one size whatever the gradient.", "normalized(0.006, mean)", Number("rate", "The size of a step.", least: 0),
            Choice("by", "What the size is: the length of the step, or the mean change of a value, as in DeepDream.", ("length", false), ("mean", true)).Or(false),
            (rate, byMean) => new NormalizedAscent(rate, byMean), ascent => (ascent.LearningRate, ascent.ByMean) },
    };
}
