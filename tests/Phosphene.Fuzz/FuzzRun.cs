using System.Globalization;

namespace Phosphene.Fuzz;

/// <summary>Tries mutants one after the other, and says of each how it ended, what time it took and how much memory the process had at most.</summary>
internal sealed class FuzzRun(string folder, FuzzSubject subject)
{
    private readonly string _file = Path.Combine(folder, subject.File);

    /// <summary>Tries a sound file once, so that what is compiled at its first use does not count as the time of a mutant.</summary>
    public void WarmUp(byte[] bytes)
    {
        File.WriteAllBytes(_file, bytes);
        subject.Try(_file);
    }

    public void Try(int number, byte[] bytes, string story)
    {
        File.WriteAllBytes(_file, bytes);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"try {number} {story.ReplaceLineEndings(" ")}"));
        (string outcome, double seconds, long peak) = Measure();
        long most = subject.BytesPerByte * bytes.Length + subject.MostBytes;
        if (peak > most)
        {
            // Garbage of those before it does not count, nor what the heap keeps in reserve after it.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            (outcome, seconds, peak) = Measure();
            if (peak > most) outcome = $"found {peak} bytes of memory, where {most} are allowed";
        }
        if (seconds > subject.MostSeconds) outcome = string.Create(CultureInfo.InvariantCulture, $"found {seconds:0.0} s, where {subject.MostSeconds} s are allowed");
        if (outcome.StartsWith("found", StringComparison.Ordinal)) File.Copy(_file, Path.Combine(folder, $"found-{number}{Path.GetExtension(subject.File)}"), overwrite: true);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"end {number} {seconds * 1e3:0.0} {peak} {outcome.ReplaceLineEndings(" ")}"));
    }

    private (string Outcome, double Seconds, long Peak) Measure()
    {
        ResetPeak();
        TimeSpan before = Environment.CpuUsage.TotalTime;
        string outcome;
        try
        {
            outcome = subject.Try(_file);
        }
        catch (Exception error)
        {
            outcome = $"found {error}";
        }
        return (outcome, (Environment.CpuUsage.TotalTime - before).TotalSeconds, Peak());
    }

    private static void ResetPeak()
    {
        if (OperatingSystem.IsLinux()) File.WriteAllText("/proc/self/clear_refs", "5");
    }

    private static long Peak()
    {
        if (!OperatingSystem.IsLinux()) return 0;
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(':')[1].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }
}
