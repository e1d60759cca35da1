using System.Globalization;
using Phosphene.Syntax;

namespace Phosphene.Studio.Pictures;

/// <summary>A channel of a layer, as pages write it: "inception_4c/output:300"; a class is a channel of the layer of the classes.</summary>
/// <param name="Layer">The layer, by its name or alias.</param>
/// <param name="Channel">The channel.</param>
internal readonly record struct Unit(string Layer, int Channel)
{
    private const int LongestText = 300;

    /// <summary>Reads a unit. Names of layers may have colons in them; the last one ends the name.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static Unit Parse(string? text)
    {
        int colon = text?.LastIndexOf(':') ?? -1;
        return text is { Length: <= LongestText } && colon > 0 && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int channel)
            ? new Unit(text[..colon], channel)
            : throw new UsageException("A unit is a layer and a channel, such as inception_4c/output:300.");
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Layer}:{Channel}");
}
