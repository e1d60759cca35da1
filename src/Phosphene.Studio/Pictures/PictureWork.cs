using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Studio.Networks;
using Phosphene.Studio.Scheduling;
using Phosphene.Studio.Streams;
using Phosphene.Visualization;

namespace Phosphene.Studio.Pictures;

/// <summary>
/// The pictures of units of a model that pages want. In the order of their wishes, those of pages that are looked at first: what is on disk; then a coarse picture of each; then the refined ones, each batch of
/// which waits while something coarse is missing. All of it on the scheduler's thread.
/// </summary>
/// <param name="entry">The model.</param>
/// <param name="hub">The pages.</param>
/// <param name="cache">What is in memory.</param>
/// <param name="store">What is on disk.</param>
internal sealed class PictureWork(StudioModel entry, Hub hub, PictureCache cache, PictureStore store) : Work, IDisposable
{
    // Batches that stay compiled: the coarse and the refined ones of two layers.
    private const int MostBatches = 4;

    // How far back in the order of what is missing the units in hand may fall before others take their place.
    private const int Reach = 16;

    private const int CoarseQuality = 85, RefinedQuality = 92;

    private readonly Dictionary<string, Wishes> _wishes = [];
    private readonly HashSet<PictureCache.Key> _soughtOnDisk = [], _alone = [];                    // those that cannot be made together with others
    private readonly List<PictureBatch> _batches = [];               // the one used last first
    private PictureBatch? _inHand;                                   // null where it has to be chosen what comes next

    /// <summary>What a page wants.</summary>
    /// <param name="Units">The units, in the order of the wish.</param>
    /// <param name="Refined">How the refined pictures are made.</param>
    private sealed record Wishes(IReadOnlyList<Unit> Units, PictureKind Refined)
    {
        /// <summary>Those of which the page has a picture, be it coarse or refined.</summary>
        public HashSet<Unit> Shown { get; } = [];

        /// <summary>Those of which it has the refined one.</summary>
        public HashSet<Unit> Final { get; } = [];

        public bool IsMissing => Final.Count < Units.Count;
    }

    public override Attention Attention => _wishes.Where(wish => wish.Value.IsMissing).Select(wish => hub.AttentionOf(wish.Key)).DefaultIfEmpty(Attention.None).Max();

    public override bool IsRunnable => _wishes.Values.Any(wishes => wishes.IsMissing);

    /// <summary>What a page wants from now on; nothing of what it wanted before.</summary>
    /// <param name="page">The page.</param>
    /// <param name="units">The units, each once.</param>
    /// <param name="refined">How the refined pictures are made.</param>
    /// <returns>What there is in memory, the best of each unit.</returns>
    public IReadOnlyList<MadePicture> Want(string page, IReadOnlyList<Unit> units, PictureKind refined)
    {
        foreach (string left in _wishes.Keys.Where(other => hub.AttentionOf(other) == Attention.None).ToArray()) _wishes.Remove(left);
        Wishes wishes = _wishes[page] = new Wishes(units, refined);
        foreach (Unit unit in units) _soughtOnDisk.Remove(KeyOf(unit, refined));
        PictureKind coarse = PictureKind.Coarse(entry.Open());
        _inHand = null;
        return [.. units.Select(unit => Noted(wishes, unit, cache.Find(KeyOf(unit, refined)) ?? cache.Find(KeyOf(unit, coarse)))).OfType<MadePicture>()];
    }

    /// <summary>A page wants nothing of this model any more.</summary>
    public void Forget(string page) => _wishes.Remove(page);

    public override void Turn()
    {
        var clock = Stopwatch.StartNew();
        double longest = 0;
        do
        {
            double start = clock.Elapsed.TotalMilliseconds;
            if (!DoOne()) return;
            longest = Math.Max(longest, clock.Elapsed.TotalMilliseconds - start);
        }
        while (clock.Elapsed.TotalMilliseconds + longest <= Scheduler.TurnMilliseconds);
    }

    /// <summary>Of what is missing nothing can be made: the pages are told, and nothing is wanted any more.</summary>
    public override void Fail(Exception error)
    {
        foreach ((string page, Wishes wishes) in _wishes)
            foreach (Unit unit in wishes.Units.Except(wishes.Final)) Tell(page, Failed(unit, wishes.Refined, error.Message));
        _wishes.Clear();
    }

    // Does a step, or looks something up, or begins a batch; whether there was anything to do.
    private bool DoOne()
    {
        if (_inHand is not null)
        {
            Advance(_inHand);
            return true;
        }
        (Unit Unit, Wishes Of)[] missing = [.. Missing()];
        foreach ((Unit unit, Wishes wishes) in missing)
        {
            PictureCache.Key key = KeyOf(unit, wishes.Refined);
            if (!_soughtOnDisk.Add(key) || store.Find(entry.Open(), unit, wishes.Refined) is not var (picture, record)) continue;
            Made(key, Of(unit, wishes.Refined, wishes.Refined.Recipe.Steps, record.Values[0], picture, record.Failure));
            return true;
        }
        PictureKind coarse = PictureKind.Coarse(entry.Open());
        PictureCache.Key[] keys = [.. missing.Where(wish => !wish.Of.Shown.Contains(wish.Unit)).Select(wish => KeyOf(wish.Unit, coarse)).Distinct()];
        if (keys.Length == 0) keys = [.. missing.Select(wish => KeyOf(wish.Unit, wish.Of.Refined)).Distinct()];
        if (keys.Length > 0) Begin(keys);
        return keys.Length > 0;
    }

