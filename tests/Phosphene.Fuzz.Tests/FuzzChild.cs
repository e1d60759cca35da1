using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Phosphene.Fuzz.Tests;

/// <summary>
/// Runs mutants in a process of its own, with 1 GB of managed memory, that is started again behind a mutant that ends it. What a mutant may take is
/// counted in processor time, since a busy machine makes everything slow.
/// </summary>
internal static class FuzzChild
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>What came of a run: how many mutants ended how, and those that should not have.</summary>
    public sealed record Report(IReadOnlyDictionary<string, int> Outcomes, IReadOnlyList<string> Finds, double SlowestMilliseconds, long PeakBytes)
    {
        public int Total => Outcomes.Values.Sum();
    }

    /// <summary>Tries mutants of models or images from a number on; "cuts" are the truncations of small models.</summary>
    public static Report Run(string subject, int first, string count, string folder)
    {
        string file = FuzzSubject.Named(subject).File;
        var outcomes = new Dictionary<string, int>();
        var finds = new List<string>();
        double slowest = 0;
        long peak = 0;
        int? last = count == "cuts" ? null : first + int.Parse(count, CultureInfo.InvariantCulture);
        for (int next = first; last is null || next < last;)
        {
            string? open = null;
            using Process child = Start(subject, next, last is null ? count : $"{last - next}", folder);
            var lines = new BlockingCollection<string>();
            var errors = new ConcurrentQueue<string>();
            Read(child.StandardOutput, lines.Add, lines.CompleteAdding);
            Thread complaints = Read(child.StandardError, errors.Enqueue, () => { });
            TimeSpan used = TimeSpan.Zero;
            bool hung = false;
            while (!lines.IsCompleted && !hung)
            {
                if (!lines.TryTake(out string? line, Pause))
                {
                    child.Refresh();
                    hung = open is not null && !child.HasExited && (child.TotalProcessorTime - used).TotalSeconds > 2 * FuzzSubject.Named(subject).MostSeconds;
                    continue;
                }
                string[] words = line.Split(' ', 5);
                next = int.Parse(words[1], CultureInfo.InvariantCulture) + 1;
                if (words[0] == "try")
                {
                    open = line;
                    if (!child.HasExited) used = child.TotalProcessorTime;
                    continue;
                }
                string outcome = words[4];
                slowest = Math.Max(slowest, double.Parse(words[2], CultureInfo.InvariantCulture));
                peak = Math.Max(peak, long.Parse(words[3], CultureInfo.InvariantCulture));
                if (outcome.StartsWith("found", StringComparison.Ordinal)) finds.Add($"{open}: {outcome}");
                string kind = outcome.StartsWith("found", StringComparison.Ordinal) ? "found" : outcome;
                outcomes[kind] = outcomes.GetValueOrDefault(kind) + 1;
                open = null;
            }
            if (hung) child.Kill();
            child.WaitForExit();
            complaints.Join();
            if (open is null && child.ExitCode == 0) break;
            finds.Add($"{open ?? "before the first"}: {(hung ? "no end" : $"exit code {child.ExitCode}: {string.Join(" ", errors.Take(12))}")}");
            outcomes["found"] = outcomes.GetValueOrDefault("found") + 1;
            if (open is null || finds.Count > 20) break;
            File.Copy(Path.Combine(folder, file), Path.Combine(folder, $"found-{next - 1}{Path.GetExtension(file)}"), overwrite: true);
        }
        return new Report(outcomes, finds, slowest, peak);
    }

    // On a thread of its own: where others keep the pool busy, a line could come so late that the child seems to hang.
    private static Thread Read(StreamReader from, Action<string> line, Action end)
    {
        var thread = new Thread(() =>
        {
            while (from.ReadLine() is { } text) line(text);
            end();
        })
        { IsBackground = true };
        thread.Start();
        return thread;
    }

    private static Process Start(string subject, int first, string count, string folder)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Phosphene.Fuzz.dll"), subject, $"{first}", count, folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_GCHeapHardLimit"] = "0x40000000";
        return Process.Start(start)!;
    }
}
