using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// y [rows, P] = the rank of each element of a row of x [rows, P], row-major. A row is sorted as whole numbers of 64 bits, each an element with its place behind it:
/// <code>
/// key[p] = order(x[p])·2^32 + p,   order(x) rising with x;   y[p of key] = the place of the key among the sorted ones
/// </code>
/// No two are equal, and equal elements are in the order of their places. Long rows are sorted byte by byte of order(x), the lowest first, each time without changing the order of equals (radix sort); that takes a third of
/// the time of comparing them, at 784 elements. An item is a share of the rows, with keys of its own.
/// </summary>
internal sealed unsafe class RankKernel(Value x, Value keys, Value y) : Kernel
{
    private const int MostShares = 64, FewToCompare = 96, Passes = 4, Digits = 256;

    private readonly int _places = PlacesOf(x.Shape), _rows = RowsOf(x.Shape);

    public override int Items(int stage) => SharesOf(x.Shape);

    /// <summary>How many floats the keys take: for each share two rows of keys, to sort from one into the other.</summary>
    public static long KeyFloats(Shape shape) => Math.Max(1, 4L * PlacesOf(shape) * SharesOf(shape));

    public override void Run<TLane>(int stage, int item)
    {
        int shares = SharesOf(x.Shape);
        ulong* row = (ulong*)keys.Data + 2L * item * _places;
        for (int r = (int)((long)item * _rows / shares), end = (int)((item + 1L) * _rows / shares); r < end; r++)
        {
            float* from = x.Data + (long)r * _places, to = y.Data + (long)r * _places;
            for (int p = 0; p < _places; p++) row[p] = ((ulong)Order(from[p]) << 32) | (uint)p;
            if (_places <= FewToCompare) new Span<ulong>(row, _places).Sort();
            else SortByBytes(row, row + _places, _places);
            for (int rank = 0; rank < _places; rank++) to[(uint)row[rank]] = rank;
        }
    }

    // Four passes, so that the last one ends where the first began.
    private static void SortByBytes(ulong* row, ulong* other, int count)
    {
        int* next = stackalloc int[Passes * Digits];                  // where the next key with a digit goes; first, how many have it
        new Span<int>(next, Passes * Digits).Clear();
        for (int i = 0; i < count; i++)
            for (int b = 0; b < Passes; b++) next[b * Digits + (byte)(row[i] >> (32 + 8 * b))]++;
        for (int b = 0; b < Passes; b++)
        {
            int* places = next + b * Digits;
            for (int digit = 0, sum = 0; digit < Digits; digit++) (places[digit], sum) = (sum, sum + places[digit]);
            for (int i = 0; i < count; i++) other[places[(byte)(row[i] >> (32 + 8 * b))]++] = row[i];
            ulong* sorted = other;
            other = row;
            row = sorted;
        }
    }

    // The bits of a float as a whole number that rises with it: those of a negative number fall as it rises. Adding 0 makes -0 the same as 0.
    private static uint Order(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value + 0f);
        return (bits & 0x8000_0000) != 0 ? ~bits : bits | 0x8000_0000;
    }

    private static int PlacesOf(Shape shape) => shape[shape.Rank - 1];

    private static int RowsOf(Shape shape) => shape.CountOf(0, shape.Rank - 1);

    private static int SharesOf(Shape shape) => Math.Min(RowsOf(shape), MostShares);
}