    // What pages miss, in turn; those that are looked at first, of those that were left nothing.
    private IEnumerable<(Unit, Wishes)> Missing() => _wishes.GroupBy(wish => hub.AttentionOf(wish.Key)).Where(pages => pages.Key != Attention.None).OrderByDescending(pages => pages.Key)
        .SelectMany(pages => pages.SelectMany(page => page.Value.Units.Select((unit, place) => (unit, page.Value, place))).Where(wish => !wish.Value.Final.Contains(wish.unit))
            .OrderBy(wish => wish.place).Select(wish => (wish.unit, wish.Value)));

    // Goes on with the batch of the first that is missing, or begins it.
    private void Begin(PictureCache.Key[] missing)
    {
        PictureCache.Key first = missing[0];
        PictureBatch batch = _inHand = BatchFor(first);
        if (missing.Take(Reach).Any(key => key.Kind == batch.Kind && batch.Units.Contains(key.Unit))) return;
        IEnumerable<PictureCache.Key> wanted = batch.Together == 1 ? [first] : missing.Where(key => key.Kind == first.Kind && key.Unit.Layer == first.Unit.Layer && !_alone.Contains(key)).Take(batch.Together);
        Try(batch, () => batch.Begin([.. wanted.Select(key => key.Unit)]));
    }

    private void Advance(PictureBatch batch) => Try(batch, () =>
    {
        if (batch.Advance() is not { } made) return;
        for (int place = 0; place < made.Count; place++) Made(KeyOf(batch.Units[place], batch.Kind), made[place]);
        batch.Drop();
        _inHand = null;
    });

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever is wrong with a unit is told of it, and the others are made.")]
    private void Try(PictureBatch batch, Action action)
    {
        try
        {
            action();
        }
        catch (Exception error)
        {
            PictureCache.Key[] failed = [.. batch.Units.Select(unit => KeyOf(unit, batch.Kind))];
            (_inHand, _) = (null, _batches.Remove(batch));
            batch.Dispose();
            // One of several is made alone, so that the others do not suffer for it.
            if (batch.Together > 1) _alone.UnionWith(failed);
            else Made(failed[0], Failed(failed[0].Unit, failed[0].Kind, error.Message));
        }
    }

    private PictureBatch BatchFor(PictureCache.Key key)
    {
        int together = _alone.Contains(key) ? 1 : Visualizer.MostTogether;
        PictureBatch? batch = _batches.Find(compiled => compiled.Layer == key.Unit.Layer && compiled.Kind == key.Kind && compiled.Together == together);
        if (batch is null) batch = new PictureBatch(entry.Open(), key.Unit.Layer, key.Kind, together);
        else _batches.Remove(batch);
        _batches.Insert(0, batch);
        foreach (PictureBatch old in _batches.Skip(MostBatches).ToArray())
        {
            _batches.Remove(old);
            old.Dispose();
        }
        return batch;
    }

    private void Made(PictureCache.Key key, Rendering rendering)
    {
        if (key.Kind.IsFinal) store.Keep(entry.Open(), key.Unit, key.Kind, rendering);
        Made(key, Of(key.Unit, key.Kind, rendering.Steps, rendering.Provenances[0].Value, rendering.Pictures[0], rendering.Divergence?.Message));
    }

    private void Made(PictureCache.Key key, MadePicture picture)
    {
        cache.Add(key, picture);
        foreach ((string page, Wishes wishes) in _wishes)
            if ((key.Kind.IsFinal ? wishes.Refined == key.Kind : !wishes.Final.Contains(key.Unit)) && wishes.Units.Contains(key.Unit))
            {
                Noted(wishes, key.Unit, picture);
                Tell(page, picture);
            }
    }

    private static MadePicture? Noted(Wishes wishes, Unit unit, MadePicture? picture)
    {
        if (picture is not null) wishes.Shown.Add(unit);
        if (picture is { IsFinal: true }) wishes.Final.Add(unit);
        return picture;
    }

    private void Tell(string page, MadePicture picture) => hub.Tell(page, "picture", $"{picture.Model} {picture.Unit}", picture);

    // A channel that gives nothing anywhere, after all of the steps, is dead: the picture is the noise that it began with.
    private MadePicture Of(Unit unit, PictureKind kind, int step, double? value, Picture picture, string? failure)
    {
        return new MadePicture(entry.Name, unit.ToString(), step, kind.Recipe.Steps, value, kind.Size, EncodedPicture.Jpeg(picture, kind.IsFinal ? RefinedQuality : CoarseQuality), kind.IsFinal,
            failure ?? (value == 0 && kind.IsFinal ? "The channel gives 0 everywhere on this picture: nothing woke it, so it shows noise." : null));
    }

    private MadePicture Failed(Unit unit, PictureKind kind, string message) => new(entry.Name, unit.ToString(), 0, kind.Recipe.Steps, null, kind.Size, null, kind.IsFinal, message);

    private PictureCache.Key KeyOf(Unit unit, PictureKind kind) => new(entry.Name, unit, kind);

    public void Dispose()
    {
        _wishes.Clear();
        foreach (PictureBatch batch in _batches) batch.Dispose();
    }
}
