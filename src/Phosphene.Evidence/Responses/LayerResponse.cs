namespace Phosphene.Evidence.Responses;

/// <summary>What a layer gives for one image, and which of its channels stand out.</summary>
public sealed class LayerResponse
{
    private readonly float[] _values;                                // [channels, height, width]
    private readonly float[] _usual;

    /// <summary>What a layer gives for an image.</summary>
    /// <param name="layer">The layer, by its name or alias.</param>
    /// <param name="channels">Its channels.</param>
    /// <param name="height">Its rows of positions; 1 if it has none.</param>
    /// <param name="width">Its columns of positions; 1 if it has none.</param>
    /// <param name="values">[channels, height, width].</param>
    /// <exception cref="ArgumentException">The number of values is another.</exception>
    public LayerResponse(string layer, int channels, int height, int width, ReadOnlySpan<float> values)
    {
        ArgumentNullException.ThrowIfNull(layer);
        if (values.Length != (long)channels * height * width || values.IsEmpty)
            throw new ArgumentException($"{channels} channels of {height} x {width} positions (height x width) have {(long)channels * height * width} values, at least one; got {values.Length}.", nameof(values));
        (Layer, Channels, Height, Width, _values) = (layer, channels, height, width, values.ToArray());
        double[] squares = [.. Enumerable.Range(0, channels).Select(MeanSquare)];
        double ofLayer = squares.Where(double.IsFinite).DefaultIfEmpty(0).Average();
        _usual = [.. squares.Select(square => (float)Math.Sqrt((square + ofLayer) / 2))];
    }

    /// <summary>The layer, by its name or alias.</summary>
    public string Layer { get; }

    /// <summary>Its channels.</summary>
    public int Channels { get; }

    /// <summary>Its rows of positions; 1 if it has none.</summary>
    public int Height { get; }

    /// <summary>Its columns of positions; 1 if it has none.</summary>
    public int Width { get; }

    /// <summary>The bytes of its values.</summary>
    public long Bytes => sizeof(float) * (long)_values.Length;

    /// <summary>What a channel gives at each position, [Height, Width].</summary>
    public ReadOnlySpan<float> Map(int channel) => _values.AsSpan(channel * Height * Width, Height * Width);

    /// <summary>
    /// What is usual of a channel on this image: √((r² + R²) / 2), with r its root mean square over all positions and R that of all channels. A channel that is on everywhere has a large r, and one that hardly ever
    /// gives anything at least R / √2, so that neither stands out for that alone. NaN if the channel gives what is no number.
    /// </summary>
    public float UsualOf(int channel) => _usual[channel];

    /// <summary>The channels that stand out most somewhere, by their largest value over what is usual of each: each where it is largest.</summary>
    /// <param name="count">How many.</param>
    public IReadOnlyList<UnitResponse> Top(int count) => Ranked(Enumerable.Range(0, Channels).Select(Largest), count);

    /// <summary>The channels that stand out most at a position, by their value there over what is usual of each.</summary>
    /// <param name="row">Its row, 0 at the top.</param>
    /// <param name="column">Its column.</param>
    /// <param name="count">How many.</param>
    public IReadOnlyList<UnitResponse> TopAt(int row, int column, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Height);
        ArgumentOutOfRangeException.ThrowIfNegative(column);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(column, Width);
        return Ranked(Enumerable.Range(0, Channels).Select(channel => new UnitResponse(channel, Map(channel)[row * Width + column], row, column, _usual[channel])), count);
    }

    /// <summary>Where a channel gives most; of equals the first.</summary>
    public UnitResponse Largest(int channel)
    {
        ReadOnlySpan<float> map = Map(channel);
        int at = 0;
        for (int i = 1; i < map.Length; i++)
            if (map[i] > map[at]) at = i;
        return new UnitResponse(channel, map[at], at / Width, at % Width, _usual[channel]);
    }

    private double MeanSquare(int channel)
    {
        double sum = 0;
        foreach (float value in Map(channel)) sum += (double)value * value;
        return sum / (Height * Width);
    }

    // What is no number stands out nowhere.
    private static IReadOnlyList<UnitResponse> Ranked(IEnumerable<UnitResponse> units, int count) =>
        [.. units.Where(unit => float.IsFinite(unit.Value) && unit.Usual > 0).OrderByDescending(unit => unit.Value / unit.Usual).ThenBy(unit => unit.Channel).Take(count)];
}
