using Phosphene.Runtime.Graphs;

namespace Phosphene.Operators;

/// <summary>Each value drawn towards one: x + share · (centre - x), by default towards mid-grey. Weight decay on the image. Source: Yosinski et al., Deep Visualization Toolbox, 2015.</summary>
/// <param name="Share">How far, from 0, not at all, to 1, all the way.</param>
/// <param name="Centre">Towards what.</param>
public sealed record Decay(float Share, float Centre = 0.5f) : IImageOperator
{
    /// <inheritdoc/>
    public Tensor Apply(Tensor image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return (1 - Share) * image + Share * Centre;
    }

    /// <summary>For example "decay(0.01)".</summary>
    public override string ToString() => OperatorTexts.Registry.Print(this);
}
