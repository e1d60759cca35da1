using FsCheck;
using FsCheck.Xunit;
using Phosphene.Runtime.Numerics;
using Xunit;

namespace Phosphene.Runtime.Tests.Numerics;

public sealed class RandomStreamTests
{
    private static readonly RandomStream s_stream = new(seed: 7, step: 3, "jitter.y");

    [Fact]
    public void A_draw_is_the_philox_block_of_seed_step_name_and_index()
    {
        // FNV-1a of "a" is AF63DC4C8601EC8C (published test vector of the Fowler/Noll/Vo page).
        RandomStream stream = new(0x0123456789ABCDEF, 5, "a");
        (uint x0, _, uint x2, _) = Philox.Block((2, 5, 0x8601EC8C, 0xAF63DC4C), (0x89ABCDEF, 0x01234567));
        Assert.Equal((x0 >> 8) / 16777216f, stream.Uniform(8));
        Assert.Equal((x2 >> 8) / 16777216f, stream.Uniform(10));
    }

    [Fact]
    public void Draws_never_change()
    {
        // Stored when the type was written: whoever changes these changes every picture made before.
        Assert.Equal([13, 3, 8], Enumerable.Range(0, 3).Select(i => s_stream.Integer(i, 0, 16)));
    }

    [Property]
    public void The_order_of_draws_does_not_matter(ulong seed, uint step, NonNull<string> name, NonNegativeInt[] order)
    {
        var stream = new RandomStream(seed, step, name.Get);
        float[] inThisOrder = [.. order.Select(index => stream.Uniform(index.Get))];
        Assert.Equal(order.Select(index => new RandomStream(seed, step, name.Get).Uniform(index.Get)), inThisOrder);
    }

    [Property(MaxTest = 1000)]
    public void Whole_numbers_lie_between_their_bounds(ulong seed, int a, int b, NonNegativeInt index) =>
        Assert.InRange(new RandomStream(seed, 0, "x").Integer(index.Get, Math.Min(a, b), Math.Max(a, b)), Math.Min(a, b), Math.Max(a, b));

    [Fact]
    public void Seed_step_name_and_index_each_change_the_draw()
    {
        float[] draws =
        [
            s_stream.Uniform(0), s_stream.Uniform(1), s_stream.Uniform(4), new RandomStream(8, 3, "jitter.y").Uniform(0), new RandomStream(7ul << 32, 3, "jitter.y").Uniform(0),
            new RandomStream(7, 4, "jitter.y").Uniform(0), new RandomStream(7, 3, "jitter.x").Uniform(0), new RandomStream(7, 3, "").Uniform(0),
        ];
        Assert.Equal(draws.Length, draws.Distinct().Count());
    }

    [Fact]
    public void Uniform_draws_fill_the_interval_evenly()
    {
        int[] bins = new int[10];
        for (int i = 0; i < 100_000; i++)
        {
            float draw = s_stream.Uniform(i);
            Assert.InRange(draw, 0f, 0.99999994f);
            bins[(int)(draw * 10)]++;
        }
        Assert.All(bins, count => Assert.InRange(count, 9_500, 10_500));      // 10,000 with a standard deviation of 95
    }

    [Fact]
    public void All_whole_numbers_occur_equally_often_with_both_bounds()
    {
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++) counts[s_stream.Integer(i, -3, 3) + 3]++;
        Assert.All(counts, count => Assert.InRange(count, 9_500, 10_500));
    }

    [Fact]
    public void Whole_numbers_may_span_one_value_or_all()
    {
        Assert.Equal(5, s_stream.Integer(0, 5, 5));
        int[] wide = [.. Enumerable.Range(0, 1000).Select(i => s_stream.Integer(i, int.MinValue, int.MaxValue))];
        Assert.True(wide.Min() < -2_000_000_000 && wide.Max() > 2_000_000_000);
        Assert.Throws<ArgumentException>(() => s_stream.Integer(0, 2, 1));
    }

    [Fact]
    public void Normal_draws_have_the_moments_of_the_normal_distribution()
    {
        double[] draws = [.. Enumerable.Range(0, 200_000).Select(i => (double)s_stream.Normal(i))];
        Assert.Equal(0.0, draws.Average(), 0.01);                                  // standard error 0.0022
        Assert.Equal(1.0, draws.Average(x => x * x), 0.02);                        // 0.0032
        Assert.Equal(0.0, draws.Average(x => x * x * x), 0.04);                    // 0.0087
        Assert.Equal(3.0, draws.Average(x => x * x * x * x), 0.15);                // 0.022
        Assert.Equal(0.0, draws.Zip(draws.Skip(1), (a, b) => a * b).Average(), 0.01);
        Assert.Equal(0.6827, draws.Count(x => Math.Abs(x) < 1) / 200_000.0, 0.005);
    }

    [Property]
    public void Filling_draws_element_by_element(ulong seed, uint step, byte count)
    {
        float[] filled = new float[count];
        var stream = new RandomStream(seed, step, "x");
        stream.FillNormal(filled, 0.25f);
        Assert.Equal(Enumerable.Range(0, count).Select(i => stream.Normal(i) * 0.25f), filled);
    }

    [Fact]
    public void A_step_or_index_out_of_range_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomStream(7, -1, "x"));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomStream(7, 1L << 32, "x"));
        Assert.Throws<ArgumentOutOfRangeException>(() => s_stream.Uniform(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => s_stream.Normal(1L << 34));
    }

    [Fact]
    public void Items_are_shuffled_by_the_uniform_draws_of_their_places()
    {
        int[] shuffled = [.. s_stream.Shuffled([.. Enumerable.Range(0, 23)])];
        Assert.Equal(Enumerable.Range(0, 23), shuffled.Order());
        Assert.Equal(shuffled.Select(i => s_stream.Uniform(i)).Order(), shuffled.Select(i => s_stream.Uniform(i)));
    }
}
