using Phosphene.Runtime.Execution;
using Xunit;

namespace Phosphene.Runtime.Tests.Execution;

public sealed unsafe class LaneTests
{
    [Fact]
    public void Lanes_go_where_a_permutation_says()
    {
        Permutes<Lane128>();
        Permutes<Lane256>();
        Permutes<Lane512>();
    }

    private static void Permutes<T>() where T : unmanaged, ILane<T>
    {
        float[] x = [.. Enumerable.Range(0, T.Width).Select(lane => 10f + lane)], result = new float[T.Width];
        int[] from = [.. Enumerable.Range(0, T.Width).Select(lane => (5 * lane + 3) % (T.Width - 1))];
        fixed (float* numbers = x, to = result)
        fixed (int* lanes = from)
            T.Store(to, T.Permute(T.Load(numbers), T.Load((float*)lanes)));
        Assert.Equal(from.Select(lane => 10f + lane), result);
    }

    [Fact]
    public void Bits_say_which_lanes_are_above_zero_and_keep_these()
    {
        KeepsBits<Lane256>();
        KeepsBits<Lane512>();
    }

    private static void KeepsBits<T>() where T : unmanaged, ILane<T>
    {
        float[] signs = [1, -1, 0, float.Epsilon, -0f, float.NaN, float.PositiveInfinity, -3, 5, float.NegativeInfinity, 1e-30f, 0, 2, -2, 3, 7], x = [.. Enumerable.Range(1, 16).Select(lane => (float)lane)], kept = new float[16];
        byte[] bits = [0xAA, 0xAA, 0xAA, 0xAA];
        fixed (float* from = signs, numbers = x, to = kept)
        fixed (byte* at = bits)
            for (int lane = 0; lane < x.Length; lane += T.Width)
            {
                T.StoreBits(at + 1 + lane / 8, T.Load(from + lane));
                T.Store(to + lane, T.IfBit(at + 1 + lane / 8, T.Load(numbers + lane)));
            }
        Assert.Equal([.. signs.Zip(x, (sign, number) => sign > 0 ? number : 0)], kept);
        Assert.Equal((0xAA, 0xAA), (bits[0], bits[3]));
    }
}
