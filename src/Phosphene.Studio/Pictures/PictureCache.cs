namespace Phosphene.Studio.Pictures;

/// <summary>The pictures of units that are in memory: those that were asked for last, up to a number of bytes. Used on the scheduler's thread alone.</summary>
/// <param name="mostBytes">How many.</param>
internal sealed class PictureCache(long mostBytes = PictureCache.UsualBytes)
{
    /// <summary>Some thousands of pictures.</summary>
    public const long UsualBytes = 96L << 20;

    private readonly Dictionary<Key, LinkedListNode<(Key Key, MadePicture Picture)>> _places = [];
    private readonly LinkedList<(Key Key, MadePicture Picture)> _latestFirst = [];
    private long _bytes;

    /// <summary>What a picture is of.</summary>
    /// <param name="Model">The name of the model.</param>
    /// <param name="Unit">The unit.</param>
    /// <param name="Kind">How it is made.</param>
    public readonly record struct Key(string Model, Unit Unit, PictureKind Kind);

    /// <summary>A picture; null if it is not here.</summary>
    public MadePicture? Find(Key key)
    {
        if (!_places.TryGetValue(key, out LinkedListNode<(Key, MadePicture Picture)>? place)) return null;
        _latestFirst.Remove(place);
        _latestFirst.AddFirst(place);
        return place.Value.Picture;
    }

    /// <summary>Keeps a picture. Those that nobody has asked for the longest go.</summary>
    public void Add(Key key, MadePicture picture)
    {
        Remove(key);
        _places[key] = _latestFirst.AddFirst((key, picture));
        _bytes += picture.Bytes;
        while (_bytes > mostBytes && _latestFirst.Count > 1) Remove(_latestFirst.Last!.Value.Key);
    }

    private void Remove(Key key)
    {
        if (!_places.Remove(key, out LinkedListNode<(Key, MadePicture Picture)>? place)) return;
        _latestFirst.Remove(place);
        _bytes -= place.Value.Picture.Bytes;
    }
}
