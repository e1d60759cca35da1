using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Xunit;

namespace Phosphene.Runtime.Tests.Compilation;

public sealed unsafe class MemoryPlanTests
{
    private static void Check(Storage[] storages, Action<long> check)
    {
        void* arena = MemoryPlan.Allocate(storages, [], out long bytes);
        try
        {
            foreach (Storage storage in storages)
            {
                Assert.InRange((long)storage.Address, (long)arena, (long)arena + bytes - 4 * storage.Floats);
                Assert.Equal(0, (long)storage.Address % 64);
            }
            for (int i = 0; i < storages.Length; i++)
                for (int j = 0; j < i; j++)
                {
                    (Storage a, Storage b) = (storages[i], storages[j]);
                    bool together = a.First <= b.Last && b.First <= a.Last;
                    bool overlap = a.Address < b.Address + b.Floats && b.Address < a.Address + a.Floats;
                    Assert.False(together && overlap, $"Storages of kernels {a.First}..{a.Last} and {b.First}..{b.Last} overlap.");
                }
            check(bytes);
        }
        finally
        {
            NativeBlock.Free(arena, (nuint)bytes);
        }
    }

    [Theory]
    [InlineData(1L << 31, "A value of this model has 2147483648 numbers in memory, where at most 2147483647 are possible")]
    [InlineData(int.MaxValue, "GB of memory, where half of what is there")]
    public void More_memory_than_there_is_is_refused_before_it_is_taken(long floats, string why)
    {
        Storage[] storages = [.. Enumerable.Range(0, 10_000).Select(_ => new Storage(floats) { First = 0, Last = 1 })];
        Assert.Contains(why, Assert.Throws<InsufficientMemoryException>(() => { MemoryPlan.Allocate(storages, [], out _); }).Message, StringComparison.Ordinal);
    }

    /// <summary>Lifetimes that begin before the first kernel or at one of a hundred, and last for some or, one in ten, for ever.</summary>
    private static Storage[] Storages(IEnumerable<int[]> numbers) =>
        [.. numbers.Select(n => new Storage(n[0]) { First = n[1], Last = n[2] > 11 ? int.MaxValue : Math.Max(0, n[1]) + n[2] })];

    private static readonly Arbitrary<int[]> Numbers = Ranges.Of((1, 1999), (-1, 99), (0, 12));

    [Property(EndSize = 250)]
    public Property Storages_that_live_at_the_same_time_do_not_overlap() => Prop.ForAll(Arb.Array(Numbers), numbers => Check(Storages(numbers), _ => { }));

    [Property(MaxTest = 10)]
    public Property Many_storages_take_hardly_more_than_those_that_live_at_the_busiest_time() => Prop.ForAll(Numbers.Generator.ArrayOf(250).ToArbitrary(), numbers =>
    {
        Storage[] storages = Storages(numbers);
        long peak = Enumerable.Range(0, 112).Max(time => storages.Where(s => s.First <= time && time <= s.Last).Sum(s => 4 * s.Floats + 128));
        Check(storages, bytes => Assert.InRange(bytes, 1, 2 * peak));     // greedy is near the peak, far below the sum
    });

    [Fact]
    public void Storages_that_follow_each_other_share_one_place()
    {
        Storage[] storages = [.. Enumerable.Range(0, 50).Select(i => new Storage(1000) { First = 2 * i, Last = 2 * i + 1 })];
        Check(storages, bytes => Assert.InRange(bytes, 4000, 4200));
    }

    [Fact]
    public void Storages_of_one_period_begin_a_multiple_of_it_apart()
    {
        const long period = 16 * 9 * 14;
        Storage[] storages = [.. Enumerable.Range(1, 40).Select(i => new Storage(period * (1 + (i % 5))) { Period = period, First = i, Last = i + (i % 7) }), new Storage(999) { First = 0, Last = 50 }];
        Check(storages, _ =>
        {
            foreach (Storage storage in storages[..^1]) Assert.Equal(0, (storage.Address - storages[0].Address) % period);
        });
    }

    [Fact]
    public void Storage_that_no_kernel_uses_or_that_lies_outside_takes_no_room()
    {
        float* weight = stackalloc float[1];
        var outside = new Storage(1 << 20) { External = true, Address = weight, First = 0, Last = 5 };
        void* arena = MemoryPlan.Allocate([outside, new Storage(1 << 20), new Storage(7) { First = 0, Last = 0 }], [], out long bytes);
        NativeBlock.Free(arena, (nuint)bytes);
        Assert.True(weight == outside.Address);
        Assert.InRange(bytes, 28, 256);
    }
}
