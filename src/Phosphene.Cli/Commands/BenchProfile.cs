using System.Globalization;
using System.Text.Json.Nodes;
using Phosphene.Runtime.Execution;

namespace Phosphene.Cli.Commands;

/// <summary>Where the time of a step goes: each kernel, the slowest first.</summary>
internal sealed class BenchProfile
{
    /// <summary>A kernel or all kernels of a type: its milliseconds in a step and its operations, 0 if it neither convolves nor multiplies matrices.</summary>
    private sealed record Entry(string Name, int Count, double Milliseconds, double Operations);

    private readonly Entry[] _kernels, _types;

    private BenchProfile(Entry[] kernels)
    {
        _kernels = [.. kernels.OrderByDescending(kernel => kernel.Milliseconds)];
        _types = [.. kernels.GroupBy(kernel => kernel.Name.Split(' ')[0])
            .Select(group => new Entry(group.Key, group.Count(), group.Sum(kernel => kernel.Milliseconds), group.Sum(kernel => kernel.Operations)))
            .OrderByDescending(type => type.Milliseconds)];
    }

    /// <summary>Runs a plan some more times with a clock at each kernel.</summary>
    public static BenchProfile Of(Plan plan, int runs)
    {
        var seconds = new double[plan.Kernels.Count];
        for (int i = 0; i < runs; i++) plan.Run(seconds);
        return new BenchProfile([.. plan.Kernels.Select((kernel, index) => new Entry(kernel.Name.Replace("`1", "", StringComparison.Ordinal), 1, seconds[index] / runs * 1e3, kernel.Operations))]);
    }

    public void WriteText(TextWriter output, double stepMs, double peakGflops)
    {
        double total = _kernels.Sum(kernel => kernel.Milliseconds);
        Table("KERNEL", _kernels, entry => entry.Name);
        Table("KERNELS BY TYPE", _types, entry => $"{entry.Name} ({entry.Count})");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{total,9:0.000} ms in {_kernels.Length} kernels; the optimizer and the rest of the step take {Math.Max(0, stepMs - total):0.000} ms"));

        void Table(string title, Entry[] entries, Func<Entry, string> name)
        {
            output.WriteLine();
            output.WriteLine($"       MS   SHARE  OF PEAK  {title}");
            foreach (Entry entry in entries)
            {
                string ofPeak = entry.Operations > 0 ? Share(entry.Operations / entry.Milliseconds / 1e6 / peakGflops) : "";
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{entry.Milliseconds,9:0.000}  {Share(entry.Milliseconds / total),6}  {ofPeak,7}  {SafeText.Of(name(entry))}"));
            }
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
            ["shareOfPeak"] = entry.Operations > 0 ? JsonOutput.Number(Math.Round(entry.Operations / entry.Milliseconds / 1e6 / peakGflops, 4)) : null,
        };
    }
}
