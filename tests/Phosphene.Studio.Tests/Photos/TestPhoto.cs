using Phosphene.Images;

namespace Phosphene.Studio.Tests.Photos;

/// <summary>A photo of known pixels: grey, with a red one in row 1 and column 5 and a green one in row 4 and column 2.</summary>
internal static class TestPhoto
{
    /// <summary>The file.</summary>
    /// <param name="scale">How many pixels each of them is high and wide.</param>
    public static byte[] Png(int scale = 1)
    {
        (int height, int width) = (HandMadeModel.Height * scale, HandMadeModel.Width * scale);
        byte[] bytes = new byte[3 * height * width];
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
            {
                ReadOnlySpan<byte> pixel = (y / scale, x / scale) switch { (1, 5) => [255, 0, 0], (4, 2) => [0, 255, 0], _ => [51, 51, 51] };
                pixel.CopyTo(bytes.AsSpan(3 * (y * width + x)));
            }
        using var stream = new MemoryStream();
        PngWriter.Write(stream, new Picture(height, width, 3, bytes));
        return stream.ToArray();
    }
}
