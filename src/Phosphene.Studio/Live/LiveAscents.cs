using System.Security.Cryptography;
using Phosphene.Studio.Networks;
using Phosphene.Studio.Scheduling;
using Phosphene.Studio.Storage;
using Phosphene.Studio.Streams;
using Phosphene.Syntax;

namespace Phosphene.Studio.Live;

/// <summary>The ascents of a studio by their numbers: those that are at work, and those that lie on disk. It belongs to the scheduler's thread, as its ascents do.</summary>
internal sealed class LiveAscents : IDisposable
{
    /// <summary>The most ascents that are at work at once; on disk there may be <see cref="MostKept"/>; and a page shows at most <see cref="MostShown"/> side by side.</summary>
    public const int MostOpen = 64, MostKept = 256, MostShown = 4;

    /// <summary>What is said of an ascent that waits for memory.</summary>
    public const string NoMemory = "It waits: together with what runs already it would take too much memory. Choose a smaller size, or fewer side by side, and run it.";

    /// <summary>How long an ascent stays in memory that nobody looks at.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan s_sweepEvery = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, LiveAscent> _ascents = [];
    private readonly StudioModels _models;
    private readonly Scheduler _scheduler;
    private readonly Hub _hub;
    private readonly StateFolder _state;
    private readonly TimeProvider _time;
    private readonly ITimer _sweep;
    private long _showings;

    public LiveAscents(StudioModels models, Scheduler scheduler, Hub hub, StateFolder state, TimeProvider time)
    {
        (_models, _scheduler, _hub, _state, _time) = (models, scheduler, hub, state, time);
        _sweep = time.CreateTimer(_ => Sweep(), null, s_sweepEvery, s_sweepEvery);
    }

    /// <summary>The most bytes of what is compiled for all of them together.</summary>
    public long MostBytes { get; init; } = 2L << 30;

    /// <summary>The most bytes of all that lie on disk.</summary>
    public long MostKeptBytes { get; init; } = 4L << 30;

    /// <summary>A number for a new ascent.</summary>
    public static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    /// <summary>A new ascent for a page, begun; the page shows it.</summary>
    /// <param name="page">The page.</param>
    /// <param name="id">Its number, of which there is none yet.</param>
    /// <param name="model">The model.</param>
    /// <param name="objective">What is maximized.</param>
    /// <param name="recipe">How.</param>
    /// <param name="group">The name of those that keep in step with it; null for none.</param>
    /// <exception cref="TooManyException">There are too many.</exception>
    /// <exception cref="UsageException">The objective or the recipe does not fit the model; there is no ascent then.</exception>
    /// <exception cref="FieldException">A text cannot be read; there is no ascent then.</exception>
    public LiveAscent Create(string page, string id, StudioModel model, string objective, RecipeText recipe, string? group = null)
    {
        LeaveOldest(page, MostShown - 1);
        RequireRoom();
        DropOldest();
        bool isNew = !Directory.Exists(PathOf(id));
        LiveAscent made = Added(id, model, AscentFolder.Create(PathOf(id)), new AscentRecord(model.Name, objective, recipe) { IsRunning = true, Group = group });
        Show(page, made);
        try
        {
            made.Begin();
            return made;
        }
        catch
        {
            Close(made);
            if (isNew) Directory.Delete(PathOf(id), recursive: true);
            throw;
        }
    }

    /// <summary>An ascent by its number, taken up from disk if it is not at work; null if there is none.</summary>
    /// <exception cref="TooManyException">There are too many.</exception>
    public LiveAscent? Find(string id)
    {
        if (!StateFolder.IsId(id)) return null;
        if (_ascents.TryGetValue(id, out LiveAscent? known)) return known;
        if (AscentFolder.Open(PathOf(id)) is not var (folder, record) || _models.Find(record.Model) is not { } model) return null;
        RequireRoom();
        return Added(id, model, folder, record);
    }

    /// <summary>Whether something is kept of an ascent of this number, though it may not be possible to take it up.</summary>
    public bool IsKept(string id) => _ascents.ContainsKey(id) || AscentFolder.HasRecord(PathOf(id));

