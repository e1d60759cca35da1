using System.Text.Json.Serialization;
using Phosphene.Studio.Streams;

namespace Phosphene.Studio.Pictures;

/// <summary>The picture of a unit, as pages are told it.</summary>
/// <param name="Model">The name of the model.</param>
/// <param name="Unit">The unit as text.</param>
/// <param name="Step">The steps that were done.</param>
/// <param name="Steps">The steps of its recipe.</param>
/// <param name="Value">The mean activation of the channel on it; null if it is not a number.</param>
/// <param name="Size">Its height and width in pixels.</param>
/// <param name="Encoded">The picture; null if there is none.</param>
/// <param name="IsFinal">Whether there is no better one to come.</param>
/// <param name="Failure">Why it shows nothing of the unit, in a sentence; null if it does.</param>
internal sealed record MadePicture(string Model, string Unit, int Step, int Steps, double? Value, int Size, [property: JsonIgnore] EncodedPicture? Encoded, bool IsFinal,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Failure)
{
    /// <summary>The picture as a data URL; null if there is none.</summary>
    public string? Image => Encoded?.Url;

    /// <summary>About how many bytes of memory it takes.</summary>
    [JsonIgnore]
    public long Bytes => 300 + (Encoded?.Bytes.Length ?? 0);
}
