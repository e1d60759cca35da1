using Phosphene.Syntax;
using static Phosphene.Syntax.TextParameters;

namespace Phosphene.Optimizers;

/// <summary>The words of optimizers.</summary>
internal static class OptimizerTexts
{
    /// <summary>One entry for each word.</summary>
    public static TextRegistry<IOptimizer> Registry { get; } = new("optimizer", "How the parameters move uphill. What changes the length of steps wraps an optimizer, and may be wrapped: `warmup(cosine(adam(0.05), 256), 10)`.")
    {
        { "adam", "Adam: by the mean of the gradient over the root of the mean of its square.", "adam(0.05, beta2: 0.99)",
            Number("rate", "About the change of a value in one step.", least: 0).Or(0.05f, printed: true),
            Number("beta1", "The share of the old mean of the gradient that is kept.", 0, 1).Or(0.9f),
            Number("beta2", "The share of the old mean of its square that is kept.", 0, 1).Or(0.999f),
            Number("epsilon", "Keeps the division finite.", least: 0).Or(1e-8f),
            (rate, beta1, beta2, epsilon) => new Adam(rate, beta1, beta2, epsilon), adam => (adam.LearningRate, adam.Beta1, adam.Beta2, adam.Epsilon) },
        { "adamw", "Adam with weight decay beside it.", "adamw(0.009, 0.01)",
            Number("rate", "About the change of a value in one step.", least: 0).Or(0.05f, printed: true),
            Number("weightDecay", "How strongly values are drawn to 0.", least: 0).Or(0.01f, printed: true),
            Number("beta1", "The share of the old mean of the gradient that is kept.", 0, 1).Or(0.9f),
            Number("beta2", "The share of the old mean of its square that is kept.", 0, 1).Or(0.999f),
            Number("epsilon", "Keeps the division finite.", least: 0).Or(1e-8f),
            (rate, decay, beta1, beta2, epsilon) => new AdamW(rate, decay, beta1, beta2, epsilon), adam => (adam.LearningRate, adam.WeightDecay, adam.Beta1, adam.Beta2, adam.Epsilon) },
        { "nadam", "Adam with Nesterov's momentum.", "nadam(1, momentumDecay: 1)",
            Number("rate", "About the change of a value in one step.", least: 0).Or(0.05f, printed: true),
            Number("beta1", "The share of the old mean of the gradient that is kept.", 0, 1).Or(0.9f),
            Number("beta2", "The share of the old mean of its square that is kept.", 0, 1).Or(0.999f),
            Number("epsilon", "Keeps the division finite.", least: 0).Or(1e-8f),
            Number("momentumDecay", "How soon the momentum is whole: 0.004 in the paper and PyTorch, 1 in Keras.", least: 0).Or(0.004f),
            (rate, beta1, beta2, epsilon, decay) => new Nadam(rate, beta1, beta2, epsilon, decay), nadam => (nadam.LearningRate, nadam.Beta1, nadam.Beta2, nadam.Epsilon, nadam.MomentumDecay) },
        { "rmsprop", "RMSProp: the gradient over the root of the mean of its square.", "rmsprop(0.004, 0.95)",
            Number("rate", "About the change of a value in one step.", least: 0).Or(0.001f, printed: true),
            Number("share", "The share of the old mean of the squared gradient that is kept.", 0, 1).Or(0.9f),
            Number("epsilon", "Keeps the division finite.", least: 0).Or(1e-7f),
            (rate, share, epsilon) => new RmsProp(rate, share, epsilon), rmsprop => (rmsprop.LearningRate, rmsprop.Share, rmsprop.Epsilon) },
        { "ascent", "Plain gradient ascent.", "ascent(0.1)", Rate, rate => new GradientAscent(rate), ascent => ascent.LearningRate },
        { "momentum", "Gradient ascent with momentum.", "momentum(0.1, 0.9)", Rate,
            Number("share", "The share of the old velocity that is kept.", 0, 1).Or(0.9f, printed: true),
            Truth("nesterov", "Whether the step looks ahead.").Or(false),
            (rate, share, nesterov) => new Momentum(rate, share, nesterov), momentum => (momentum.LearningRate, momentum.Share, momentum.Nesterov) },
        { "normalized", "A step of one size whatever the gradient.", "normalized(0.006, mean)", Number("rate", "The size of a step.", least: 0),
            Choice("by", "What the size is: the length of the step, or the mean change of a value, as in DeepDream.", ("length", false), ("mean", true)).Or(false),
            (rate, byMean) => new NormalizedAscent(rate, byMean), ascent => (ascent.LearningRate, ascent.ByMean) },
        { "sign", "Every value by the same amount, the way its gradient points: steepest ascent in L∞.", "sign(0.01)", Number("rate", "The change of a value in one step.", least: 0),
            rate => new SignAscent(rate), ascent => ascent.LearningRate },
        { "linear", "Steps of an optimizer that become shorter evenly.", "linear(adam(0.05), 200)", Inner, Falling, Final, (inner, steps, final) => new LinearSchedule(inner, steps, final), fall => (fall.Optimizer, fall.Steps, fall.Final) },
        { "cosine", "Steps of an optimizer that become shorter along half a cosine: long at first, and slowly short.", "cosine(adam(0.05), 256, 0.02)", Inner, Falling, Final,
            (inner, steps, final) => new CosineSchedule(inner, steps, final), fall => (fall.Optimizer, fall.Steps, fall.Final) },
        { "exponential", "Steps of an optimizer that become shorter by the same factor each.", "exponential(adam(0.05), 200, 0.1)", Inner, Falling,
            Number("final", "The share of a step that is left at the end, above 0.").Or(0.01f), (inner, steps, final) => new ExponentialSchedule(inner, steps, final), fall => (fall.Optimizer, fall.Steps, fall.Final) },
        { "drops", "Steps of an optimizer that become shorter at once after each so many.", "drops(adam(0.05), 100)", Inner, Whole("every", "The steps from one drop to the next.", 1),
            Number("factor", "What a step is multiplied by at each drop, above 0.").Or(0.5f), (inner, every, factor) => new DropSchedule(inner, every, factor), drops => (drops.Optimizer, drops.Every, drops.Factor) },
        { "warmup", "Steps of an optimizer that are short at first and become longer evenly.", "warmup(adam(0.1), 20)", Inner, Whole("steps", "The steps until they are whole.", 1),
            (inner, steps) => new WarmUp(inner, steps), warmUp => (warmUp.Optimizer, warmUp.Steps) },
        { "averaged", "An optimizer whose picture is the running mean of where it has been, which swings less.", "averaged(adam(0.05), 0.98)", Inner,
            Number("share", "The share of the old mean that is kept in each step.", 0, 1).Or(0.98f, printed: true), (inner, share) => new Averaged(inner, share), averaged => (averaged.Optimizer, averaged.Share) },
    };

    private static TextParameter<float> Rate => Number("rate", "The change of a value in one step for a gradient of 1.", least: 0);

    private static TextParameter<IOptimizer> Inner => new("optimizer", "What takes the steps.", "optimizer", (scanner, _) => Registry.Read(scanner), optimizer => Registry.Print(optimizer));

    private static TextParameter<int> Falling => Whole("steps", "The steps until they are at their shortest.", 1);

    private static TextParameter<float> Final => Number("final", "The share of a step that is left at the end.", least: 0).Or(0);
}
