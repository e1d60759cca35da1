using Phosphene.Runtime.Graphs;

namespace Phosphene.Operators;

/// <summary>An image whose length √Σx² is above a limit becomes as long as that; others stay as they are. For gradients: clipping by the norm. Source: torch-dreams clips at 1.</summary>
/// <param name="Most">The limit, above 0.</param>
public sealed record LengthLimit(float Most) : IImageOperator
{
    /// <inheritdoc/>
    public Tensor Apply(Tensor image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return image * (Most / Tensor.Max(Measure.Length(image), Tensor.Constant(Most)));
    }

    /// <summary>For example "limit(1)".</summary>
    public override string ToString() => OperatorTexts.Registry.Print(this);
}
