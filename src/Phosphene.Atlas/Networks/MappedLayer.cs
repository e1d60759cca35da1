using Phosphene.Evidence.Weights;
using Phosphene.Models;

namespace Phosphene.Atlas.Networks;

/// <summary>A layer of a <see cref="NetworkMap"/>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsClasses">Whether its channels are the classes.</param>
/// <param name="Shape">[channels, height, width], or [channels].</param>
/// <param name="Field">How many rows and columns of the image a position sees; both at most those of the image.</param>
/// <param name="Image">The size of the image in pixels: height, width.</param>
/// <param name="Sources">The layers that it is made of, by number.</param>
/// <param name="Branches">The branches that it puts side by side, in order; none if it is no concatenation.</param>
/// <param name="Channels">What the weights tell of each channel.</param>
public sealed record MappedLayer(string Name, bool IsClasses, IReadOnlyList<int> Shape, IReadOnlyList<int> Field, IReadOnlyList<int> Image, IReadOnlyList<int> Sources, IReadOnlyList<MappedBranch> Branches, IReadOnlyList<MappedChannel> Channels)
{
    internal bool IsWhole => Name is not null && Shape is { Count: 1 or 3 } && Field is { Count: 2 } && Image is { Count: 2 } && Sources is not null && Branches is not null && Channels is not null && Channels.Count == Shape[0]
        && Branches.All(branch => branch is { Name: not null }) && Channels.All(channel => channel is { Similar: not null, From: not null, To: not null } && channel.Similar.Concat(channel.From).Concat(channel.To).All(link => link is not null));

    internal static MappedLayer Of(LayerConnections layer, ReceptiveField field, bool isClasses) => new(
        layer.Layer.Name, isClasses, [.. Enumerable.Range(1, layer.Shape.Rank - 1).Select(axis => layer.Shape[axis])],
        [(int)Math.Min(Math.Ceiling(field.Height), field.Image.Height), (int)Math.Min(Math.Ceiling(field.Width), field.Image.Width)], [field.Image.Height, field.Image.Width],
        layer.Sources, [.. layer.Branches.Select(branch => new MappedBranch(branch.Name, branch.Channels))],
        [.. Enumerable.Range(0, layer.Shape.Channels).Select(channel => new MappedChannel(
            [.. layer.Similar.Count == 0 ? [] : layer.Similar[channel].Select(other => new MappedLink(null, other.Channel, Rounded(other.Cosine)))],
            Links(layer.Incoming[channel]), Links(layer.Outgoing[channel])))]);

    private static IReadOnlyList<MappedLink> Links(IEnumerable<(int Layer, int Channel, double Weight)> weights) => [.. weights.Select(weight => new MappedLink(weight.Layer, weight.Channel, Rounded(weight.Weight)))];

    // Processors that add in another order agree on three digits.
    private static double Rounded(double value) => value == 0 ? 0 : Math.Round(value, Math.Clamp(2 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 15));
}
