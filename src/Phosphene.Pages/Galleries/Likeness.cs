namespace Phosphene.Pages.Galleries;

/// <summary>How alike the pictures of all units of a network look.</summary>
internal sealed class Likeness
{
    private const int Most = 7;

    private readonly Dictionary<(int Layer, int Channel), int> _units = [];
    private readonly (int Layer, int Place)[] _places;
    private readonly float[][] _looks;
    private readonly int[] _firsts;

    /// <param name="network">The network.</param>
    /// <param name="looks">For each layer how the picture of each unit looks.</param>
    public Likeness(GalleryNetwork network, IReadOnlyList<float[][]> looks)
    {
        _looks = [.. looks.SelectMany(layer => layer)];
        _places = [.. looks.SelectMany((layer, number) => layer.Select((_, place) => (number, place)))];
        _firsts = new int[looks.Count];
        for (int layer = 1; layer < looks.Count; layer++) _firsts[layer] = _firsts[layer - 1] + looks[layer - 1].Length;
        for (int unit = 0; unit < _places.Length; unit++) _units.TryAdd((_places[unit].Layer, network.Layers[_places[unit].Layer].Units[_places[unit].Place].Channel), unit);
    }

    /// <summary>Whether a channel of a layer is in the gallery.</summary>
    public bool Has(int layer, int channel) => _units.ContainsKey((layer, channel));

    /// <summary>The units that look most like one, the most alike first.</summary>
    public IReadOnlyList<(int Layer, int Place)> Nearest(int layer, int place)
    {
        int own = _firsts[layer] + place;
        var nearest = new (float Distance, int Unit)[Most];
        int count = 0;
        for (int unit = 0; unit < _looks.Length; unit++)
        {
            if (unit == own) continue;
            float distance = Looks.Distance(_looks[own], _looks[unit]);
            if (count == Most && distance >= nearest[Most - 1].Distance) continue;
            int at = count < Most ? count++ : Most - 1;
            while (at > 0 && nearest[at - 1].Distance > distance) nearest[at] = nearest[--at];
            nearest[at] = (distance, unit);
        }
        return [.. nearest.Take(count).Select(entry => _places[entry.Unit])];
    }
}
