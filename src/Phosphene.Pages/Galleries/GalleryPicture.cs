namespace Phosphene.Pages.Galleries;

/// <summary>A picture of a unit, or several of the same kind that were made together.</summary>
/// <param name="Kind">What it is in a word: channel, neuron, negative, diversity.</param>
/// <param name="Objective">What was optimised, exactly.</param>
/// <param name="Images">The images.</param>
/// <param name="Line">What it says of itself in a line to be copied: "4c:300 · channel · 523.1 · seed 0".</param>
/// <param name="Height">Their height in pixels.</param>
/// <param name="Width">Their width.</param>
public sealed record GalleryPicture(string Kind, string Objective, IReadOnlyList<GalleryImage> Images, string Line, int Height, int Width)
{
    /// <summary>A word on how it ended, if not as usual; null if it did.</summary>
    public string? Note { get; init; }
}

/// <summary>An image of a <see cref="GalleryPicture"/>.</summary>
/// <param name="File">Its file.</param>
/// <param name="Value">What the objective reaches on it; null where it is not a number.</param>
/// <param name="Snapshots">The same after earlier steps, the earliest first; none if they were not kept.</param>
public sealed record GalleryImage(string File, double? Value, IReadOnlyList<(int Step, string File)> Snapshots);
