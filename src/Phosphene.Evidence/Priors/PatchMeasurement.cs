using Phosphene.Evidence.Datasets;
using Phosphene.Images;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Evidence.Priors;

/// <summary>Takes <see cref="ImagePatches"/> from the images of a folder, at random places.</summary>
/// <param name="Patches">What was taken.</param>
/// <param name="Skipped">The images that could not be read.</param>
public sealed record PatchMeasurement(ImagePatches Patches, IReadOnlyList<SkippedImage> Skipped)
{
    /// <summary>Takes patches from the images of a folder.</summary>
    /// <param name="images">The images. Each is made to cover the size, as <see cref="Picture.Cover"/> does.</param>
    /// <param name="size">Their height and width in pixels.</param>
    /// <param name="side">That of a patch, at most the size.</param>
    /// <param name="count">How many patches in all; fewer if images cannot be read.</param>
    /// <param name="channels">3 for colours, 1 for grey.</param>
    /// <param name="seed">Decides the places.</param>
    /// <param name="observe">Told how many images were read.</param>
    /// <param name="cancellation">Ends it between two batches.</param>
    /// <returns>The patches; null if it was cancelled.</returns>
    /// <exception cref="InputFileException">No image of the folder can be read, or those that give a patch cannot.</exception>
    /// <exception cref="UsageException">A patch is larger than the images.</exception>
    public static PatchMeasurement? Of(Dataset images, int size = 224, int side = 8, int count = 1024, int channels = 3, ulong seed = 0, Action<int>? observe = null, CancellationToken cancellation = default)
    {
        if (ImageCrops.Of(images, size, side, count, seed, observe, cancellation) is not { } crops) return null;
        if (crops.Count == 0) throw new InputFileException($"The images of {images.Name} from which {count} patches were to be taken cannot be read; the first, '{crops.Skipped[0].File}': {crops.Skipped[0].Reason}");
        int length = 3 * side * side;
        var values = new float[crops.Count * length];
        for (int i = 0; i < crops.Count; i++) crops.CopyTo(i, values.AsSpan(i * length, length));
        var patches = new ImagePatches(new Shape(crops.Count, 3, side, side), values);
        return new PatchMeasurement(channels == 1 ? patches.ToGrey() : patches, crops.Skipped);
    }
}
