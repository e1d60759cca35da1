using Phosphene.Images;

namespace Phosphene.Evidence.Datasets;

/// <summary>
/// The images of a folder in batches, decoded and made to cover a size as <see cref="Picture.Cover"/> does. While one batch is used the next is read, on another
/// thread; no more than two are in memory.
/// </summary>
/// <param name="folder">The images.</param>
/// <param name="height">Their height in pixels.</param>
/// <param name="width">Their width in pixels.</param>
/// <param name="batch">How many a batch has, except the last.</param>
public sealed class ImageBatches(ImageFolder folder, int height, int width, int batch)
{
    /// <summary>Reads the images once. A file that cannot be read is skipped, and its batch says so.</summary>
    /// <param name="cancellation">Ends it between two batches.</param>
    public IEnumerable<ImageBatch> Read(CancellationToken cancellation = default)
    {
        Task<ImageBatch> next = Task.Run(() => Batch(0), CancellationToken.None);
        for (int first = 0; first < folder.Files.Count; first += batch)
        {
            ImageBatch read = next.GetAwaiter().GetResult();
            if (cancellation.IsCancellationRequested) yield break;
            int following = first + batch;
            if (following < folder.Files.Count) next = Task.Run(() => Batch(following), CancellationToken.None);
            yield return read;
        }
    }

    private ImageBatch Batch(int first)
    {
        var images = new List<DatasetImage>();
        var skipped = new List<SkippedImage>();
        for (int number = first; number < Math.Min(first + batch, folder.Files.Count); number++)
        {
            string file = folder.Files[number];
            try
            {
                images.Add(new DatasetImage(number, file, Picture.Load(folder.FullPath(file)).Cover(height, width)));
            }
            catch (Exception error) when (error is ImageFormatException or IOException or UnauthorizedAccessException)
            {
                skipped.Add(new SkippedImage(file, error.Message));
            }
        }
        return new ImageBatch(images, skipped);
    }
}
