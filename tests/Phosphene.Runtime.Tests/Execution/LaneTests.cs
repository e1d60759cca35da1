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
}
