using Phosphene.Syntax;

namespace Phosphene.Images;

/// <summary>The size of an image in pixels. As text "160x224", height x width, or "224", a square.</summary>
/// <param name="Height">Rows, 1 to <see cref="Picture.MaximumSide"/>.</param>
/// <param name="Width">Columns, 1 to <see cref="Picture.MaximumSide"/>.</param>
public readonly record struct ImageSize(int Height, int Width)
{
    /// <summary>Reads a size.</summary>
    /// <exception cref="TextFormatException">The text is none; the message says what was expected, the exception where.</exception>
    public static ImageSize Parse(string text)
    {
        var scanner = new Scanner(text, "size");
        ImageSize size = Read(scanner, "the size");
        scanner.ExpectEnd();
        return size;
    }

    /// <summary>The text that <see cref="Parse"/> reads: height x width.</summary>
    public override string ToString() => $"{Height}x{Width}";

    /// <summary>A size as a parameter.</summary>
    internal static TextParameter<ImageSize?> Parameter(string name, string description) =>
        new(name, description, "size", (scanner, what) => Read(scanner, what), size => $"{size}") { Least = 1, Most = Picture.MaximumSide, Unit = "px" };

    private static ImageSize Read(Scanner scanner, string what)
    {
        int height = scanner.Integer($"the height of {what}", 1, Picture.MaximumSide, followedByName: true);
        if (scanner.Take('x')) return new ImageSize(height, scanner.Integer($"the width of {what}", 1, Picture.MaximumSide));
        return char.IsAsciiLetterOrDigit(scanner.Next)
            ? throw scanner.Error($"'x' is expected between the height and the width of {what}, as in 224x160; found {scanner.Found()}.")
            : new ImageSize(height, height);
    }
}
