using System.Globalization;
using System.Text.Json.Nodes;
using Phosphene.Runtime.Execution;

namespace Phosphene.Cli.Commands;

/// <summary>Where the time of a step goes: each kernel, the slowest first.</summary>
internal sealed class BenchProfile
{
    /// <summary>
    /// A kernel or all kernels of a type: its milliseconds in a step, its operations, 0 if it neither convolves nor multiplies matrices, and its limit, the milliseconds that
    /// its multiply-adds take at the peak or its bytes at the speed of a copy, whichever are more.
    /// </summary>
    private sealed record Entry(string Name, int Count, double Milliseconds, double Operations, double LimitMs);

    private readonly Entry[] _kernels, _types;

    private BenchProfile(Entry[] kernels)
    {
        _kernels = [.. kernels.OrderByDescending(kernel => kernel.Milliseconds)];
        _types = [.. kernels.GroupBy(kernel => kernel.Name.Split(' ')[0])
            .Select(group => new Entry(group.Key, group.Count(), group.Sum(kernel => kernel.Milliseconds), group.Sum(kernel => kernel.Operations), group.Sum(kernel => kernel.LimitMs)))
            .OrderByDescending(type => type.Milliseconds)];
    }

    /// <summary>Runs a plan some more times with a clock at each kernel.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="runs">How many times.</param>
    /// <param name="peak">Floating-point operations a second at most.</param>
    /// <param name="copy">Bytes a second, read and written, at most.</param>
    public static BenchProfile Of(Plan plan, int runs, double peak, double copy)
    {
        var seconds = new double[plan.Kernels.Count];
        for (int i = 0; i < runs; i++) plan.Run(seconds);
        return new BenchProfile([.. plan.Kernels.Select((kernel, index) => new Entry(kernel.Name.Replace("`1", "", StringComparison.Ordinal), 1, seconds[index] / runs * 1e3, kernel.Operations,
            1e3 * Math.Max(kernel.Operations / peak, kernel.Bytes / copy)))]);
    }

    public void WriteText(Terminal terminal, double stepMs, double peakGflops)
    {
        double total = _kernels.Sum(kernel => kernel.Milliseconds);
        Write("KERNEL", _kernels, entry => entry.Name);
        Write("KERNELS BY TYPE", _types, entry => $"{entry.Name} ({entry.Count})");
        terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{total:0.000} ms in {_kernels.Length} kernels, whose limits, the multiply-adds at the peak or the bytes at the speed of a copy, are {_kernels.Sum(kernel => kernel.LimitMs):0.000} ms; the optimizer and the rest of the step take {Math.Max(0, stepMs - total):0.000} ms"));

        void Write(string title, Entry[] entries, Func<Entry, string> name)
        {
            var table = new Table(Column.Number("MS"), Column.Number("SHARE"), Column.Number("OF PEAK"), Column.Number("LIMIT"), Column.Number("TIMES"), Column.Name(title));
            foreach (Entry entry in entries)
            {
                string ofPeak = entry.Operations > 0 ? Share(entry.Operations / entry.Milliseconds / 1e6 / peakGflops) : "";
                table.Add(entry.Milliseconds.ToString("0.000", CultureInfo.InvariantCulture), Share(entry.Milliseconds / total), ofPeak,
                    entry.LimitMs.ToString("0.000", CultureInfo.InvariantCulture), entry.LimitMs > 0 ? (entry.Milliseconds / entry.LimitMs).ToString("0.0", CultureInfo.InvariantCulture) : "", name(entry));
            }
            terminal.Output.WriteLine();
            table.WriteTo(terminal);
        }

        static string Share(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.0}%");
    }

    public JsonObject ToJson(double peakGflops)
    {
        return new JsonObject { ["kernels"] = JsonOutput.List(_kernels, Node), ["types"] = JsonOutput.List(_types, Node) };

        JsonObject Node(Entry entry) => new()
        {
            ["name"] = entry.Name,
            ["count"] = entry.Count,
            ["ms"] = Math.Round(entry.Milliseconds, 4),
            ["limitMs"] = Math.Round(entry.LimitMs, 4),
            ["shareOfPeak"] = entry.Operations > 0 ? JsonOutput.Number(Math.Round(entry.Operations / entry.Milliseconds / 1e6 / peakGflops, 4)) : null,
        };
    }
}
