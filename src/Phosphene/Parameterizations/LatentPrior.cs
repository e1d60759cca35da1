using System.Collections.Immutable;
using System.Globalization;
using Phosphene.Runtime.Numerics;

namespace Phosphene.Parameterizations;

/// <summary>
/// Where latents lie that a decoder has learned to make images of: independent standard normal numbers ("normal"), or uniform ones within the range that
/// the training images had ("-3.5..4 -1..2", a range for each latent). A decoder's file says which in its metadata, under <see cref="MetadataKey"/>.
/// </summary>
public sealed class LatentPrior
{
    /// <summary>The key in the metadata of an ONNX file.</summary>
    public const string MetadataKey = "phosphene.latents";

    private readonly ImmutableArray<(float Low, float High)> _ranges;

    private LatentPrior(ImmutableArray<(float Low, float High)> ranges) => _ranges = ranges;

    /// <summary>Independent standard normal numbers.</summary>
    public static LatentPrior Normal { get; } = new([]);

    /// <summary>Independent uniform numbers, a range for each latent.</summary>
    public static LatentPrior Uniform(IEnumerable<(float Low, float High)> ranges) => new([.. ranges]);

    /// <summary>Reads the text form for so many latents.</summary>
    /// <exception cref="FormatException">It is neither "normal" nor as many ranges.</exception>
    public static LatentPrior Parse(string text, int latents)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Trim() == "normal") return Normal;
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        ImmutableArray<(float, float)> ranges = [.. words.Select(Range).OfType<(float, float)>()];
        return ranges.Length == latents && words.Length == latents
            ? new LatentPrior(ranges)
            : throw new FormatException($"'{text}' does not say where {latents} latents lie; expected normal or {latents} ranges such as -1.5..2.");
    }

    private static (float, float)? Range(string word)
    {
        string[] ends = word.Split("..");
        return ends.Length == 2 && Number(ends[0]) is { } low && Number(ends[1]) is { } high && low <= high ? (low, high) : null;
        static float? Number(string end) => float.TryParse(end, NumberStyles.Float, CultureInfo.InvariantCulture, out float number) && float.IsFinite(number) ? number : null;
    }

    /// <summary>Draws latents; the number at place i of the destination is a function of the stream and first + i alone.</summary>
    /// <param name="stream">Where randomness comes from.</param>
    /// <param name="first">The place of the first number in the stream, a multiple of the number of latents.</param>
    /// <param name="latents">Where to: [n, latents].</param>
    public void Draw(RandomStream stream, long first, Span<float> latents)
    {
        for (int i = 0; i < latents.Length; i++)
        {
            if (_ranges.IsEmpty)
            {
                latents[i] = stream.Normal(first + i);
                continue;
            }
            (float low, float high) = _ranges[i % _ranges.Length];
            latents[i] = low + (high - low) * stream.Uniform(first + i);
        }
    }

    /// <summary>How far latents may be from the middle: so many standard deviations of normal ones, or this times the range of uniform ones.</summary>
    internal (float[] Low, float[] High) Limits(int latents, float most)
    {
        var (low, high) = (new float[latents], new float[latents]);
        for (int i = 0; i < latents; i++)
        {
            (float from, float to) = _ranges.IsEmpty ? (-1, 1) : _ranges[i];
            float middle = 0.5f * (from + to), half = 0.5f * (to - from);
            (low[i], high[i]) = (middle - most * half, middle + most * half);
        }
        return (low, high);
    }

    /// <inheritdoc/>
    public override string ToString() => _ranges.IsEmpty
        ? "normal"
        : string.Join(' ', _ranges.Select(range => string.Create(CultureInfo.InvariantCulture, $"{range.Low:R}..{range.High:R}")));
}
