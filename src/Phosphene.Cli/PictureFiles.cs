using System.Runtime.ExceptionServices;
using Phosphene.Images;
using Phosphene.Syntax;

namespace Phosphene.Cli;

/// <summary>
/// The files that the images of a batch are written to: a PNG each, one PNG for all of them side by side, or a GIF that shows one after the other.
/// </summary>
/// <param name="output">The name of the file, or what the names of several are made of.</param>
internal sealed class PictureFiles(string output)
{
    // Frames of a batch change little from one to the next; those of an ascent differ, and its end is what one wants to see.
    private const int FrameOfBatch = 150, FrameOfAscent = 500, LastOfAscent = 2000;

    private readonly List<Picture> _kept = [];

    /// <summary>How one PNG shows all images; null for a file each.</summary>
    public Layout? Layout { get; init; }

    /// <summary>Whether an animation goes back the way it came, so that it has no jump where it begins again.</summary>
    public bool GoesBack { get; init; }

    /// <summary>Whether the output is an animation.</summary>
    public bool IsAnimation => Path.GetExtension(output).Equals(".gif", StringComparison.OrdinalIgnoreCase);

    /// <summary>Makes sure that the files can be written.</summary>
    /// <param name="batch">The number of images.</param>
    /// <param name="growth">How many pictures of the ascent will be kept for an animation.</param>
    /// <exception cref="UsageException">They cannot; the message says why.</exception>
    public void Require(int batch, int growth)
    {
        if (!IsAnimation)
        {
            OutputFile.Require(output);
            return;
        }
        OutputFile.Require(output, ".gif", "animations are written as GIF");
        if (Layout is not null) throw new UsageException($"--layout puts the images of a batch into one PNG, and '{output}' is an animation, which shows one after the other; leave --layout out, or give a name that ends in .png.");
        if (batch == 1 && growth == 0) throw new UsageException($"'{output}' is an animation, which needs several pictures: a batch, as with --batch 6, or the growth of one, as with --snapshots 1,4,16,64,256.");
    }

    /// <summary>Whether snapshots are part of the animation, rather than files of their own.</summary>
    /// <param name="batch">The number of images.</param>
    public bool ShowsGrowth(int batch) => IsAnimation && batch == 1;

    /// <summary>Keeps a picture of the ascent for the animation.</summary>
    public void Keep(Picture picture) => _kept.Add(picture);

    /// <summary>Writes the images and returns the names of the files.</summary>
    /// <param name="named">The name of a file, of the name that it would have at the end.</param>
    /// <param name="pictures">The images of the batch.</param>
    /// <param name="texts">What a PNG carries: of an image by its place or, where the layout shows all of them, of null.</param>
    /// <param name="cancellation">Ends the writing between two files; those that are written then are whole.</param>
    public string[] Write(Func<string, string> named, IReadOnlyList<Picture> pictures, Func<int?, IReadOnlyList<PngText>> texts, CancellationToken cancellation = default)
    {
        if (IsAnimation)
        {
            string animation = named(output);
            Animation.Save(animation, Frames(pictures));
            return [animation];
        }
        if (Layout is not null)
        {
            string whole = named(output);
            Layout.Of(pictures).Save(whole, texts(null));
            return [whole];
        }
        string[] files = [.. pictures.Select((_, image) => named(OutputFile.OfImage(output, image, pictures.Count)))];
        SaveAll(files.Length, image => pictures[image].Save(files[image], texts(image)), cancellation);
        return files;
    }

    // Files wait for the disk, each for its own: several at a time. What the first that fails says is said. Who interrupts gets the last pictures, and need not
    // wait for those of before.
    private static void SaveAll(int count, Action<int> save, CancellationToken cancellation)
    {
        try
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = 4 * Environment.ProcessorCount, CancellationToken = cancellation }, save);
        }
        catch (OperationCanceledException)
        {
        }
        catch (AggregateException errors)
        {
            ExceptionDispatchInfo.Throw(errors.InnerExceptions[0]);
        }
    }

    private AnimationFrame[] Frames(IReadOnlyList<Picture> pictures)
    {
        if (pictures.Count == 1)
        {
            // The last snapshot may be the end itself.
            bool isKept = _kept.Count > 0 && _kept[^1].Bytes.SequenceEqual(pictures[0].Bytes);
            return [.. (isKept ? _kept.SkipLast(1) : _kept).Select(picture => new AnimationFrame(picture, FrameOfAscent)), new AnimationFrame(pictures[0], LastOfAscent)];
        }
        IEnumerable<Picture> back = GoesBack ? pictures.Skip(1).SkipLast(1).Reverse() : [];
        return [.. pictures.Concat(back).Select(picture => new AnimationFrame(picture, FrameOfBatch))];
    }
}
