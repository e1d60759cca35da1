using System.Globalization;
using Phosphene.Images;

namespace Phosphene.Cli;

/// <summary>The size of an image as it is written on the command line: "224", a square, or "160x224", height x width.</summary>
internal readonly record struct ImageSize(int Height, int Width)
{
    /// <summary>Reads a size; null if the text is none.</summary>
    public static ImageSize? Parse(string text)
    {
        string[] sides = text.Split('x');
        return sides.Length is 1 or 2 && Side(sides[0]) is { } height && Side(sides[^1]) is { } width ? new ImageSize(height, width) : null;
    }

    public override string ToString() => $"{Height}x{Width}";

    private static int? Side(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int side) && side is >= 1 and <= Picture.MaximumSide ? side : null;
}
