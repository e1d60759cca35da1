using Phosphene.Evidence.Responses;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Studio.Networks;
using Phosphene.Studio.Scheduling;
using Phosphene.Syntax;

namespace Phosphene.Studio.Photos;

/// <summary>
/// Photos seen by models: one forward pass through all layers of the map, compiled once for each model; what the last ones gave is kept, up to a number of bytes.
/// </summary>
internal sealed class SeenPhotos(Scheduler scheduler) : IDisposable
{
    private const long MostBytes = 128L << 20;

    private const int MostPlans = 3;

    private readonly List<(string Path, StudioModel Entry, SeenPhoto Photo)> _latestFirst = [];                     // used on the scheduler's thread alone, as the plans are
    private readonly List<(StudioModel Entry, string? Layer, ResponsePlan Plan)> _plans = [];

    /// <summary>Answers something of a photo that a model sees.</summary>
    /// <param name="path">The file of the photo.</param>
    /// <param name="entry">The model.</param>
    /// <param name="question">What is asked; it is answered on the scheduler's thread.</param>
    /// <param name="cancellation">Gives it up.</param>
    /// <exception cref="ImageFormatException">The photo cannot be read.</exception>
    public async Task<T> See<T>(string path, StudioModel entry, Func<SeenPhoto, T> question, CancellationToken cancellation)
    {
        (int height, int width) = entry.Open().UsualSize;
        // Decoding is no business of the scheduler's.
        Picture? square = await scheduler.Ask(() => Find(path, entry) is null, cancellation).ConfigureAwait(false) ? Square() : null;
        return await scheduler.Ask(() => question(Find(path, entry) ?? Keep(path, entry, square ?? Square())), cancellation).ConfigureAwait(false);

        Picture Square() => Picture.Load(path).Cover(height, width);
    }

    /// <summary>What one layer, or all of the map, and the classes give for a picture. On the scheduler's thread.</summary>
    /// <param name="entry">The model.</param>
    /// <param name="layer">The layer; null for those of the map.</param>
    /// <param name="picture">The picture.</param>
    /// <exception cref="UsageException">There is no such layer.</exception>
    public ImageResponse Responses(StudioModel entry, string? layer, Picture picture)
    {
        int place = _plans.FindIndex(plan => plan.Entry == entry && plan.Layer == layer);
        if (place != 0)
        {
            var plan = place > 0 ? _plans[place] : (entry, layer, new ResponsePlan(entry.Open(), layer is null ? [.. entry.Layers().Select(known => (Layer)known.Name)] : [entry.Open().LayerName(layer)]));
            if (place > 0) _plans.RemoveAt(place);
            _plans.Insert(0, plan);
            for (; _plans.Count > MostPlans; _plans.RemoveAt(MostPlans)) _plans[MostPlans].Plan.Dispose();
        }
        return _plans[0].Plan.Of(picture);
    }

    private SeenPhoto? Find(string path, StudioModel entry)
    {
        int place = _latestFirst.FindIndex(seen => seen.Path == path && seen.Entry == entry);
        if (place < 0) return null;
        var found = _latestFirst[place];
        _latestFirst.RemoveAt(place);
        _latestFirst.Insert(0, found);
        return found.Photo;
    }

    private SeenPhoto Keep(string path, StudioModel entry, Picture square)
    {
        var photo = new SeenPhoto(entry.Open(), square, Responses(entry, null, square));
        _latestFirst.Insert(0, (path, entry, photo));
        while (_latestFirst.Count > 1 && _latestFirst.Sum(seen => seen.Photo.Bytes) > MostBytes) _latestFirst.RemoveAt(_latestFirst.Count - 1);
        return photo;
    }

    public void Dispose() => scheduler.BetweenTurns(() =>
    {
        foreach (var plan in _plans) plan.Plan.Dispose();
        _plans.Clear();
    });
}
