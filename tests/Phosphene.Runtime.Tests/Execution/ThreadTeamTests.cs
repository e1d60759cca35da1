using Phosphene.Runtime.Execution;
using Xunit;

namespace Phosphene.Runtime.Tests.Execution;

public sealed class ThreadTeamTests
{
    /// <summary>Counts how often each item of a stage runs; item `Failing` throws.</summary>
    private sealed class Counter(int items) : Kernel
    {
        public int[] Runs { get; } = new int[items];

        public int Failing { get; set; } = -1;

        public override int Items(int stage) => Runs.Length;

        public override void Run<TLane>(int stage, int item)
        {
            if (item == Failing) throw new InvalidDataException($"item {item}");
            Interlocked.Increment(ref Runs[item]);
        }
    }

    private static void Run(ThreadTeam team, Kernel kernel) => team.Run(kernel, 0, (one, stage, item) => one.Run<Lane1>(stage, item));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_item_runs_exactly_once(int threads)
    {
        using var team = new ThreadTeam(threads);
        Assert.Equal(threads, team.Count);
        foreach (int items in new[] { 0, 1, 2, 7, 1000 })
            for (int repeat = 0; repeat < 20; repeat++)
            {
                var counter = new Counter(items);
                Run(team, counter);
                Assert.All(counter.Runs, runs => Assert.Equal(1, runs));
            }
    }

    [Fact]
    public void Stages_follow_each_other_without_overlap()
    {
        using var team = new ThreadTeam(3);
        var counter = new Counter(5);
        for (int stage = 1; stage <= 20_000; stage++)
        {
            Run(team, counter);
            for (int item = 0; item < 5; item++) Assert.Equal(stage, Volatile.Read(ref counter.Runs[item]));
        }
    }

    [Fact]
    public void Items_run_on_several_threads()
    {
        using var team = new ThreadTeam(2);
        var meeting = new Meeting(2);
        Run(team, meeting);                                          // each of the two items waits for the other
        Assert.Equal(2, meeting.Met);
    }

    /// <summary>Items that end only when all have begun, which takes as many threads.</summary>
    private sealed class Meeting(int items) : Kernel
    {
        private int _begun;

        public int Met;

        public override int Items(int stage) => items;

        public override void Run<TLane>(int stage, int item)
        {
            Interlocked.Increment(ref _begun);
            if (SpinWait.SpinUntil(() => Volatile.Read(ref _begun) == items, TimeSpan.FromSeconds(20))) Interlocked.Increment(ref Met);
        }
    }

    [Theory]
    [InlineData(1, 7)]
    [InlineData(2, 1)]
    [InlineData(2, 7)]
    [InlineData(4, 1000)]
    public void Exception_in_an_item_reaches_the_caller_and_the_team_goes_on(int threads, int items)
    {
        using var team = new ThreadTeam(threads);
        for (int repeat = 0; repeat < 20; repeat++)
        {
            var failing = new Counter(items) { Failing = items / 2 };
            Assert.Equal($"item {items / 2}", Assert.Throws<InvalidDataException>(() => Run(team, failing)).Message);
            var counter = new Counter(items);
            Run(team, counter);
            Assert.All(counter.Runs, runs => Assert.Equal(1, runs));
        }
    }

    [Fact]
    public void Team_wakes_after_sleep()
    {
        using var team = new ThreadTeam(3);
        for (int nap = 0; nap < 10; nap++)
        {
            Thread.Sleep(20);                                        // far longer than threads look for work before they sleep
            for (int repeat = 0; repeat < 50; repeat++)
            {
                var counter = new Counter(9);
                Run(team, counter);
                Assert.All(counter.Runs, runs => Assert.Equal(1, runs));
            }
        }
        var meeting = new Meeting(3);
        Thread.Sleep(20);
        Run(team, meeting);
        Assert.Equal(3, meeting.Met);
    }

    // Pauses around the half millisecond after which threads go to sleep: who is called just then must come. Items that do not wait for each other would
    // all be done without him.
    [Fact]
    public void No_wake_up_is_lost_at_the_moment_of_falling_asleep()
    {
        using var team = new ThreadTeam(3);
        var random = new Random(1);
        for (int repeat = 0; repeat < 1000; repeat++)
        {
            var until = System.Diagnostics.Stopwatch.StartNew();
            double pause = 0.45 + random.NextDouble() * 0.1;
            while (until.Elapsed.TotalMilliseconds < pause) Thread.SpinWait(10);
            var meeting = new Meeting(3);
            Run(team, meeting);
            Assert.Equal(3, meeting.Met);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    public void Dispose_ends_the_threads(int sleep)
    {
        for (int repeat = 0; repeat < 10; repeat++)
        {
            var team = new ThreadTeam(3);
            var counter = new Counter(64);
            Run(team, counter);
            Thread.Sleep(sleep);
            var disposing = new Thread(team.Dispose) { IsBackground = true };
            disposing.Start();
            Assert.True(disposing.Join(TimeSpan.FromSeconds(20)), "Dispose waits for a thread that does not end.");
            team.Dispose();                                          // a second time does nothing
        }
    }

    [Fact]
    public void Team_needs_a_thread() => Assert.Throws<ArgumentOutOfRangeException>(() => new ThreadTeam(0));
}
