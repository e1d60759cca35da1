using Phosphene.Images;
using Phosphene.Runtime.Files;

namespace Phosphene.Pages.Galleries;

/// <summary>Small pictures of the units of a layer, many in a file, so that a page with hundreds of them loads in a handful of requests.</summary>
internal static class Sprites
{
    /// <summary>How many tiles a sheet has, and how many stand in a row.</summary>
    public const int PerSheet = 64, Across = 8;

    /// <summary>How many tiles a strip has, at most.</summary>
    public const int InStrip = 12;

    /// <summary>The longer side of a tile in pixels.</summary>
    public const int Side = 112;

    /// <summary>The quality of JPEGs.</summary>
    public const int Quality = 84;

    /// <summary>The size of the tiles of pictures of a size.</summary>
    public static (int Height, int Width) TileOf(int height, int width)
    {
        int longer = Math.Max(height, width);
        return (Math.Max(1, Side * height / longer), Math.Max(1, Side * width / longer));
    }

    /// <summary>Writes tiles, all of one size, row by row.</summary>
    /// <exception cref="OutputFileException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<Picture> tiles, int across)
    {
        // A row that is not full would make the sheet as narrow as it is.
        Picture[] row = tiles.Count >= across ? [.. tiles] : [.. tiles, .. Enumerable.Repeat(new Picture(tiles[0].Height, tiles[0].Width, tiles[0].Channels, new byte[tiles[0].Bytes.Length]), across - tiles.Count)];
        var sheet = Picture.Tile(row, across, gap: 0);
        AtomicFile.Write(path, stream => JpegWriter.Write(stream, sheet, Quality));
    }

    /// <summary>The places of the tiles of a strip: evenly spread.</summary>
    public static IReadOnlyList<int> InStripOf(int count) => count <= InStrip ? [.. Enumerable.Range(0, count)] : [.. Enumerable.Range(0, InStrip).Select(i => (int)((i + 0.5) * count / InStrip))];

    /// <summary>A tile of a sheet as markup: the sheet, of which all but the tile is cut off. It scales with its frame, and without scripts or style sheets of its own.</summary>
    /// <param name="file">The sheet, as the page finds it.</param>
    /// <param name="place">The place of the unit among those of its layer.</param>
    public static Html Tile(string file, int place)
    {
        int cell = place % PerSheet;
        return Html.Of($"<span class=\"cut\"><img src=\"{file}\" alt=\"\" loading=\"lazy\" style=\"--x:{cell % Across};--y:{cell / Across}\"></span>");
    }
}
