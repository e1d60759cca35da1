using System.Text.Json;
using Phosphene.Studio.Scheduling;

namespace Phosphene.Studio.Streams;

/// <summary>
/// The pages that are open, by the numbers that they gave themselves, and their connections. A page may be connected several times for a moment, when it comes back; what it is told goes to all. A page that
/// was left keeps its works for <see cref="Grace"/>, so that a reload or a lost connection pauses nothing.
/// </summary>
internal sealed class Hub(TimeProvider time)
{
    /// <summary>How long a page may be without a connection and count as open.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>How long a page may be without a connection that said that it gives it up, and stays: browsers have few, so that hidden pages give theirs up and say every minute that they are still there.</summary>
    public static readonly TimeSpan HiddenGrace = TimeSpan.FromMinutes(3);

    /// <summary>The most connections at once.</summary>
    public const int MostStreams = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Page> _pages = [];

    /// <summary>Called when a page was opened, left, hidden or shown.</summary>
    public event Action? Changed;

    /// <summary>A new connection of a page.</summary>
    /// <exception cref="TooManyException">There are too many.</exception>
    public PageStream Open(string page)
    {
        var stream = new PageStream();
        lock (_lock)
        {
            if (_pages.Values.Sum(open => open.Streams.Count) >= MostStreams) throw new TooManyException($"{MostStreams} connections are open already; close some pages.");
            Forget();
            if (!_pages.TryGetValue(page, out Page? known)) _pages[page] = known = new Page();
            known.Streams.Add(stream);
        }
        Changed?.Invoke();
        return stream;
    }

    /// <summary>A connection has ended.</summary>
    public void Close(string page, PageStream stream)
    {
        stream.Close();
        lock (_lock)
        {
            if (!_pages.TryGetValue(page, out Page? known)) return;
            known.Streams.Remove(stream);
            known.Left = time.GetUtcNow();
        }
        Changed?.Invoke();
    }

    /// <summary>Ends all connections.</summary>
    public void CloseAll()
    {
        lock (_lock)
            foreach (PageStream stream in _pages.Values.SelectMany(page => page.Streams)) stream.Close();
    }

    /// <summary>Somebody looks at the page, or at another one.</summary>
    /// <param name="page">The page.</param>
    /// <param name="isVisible">Whether somebody looks at it.</param>
    /// <param name="stays">Whether it is there even without a connection, for <see cref="HiddenGrace"/>.</param>
    public void Show(string page, bool isVisible, bool stays = false)
    {
        lock (_lock)
        {
            if (!_pages.TryGetValue(page, out Page? known)) return;
            (known.IsVisible, known.Stays) = (isVisible, stays);
            known.Left = time.GetUtcNow();
        }
        Changed?.Invoke();
    }

    /// <summary>Whether a page is looked at, open, or left.</summary>
    public Attention AttentionOf(string page)
    {
        lock (_lock) return !_pages.TryGetValue(page, out Page? known) || !IsOpen(known) ? Attention.None : known.IsVisible ? Attention.Visible : Attention.Hidden;
    }

    /// <summary>Tells a page something.</summary>
    /// <param name="page">The page.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="key">See <see cref="StreamEvent"/>.</param>
    /// <param name="data">What is written as JSON.</param>
    public void Tell<T>(string page, string kind, string? key, T data) => Tell([page], kind, key, data);

    /// <summary>Tells some pages the same.</summary>
    /// <inheritdoc cref="Tell{T}(string, string, string?, T)"/>
    public void Tell<T>(IReadOnlyCollection<string> pages, string kind, string? key, T data)
    {
        var told = new StreamEvent(kind, key, JsonSerializer.Serialize(data, JsonSerializerOptions.Web));
        lock (_lock)
            foreach (string page in pages)
                if (_pages.TryGetValue(page, out Page? known))
                    foreach (PageStream stream in known.Streams) stream.Send(told);
    }

    private bool IsOpen(Page page) => page.Streams.Count > 0 || time.GetUtcNow() - page.Left < (page.Stays ? HiddenGrace : Grace);

    private void Forget()
    {
        foreach (string left in _pages.Where(entry => !IsOpen(entry.Value)).Select(entry => entry.Key).ToArray()) _pages.Remove(left);
    }

    private sealed class Page
    {
        public List<PageStream> Streams { get; } = [];

        public bool IsVisible { get; set; } = true;

        public bool Stays { get; set; }

        public DateTimeOffset Left { get; set; }
    }
}
