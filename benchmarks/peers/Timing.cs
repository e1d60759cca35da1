using System.Diagnostics;

namespace Phosphene.Peers;

/// <summary>Measures as "phosphene bench" does: a warm-up of at least five runs and half a second, then twenty runs.</summary>
internal static class Timing
{
    private const int WarmUpRuns = 5, Runs = 20;
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(500);

    /// <summary>Runs it, and writes its name, the median and the least in milliseconds.</summary>
    public static void Print(string name, Action run)
    {
        long start = Stopwatch.GetTimestamp();
        for (int k = 0; k < WarmUpRuns || Stopwatch.GetElapsedTime(start) < WarmUp; k++) run();
        var times = new double[Runs];
        foreach (ref double time in times.AsSpan())
        {
            long before = Stopwatch.GetTimestamp();
            run();
            time = Stopwatch.GetElapsedTime(before).TotalMilliseconds;
        }
        Array.Sort(times);
        Console.WriteLine($"{name} {times[Runs / 2]:0.000} {times[0]:0.000}");
    }
}
