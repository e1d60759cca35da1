namespace Phosphene.Pages.Galleries;

/// <summary>A channel in a gallery.</summary>
/// <param name="Channel">Its number in the layer.</param>
/// <param name="Pictures">Its pictures, at least one; the first one stands for it.</param>
public sealed record GalleryUnit(int Channel, IReadOnlyList<GalleryPicture> Pictures)
{
    /// <summary>What it is called, such as the name of a class; null for nothing.</summary>
    public string? Label { get; init; }

    /// <summary>What it does on photos; null if that is not known.</summary>
    public GalleryPhotos? Photos { get; init; }

    /// <summary>What to be careful with, in a word or two each: "dead on data".</summary>
    public IReadOnlyList<string> Concerns { get; init; } = [];

    /// <summary>What else was found out about it, each a name and a short value: ("recurs", "in 4 of 4 seeds").</summary>
    public IReadOnlyList<(string Name, string Value)> Findings { get; init; } = [];

    /// <summary>The channels that it is made of with the largest weights: the layer by its place in the network, the channel, the weight.</summary>
    public IReadOnlyList<(int Layer, int Channel, double Weight)> From { get; init; } = [];

    /// <summary>The channels that are made of it with the largest weights.</summary>
    public IReadOnlyList<(int Layer, int Channel, double Weight)> To { get; init; } = [];

    /// <summary>The channels of its layer whose weights are most like its own, with the cosine.</summary>
    public IReadOnlyList<(int Channel, double Cosine)> Similar { get; init; } = [];

    /// <summary>Commands to copy, each with what it does.</summary>
    public IReadOnlyList<(string Purpose, string Command)> Commands { get; init; } = [];

    internal GalleryPicture Main => Pictures[0];
}
