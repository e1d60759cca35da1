namespace Phosphene.Images;

/// <summary>The shares of red, green and blue in the grey that a colour looks like. Source: ITU-R BT.601.</summary>
internal static class Luma
{
    public const float Red = 0.299f, Green = 0.587f, Blue = 0.114f;
}
