namespace Phosphene.Transforms;

/// <summary>What a border around an image is made of.</summary>
public enum PadFill
{
    /// <summary>Mid-grey, 0.5 in every channel.</summary>
    Grey,

    /// <summary>Black, 0 in every channel.</summary>
    Black,

    /// <summary>The image mirrored at its edge.</summary>
    Reflect,

    /// <summary>A colour drawn anew for each step: every channel from 0 to 1.</summary>
    Random,
}
