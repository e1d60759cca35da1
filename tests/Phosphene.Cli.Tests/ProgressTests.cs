using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Spectre.Console;
using Spectre.Console.Testing;
using Xunit;

namespace Phosphene.Cli.Tests;

public sealed class ProgressTests
{
    private readonly Clock _clock = new();

    // What is seen at the end of some work on a screen of so many columns.
    private string Seen(int width, Action<Progress> work, long steps = 2560, string unit = "step", long done = 0)
    {
        using TestConsole screen = new();
        screen.Profile.Width = width;
        using var progress = new Progress(screen, steps, unit, done, _clock);
        work(progress);
        return Screen.Seen(screen.Output[screen.Output.LastIndexOf('\r', screen.Output.Length - 2)..]);
    }

    private void At20StepsASecond(Progress progress)
    {
        progress.Report(60, ("objective", 1.5));
        _clock.Seconds += 3;
        progress.Report(120, ("objective", 12.3456789));
    }

    [Theory]
    [InlineData(200, 40, "  step  120/2560  objective 12.346    20.0 steps/s  2:02 left")]
    [InlineData(80, 17, "  step  120/2560  objective 12.346    20.0 steps/s  2:02 left")]
    [InlineData(69, 6, "  step  120/2560  objective 12.346    20.0 steps/s  2:02 left")]
    [InlineData(68, 19, "  step  120/2560  objective 12.346    2:02 left")]
    [InlineData(55, 6, "  step  120/2560  objective 12.346    2:02 left")]
    [InlineData(54, 20, "   120/2560  12.346    2:02 left")]
    [InlineData(40, 6, "   120/2560  12.346    2:02 left")]
    [InlineData(39, 10, "   120/2560  12.346    2:02")]
    [InlineData(35, 6, "   120/2560  12.346    2:02")]
    [InlineData(34, 0, " 120/2560  12.346    2:02 left")]
    [InlineData(31, 0, " 120/2560  12.346    2:02")]
    [InlineData(26, 0, " 120/2560  2:02 left")]
    [InlineData(20, 0, " 120/2560  2:02")]
    [InlineData(12, 0, " 120/2560")]
    [InlineData(7, 0, " 120/")]
    public void The_line_tells_as_much_as_there_is_room_for(int width, int bar, string texts) =>
        Assert.Equal($" {new string('━', bar * 120 / 2560)}{new string('─', bar - bar * 120 / 2560)}{texts}", Seen(width, At20StepsASecond));

    [Fact]
    public void At_first_there_is_only_the_number_of_steps() => Assert.Equal($" {new string('─', 40)}  step    0/2560", Seen(80, _ => { }));

    [Fact]
    public void The_bar_is_as_full_as_the_work_is_done() => Assert.Equal($" {new string('━', 10)}{new string('─', 30)}  step  640/2560", Seen(80, progress => progress.Report(640)));

    [Fact]
    public void Metrics_stand_behind_the_loss_and_are_the_first_to_go()
    {
        Assert.Equal("step 150/600  loss 0.031416  accuracy 0.99      5.00 steps/s  1:30 left", Texts(120));
        Assert.Equal("step 150/600  loss 0.031416  5.00 steps/s  1:30 left", Texts(70));

        string Texts(int width) => Seen(width, progress =>
        {
            progress.Report(100, ("loss", 0.1), ("accuracy", 0.5));
            _clock.Seconds += 10;
            progress.Report(150, ("loss", 0.031416), ("accuracy", 0.99));
        }, steps: 600).TrimStart(' ', '━', '─');
    }

    [Fact]
    public void The_speed_is_that_of_the_last_seconds()
    {
        Assert.EndsWith("  1.00 steps/s  15:00 left", Seen(80, progress =>
        {
            for (int step = 1; step <= 1000; step++) Step(progress, step, 0.1);
            for (int step = 1001; step <= 1100; step++) Step(progress, step, 1);
        }, steps: 2000), StringComparison.Ordinal);

        void Step(Progress progress, int step, double seconds)
        {
            _clock.Seconds += seconds;
            progress.Report(step);
        }
    }

    [Fact]
    public void Steps_of_minutes_are_counted_in_seconds_a_step() => Assert.EndsWith("  90.0 s/step  3:00:00 left", Seen(80, progress =>
    {
        for (int step = 1; step <= 80; step++)
        {
            _clock.Seconds += 90;
            progress.Report(step);
        }
    }, steps: 200), StringComparison.Ordinal);

