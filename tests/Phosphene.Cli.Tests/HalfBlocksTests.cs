using Phosphene.Images;
using Spectre.Console;
using Xunit;

namespace Phosphene.Cli.Tests;

public sealed class HalfBlocksTests
{
    private static IAnsiConsole Console(int width, int height, ColorSystemSupport colours, bool unicode = true)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(TextWriter.Null),
            Ansi = AnsiSupport.Yes,
            ColorSystem = colours,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        (console.Profile.Width, console.Profile.Height, console.Profile.Capabilities.Unicode) = (width, height, unicode);
        return console;
    }

    // Red above, blue below, green at the right.
    private static Picture Flag(int side)
    {
        var bytes = new byte[side * side * 3];
        for (int y = 0; y < side; y++)
            for (int x = 0; x < side; x++) bytes[3 * (y * side + x) + (x >= side / 2 ? 1 : y < side / 2 ? 0 : 2)] = 255;
        return new Picture(side, side, 3, bytes);
    }

    [Fact]
    public void Each_character_is_two_pixels_one_above_the_other()
    {
        IReadOnlyList<string> lines = HalfBlocks.Of(Flag(2), Console(4, 40, ColorSystemSupport.TrueColor).Profile);
        Assert.Equal("\e[38;2;255;0;0;48;2;0;0;255m▀\e[0m\e[38;2;0;255;0;48;2;0;255;0m▀\e[0m", Assert.Single(lines));
    }

    [Theory]
    [InlineData(100, 60, 80, 40)]       // as wide as is good to look at
    [InlineData(42, 60, 40, 20)]        // as wide as the screen
    [InlineData(100, 12, 20, 10)]       // as high as the screen, without the lines for other things
    public void A_picture_fits_the_screen_and_keeps_its_shape(int width, int height, int columns, int lines)
    {
        IReadOnlyList<string> shown = HalfBlocks.Of(Flag(64), Console(width, height, ColorSystemSupport.TrueColor).Profile);
        Assert.Equal(lines, shown.Count);
        Assert.All(shown, line => Assert.Equal(columns, Screen.Seen(line).Length));
    }

    [Fact]
    public void A_screen_without_colours_or_room_shows_nothing_and_one_without_blocks_shows_blanks_in_colour()
    {
        Assert.Empty(HalfBlocks.Of(Flag(8), Console(80, 40, ColorSystemSupport.NoColors).Profile));
        Assert.Empty(HalfBlocks.Of(Flag(8), Console(3, 40, ColorSystemSupport.TrueColor).Profile));
        Assert.Empty(HalfBlocks.Of(Flag(8), Console(80, 2, ColorSystemSupport.TrueColor).Profile));
        Assert.All(HalfBlocks.Of(Flag(8), Console(80, 40, ColorSystemSupport.TrueColor, unicode: false).Profile), line => Assert.Equal("", Screen.Seen(line)));
    }
}
