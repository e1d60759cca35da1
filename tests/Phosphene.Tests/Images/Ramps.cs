using Phosphene.Images;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using Xunit;
using ImageFormatException = Phosphene.Images.ImageFormatException;

namespace Phosphene.Tests.Images;

/// <summary>A picture of 24 x 40 (height x width) whose colours are plain to see in its formula, as most of the samples hold it.</summary>
internal static class Ramps
{
    public const int Height = 24, Width = 40;

    /// <summary>The colour at a place.</summary>
    public static (byte R, byte G, byte B, byte A) At(int y, int x) => ((byte)(6 * x), (byte)(10 * y), (byte)(255 - 3 * x - 3 * y), (byte)(100 + 3 * x));

    /// <summary>The path of a sample.</summary>
    public static string Sample(string name) => Path.Combine(AppContext.BaseDirectory, "Images", "Samples", name);

    /// <summary>The picture as an image of ImageSharp, to write it with.</summary>
    public static Image<T> Image<T>(byte? alpha = null) where T : unmanaged, IPixel<T>
    {
        var image = new Image<T>(Width, Height);
        for (int y = 0; y < Height; y++)
            for (int x = 0; x < Width; x++)
            {
                (byte r, byte g, byte b, byte a) = At(y, x);
                T pixel = default;
                pixel.FromRgba32(new Rgba32(r, g, b, alpha ?? a));
                image[x, y] = pixel;
            }
        return image;
    }

    /// <summary>Reads an image as a file holds it.</summary>
    public static Picture Read(byte[] file) => ImageReader.Read(new MemoryStream(file), "test").Picture;

    /// <summary>What a refusal says of a file.</summary>
    public static string Refusal(byte[] file) => Assert.Throws<ImageFormatException>(() => Read(file)).Message;

    /// <summary>A file that an encoder writes.</summary>
    public static byte[] File(Action<Stream> write)
    {
        using MemoryStream file = new();
        write(file);
        return file.ToArray();
    }

    /// <summary>Whether a picture is this one, up to a difference in each level.</summary>
    public static void Check(Picture picture, int channels, int tolerance = 0)
    {
        Assert.Equal((Height, Width, channels), (picture.Height, picture.Width, picture.Channels));
        for (int y = 0; y < Height; y++)
            for (int x = 0; x < Width; x++)
            {
                (byte r, byte g, byte b, byte a) = At(y, x);
                byte[] expected = [r, g, b, a];
                for (int c = 0; c < channels; c++)
                    Assert.True(Math.Abs(expected[c] - picture.Row(y)[x * channels + c]) <= tolerance, $"y {y}, x {x}, channel {c}: {picture.Row(y)[x * channels + c]} instead of {expected[c]}");
            }
    }
}