    [Fact]
    public void A_training_that_goes_on_has_the_speed_of_its_own_steps()
    {
        Assert.EndsWith("  step 29000/30000", Seen(80, _ => { }, steps: 30_000, done: 29_000), StringComparison.Ordinal);
        Assert.EndsWith("  25.0 steps/s  0:36 left", Seen(80, progress =>
        {
            progress.Report(29_050);
            _clock.Seconds += 2;
            progress.Report(29_100);
        }, steps: 30_000, done: 29_000), StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_drawn_ten_times_a_second_and_costs_nothing_in_between()
    {
        using TestConsole screen = new();
        using var progress = new Progress(screen, 1_000_000, time: _clock);
        progress.Report(1, ("objective", 1));
        int length = screen.Output.Length;
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        for (int step = 2; step < 10_000; step++) progress.Report(step, ("objective", step));
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - bytes);
        Assert.Equal(length, screen.Output.Length);

        for (int step = 0; step < 1000; step++)
        {
            _clock.Seconds += 0.001;
            progress.Report(10_000 + step);
        }
        Assert.Equal(2 + 10, screen.Output.Split("\e[2K").Length - 1);
    }

    [Fact]
    public void Nothing_stays_behind()
    {
        using TestConsole screen = new();
        using (var progress = new Progress(screen, 10, time: _clock)) progress.Report(5);
        // Each frame begins in the first column and gives back what it takes: wrapping, the cursor, and its place.
        Assert.Matches(@"^(\r\e\[\?25l\e\[\?7l\e\[2K [^\r\n]+\e\[J\e\[\?7h\e\[\?25h\r){2}\r\e\[2K\e\[J$", screen.Output);
    }

    [Fact]
    public void Without_colours_or_unicode_the_bar_can_still_be_read()
    {
        using TestConsole screen = new();
        (screen.Profile.Width, screen.Profile.Capabilities.ColorSystem, screen.Profile.Capabilities.Unicode) = (40, ColorSystem.NoColors, false);
        using var progress = new Progress(screen, 4, time: _clock);
        progress.Report(1);
        Assert.Contains(" #######---------------------  step 1/4", Screen.Seen(screen.Output), StringComparison.Ordinal);
        Assert.DoesNotContain("\e[3", screen.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0:00", 0.4)]
    [InlineData("0:42", 42)]
    [InlineData("12:05", 725)]
    [InlineData("1:00:00", 3599.6)]
    [InlineData("250:00:01", 900_001)]
    public void Times_are_written_as_people_do(string text, double seconds) => Assert.Equal(text, Progress.TimeText(seconds));

    /// <summary>However wide, fast and far: one line, never as wide as the screen, that begins with the cursor's column and tells how far the work is where that has room.</summary>
    [Property(MaxTest = 300)]
    public Property Whatever_it_tells_it_has_room() => Prop.ForAll(
        Gen.Choose(1, 300).ToArbitrary(),
        (from steps in Gen.Choose(1, int.MaxValue) from step in Gen.Choose(0, steps) select ((long)steps, (long)step)).ToArbitrary(),
        (from loss in ArbMap.Default.GeneratorFor<double>() from accuracy in ArbMap.Default.GeneratorFor<double>() from seconds in Gen.Choose(0, 1_000_000) select (loss, accuracy, seconds)).ToArbitrary(),
        (width, work, seen) =>
        {
            string line = Seen(width, progress =>
            {
                progress.Report(work.Item2 / 2, ("loss", seen.loss), ("squared error", seen.accuracy));
                _clock.Seconds += seen.seconds / 1000.0 + 0.1;
                progress.Report(work.Item2, ("loss", seen.loss), ("squared error", seen.accuracy));
            }, work.Item1);
            string far = $"{work.Item2}/{work.Item1}";
            return line.Length <= Math.Max(1, width - 1) && (line.Length == 0 || line[0] == ' ') && !line.Contains('\n')
                && (width < 2 * $"{work.Item1}".Length + 3 || line.Contains(far, StringComparison.Ordinal));
        });

    private sealed class Clock : TimeProvider
    {
        public double Seconds { get; set; } = 1000;

        public override long TimestampFrequency => 1_000_000;

        public override long GetTimestamp() => (long)Math.Round(Seconds * 1e6);
    }
}
