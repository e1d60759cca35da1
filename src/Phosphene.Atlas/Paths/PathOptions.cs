namespace Phosphene.Atlas.Paths;

/// <summary>What natural images a picture's path is held against.</summary>
public sealed record PathOptions
{
    /// <summary>How many images of the unit: those that excite it most.</summary>
    public int Nearest { get; init; } = 24;

    /// <summary>How many other images, drawn by the seed.</summary>
    public int Others { get; init; } = 48;

    /// <summary>How many activations of each layer are looked at.</summary>
    public int Sample { get; init; } = Evidence.Paths.PathMeter.UsualSample;

    /// <summary>What the other images and the activations are drawn from.</summary>
    public ulong Seed { get; init; }
}
