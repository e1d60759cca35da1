using System.Globalization;
using Phosphene.Evidence.Sensitivity;
using Phosphene.Studio.Scheduling;
using Phosphene.Studio.Streams;

namespace Phosphene.Studio.Photos;

/// <summary>The changes of photos that are looked for: one for each page, the one that it asked for last. Used on the scheduler's thread alone.</summary>
internal sealed class Changes(Scheduler scheduler, Hub hub) : IDisposable
{
    private readonly Dictionary<string, ChangeWork> _ofPages = [];
    private int _begun;

    /// <summary>Begins with a change in place of the one that the page asked for before.</summary>
    /// <returns>Its name.</returns>
    public string Begin(string page, Func<SmallestChange> change)
    {
        foreach (string left in _ofPages.Keys.Where(other => other == page || hub.AttentionOf(other) == Attention.None).ToArray()) End(left);
        string id = (++_begun).ToString(CultureInfo.InvariantCulture);
        var work = _ofPages[page] = new ChangeWork(id, page, change, hub);
        scheduler.Add(work);
        scheduler.Touch(work);
        return id;
    }

    private void End(string page)
    {
        _ofPages.Remove(page, out ChangeWork? work);
        scheduler.Remove(work!);
        work!.Dispose();
    }

    public void Dispose() => scheduler.BetweenTurns(() =>
    {
        foreach (string page in _ofPages.Keys.ToArray()) End(page);
    });
}
