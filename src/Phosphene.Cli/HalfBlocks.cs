using Phosphene.Images;
using Spectre.Console;

namespace Phosphene.Cli;

/// <summary>A picture as lines of text: each character is an upper half block, whose colour is one pixel and whose background is the one below.</summary>
internal static class HalfBlocks
{
    // What stands beside the picture: the progress line, and the prompt that comes after.
    private const int OtherLines = 2, MostColumns = 80;

    /// <summary>The lines of a picture as large as a screen has room for, with their colours as the screen can show them; none on a screen without colours.</summary>
    public static IReadOnlyList<string> Of(Picture picture, Profile screen)
    {
        if (screen.Capabilities.ColorSystem == ColorSystem.NoColors) return [];
        int columns = (int)Math.Min(Math.Min(screen.Width - 2, MostColumns), 2L * (screen.Height - OtherLines) * picture.Width / picture.Height);
        if (columns < 2) return [];
        int lines = Math.Max(1, (int)Math.Round(0.5 * columns * picture.Height / picture.Width));
        Picture small = picture.Resize(2 * lines, columns);
        return [.. Enumerable.Range(0, lines).Select(line => Line(small, 2 * line, screen.Capabilities))];
    }

    private static string Line(Picture picture, int y, Capabilities capabilities)
    {
        using var text = new StringWriter();
        var styled = new AnsiWriter(text, capabilities);
        for (int x = 0; x < picture.Width; x++)
        {
            Color upper = At(picture, y, x), lower = At(picture, y + 1, x);
            // Where there are no block characters, a blank in the colour of both.
            if (capabilities.Unicode) styled.Write("▀", new Style(upper, lower));
            else styled.Write(" ", new Style(background: upper.Blend(lower, 0.5f)));
        }
        return text.ToString();
    }

    private static Color At(Picture picture, int y, int x)
    {
        ReadOnlySpan<byte> pixel = picture.Row(y)[(x * picture.Channels)..];
        return picture.Channels >= 3 ? new Color(pixel[0], pixel[1], pixel[2]) : new Color(pixel[0], pixel[0], pixel[0]);
    }
}
