using System.Runtime.InteropServices;
using Phosphene.Runtime.Files;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;
using SixLabors.ImageSharp.Processing.Processors.Quantization;

namespace Phosphene.Images;

/// <summary>A picture of an animation.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Milliseconds">How long it is shown, 20 to 600,000; rounded to hundredths of a second, the unit of GIF.</param>
public sealed record AnimationFrame(Picture Picture, int Milliseconds);

/// <summary>
/// Writes animations that repeat for ever, as GIF: each frame with the 256 colours that suit it best, dithered (Floyd and Steinberg). Equal frames give equal bytes.
/// </summary>
public static class Animation
{
    private const int Colours = 256, LeastMilliseconds = 20, MostMilliseconds = 600_000;

    /// <summary>Writes an animation to a GIF file, whole or not at all.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="frames">At least one, all of one height and width. A grey picture or one of RGBA is shown as RGB, over mid-grey.</param>
    /// <exception cref="ArgumentException">There are no frames, or they differ in size, are too many or too large together, or a duration is out of range.</exception>
    /// <exception cref="OutputFileException">The file cannot be written; the message says why.</exception>
    public static void Save(string path, IReadOnlyList<AnimationFrame> frames)
    {
        Check(frames);
        AtomicFile.Write(path, stream => Write(stream, frames));
    }

    /// <summary>Writes an animation as GIF.</summary>
    /// <param name="stream">Where to; not closed.</param>
    /// <param name="frames">As for a file.</param>
    /// <exception cref="ArgumentException">As for a file; nothing has been written then.</exception>
    public static void Write(Stream stream, IReadOnlyList<AnimationFrame> frames)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Check(frames);
        using Image<Rgb24> animation = frames[0].Picture.OverGrey().AsImage<Rgb24>();
        foreach (AnimationFrame frame in frames.Skip(1)) animation.Frames.AddFrame(MemoryMarshal.Cast<byte, Rgb24>(frame.Picture.OverGrey().Bytes));
        for (int i = 0; i < frames.Count; i++) animation.Frames[i].Metadata.GetGifMetadata().FrameDelay = (frames[i].Milliseconds + 5) / 10;
        animation.Metadata.GetGifMetadata().RepeatCount = 0;      // for ever
        new GifEncoder
        {
            ColorTableMode = GifColorTableMode.Local,
            Quantizer = new WuQuantizer(new QuantizerOptions { MaxColors = Colours, Dither = KnownDitherings.FloydSteinberg }),
        }.Encode(animation, stream);
    }

    private static void Check(IReadOnlyList<AnimationFrame> frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        if (frames.Count == 0) throw new ArgumentException("An animation needs at least one frame.", nameof(frames));
        Picture first = frames[0].Picture;
        if ((long)frames.Count * first.Height * first.Width > Picture.MaximumPixels)
            throw new ArgumentException(
                $"{frames.Count} frames of {first.Height} x {first.Width} (height x width) have more than {Picture.MaximumPixels} pixels together; take fewer or smaller ones.", nameof(frames));
        for (int i = 0; i < frames.Count; i++)
        {
            (Picture picture, int milliseconds) = frames[i];
            if (picture.Height != first.Height || picture.Width != first.Width)
                throw new ArgumentException($"Frame {i} of the animation is a {picture}, but frame 0 is a {first}; resize them to one height and width.", nameof(frames));
            if (milliseconds is < LeastMilliseconds or > MostMilliseconds)
                throw new ArgumentException($"Frame {i} of the animation is to be shown for {milliseconds} ms; give {LeastMilliseconds} to {MostMilliseconds}.", nameof(frames));
        }
    }
}
