namespace Phosphene.Pages.Galleries;

/// <summary>A layer in a gallery.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Channels">How many channels it has.</param>
/// <param name="Positions">Its rows and columns; null where its channels have no positions.</param>
/// <param name="Field">How many rows and columns of the image a position sees.</param>
/// <param name="Image">The rows and columns of the image.</param>
/// <param name="Units">The channels that are shown, by their numbers.</param>
public sealed record GalleryLayer(string Name, int Channels, (int Height, int Width)? Positions, (int Height, int Width) Field, (int Height, int Width) Image, IReadOnlyList<GalleryUnit> Units)
{
    /// <summary>Whether the channels are the classes.</summary>
    public bool IsClasses { get; init; }

    /// <summary>The layers that it is made of, by their place in the network.</summary>
    public IReadOnlyList<int> Sources { get; init; } = [];

    /// <summary>The branches that it puts side by side, each with how many channels it has; none if it does not.</summary>
    public IReadOnlyList<(string Name, int Channels)> Branches { get; init; } = [];

    /// <summary>The branch of a channel, with its number there; null if there are none.</summary>
    internal (string Name, int Channel)? BranchOf(int channel)
    {
        foreach ((string name, int channels) in Branches)
        {
            if (channel < channels) return (name, channel);
            channel -= channels;
        }
        return null;
    }
}
