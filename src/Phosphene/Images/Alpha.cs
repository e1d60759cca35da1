namespace Phosphene.Images;

/// <summary>Converts RGBA bytes to and from premultiplied alpha, with Pillow's rounding ("RGBa"), so that resizing agrees with it.</summary>
internal static class Alpha
{
    /// <summary>A copy in which each colour is colour · alpha / 255, rounded to nearest.</summary>
    public static byte[] Premultiplied(ReadOnlySpan<byte> rgba)
    {
        byte[] result = rgba.ToArray();
        for (int i = 0; i < result.Length; i += 4)
            for (int c = 0; c < 3; c++)
            {
                int product = result[i + c] * result[i + 3] + 128;
                result[i + c] = (byte)(((product >> 8) + product) >> 8);     // product / 255, exact in this range
            }
        return result;
    }

    /// <summary>Divides each colour by its alpha in place, rounding down; a wholly transparent pixel keeps its bytes.</summary>
    public static void Unpremultiply(Span<byte> rgba)
    {
        for (int i = 0; i < rgba.Length; i += 4)
        {
            int alpha = rgba[i + 3];
            if (alpha is 0 or 255) continue;
            for (int c = 0; c < 3; c++) rgba[i + c] = (byte)Math.Min(255, 255 * rgba[i + c] / alpha);
        }
    }
}
