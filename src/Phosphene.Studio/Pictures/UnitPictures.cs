using Phosphene.Models;
using Phosphene.Studio.Networks;
using Phosphene.Studio.Scheduling;
using Phosphene.Studio.Storage;
using Phosphene.Studio.Streams;
using Phosphene.Syntax;

namespace Phosphene.Studio.Pictures;

/// <summary>The pictures of units, made as pages want them.</summary>
internal sealed class UnitPictures(Scheduler scheduler, Hub hub, StateFolder state) : IDisposable
{
    /// <summary>The most units that a page may want at once.</summary>
    public const int MostUnits = 600;

    private readonly PictureCache _cache = new();
    private readonly PictureStore _store = new(state);
    private readonly Dictionary<string, PictureWork> _works = [];

    /// <summary>What a page wants from now on, in this order; what it wanted before it wants no longer. On the scheduler's thread.</summary>
    /// <param name="page">The page, which is told of the pictures as they are made.</param>
    /// <param name="entry">The model.</param>
    /// <param name="units">The units.</param>
    /// <param name="size">The height and width of the refined pictures; null for what fits the model.</param>
    /// <returns>Those that are there.</returns>
    /// <exception cref="UsageException">A unit is none of the model.</exception>
    public IReadOnlyList<MadePicture> Want(string page, StudioModel entry, IReadOnlyList<string> units, int? size)
    {
        if (units.Count > MostUnits) throw new UsageException($"A page may want {MostUnits} pictures at once; this one wants {units.Count}.");
        Unit[] wanted = [.. units.Select(Unit.Parse).Distinct()];
        Check(entry, wanted);
        foreach ((string name, PictureWork other) in _works)
            if (name != entry.Name) other.Forget(page);
        if (!_works.TryGetValue(entry.Name, out PictureWork? work)) scheduler.Add(_works[entry.Name] = work = new PictureWork(entry, hub, _cache, _store));
        IReadOnlyList<MadePicture> ready = work.Want(page, wanted, PictureKind.Refined(entry.Open(), size));
        scheduler.Touch(work);
        return ready;
    }

    private static void Check(StudioModel entry, IEnumerable<Unit> units)
    {
        Model model = entry.Open();
        IReadOnlyList<StudioLayer> layers = entry.Layers();
        foreach (IGrouping<string, Unit> group in units.GroupBy(unit => unit.Layer))
        {
            int channels = layers.FirstOrDefault(layer => layer.Name == group.Key)?.Channels
                ?? (model.LayerShape(model.LayerName(group.Key)) is { Rank: > 1 } shape ? shape.Channels : throw new UsageException($"Layer '{group.Key}' has no channels."));
            if (group.FirstOrDefault(unit => unit.Channel >= channels) is { Layer: not null } beyond) throw new UsageException($"Layer '{beyond.Layer}' has channels 0 to {channels - 1}; there is no channel {beyond.Channel}.");
        }
    }

    public void Dispose()
    {
        scheduler.BetweenTurns(() =>
        {
            foreach (PictureWork work in _works.Values)
            {
                scheduler.Remove(work);
                work.Dispose();
            }
            _works.Clear();
        });
        _store.Dispose();
    }
}
