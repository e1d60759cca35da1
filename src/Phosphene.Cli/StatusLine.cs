using System.Globalization;

namespace Phosphene.Cli;

/// <summary>A line on a screen that is rewritten in place.</summary>
internal sealed class StatusLine(TextWriter screen)
{
    private int _width;

    /// <summary>Writes the line over the one before.</summary>
    public void Show(string line)
    {
        screen.Write('\r');
        screen.Write(line.PadRight(_width));
        screen.Flush();
        _width = Math.Max(_width, line.Length);
    }

    /// <summary>Takes the line away.</summary>
    public void Clear()
    {
        if (_width == 0) return;
        Show("");
        screen.Write('\r');
        screen.Flush();
    }

    /// <summary>A time as people write it: 0:42, 12:05, 1:00:00.</summary>
    public static string Time(TimeSpan time) =>
        time.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time:mm\\:ss}") : time.ToString(@"m\:ss", CultureInfo.InvariantCulture);
}
