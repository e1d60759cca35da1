using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Transforms;

/// <summary>
/// Adds independent normal noise to every value of [N, C, H, W], drawn anew for each step, so that a picture must stand out from it. Source: SmoothGrad, Smilkov et al. 2017; MaCo, 0.08.
/// </summary>
/// <param name="StandardDeviation">Of the noise; an image goes from 0 to 1.</param>
public sealed record Noise(float StandardDeviation) : ITransform
{
    /// <inheritdoc/>
    public Tensor Apply(Tensor image, RandomVariables random)
    {
        if (StandardDeviation < 0) throw new UsageException($"{this} needs a standard deviation of at least 0.");
        return StandardDeviation == 0 ? image : image + StandardDeviation * random.Normal("noise", image.Shape);
    }

    /// <summary>For example "noise(0.08)".</summary>
    public override string ToString() => TransformTexts.Registry.Print(this);
}