    /// <summary>A page shows an ascent from now on, in place of what it showed longest ago beyond what can be side by side.</summary>
    public void Show(string page, LiveAscent ascent)
    {
        ascent.Watch(page, ++_showings);
        LeaveOldest(page, MostShown);
    }

    private void LeaveOldest(string page, int most)
    {
        foreach (LiveAscent left in _ascents.Values.Where(ascent => ascent.ShownBy(page) is not null).OrderByDescending(ascent => ascent.ShownBy(page)).Skip(most).ToArray()) left.Leave(page);
    }

    private LiveAscent Added(string id, StudioModel model, AscentFolder folder, AscentRecord record)
    {
        var ascent = new LiveAscent(id, model, folder, record, _hub, _state, _time) { RoomFor = RoomFor, IsAhead = IsAhead };
        _ascents.Add(ascent.Id, ascent);
        _scheduler.Add(ascent);
        return ascent;
    }

    /// <summary>Gives an ascent no more turns and no memory; it lies on disk, all of it once this returns.</summary>
    public void Close(LiveAscent ascent)
    {
        _scheduler.Remove(ascent);
        _ascents.Remove(ascent.Id);
        ascent.PutAway();
        ascent.Flush();
    }

    private string PathOf(string id) => Path.Combine(_state.Ascents, id);

    // One that nobody looks at makes room for another.
    private void RequireRoom()
    {
        if (_ascents.Count < MostOpen) return;
        Close(_ascents.Values.Where(ascent => ascent.Attention == Attention.None).MinBy(ascent => ascent.Watched) ?? throw new TooManyException($"{MostOpen} pictures are being made already; close some."));
    }

    // What was not touched for longest goes, of what is not at work.
    private void DropOldest()
    {
        ILookup<bool, DirectoryInfo> folders = new DirectoryInfo(_state.Ascents).GetDirectories().ToLookup(folder => _ascents.ContainsKey(folder.Name));
        long bytes = folders[true].Sum(BytesOf);
        int kept = 0;
        foreach (DirectoryInfo folder in folders[false].OrderByDescending(folder => folder.LastWriteTimeUtc))
        {
            bytes += BytesOf(folder);
            if (++kept >= MostKept || bytes > MostKeptBytes) folder.Delete(recursive: true);
        }

        static long BytesOf(DirectoryInfo folder) => folder.EnumerateFiles().Sum(file => file.Exists ? file.Length : 0);
    }

    // What was looked at last keeps its memory, and what runs and is looked at as much keeps it in any case: otherwise they would take it from each other at every turn.
    private string? RoomFor(LiveAscent opened)
    {
        Attention attention = opened.Attention;
        long bytes = _ascents.Values.Sum(ascent => ascent.Bytes);
        foreach (LiveAscent ascent in _ascents.Values.Where(ascent => ascent.Bytes > 0 && ascent != opened).OrderBy(ascent => ascent.Attention).ThenBy(ascent => ascent.Watched).ToArray())
        {
            if (bytes <= MostBytes) return null;
            if (ascent.IsReady && ascent.Attention is not Attention.None and var other && other >= attention) continue;
            bytes -= ascent.Bytes;
            ascent.PutAway();
        }
        // One alone may take more.
        return opened.IsReady && bytes > MostBytes && bytes > opened.Bytes ? NoMemory : null;
    }

    // Those of a group keep in step: the one with the fewest steps comes first, if it can go on and is looked at as much.
    private bool IsAhead(LiveAscent ascent) => ascent.Group is { } group &&
        _ascents.Values.Any(other => other.Group == group && other.StepsDone < ascent.StepsDone && other.IsReady && other.Attention == ascent.Attention);

    private void Sweep()
    {
        try
        {
            _scheduler.Ask(() =>
            {
                foreach (LiveAscent left in _ascents.Values.Where(ascent => ascent.Attention == Attention.None && _time.GetUtcNow() - ascent.Watched > Patience).ToArray()) Close(left);
            });
        }
        catch (Exception error) when (error is TooManyException or ObjectDisposedException)
        {
            // The next time.
        }
    }

    /// <summary>Puts all of them away.</summary>
    public void Dispose()
    {
        _sweep.Dispose();
        _scheduler.BetweenTurns(() =>
        {
            foreach (LiveAscent ascent in _ascents.Values.ToArray()) Close(ascent);
        });
    }
}
