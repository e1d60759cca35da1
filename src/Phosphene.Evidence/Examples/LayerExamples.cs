using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Phosphene.Evidence.Datasets;
using Phosphene.Models;

namespace Phosphene.Evidence.Examples;

/// <summary>The examples of the units of a layer that were found so far. Memory does not grow with the images.</summary>
internal sealed class LayerExamples
{
    private readonly UnitSums[] _sums;
    private readonly CandidateLists _top, _bottom, _positive, _negative, _random;

    /// <summary>Of a layer before any image.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="channels">Its units that are looked at.</param>
    /// <param name="height">The rows of positions.</param>
    /// <param name="width">The columns of positions.</param>
    /// <param name="field">What a position sees.</param>
    /// <param name="count">How many examples are kept of each kind.</param>
    /// <param name="random">How many that are drawn.</param>
    public LayerExamples(Layer layer, ImmutableArray<int> channels, int height, int width, ReceptiveField field, int count, int random)
    {
        (Layer, Channels, Height, Width, Field) = (layer, channels, height, width, field);
        _sums = new UnitSums[channels.Length];
        Lists = [_top = List(ExampleKind.Top, count), _bottom = List(ExampleKind.Bottom, count), _positive = List(ExampleKind.SlightlyPositive, count), _negative = List(ExampleKind.SlightlyNegative, count), _random = List(ExampleKind.Random, random)];

        CandidateLists List(ExampleKind kind, int most) => new(kind, channels.Length, most);
    }

    /// <summary>The layer.</summary>
    public Layer Layer { get; }

    /// <summary>The channels of its units that are looked at.</summary>
    public ImmutableArray<int> Channels { get; }

    /// <summary>The rows of positions.</summary>
    public int Height { get; }

    /// <summary>The columns of positions.</summary>
    public int Width { get; }

    /// <summary>What a position sees of the image.</summary>
    public ReceptiveField Field { get; }

    /// <summary>The examples by kind.</summary>
    public IReadOnlyList<CandidateLists> Lists { get; }

    /// <summary>What a unit gives over all images.</summary>
    /// <param name="unit">Its place in <see cref="Channels"/>.</param>
    public UnitSums SumsOf(int unit) => _sums[unit];

    /// <summary>Looks at a map [Height, Width] of a unit. Images come in the order of the dataset; units may come from several threads, each from one. What has a number that is not finite is left out.</summary>
    /// <param name="unit">The place of the unit in <see cref="Channels"/>.</param>
    /// <param name="map">What it gives.</param>
    /// <param name="image">The image that it gives it on.</param>
    /// <param name="isDrawn">Whether the image is one of those drawn by chance.</param>
    public void Add(int unit, ReadOnlySpan<float> map, DatasetImage image, bool isDrawn)
    {
        ActivationRange range = ActivationRange.Of(map);
        if (!range.IsFinite) return;
        _sums[unit].Add(range.Maximum, range.Minimum, range.Mean);
        Offer(_top, range.Maximum, range.Minimum, map);
        Offer(_bottom, range.Minimum, range.Maximum, map);
        if (range.Maximum > 0) Offer(_positive, range.Maximum, range.Minimum, map);
        if (range.Minimum < 0) Offer(_negative, range.Minimum, range.Maximum, map);
        if (isDrawn) Offer(_random, range.Maximum, range.Minimum, map);

        // Where the value is needs to be known only of what is kept, which is rarely anything after the first few images.
        void Offer(CandidateLists list, float value, float other, ReadOnlySpan<float> map)
        {
            if (list.Takes(unit, value, other))
                list.Add(unit, new Candidate(image.Number, value, other, range.Mean, Math.Max(0, map.IndexOf(value)), (ushort)image.Original.Height, (ushort)image.Original.Width));
        }
    }

    /// <summary>Everything that was found, as it is in memory.</summary>
    public byte[] State
    {
        get
        {
            using var stream = new MemoryStream();
            stream.Write(MemoryMarshal.AsBytes(_sums.AsSpan()));
            foreach (CandidateLists list in Lists) list.Write(stream);
            return stream.ToArray();
        }
        set
        {
            using var stream = new MemoryStream(value);
            stream.ReadExactly(MemoryMarshal.AsBytes(_sums.AsSpan()));
            foreach (CandidateLists list in Lists) list.Read(stream);
        }
    }
}
