using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// y [rows, P] = the rank of each element of a row of x [rows, P], row-major. A row is sorted as whole numbers of 64 bits, each an element with its place behind it, so that no two are equal and the order is that of the
/// places among equals:
/// <code>
/// key[p] = order(x[p])·2^32 + p,   order(x) rising with x;   y[key's p] = its place among the sorted keys
/// </code>
/// An item is a share of the rows, with a row of keys of its own.
/// </summary>
internal sealed unsafe class RankKernel(Value x, Value keys, Value y) : Kernel
{
    private const int MostShares = 64;

    private readonly int _places = PlacesOf(x.Shape), _rows = RowsOf(x.Shape);

    public override int Items(int stage) => SharesOf(x.Shape);

    /// <summary>How many floats the keys take: two for each place, for each share.</summary>
    public static long KeyFloats(Shape shape) => Math.Max(1, 2L * PlacesOf(shape) * SharesOf(shape));

    public override void Run<TLane>(int stage, int item)
    {
        int shares = SharesOf(x.Shape);
        var sorted = new Span<ulong>((ulong*)keys.Data + (long)item * _places, _places);
        for (int row = (int)((long)item * _rows / shares), end = (int)((item + 1L) * _rows / shares); row < end; row++)
        {
            float* from = x.Data + (long)row * _places, to = y.Data + (long)row * _places;
            for (int p = 0; p < _places; p++) sorted[p] = ((ulong)Order(from[p]) << 32) | (uint)p;
            sorted.Sort();
            for (int rank = 0; rank < _places; rank++) to[(uint)sorted[rank]] = rank;
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
