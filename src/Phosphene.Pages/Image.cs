using Phosphene.Images;

namespace Phosphene.Pages;

/// <summary>A picture as an element of a page that holds its own bytes.</summary>
internal static class Image
{
    /// <summary>
    /// Width on the page in CSS pixels. Small pictures are enlarged by the least whole factor that makes their longer side
    /// <paramref name="least"/> pixels or more; large ones shrink until it is <paramref name="most"/>.
    /// </summary>
    public static int DisplayWidth(Picture picture, int least, int most)
    {
        int side = Math.Max(picture.Height, picture.Width);
        if (side < least) return picture.Width * ((least + side - 1) / side);
        return side <= most ? picture.Width : Math.Max(1, picture.Width * most / side);
    }

    /// <summary>The picture, <paramref name="width"/> CSS pixels wide, or narrower where there is less room; with texts in its bytes.</summary>
    public static Html Of(Picture picture, string description, int width, IReadOnlyList<PngText>? texts = null)
    {
        int height = Math.Max(1, (int)((long)picture.Height * width / picture.Width));
        Html kind = width > picture.Width ? Html.Of($" class=\"pixels\"") : default;
        return Html.Of(
            $"<img{kind} src=\"{Source(picture, texts)}\" alt=\"{Prose.Plain(description)}\" width=\"{width}\" height=\"{height}\" />");
    }

    private static string Source(Picture picture, IReadOnlyList<PngText>? texts)
    {
        using MemoryStream png = new();
        PngWriter.Write(png, picture, texts);
        return "data:image/png;base64," + Convert.ToBase64String(png.GetBuffer(), 0, (int)png.Length);
    }
}
