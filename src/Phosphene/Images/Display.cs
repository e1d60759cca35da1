using System.Collections.Immutable;
using Phosphene.Syntax;

namespace Phosphene.Images;

/// <summary>
/// How an image of any number of channels becomes a picture: three of its channels as red, green and blue ("3,2,1"), one as grey ("7"), or all of them
/// ("all"): one as grey, three as red, green and blue, any other number as a colour each, with hues evenly around the circle, mixed so that an image
/// that is alike in all channels is grey, with more contrast the more channels there are.
/// </summary>
public sealed record Display
{
    private readonly ImmutableArray<int> _channels;

    private Display(ImmutableArray<int> channels) => _channels = channels;

    /// <summary>All channels.</summary>
    public static Display All { get; } = new([]);

    /// <summary>Three channels as red, green and blue, or one as grey.</summary>
    /// <exception cref="UsageException">They are neither one nor three, or one is below 0.</exception>
    public static Display Of(params ReadOnlySpan<int> channels) => channels.Length is 1 or 3 && !channels.ContainsAnyInRange(int.MinValue, -1)
        ? new Display([.. channels])
        : throw new UsageException($"A picture shows three channels, as in 3,2,1, one, as in 7, or all; got '{string.Join(',', channels.ToArray())}'.");

    /// <summary>Reads the text form.</summary>
    /// <exception cref="TextFormatException">It is no display; the message says what is, the exception where it is wrong.</exception>
    public static Display Parse(string text)
    {
        var scanner = new Scanner(text, "display");
        int start = scanner.Position;
        if (scanner.Letters() == "all" && scanner.AtEnd) return All;
        scanner.Return(start);
        if (!char.IsAsciiDigit(scanner.Next)) throw scanner.Error($"A picture shows three channels, as in 3,2,1, one, as in 7, or all; found {scanner.Found()}.");
        var channels = new List<int>();
        do
        {
            if (channels.Count == 3) throw scanner.Error("A picture shows three channels, as in 3,2,1, one, as in 7, or all; here is one more.");
            channels.Add(scanner.Integer("a channel of the picture"));
        }
        while (scanner.Take(','));
        scanner.ExpectEnd();
        return channels.Count == 2 ? throw scanner.Error("A picture shows three channels, as in 3,2,1, one, as in 7, or all; the third is missing.") : Of([.. channels]);
    }

    /// <summary>Makes sure that images have the channels that it shows.</summary>
    /// <exception cref="UsageException">They have not; the message says which they have.</exception>
    public void Check(int channels)
    {
        foreach (int channel in _channels)
            if (channel >= channels) throw new UsageException($"The display '{this}' shows channel {channel}; the model's images have {(channels == 1 ? "channel 0 alone" : $"channels 0 to {channels - 1}")}.");
    }

    /// <summary>The picture of an image [C, height, width] in [0, 1].</summary>
    public Picture Show(ReadOnlySpan<float> image, int height, int width)
    {
        int pixels = height * width, count = image.Length / pixels;
        Check(count);
        if (_channels.IsEmpty && count is not (1 or 3)) return Picture.FromPlanar(Mixed(image, pixels, count), 3, height, width);
        if (_channels.IsEmpty) return Picture.FromPlanar(image, count, height, width);
        var shown = new float[_channels.Length * pixels];
        for (int i = 0; i < _channels.Length; i++) image.Slice(_channels[i] * pixels, pixels).CopyTo(shown.AsSpan(i * pixels));
        return Picture.FromPlanar(shown, _channels.Length, height, width);
    }

    // Each channel pulls towards its colour and away from mid-grey. A mean of many channels would be pale, hence the root of their number.
    private static float[] Mixed(ReadOnlySpan<float> image, int pixels, int count)
    {
        var mixed = new float[3 * pixels];
        for (int colour = 0; colour < 3; colour++)
        {
            Span<float> plane = mixed.AsSpan(colour * pixels, pixels);
            plane.Fill(0.5f);
            float[] shares = [.. Enumerable.Range(0, count).Select(channel => Share(6f * channel / count, colour))];
            float scale = MathF.Sqrt(count) / shares.Sum();
            for (int channel = 0; channel < count; channel++)
                for (int i = 0; i < pixels; i++) plane[i] += scale * shares[channel] * (image[channel * pixels + i] - 0.5f);
        }
        return mixed;
    }

    // How much of red, green or blue is in the pure colour of a hue from 0 to 6, red at 0, green at 2, blue at 4.
    private static float Share(float hue, int colour)
    {
        float distance = Math.Abs(hue - 2 * colour);
        return Math.Clamp(2 - Math.Min(distance, 6 - distance), 0, 1);
    }

    /// <inheritdoc/>
    public bool Equals(Display? other) => other is not null && _channels.SequenceEqual(other._channels);

    /// <inheritdoc/>
    public override int GetHashCode() => _channels.Aggregate(17, HashCode.Combine);

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => _channels.IsEmpty ? "all" : string.Join(',', _channels);
}
