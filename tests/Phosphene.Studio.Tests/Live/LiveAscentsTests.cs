using Phosphene.Studio.Live;
using Phosphene.Studio.Networks;
using Phosphene.Studio.Scheduling;
using Phosphene.Studio.Storage;
using Phosphene.Studio.Streams;
using Xunit;

namespace Phosphene.Studio.Tests.Live;

/// <summary>Which ascents are in memory.</summary>
public sealed class LiveAscentsTests : IDisposable
{
    private sealed class Clock : TimeProvider
    {
        private readonly List<Action> _ticks = [];

        public DateTimeOffset Now { get; set; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _ticks.Add(() => callback(state));
            return new Never();
        }

        public void Tick() => _ticks.ForEach(tick => tick());

        private sealed class Never : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }

    private const string Page = "page0000", Other = "page1111";

    private static readonly RecipeText Small = new("lucid", new Dictionary<string, string> { ["size"] = "32", ["steps"] = "8" });

    private readonly string _folder = Directory.CreateTempSubdirectory("phosphene-studio-").FullName;
    private readonly Clock _clock = new();
    private readonly Scheduler _scheduler = new();
    private readonly Hub _hub;
    private readonly StateFolder _state;
    private readonly StudioModels _models;

    public LiveAscentsTests()
    {
        (_hub, _state) = (new Hub(_clock), new StateFolder(_folder));
        _models = new StudioModels([], null, 1, _state);
    }

