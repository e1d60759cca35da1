using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Operators;

/// <summary>Each value cut off at two limits. Of an image the parameters become what makes the image that is seen, so that none lies beyond what can be seen; of a gradient it is clipping by value.</summary>
public sealed record ValueClip : IImageOperator
{
    /// <summary>A clip.</summary>
    /// <param name="low">The smallest value that there may be.</param>
    /// <param name="high">The largest value that there may be, above the smallest.</param>
    /// <exception cref="UsageException">The smallest is not below the largest.</exception>
    public ValueClip(float low = 0, float high = 1)
    {
        if (!(low < high)) throw new UsageException($"clip({Printed.Number(low)}, {Printed.Number(high)}) needs a lower limit below the upper one.");
        (Low, High) = (low, high);
    }

    /// <summary>The smallest value.</summary>
    public float Low { get; }

    /// <summary>The largest value.</summary>
    public float High { get; }

    /// <inheritdoc/>
    public Tensor Apply(Tensor image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return image.Clip(Low, High);
    }

    /// <summary>For example "clip(0, 1)".</summary>
    public override string ToString() => OperatorTexts.Registry.Print(this);
}
