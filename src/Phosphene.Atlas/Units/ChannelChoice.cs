using System.Collections.Immutable;
using System.Globalization;
using Phosphene.Models;
using Phosphene.Runtime.Numerics;
using Phosphene.Syntax;

namespace Phosphene.Atlas.Units;

/// <summary>Which channels of a layer are looked at: those that are named, or so many drawn by chance.</summary>
public sealed record ChannelChoice
{
    private readonly ImmutableArray<(int First, int Last)> _ranges;
    private readonly int _random;

    private ChannelChoice(ImmutableArray<(int, int)> ranges, int random) => (_ranges, _random) = (ranges, random);

    /// <summary>The channels of a text such as "0..31" or "3,8,100..107", both ends included.</summary>
    /// <exception cref="UsageException">It is no such text.</exception>
    public static ChannelChoice Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new([.. text.Split(',').Select(Range)], 0);

        (int, int) Range(string part)
        {
            string[] ends = part.Split("..");
            if (ends.Length <= 2 && Number(ends[0]) is { } first && Number(ends[^1]) is { } last && first <= last) return (first, last);
            throw new UsageException($"'{text}' names no channels: numbers and ranges are expected, both ends included, such as 0..31 or 3,8,100..107.");
        }

        static int? Number(string digits) => int.TryParse(digits, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int number) ? number : null;
    }

    /// <summary>So many channels, drawn without replacement from the seed and the layer's name.</summary>
    public static ChannelChoice Random(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return new([], count);
    }

    /// <summary>The channels of a layer, in order; all of them if it has fewer than are to be drawn.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="channels">How many it has.</param>
    /// <param name="seed">What a draw comes from.</param>
    /// <exception cref="UsageException">A channel that is named is not there.</exception>
    public IReadOnlyList<int> Of(Layer layer, int channels, ulong seed)
    {
        if (_random > 0)
        {
            var stream = new RandomStream(seed, 0, $"channels of {layer.Name}");
            return [.. Enumerable.Range(0, channels).OrderBy(channel => stream.Uniform(channel)).Take(_random).Order()];
        }
        if (_ranges.FirstOrDefault(range => range.Last >= channels) is { Last: > 0 } beyond)
            throw new UsageException($"Layer '{layer.Name}' has channels 0 to {channels - 1}; there is no channel {beyond.Last}. Give --channels that all layers have, or --random N.");
        return [.. _ranges.SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1)).Distinct()];
    }
}
