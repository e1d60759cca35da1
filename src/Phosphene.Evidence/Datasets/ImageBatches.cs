using Phosphene.Images;

namespace Phosphene.Evidence.Datasets;

/// <summary>
/// The images of a dataset in batches, decoded and made to cover a size as <see cref="Picture.Cover"/> does. While one batch is used the next is read, on other
/// threads, each image by one; no more than two are in memory.
/// </summary>
/// <param name="images">The images.</param>
/// <param name="height">Their height in pixels.</param>
/// <param name="width">Their width in pixels.</param>
/// <param name="batch">How many a batch has, except the last.</param>
public sealed class ImageBatches(Dataset images, int height, int width, int batch)
{
    /// <summary>Reads the images once. A file that cannot be read is skipped, and its batch says so.</summary>
    /// <param name="cancellation">Ends it between two batches.</param>
    public IEnumerable<ImageBatch> Read(CancellationToken cancellation = default) => Read(0, cancellation);

    /// <summary>The same from an image on.</summary>
    /// <param name="first">The place of the image in the dataset.</param>
    /// <param name="cancellation">Ends it between two batches.</param>
    public IEnumerable<ImageBatch> Read(int first, CancellationToken cancellation = default)
    {
        if (first >= images.Files.Count) yield break;
        Task<ImageBatch> next = Task.Run(() => Batch(first), CancellationToken.None);
        for (int following = first + batch; ; following += batch)
        {
            ImageBatch read = next.GetAwaiter().GetResult();
            if (cancellation.IsCancellationRequested) yield break;
            int start = following;
            if (start < images.Files.Count) next = Task.Run(() => Batch(start), CancellationToken.None);
            yield return read;
            if (start >= images.Files.Count) yield break;
        }
    }

    private ImageBatch Batch(int first)
    {
        var read = new object[Math.Min(batch, images.Files.Count - first)];
        Parallel.For(0, read.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i => read[i] = Image(first + i));
        return new ImageBatch([.. read.OfType<DatasetImage>()], [.. read.OfType<SkippedImage>()]);
    }

    // The image, or why there is none.
    private object Image(int number)
    {
        string file = images.Files[number];
        try
        {
            Picture picture = images.Read(file);
            return new DatasetImage(number, file, picture.Cover(height, width), new ImageSize(picture.Height, picture.Width));
        }
        catch (Exception error) when (error is ImageFormatException or IOException or UnauthorizedAccessException)
        {
            return new SkippedImage(file, error.Message);
        }
    }
}
