using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace Phosphene.Images;

public sealed partial class Picture
{
    /// <summary>
    /// A picture from numbers [channels, height, width]: 0 is black, 1 is full. Each is rounded to the nearest of the 256 levels; what lies
    /// outside [0, 1] is clipped, because optimized images reach a little past the ends.
    /// </summary>
    /// <param name="planar">channels · height · width finite numbers.</param>
    /// <param name="channels">1 (grey), 3 (RGB) or 4 (RGBA, alpha not premultiplied).</param>
    /// <param name="height">Rows, 1 to <see cref="MaximumSide"/>.</param>
    /// <param name="width">Columns, 1 to <see cref="MaximumSide"/>.</param>
    /// <exception cref="ArgumentException">The sizes do not fit together, or a number is NaN or infinite; the message says where.</exception>
    public static Picture FromPlanar(ReadOnlySpan<float> planar, int channels, int height, int width)
    {
        CheckSize(height, width);
        if (planar.Length != (long)channels * height * width)
            throw new ArgumentException(
                $"An image [{channels}, {height}, {width}] (channels, height, width) has "
                + $"{(long)channels * height * width} numbers; got {planar.Length}.",
                nameof(planar));

        byte[] bytes = new byte[planar.Length];
        int pixels = height * width;
        for (int c = 0; c < channels; c++)
            for (int i = 0; i < pixels; i++)
            {
                float value = planar[c * pixels + i];
                if (!float.IsFinite(value))
                    throw new ArgumentException(
                        $"The image is {value} in channel {c} at y {i / width}, x {i % width}; a picture needs numbers from 0 to 1. "
                        + "If an optimization made it, it diverged: a smaller learning rate helps.",
                        nameof(planar));
                bytes[i * channels + c] = (byte)(Math.Clamp(value, 0f, 1f) * 255f + 0.5f);
            }
        return new Picture(bytes, height, width, channels);
    }

    /// <summary>
    /// The picture as numbers [3, Height, Width] in [0, 1], red first. Grey is repeated in all three channels. A transparent pixel is laid
    /// over mid-grey (0.5), where ascents start too, so that what an editor left under full transparency never reaches a model.
    /// </summary>
    public float[] ToPlanar()
    {
        float[] planar = new float[3 * Height * Width];
        ToPlanar(planar);
        return planar;
    }

    /// <summary><see cref="ToPlanar()"/> into existing memory [3, Height, Width].</summary>
    /// <exception cref="ArgumentException">The destination does not have 3 · Height · Width numbers.</exception>
    public void ToPlanar(Span<float> destination)
    {
        if (destination.Length != 3 * Height * Width)
            throw new ArgumentException(
                $"The {this} becomes [3, {Height}, {Width}], {3 * Height * Width} numbers; the destination has {destination.Length}.",
                nameof(destination));

        int pixels = Height * Width;
        for (int c = 0; c < 3; c++)
        {
            Span<float> plane = destination.Slice(c * pixels, pixels);
            int from = Channels == 1 ? 0 : c;
            for (int i = 0; i < pixels; i++)
            {
                float value = _bytes[i * Channels + from] / 255f;
                if (Channels == 4)
                {
                    float alpha = _bytes[i * 4 + 3] / 255f;
                    value = value * alpha + 0.5f * (1f - alpha);
                }
                plane[i] = value;
            }
        }
    }

    /// <summary>The picture as RGBA, with an alpha channel [Height, Width] in [0, 1] in place of what it had.</summary>
    internal Picture WithAlpha(ReadOnlySpan<float> alpha)
    {
        var bytes = new byte[4 * Height * Width];
        for (int i = 0; i < Height * Width; i++)
        {
            for (int c = 0; c < 3; c++) bytes[4 * i + c] = _bytes[i * Channels + (Channels == 1 ? 0 : c)];
            bytes[4 * i + 3] = (byte)(Math.Clamp(alpha[i], 0f, 1f) * 255f + 0.5f);
        }
        return new Picture(bytes, Height, Width, 4);
    }

    /// <summary>The picture as RGB: grey in all three channels, transparent pixels over mid-grey.</summary>
    internal Picture OverGrey() => Channels == 3 ? this : FromPlanar(ToPlanar(), 3, Height, Width);

    /// <summary>The picture as an image of ImageSharp over the same bytes, to be read only.</summary>
    internal Image<T> AsImage<T>() where T : unmanaged, IPixel<T>
    {
        Configuration configuration = new() { MemoryAllocator = new ImageMemory(long.MaxValue), MaxDegreeOfParallelism = 1 };
        return SixLabors.ImageSharp.Image.WrapMemory<T>(configuration, _bytes.AsMemory(), Width, Height);
    }
}
