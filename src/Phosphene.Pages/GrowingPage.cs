using System.Diagnostics;

namespace Phosphene.Pages;

/// <summary>A page in a file that is written anew now and then while work goes on, so that one can look at it, and in no more than a small part of the time.</summary>
/// <param name="path">The file.</param>
/// <param name="first">After how long it is written first.</param>
public sealed class GrowingPage(string path, TimeSpan first)
{
    private const double ShareOfWriting = 0.02;

    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(4);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _next = first;

    /// <summary>Writes the page if it is time to, at most every four seconds.</summary>
    /// <param name="page">Makes it; only called if it is.</param>
    /// <exception cref="Runtime.Files.OutputFileException">The file cannot be written; the message names it and says why.</exception>
    public void WriteIfDue(Func<HtmlPage> page)
    {
        ArgumentNullException.ThrowIfNull(page);
        TimeSpan start = _clock.Elapsed;
        if (start < _next) return;
        page().Save(path);
        TimeSpan rest = (_clock.Elapsed - start) / ShareOfWriting;
        _next = _clock.Elapsed + (rest > s_look ? rest : s_look);
    }
}
