using System.Diagnostics;
using Phosphene.Evidence.Sensitivity;
using Phosphene.Images;
using Phosphene.Studio.Scheduling;
using Phosphene.Studio.Streams;
using Phosphene.Syntax;

namespace Phosphene.Studio.Photos;

/// <summary>What to change in a photo for more of a channel, found while the page that asks watches.</summary>
/// <param name="id">Its name.</param>
/// <param name="page">The page.</param>
/// <param name="begin">Begins with it; it compiles.</param>
/// <param name="hub">The pages.</param>
internal sealed class ChangeWork(string id, string page, Func<SmallestChange> begin, Hub hub) : Work, IDisposable
{
    private const int Quality = 90;

    private SmallestChange? _change;
    private bool _isEnded;

    /// <param name="Change">Its name.</param>
    /// <param name="Step">The steps that were done.</param>
    /// <param name="Before">What the channel gave before, where it gives most.</param>
    /// <param name="Now">What it gives there now.</param>
    /// <param name="Wanted">What it is to give.</param>
    /// <param name="IsDone">Whether it goes on no longer.</param>
    /// <param name="Image">The photo as it is now, as a data URL.</param>
    /// <param name="Difference">What has changed, amplified: orange where it became brighter, blue where it became darker.</param>
    /// <param name="Failure">Why it cannot be done, in a sentence; null if it can.</param>
    private sealed record Told(string Change, int Step, double Before, double Now, double Wanted, bool IsDone, string? Image, string? Difference, string? Failure);

    public string Page { get; } = page;

    public override Attention Attention => hub.AttentionOf(Page);

    public override bool IsRunnable => !_isEnded;

    public override void Turn()
    {
        var clock = Stopwatch.StartNew();
        _change ??= begin();
        if (!double.IsFinite(_change.Wanted)) throw new UsageException("The channel gives no number on this photo, so that nothing can be more.");
        do _change.Advance();
        while (!_change.IsDone && clock.Elapsed.TotalMilliseconds < Scheduler.TurnMilliseconds);
        Picture changed = _change.Changed();
        Tell(new Told(id, _change.Step, _change.Before, _change.Now, _change.Wanted, _change.IsDone, Url(changed), Url(_change.Difference(changed)),
            _change.IsDone && _change.Now < _change.Wanted ? "The channel does not rise as far as that by small changes." : null));
        if (_change.IsDone) Dispose();
    }

    public override void Fail(Exception error)
    {
        Tell(new Told(id, _change?.Step ?? 0, 0, 0, 0, true, null, null, error.Message));
        Dispose();
    }

    private void Tell(Told told) => hub.Tell(Page, "change", id, told);

    private static string Url(Picture picture) => EncodedPicture.Jpeg(picture, Quality).Url;

    public void Dispose()
    {
        _isEnded = true;
        _change?.Dispose();
    }
}
