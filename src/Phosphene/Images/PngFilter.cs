namespace Phosphene.Images;

/// <summary>
/// The five row filters of PNG (specification, section 9): each byte minus a prediction from its left neighbour a, the one above b, and above
/// left c. A neighbour outside the image is 0. <c>distance</c> is the distance in bytes to the left neighbour.
/// </summary>
internal static class PngFilter
{
    /// <summary>How many filters there are: none, sub, up, average, Paeth.</summary>
    public const int Count = 5;

    /// <summary>Turns a filtered row into the row itself, in place. <paramref name="above"/> is the row before, zeros for the first.</summary>
    /// <returns>False if there is no such filter.</returns>
    public static bool TryUndo(int filter, Span<byte> row, ReadOnlySpan<byte> above, int distance)
    {
        switch (filter)
        {
            case 0:
                return true;
            case 1:
                for (int i = distance; i < row.Length; i++) row[i] += row[i - distance];
                return true;
            case 2:
                for (int i = 0; i < row.Length; i++) row[i] += above[i];
                return true;
            case 3:
                for (int i = 0; i < row.Length; i++) row[i] += (byte)((Left(row, i, distance) + above[i]) >> 1);
                return true;
            case 4:
                for (int i = 0; i < row.Length; i++) row[i] += Paeth(Left(row, i, distance), above[i], Left(above, i, distance));
                return true;
            default:
                return false;
        }
    }

    /// <summary>Writes the filtered row to <paramref name="filtered"/> and returns the sum of its absolute values read as signed bytes.</summary>
    public static long Apply(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int distance, Span<byte> filtered)
    {
        long sum = 0;
        for (int i = 0; i < row.Length; i++)
        {
            int prediction = filter switch
            {
                0 => 0,
                1 => Left(row, i, distance),
                2 => above[i],
                3 => (Left(row, i, distance) + above[i]) >> 1,
                _ => Paeth(Left(row, i, distance), above[i], Left(above, i, distance)),
            };
            filtered[i] = (byte)(row[i] - prediction);
            sum += Math.Abs((int)(sbyte)filtered[i]);
        }
        return sum;
    }

    private static byte Left(ReadOnlySpan<byte> row, int i, int distance) => i < distance ? (byte)0 : row[i - distance];

    /// <summary>Of a, b and c the one nearest to a + b - c; ties in that order.</summary>
    private static byte Paeth(byte a, byte b, byte c)
    {
        int da = Math.Abs(b - c), db = Math.Abs(a - c), dc = Math.Abs(a + b - 2 * c);
        return da <= db && da <= dc ? a : db <= dc ? b : c;
    }
}
