using System.Globalization;
using System.Text.Json.Nodes;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;

namespace Phosphene.Cli.Commands;

/// <summary>What "bench" measured. Rates count the direct algorithm's operations; see <see cref="Phosphene.Runtime.Compilation.Cost"/>.</summary>
internal sealed class BenchReport
{
    public required string Model { get; init; }

    public required string Layer { get; init; }

    public required int Channel { get; init; }

    public required int Height { get; init; }

    public required int Width { get; init; }

    public required int Batch { get; init; }

    public required int Steps { get; init; }

    public required Backend Backend { get; init; }

    public double ForwardMs { get; set; }

    public double ForwardMinimumMs { get; set; }

    public double ForwardOperations { get; set; }

    public double StepMs { get; set; }

    public double StepMinimumMs { get; set; }

    public double StepOperations { get; set; }

    public double PeakGflops { get; set; }

    public long BytesPerStep { get; set; }

    public int Collections { get; set; }

    public double PeakMemoryMB { get; set; }

    public double FirstStepMs { get; set; }

    public BenchProfile? Profile { get; set; }

    public IReadOnlyList<PlanKernel> Kernels { get; set; } = [];

    private double ForwardGflops => ForwardOperations / ForwardMs / 1e6;

    private double StepGflops => StepOperations / StepMs / 1e6;

    public void WriteText(Terminal terminal)
    {
        terminal.Output.WriteLine($"{SafeText.Of(Path.GetFileName(Model))}, {SafeText.Of(Layer)}:{Channel}, {Height}x{Width}, batch {Batch}, {Backend.Threads} threads, {Backend.InstructionSet}");
        var table = new Table("", Column.Number("MS"), Column.Number("MIN"), Column.Number("GFLOP/S"), Column.Number("OF PEAK"));
        table.Add("forward", Invariant($"{ForwardMs:0.00}"), Invariant($"{ForwardMinimumMs:0.00}"), Invariant($"{ForwardGflops:0.0}"), Invariant($"{100 * ForwardGflops / PeakGflops:0}%"));
        table.Add("step", Invariant($"{StepMs:0.00}"), Invariant($"{StepMinimumMs:0.00}"), Invariant($"{StepGflops:0.0}"), Invariant($"{100 * StepGflops / PeakGflops:0}%"));
        table.WriteTo(terminal);
        var facts = new Facts();
        facts.Add("peak", Invariant($"{PeakGflops:0.0} GFLOP/s of multiply-adds, measured"));
        facts.Add("first step", Invariant($"{FirstStepMs:0} ms after the start of the process"));
        facts.Add("memory", Invariant($"{PeakMemoryMB:0} MB at most; {BytesPerStep} bytes allocated a step, {Collections} collections in {Steps} steps"));
        facts.WriteTo(terminal);
        Profile?.WriteText(terminal, StepMs, PeakGflops);
        if (Kernels.Count > 0) terminal.Output.WriteLine();
        foreach (PlanKernel kernel in Kernels) terminal.Output.WriteLine(SafeText.Of(kernel.Choice is null ? kernel.Name : $"{kernel.Name}: {kernel.Choice}"));
    }

    public void WriteJson(TextWriter output)
    {
        var document = new JsonObject
        {
            ["model"] = Path.GetFileName(Model),
            ["layer"] = Layer,
            ["channel"] = Channel,
            ["size"] = new JsonArray(Height, Width),
            ["batch"] = Batch,
            ["steps"] = Steps,
            ["forwardMs"] = Math.Round(ForwardMs, 3),
            ["forwardMinimumMs"] = Math.Round(ForwardMinimumMs, 3),
            ["forwardGflops"] = Math.Round(ForwardGflops, 3),
            ["stepMs"] = Math.Round(StepMs, 3),
            ["stepMinimumMs"] = Math.Round(StepMinimumMs, 3),
            ["stepGflops"] = Math.Round(StepGflops, 3),
            ["peakGflops"] = Math.Round(PeakGflops, 1),
            ["shareOfPeak"] = Math.Round(StepGflops / PeakGflops, 6),
            ["bytesPerStep"] = BytesPerStep,
            ["collections"] = Collections,
            ["peakMemoryMB"] = Math.Round(PeakMemoryMB, 1),
            ["firstStepMs"] = Math.Round(FirstStepMs, 1),
            ["threads"] = Backend.Threads,
            ["instructionSet"] = Backend.InstructionSet.ToString(),
        };
        if (Profile is not null) document["profile"] = Profile.ToJson(PeakGflops);
        if (Kernels.Count > 0) document["kernels"] = JsonOutput.List(Kernels, kernel => new JsonObject { ["name"] = kernel.Name, ["choice"] = kernel.Choice });
        JsonOutput.Write(output, document);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