    public void Dispose()
    {
        _scheduler.Dispose();
        _models.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private StudioModel Model => _models.Find("shapes")!;

    private Task<LiveAscent> Create(LiveAscents ascents, int channel, string page = Page) => _scheduler.Ask(() => ascents.Create(page, LiveAscents.NewId(), Model, $"conv1/relu:{channel}", Small));

    private static void Finish(LiveAscent ascent)
    {
        while (ascent.IsRunnable) ascent.Turn();
    }

    [Fact]
    public async Task One_that_nobody_looks_at_makes_room_and_where_all_are_looked_at_one_more_is_refused()
    {
        using var ascents = new LiveAscents(_models, _scheduler, _hub, _state, _clock);
        LiveAscent left = await Create(ascents, 0, Other), more = left;
        for (int i = 0; i < LiveAscents.MostOpen; i++)
        {
            string page = $"many{i / LiveAscents.MostShown:0000}";
            if (i % LiveAscents.MostShown == 0) _hub.Open(page);
            more = await Create(ascents, i % 4, page);
        }
        Assert.Equal(0, await _scheduler.Ask(() => left.Bytes));
        _hub.Open(Page);
        TooManyException error = await Assert.ThrowsAsync<TooManyException>(() => Create(ascents, 2));
        Assert.Contains("64", error.Message, StringComparison.Ordinal);
        await _scheduler.Ask(() => ascents.Close(more));
        Assert.Equal("conv1/relu:0", (await _scheduler.Ask(() => ascents.Find(left.Id)!.State())).Objective);
    }

    [Fact]
    public async Task What_was_looked_at_longest_ago_gives_its_memory_and_goes_on_where_it_stood()
    {
        using var ascents = new LiveAscents(_models, _scheduler, _hub, _state, _clock) { MostBytes = 1 };
        LiveAscent first = await Create(ascents, 1);
        await _scheduler.Ask(() => first.AdvanceBy(3));
        await _scheduler.Ask(() => Finish(first));
        _clock.Now += TimeSpan.FromSeconds(1);
        LiveAscent second = await Create(ascents, 2);
        Assert.Equal((0, true), await _scheduler.Ask(() => (first.Bytes, second.Bytes > 0)));
        AscentState state = await _scheduler.Ask(first.State);
        Assert.Equal(3, state.Step);
        Assert.Equal((true, 0), await _scheduler.Ask(() => (first.Bytes > 0, second.Bytes)));
    }

    [Fact]
    public async Task What_nobody_has_looked_at_for_ten_minutes_is_put_away()
    {
        using var ascents = new LiveAscents(_models, _scheduler, _hub, _state, _clock);
        _hub.Open(Page);
        LiveAscent watched = await Create(ascents, 1), left = await Create(ascents, 2, Other);
        await _scheduler.Ask(() => left.AdvanceBy(2));
        await _scheduler.Ask(() => Finish(left));
        _clock.Now += LiveAscents.Patience - TimeSpan.FromSeconds(1);
        _clock.Tick();
        Assert.True(await _scheduler.Ask(() => left.Bytes > 0));
        _clock.Now += TimeSpan.FromSeconds(2);
        _clock.Tick();
        Assert.Equal((0, true), await _scheduler.Ask(() => (left.Bytes, watched.Bytes > 0)));
        LiveAscent again = (await _scheduler.Ask(() => ascents.Find(left.Id)))!;
        Assert.NotSame(left, again);
        Assert.Equal(2, (await _scheduler.Ask(again.State)).Step);
    }

    [Fact]
    public async Task A_page_that_goes_from_unit_to_unit_is_never_refused_and_what_it_left_comes_back()
    {
        using var ascents = new LiveAscents(_models, _scheduler, _hub, _state, _clock);
        _hub.Open(Page);
        LiveAscent first = await Create(ascents, 3);
        await _scheduler.Ask(() => first.Pause());
        LiveAscent last = first;
        for (int i = 0; i < LiveAscents.MostOpen + 4; i++) last = await Create(ascents, i % 4);
        Assert.Null(await _scheduler.Ask(() => first.ShownBy(Page)));
        Assert.NotNull(await _scheduler.Ask(() => last.ShownBy(Page)));
        LiveAscent again = (await _scheduler.Ask(() => ascents.Find(first.Id)))!;
        await _scheduler.Ask(() => ascents.Show(Page, again));
        Assert.Equal(("conv1/relu:3", Attention.Visible), await _scheduler.Ask(() => (again.State().Objective, again.Attention)));
    }

    [Fact]
    public async Task What_is_done_is_never_opened_to_do_nothing()
    {
        using var ascents = new LiveAscents(_models, _scheduler, _hub, _state, _clock);
        LiveAscent done = await Create(ascents, 1);
        await _scheduler.Ask(() => Finish(done));
        Assert.Equal(8, await _scheduler.Ask(() => done.StepsDone));
        await _scheduler.Ask(() => ascents.Close(done));
        LiveAscent again = (await _scheduler.Ask(() => ascents.Find(done.Id)))!;
        Assert.Equal((false, 0, 8), await _scheduler.Ask(() => (again.IsRunnable, again.Bytes, again.StepsDone)));
        // With more steps it goes on, as it did before it was put away.
        AscentState state = await _scheduler.Ask(() => again.Steer(null, Small.WithSteps(12)));
        Assert.Equal((8, true), (state.Step, state.IsRunning));
    }

    [Fact]
    public async Task Those_that_are_looked_at_take_no_memory_from_each_other_and_what_has_none_waits_and_says_so()
    {
        using var ascents = new LiveAscents(_models, _scheduler, _hub, _state, _clock) { MostBytes = 1 };
        _hub.Open(Page);
        RecipeText longer = Small.WithSteps(100_000);
        LiveAscent running = await _scheduler.Ask(() => ascents.Create(Page, LiveAscents.NewId(), Model, "conv1/relu:0", longer)), waiting = await _scheduler.Ask(() => ascents.Create(Page, LiveAscents.NewId(), Model, "conv1/relu:1", longer));
        Assert.Equal((true, true), await _scheduler.Ask(() => (running.IsReady, running.Bytes > 0)));
        AscentState state = await _scheduler.Ask(() => waiting.State());
        Assert.Equal((false, LiveAscents.NoMemory), (state.IsRunning, state.Note));
        // The room is its own once the other waits.
        await _scheduler.Ask(() => running.Pause());
        state = await _scheduler.Ask(() => waiting.Run());
        Assert.Equal((true, null), (state.IsRunning, state.Note));
        Assert.Equal(0, await _scheduler.Ask(() => running.Bytes));
    }

    [Fact]
    public async Task One_that_is_put_away_can_be_paused_and_closed()
    {
        using var ascents = new LiveAscents(_models, _scheduler, _hub, _state, _clock);
        LiveAscent made = await Create(ascents, 1);
        await _scheduler.Ask(() => ascents.Close(made));
        AscentState state = await _scheduler.Ask(() => ascents.Find(made.Id)!.Pause());
        Assert.False(state.IsRunning);

        LiveAscent other = await Create(ascents, 2);
        await _scheduler.Ask(() => ascents.Close(other));
        await _scheduler.Ask(() =>
        {
            LiveAscent lying = ascents.Find(other.Id)!;
            lying.Stop();
            ascents.Close(lying);
        });
        Assert.False(await _scheduler.Ask(() => ascents.Find(other.Id)!.IsReady));
    }

    [Theory]
    [InlineData("ascent(1e37)")]
    [InlineData("adam(1e35)")]
    [InlineData("normalized(1e37)")]
    [InlineData("momentum(1e37)")]
    public async Task An_image_that_is_no_numbers_ends_it_with_advice_and_after_a_restart_it_does_not_run(string optimizer)
    {
        using var ascents = new LiveAscents(_models, _scheduler, _hub, _state, _clock);
        var recipe = new RecipeText("swift", new Dictionary<string, string> { ["size"] = "32", ["steps"] = "20", ["optimizer"] = optimizer });
        LiveAscent ascent = await _scheduler.Ask(() => ascents.Create(Page, LiveAscents.NewId(), Model, "conv1/relu:1", recipe));
        await _scheduler.Ask(() =>
        {
            Exception? error = Record.Exception(() => Finish(ascent));
            Assert.NotNull(error);
            ascent.Fail(error);
        });
        AscentState state = await _scheduler.Ask(() => ascent.State());
        Assert.Contains("smaller learning rate", state.Failure!, StringComparison.Ordinal);
        Assert.NotEmpty((await _scheduler.Ask(() => ascent.Png()))());
        await _scheduler.Ask(() => ascents.Close(ascent));
        LiveAscent again = (await _scheduler.Ask(() => ascents.Find(ascent.Id)))!;
        Assert.Equal((false, state.Failure), await _scheduler.Ask(() => (again.IsRunnable, again.State().Failure)));
    }

    [Fact]
    public async Task Those_of_a_group_keep_in_step_and_none_waits_for_one_that_waits()
    {
        using var ascents = new LiveAscents(_models, _scheduler, _hub, _state, _clock);
        Task<LiveAscent> Grouped(string size) => _scheduler.Ask(() => ascents.Create(Page, LiveAscents.NewId(), Model, "conv1/relu:1", new RecipeText("lucid", new Dictionary<string, string> { ["size"] = size, ["steps"] = "5000" }), "pair"));
        LiveAscent quick = await Grouped("32"), slow = await Grouped("256");
        await _scheduler.Ask(() =>
        {
            for (int turn = 0; turn < 40; turn++)
            {
                LiveAscent[] runnable = [.. new[] { quick, slow }.Where(ascent => ascent.IsRunnable)];
                Assert.NotEmpty(runnable);
                Assert.Contains(runnable, ascent => ascent.StepsDone == Math.Min(quick.StepsDone, slow.StepsDone));
                if (quick.StepsDone != slow.StepsDone) Assert.Single(runnable);
                runnable[0].Turn();
            }
            if (quick.StepsDone == slow.StepsDone) quick.Turn();
            LiveAscent ahead = quick.StepsDone > slow.StepsDone ? quick : slow, behind = ahead == quick ? slow : quick;
            Assert.False(ahead.IsRunnable);
            behind.Pause();
            Assert.True(ahead.IsRunnable);
        });
    }

    [Fact]
    public async Task What_lies_on_disk_beyond_its_bytes_goes_oldest_first_and_never_what_is_at_work()
    {
        using var ascents = new LiveAscents(_models, _scheduler, _hub, _state, _clock) { MostKeptBytes = 1 };
        LiveAscent lying = await Create(ascents, 0), working = await Create(ascents, 1);
        await _scheduler.Ask(() => ascents.Close(lying));
        working.Flush();
        await Create(ascents, 2);
        Assert.False(Directory.Exists(Path.Combine(_state.Ascents, lying.Id)));
        Assert.True(Directory.Exists(Path.Combine(_state.Ascents, working.Id)));
    }

    [Fact]
    public async Task A_record_that_waits_to_be_written_is_overtaken_by_the_next()
    {
        AscentFolder folder = AscentFolder.Create(Path.Combine(_state.Ascents, LiveAscents.NewId()));
        using var free = new ManualResetEventSlim();
        folder.Do(free.Wait);
        var written = new List<int>();
        for (int i = 0; i < 10; i++)
        {
            int number = i;
            folder.Save(new AscentRecord("shapes", $"conv1/relu:{i}", Small), () => written.Add(number));
        }
        free.Set();
        await Task.Run(folder.Flush);
        Assert.Equal(9, Assert.Single(written));
    }

    [Fact]
    public async Task What_cannot_be_written_is_told_and_what_follows_is_written()
    {
        AscentFolder folder = AscentFolder.Create(Path.Combine(_state.Ascents, LiveAscents.NewId()));
        (bool failed, bool followed) = (false, false);
        folder.Do(() => throw new IOException("The disk is full."), failed: () => failed = true);
        folder.Do(() => followed = true, failed: () => followed = false);
        await Task.Run(folder.Flush);
        Assert.Equal((true, true), (failed, followed));
    }

    [Fact]
    public async Task A_snapshot_that_could_not_be_written_is_not_listed()
    {
        using var ascents = new LiveAscents(_models, _scheduler, _hub, _state, _clock);
        LiveAscent ascent = await Create(ascents, 1);
        ascent.Flush();
        // A folder of that name is in the way of the file.
        for (int serial = 1; serial <= 20; serial++) Directory.CreateDirectory(Path.Combine(_state.Ascents, ascent.Id, $"{serial}.numbers"));
        await _scheduler.Ask(() => Finish(ascent));
        ascent.Flush();
        AscentState state = await _scheduler.Ask(() => ascent.State());
        Assert.Equal((8, 0), (state.Step, state.Snapshots.Count));
    }

    [Fact]
    public async Task It_ends_though_more_questions_wait_than_are_taken()
    {
        var ascents = new LiveAscents(_models, _scheduler, _hub, _state, _clock);
        await Create(ascents, 1);
        using var free = new ManualResetEventSlim();
        var waiting = new List<Task> { _scheduler.Ask(free.Wait) };
        Exception? refused = null;
        while (refused is null)
        {
            try
            {
                waiting.Add(_scheduler.Ask(() => { }));
            }
            catch (TooManyException error)
            {
                refused = error;
            }
        }
        Task ends = Task.Run(ascents.Dispose);
        free.Set();
        await ends;
        await Record.ExceptionAsync(() => Task.WhenAll(waiting));    // those that were not answered are cancelled
    }

    [Fact]
    public void A_trace_that_begins_anew_has_every_step_again_and_one_that_is_taken_up_stays_as_thin_as_it_was()
    {
        var trace = new Trace();
        for (int step = 1; step <= 6000; step++) trace.Add(new TracePoint(step, step, []));
        var again = new Trace();
        again.TakeUp(trace.Points, trace.Every);
        for (int step = 6001; step <= 6100; step++) again.Add(new TracePoint(step, step, []));
        Assert.Equal(trace.Every, Assert.Single(again.Points.Zip(again.Points.Skip(1), (one, next) => next.Step - one.Step).Distinct()));
        again.ReturnTo(0);
        for (int step = 1; step <= 128; step++) again.Add(new TracePoint(step, step, []));
        Assert.Equal(128, again.Points.Count);
    }

    [Fact]
    public void The_trace_is_thinned_evenly()
    {
        var trace = new Trace();
        for (int step = 1; step <= 5000; step++) trace.Add(new TracePoint(step, step, []));
        Assert.InRange(trace.Points.Count, Trace.MostPoints / 2, Trace.MostPoints);
        int[] gaps = [.. trace.Points.Zip(trace.Points.Skip(1), (one, next) => next.Step - one.Step).Distinct()];
        Assert.Equal(16, Assert.Single(gaps));
        trace.ReturnTo(160);
        Assert.Equal(160, trace.Points[^1].Step);
    }
}
