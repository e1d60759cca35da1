namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>How kernels cut their rows into strips of whole <see cref="Tile"/>s, and their work into items, to suit the caches.</summary>
internal static class Strips
{
    /// <summary>The most tiles of a strip.</summary>
    public const int MostTiles = 64;

    /// <summary>The tiles that a strip may always have: all pixels of 7×7.</summary>
    private const int LeastTiles = 9;

    /// <summary>Floats of the depth of a panel of weights that fit the first-level cache while the panel passes over a strip.</summary>
    public const int ChunkFloats = 400;

    /// <summary>
    /// Floats of a copy or an elementwise operation that one thread does alone sooner than two that first have to fetch from each other what they wrote:
    /// an image of 224×224 in three channels.
    /// </summary>
    public const int Alone = 1 << 18;

    /// <summary>Floats of an item of a larger one.</summary>
    public const int Share = 1 << 15;

    /// <summary>Multiply-adds of an item: worth a hand-over, and few enough that the threads share evenly.</summary>
    public const int ItemWork = 1 << 19;

    /// <summary>Floats of a strip that stay in the second-level cache while the panels pass, with room for them.</summary>
    public const int Floats = 1 << 15;

    /// <summary>The same where they are read where they lie: not twice in the cache, there and in a copy.</summary>
    public const int FloatsInPlace = 1 << 17;

    /// <summary>Strips of equal length, a multiple of a tile's rows and at most <paramref name="most"/>, another one, and how many there are; rows is at least 1.</summary>
    public static (int Length, int Count) Of(int rows, int most, int tileRows = Tile.Rows)
    {
        int parts = (rows + most - 1) / most, length = (rows + parts * tileRows - 1) / (parts * tileRows) * tileRows;
        return (length, (rows + length - 1) / length);
    }

    /// <summary>The same, as long as the second-level cache allows for rows of the given number of floats, times panels of the given width; floats: how many may stay there; leastStrips: how many strips there should be at least.</summary>
    public static (int Length, int Count) InCache(int rows, int rowFloats, int panelWidth, int floats = Floats, int leastStrips = 1)
    {
        int tileRows = Tile.RowsOf(rows, panelWidth / 2);
        int most = Math.Clamp(floats / rowFloats / Tile.Rows, LeastTiles, MostTiles) * Tile.Rows / tileRows * tileRows, share = (rows + leastStrips * tileRows - 1) / (leastStrips * tileRows) * tileRows;
        return Of(rows, Math.Min(most, share), tileRows);
    }

    /// <summary>How many channels of a block are read in one run: all there are, or as many as fill the last block with whole runs; all of a block where that would be one or two.</summary>
    public static int RunOf(int channels) => channels < Value.Block ? channels : channels % Value.Block == 0 ? Value.Block : channels % 8 == 0 ? 8 : channels % 4 == 0 ? 4 : Value.Block;

    /// <summary>How many floats of a row that is unbroken are one segment of a <see cref="Tile"/>, which asks for something with each: as many as a block has, or all of them.</summary>
    public static int SegmentOf(int rowFloats) => rowFloats % Value.Block == 0 ? Value.Block : rowFloats;

    /// <summary>Where a channel of a pixel lies, in floats from its first, if blocks lie so many floats apart: <see cref="Value.Block"/> where the channels lie side by side.</summary>
    public static nint PlaceOf(int channel, nint blockStride) => channel / Value.Block * blockStride + channel % Value.Block;

    /// <summary>In how many parts of its rows an image's block is worth being shared, for so many multiply-adds: at least two, if it has as many rows, so that two threads have work, and at most eight.</summary>
    public static int PartsOf(long work, int height) => (int)Math.Clamp(work / ItemWork, Math.Min(2, height), Math.Min(8, height));

    /// <summary>Where, in floats from the beginning of each of its blocks, a part of an image's pixels begins and ends: parts of all blocks that one thread takes.</summary>
    public static (int First, int End) OfBlock(Value image, int part, int parts)
    {
        long pixels = image.BlockStride / Value.Block;
        return ((int)(pixels * part / parts) * Value.Block, (int)(pixels * (part + 1) / parts) * Value.Block);
    }

    /// <summary>
    /// The image, part of its rows and block that an item stands for, in this order, so that each thread has the same rows in one kernel after the other
    /// and seldom needs what another core has written.
    /// </summary>
    public static (int Image, int Part, int Block) RowsFirst(int item, int parts, int blocks) => (item / blocks / parts, item / blocks % parts, item % blocks);
}
