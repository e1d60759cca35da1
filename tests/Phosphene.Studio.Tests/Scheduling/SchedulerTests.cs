using System.Diagnostics;
using Phosphene.Studio.Scheduling;
using Xunit;

namespace Phosphene.Studio.Tests.Scheduling;

public sealed class SchedulerTests
{
    [Fact]
    public async Task Asking_answers_in_order_and_passes_on_what_is_thrown()
    {
        using var scheduler = new Scheduler();
        var order = new List<int>();
        Task[] asked = [.. Enumerable.Range(0, 20).Select(i => scheduler.Ask(() => order.Add(i)))];
        await Task.WhenAll(asked);
        Assert.Equal(Enumerable.Range(0, 20), order);
        await Assert.ThrowsAsync<InvalidDataException>(() => scheduler.Ask<int>(() => throw new InvalidDataException()));
    }

    [Fact]
    public async Task More_questions_than_can_wait_are_refused()
    {
        using var scheduler = new Scheduler();
        using var hold = new ManualResetEventSlim();
        Task first = scheduler.Ask(hold.Wait);
        await Task.Delay(50);
        Task[] waiting = [.. Enumerable.Range(0, Scheduler.MostQuestions).Select(_ => scheduler.Ask(() => { }))];
        Assert.Throws<TooManyException>(() => { _ = scheduler.Ask(() => { }); });
        hold.Set();
        await Task.WhenAll([first, .. waiting]);
    }

    [Fact]
    public async Task What_is_visible_gets_most_of_the_time_and_nothing_starves()
    {
        using var scheduler = new Scheduler();
        var visible = new Spinning(Attention.Visible);
        Spinning[] hidden = [.. Enumerable.Range(0, 10).Select(_ => new Spinning(Attention.Hidden))], left = [new Spinning(Attention.None)];
        foreach (Spinning work in (Spinning[])[.. hidden, visible, .. left]) scheduler.Add(work);
        await Until(() => visible.Turns >= 200);
        Assert.All(hidden, work => Assert.True(work.Turns > 0));
        Assert.Equal(0, left[0].Turns);
        Assert.True(hidden.Sum(work => work.Turns) < visible.Turns / 2, $"{hidden.Sum(work => work.Turns)} turns of hidden works, {visible.Turns} of the visible one");
    }

    [Fact]
    public async Task Two_visible_works_get_the_same()
    {
        using var scheduler = new Scheduler();
        Spinning one = new(Attention.Visible), other = new(Attention.Visible);
        scheduler.Add(one);
        await Until(() => one.Turns >= 50);
        scheduler.Add(other);
        await Until(() => other.Turns >= 300);                       // it begins with a lead
        (int before, int otherBefore) = (one.Turns, other.Turns);
        await Until(() => other.Turns >= otherBefore + 300);
        Assert.InRange((double)(one.Turns - before) / (other.Turns - otherBefore), 0.7, 1.4);
    }

    [Fact]
    public async Task A_work_that_cannot_even_fail_is_dropped_and_the_others_go_on()
    {
        using var scheduler = new Scheduler();
        var broken = new Spinning(Attention.Visible) { Breaks = true, FailsToFail = true };
        var whole = new Spinning(Attention.Visible);
        scheduler.Add(broken);
        scheduler.Add(whole);
        await Until(() => whole.Turns > 20);
        Assert.Equal(1, broken.Turns);
    }

    [Fact]
    public async Task Questions_without_end_starve_no_work()
    {
        using var scheduler = new Scheduler();
        var work = new Spinning(Attention.Visible);
        scheduler.Add(work);
        using var ended = new CancellationTokenSource();
        Task[] askers = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            while (!ended.IsCancellationRequested) await scheduler.Ask(() => Thread.Sleep(20));
        }))];
        await Task.Delay(500);
        int before = work.Turns;
        await Until(() => work.Turns > before + 100);
        await ended.CancelAsync();
        await Task.WhenAll(askers);
    }

    [Fact]
    public async Task A_work_that_throws_is_told_and_the_others_go_on()
    {
        using var scheduler = new Scheduler();
        var broken = new Spinning(Attention.Visible) { Breaks = true };
        var whole = new Spinning(Attention.Visible);
        scheduler.Add(broken);
        scheduler.Add(whole);
        await Until(() => whole.Turns > 20);
        Assert.IsType<InvalidOperationException>(broken.Error);
        Assert.Equal(1, broken.Turns);
    }

    private static async Task Until(Func<bool> holds)
    {
        var clock = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1), "It takes too long.");
            await Task.Delay(1);
        }
    }

    private sealed class Spinning(Attention attention) : Work
    {
        private volatile int _turns;

        public bool Breaks { get; init; }

        public bool FailsToFail { get; init; }

        public Exception? Error { get; private set; }

        public int Turns => _turns;

        public override Attention Attention => attention;

        public override bool IsRunnable => Error is null;

        public override void Turn()
        {
            _turns++;
            if (Breaks) throw new InvalidOperationException();
            var clock = Stopwatch.StartNew();
            while (clock.Elapsed.TotalMilliseconds < 1) Thread.SpinWait(100);
        }

        public override void Fail(Exception error)
        {
            if (FailsToFail) throw new InvalidOperationException();
            Error = error;
        }
    }
}
