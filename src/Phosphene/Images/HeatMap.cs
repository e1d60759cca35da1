namespace Phosphene.Images;

/// <summary>Numbers over a picture, as colours: red where they are above 0, blue where they are below, as strong as they are large.</summary>
internal static class HeatMap
{
    // How much of the picture's own light is left under the colours, and how strong the strongest colour is.
    private const float Light = 0.75f, Strength = 0.85f;

    private static readonly float[] Above = [0.90f, 0.16f, 0.10f], Below = [0.10f, 0.38f, 0.90f];

    /// <summary>Numbers laid over a picture, which becomes grey.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="values">The numbers [height, width], spread over all of the picture.</param>
    /// <param name="height">Their rows.</param>
    /// <param name="width">Their columns.</param>
    public static Picture Over(Picture picture, IReadOnlyList<float> values, int height, int width)
    {
        float[] colours = picture.ToPlanar(), result = new float[colours.Length];
        float largest = Math.Max(values.Max(Math.Abs), float.Epsilon);
        int pixels = picture.Height * picture.Width;
        for (int y = 0; y < picture.Height; y++)
            for (int x = 0; x < picture.Width; x++)
            {
                int at = y * picture.Width + x;
                float value = Between(values, height, width, (y + 0.5f) * height / picture.Height - 0.5f, (x + 0.5f) * width / picture.Width - 0.5f) / largest;
                float share = Strength * Math.Abs(value), grey = Light * Luma.Of(colours[at], colours[pixels + at], colours[2 * pixels + at]);
                float[] colour = value > 0 ? Above : Below;
                for (int c = 0; c < 3; c++) result[c * pixels + at] = (1 - share) * grey + share * colour[c];
            }
        return Picture.FromPlanar(result, 3, picture.Height, picture.Width);
    }

    // Bilinear; the edge goes on beyond it.
    private static float Between(IReadOnlyList<float> values, int height, int width, float y, float x)
    {
        (int y0, int x0) = ((int)MathF.Floor(y), (int)MathF.Floor(x));
        float dy = y - y0, dx = x - x0;
        return (1 - dy) * ((1 - dx) * At(y0, x0) + dx * At(y0, x0 + 1)) + dy * ((1 - dx) * At(y0 + 1, x0) + dx * At(y0 + 1, x0 + 1));

        float At(int row, int column) => values[Math.Clamp(row, 0, height - 1) * width + Math.Clamp(column, 0, width - 1)];
    }
}
