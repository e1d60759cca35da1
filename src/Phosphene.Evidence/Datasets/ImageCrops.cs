using System.Security.Cryptography;
using Phosphene.Images;
using Phosphene.Runtime.Numerics;
using Phosphene.Syntax;

namespace Phosphene.Evidence.Datasets;

/// <summary>
/// Small square parts of the images of a folder, cut out at random places and kept in memory: what natural images are made of. Every image gives as many as the others, give or take one.
/// </summary>
public sealed class ImageCrops
{
    private const int Channels = 3, Batch = 16;

    private readonly List<byte[]> _crops;                            // each [3, side, side]

    private ImageCrops(int side, List<byte[]> crops, IReadOnlyList<SkippedImage> skipped) => (Side, _crops, Skipped) = (side, crops, skipped);

    /// <summary>The height and width of a crop, in pixels.</summary>
    public int Side { get; }

    /// <summary>How many there are.</summary>
    public int Count => _crops.Count;

    /// <summary>The images that could not be read.</summary>
    public IReadOnlyList<SkippedImage> Skipped { get; }

    /// <summary>Cuts crops out of the images of a folder, in their order.</summary>
    /// <param name="images">The images. Each is made to cover the size, as <see cref="Picture.Cover"/> does.</param>
    /// <param name="size">Their height and width in pixels.</param>
    /// <param name="side">That of the crops, at most the size.</param>
    /// <param name="count">How many in all; fewer if images cannot be read.</param>
    /// <param name="seed">Decides the places.</param>
    /// <param name="observe">Told how many images were read.</param>
    /// <param name="cancellation">Ends it between two batches.</param>
    /// <returns>The crops; null if it was cancelled.</returns>
    /// <exception cref="InputFileException">No image of the folder can be read.</exception>
    /// <exception cref="UsageException">A crop is larger than the images.</exception>
    public static ImageCrops? Of(Dataset images, int size, int side, int count, ulong seed, Action<int>? observe = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (side > size) throw new UsageException($"Parts of {side} x {side} pixels cannot be cut out of images that are brought to {size} x {size}; make them smaller.");
        var crops = new List<byte[]>(count);
        var skipped = new List<SkippedImage>();
        var planar = new float[Channels * size * size];
        int done = 0;
        foreach (ImageBatch batch in new ImageBatches(images, size, size, Batch).Read(cancellation))
        {
            foreach (DatasetImage image in batch.Images)
            {
                image.Picture.ToPlanar(planar);
                var random = new RandomStream(seed, image.Number, "crop");
                int own = (int)((image.Number + 1L) * count / images.Files.Count - (long)image.Number * count / images.Files.Count);
                for (int i = 0; i < own; i++) crops.Add(Cut(planar, size, side, random.Integer(2 * i, 0, size - side), random.Integer(2 * i + 1, 0, size - side)));
            }
            skipped.AddRange(batch.Skipped);
            observe?.Invoke(done += batch.Images.Count + batch.Skipped.Count);
        }
        if (cancellation.IsCancellationRequested) return null;
        return skipped.Count < images.Files.Count ? new ImageCrops(side, crops, skipped) : throw images.NoneCanBeRead(skipped[0]);
    }

    /// <summary>Writes a crop as numbers [3, side, side] in [0, 1].</summary>
    /// <param name="index">Which one.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="mirrored">Whether left and right are exchanged.</param>
    public void CopyTo(int index, Span<float> destination, bool mirrored = false)
    {
        byte[] crop = _crops[index];
        for (int row = 0; row < crop.Length; row += Side)
            for (int x = 0; x < Side; x++) destination[row + x] = crop[row + (mirrored ? Side - 1 - x : x)] / 255f;
    }

    /// <summary>The SHA-256 of all crops, in lower-case hexadecimal: what tells them from others.</summary>
    public string ComputeSha256()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (byte[] crop in _crops) hash.AppendData(crop);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static byte[] Cut(float[] planar, int size, int side, int top, int left)
    {
        var crop = new byte[Channels * side * side];
        for (int i = 0; i < crop.Length; i++)
        {
            (int channel, int y, int x) = (i / (side * side), i / side % side, i % side);
            crop[i] = (byte)MathF.Round(255 * planar[(channel * size + top + y) * size + left + x]);
        }
        return crop;
    }
}
