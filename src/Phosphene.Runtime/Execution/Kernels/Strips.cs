namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>How kernels cut their rows into strips of whole <see cref="Tile"/>s, and their work into items, to suit the caches.</summary>
internal static class Strips
{
    /// <summary>The most tiles of a strip.</summary>
    public const int MostTiles = 64;

    /// <summary>Floats of the depth of a panel of weights that fit the first-level cache while the panel passes over a strip.</summary>
    public const int ChunkFloats = 400;

    /// <summary>Multiply-adds of an item: worth a hand-over, and few enough that the threads share evenly.</summary>
    public const int ItemWork = 1 << 19;

    /// <summary>Floats of a strip that stay in the second-level cache while the panels pass, with room for them.</summary>
    public const int Floats = 1 << 15;

    /// <summary>Strips of equal length, a multiple of a tile's rows and at most <paramref name="most"/>, and how many there are; rows is at least 1.</summary>
    public static (int Length, int Count) Of(int rows, int most)
    {
        int parts = (rows + most - 1) / most, length = (rows + parts * Tile.Rows - 1) / (parts * Tile.Rows) * Tile.Rows;
        return (length, (rows + length - 1) / length);
    }

    /// <summary>The same, as long as the second-level cache allows for rows of the given number of floats.</summary>
    public static (int Length, int Count) InCache(int rows, int rowFloats) => Of(rows, Math.Clamp(Floats / rowFloats / Tile.Rows, 4, MostTiles) * Tile.Rows);
}
