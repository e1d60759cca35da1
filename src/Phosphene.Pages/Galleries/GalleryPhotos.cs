namespace Phosphene.Pages.Galleries;

/// <summary>What a unit does on the photos of a dataset.</summary>
/// <param name="Count">How many photos.</param>
/// <param name="Active">On how many it is above 0 somewhere.</param>
/// <param name="Bands">Photos by how much they excite it: the name of the band, and the photos, from the lowest to the highest band.</param>
/// <param name="Values">What it gives on photos that were drawn by chance, averaged over positions as the picture's own value is, in any order; none if that is not known.</param>
public sealed record GalleryPhotos(long Count, long Active, IReadOnlyList<(string Name, IReadOnlyList<GalleryPhoto> Photos)> Bands, IReadOnlyList<double> Values)
{
    /// <summary>The name of the band of the highest.</summary>
    public const string Highest = "maximum";

    /// <summary>The name of the band of the lowest.</summary>
    public const string Lowest = "minimum";

    internal IReadOnlyList<GalleryPhoto> Of(string band) => Bands.FirstOrDefault(entry => entry.Name == band).Photos ?? [];
}

/// <summary>A photo, and what a position of the unit's layer sees of it.</summary>
/// <param name="File">The file of the photo.</param>
/// <param name="Name">What the photo is called.</param>
/// <param name="Value">What the unit gives at the position.</param>
/// <param name="Size">The rows and columns of the photo.</param>
/// <param name="Crop">What the position sees, in its pixels.</param>
public sealed record GalleryPhoto(string File, string Name, double Value, (int Height, int Width) Size, (int Top, int Left, int Height, int Width) Crop)
{
    internal bool IsWhole => Crop.Height >= Size.Height && Crop.Width >= Size.Width;
}
