namespace Phosphene.Images;

/// <summary>The shares of red, green and blue in the grey that a colour looks like. Source: ITU-R BT.601.</summary>
public static class Luma
{
    /// <summary>That of red.</summary>
    public const float Red = 0.299f;

    /// <summary>That of green.</summary>
    public const float Green = 0.587f;

    /// <summary>That of blue.</summary>
    public const float Blue = 0.114f;

    /// <summary>The grey of a colour.</summary>
    public static float Of(float red, float green, float blue) => Red * red + Green * green + Blue * blue;
}
