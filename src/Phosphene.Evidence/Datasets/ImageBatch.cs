using Phosphene.Images;

namespace Phosphene.Evidence.Datasets;

/// <summary>An image of a dataset, at the size that the model sees.</summary>
/// <param name="Number">Its place in the dataset, from 0.</param>
/// <param name="File">Its name there.</param>
/// <param name="Picture">The image.</param>
/// <param name="Original">The height and width that it had before.</param>
public sealed record DatasetImage(int Number, string File, Picture Picture, ImageSize Original);

/// <summary>An image that could not be read, and why.</summary>
/// <param name="File">Its name in the dataset.</param>
/// <param name="Reason">One sentence.</param>
public sealed record SkippedImage(string File, string Reason);

/// <summary>Some images of a dataset, one after another.</summary>
/// <param name="Images">Those that could be read, in their order; there may be none.</param>
/// <param name="Skipped">Those that could not.</param>
public sealed record ImageBatch(IReadOnlyList<DatasetImage> Images, IReadOnlyList<SkippedImage> Skipped)
{
    /// <summary>Writes the images as numbers [N, 3, H, W] in [0, 1]; what is left of the destination is set to 0.</summary>
    public void CopyTo(Span<float> destination)
    {
        int length = Images.Count == 0 ? 0 : 3 * Images[0].Picture.Height * Images[0].Picture.Width;
        for (int n = 0; n < Images.Count; n++) Images[n].Picture.ToPlanar(destination.Slice(n * length, length));
        destination[(Images.Count * length)..].Clear();
    }
}
