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

    public double ForwardLeastMs { get; set; }

    public double ForwardOperations { get; set; }

    public double StepMs { get; set; }

    public double StepLeastMs { get; set; }

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

    public void WriteText(TextWriter output)
    {
        output.WriteLine($"{SafeText.Of(Path.GetFileName(Model))}, {SafeText.Of(Layer)}:{Channel}, {Height}x{Width}, batch {Batch}, {Backend.Threads} threads, {Backend.InstructionSet}");
        Line($"forward     {ForwardMs,9:0.00} ms  least {ForwardLeastMs,9:0.00}  {ForwardGflops,7:0.0} GFLOP/s  {ForwardGflops / PeakGflops,6:P0} of the peak");
        Line($"step        {StepMs,9:0.00} ms  least {StepLeastMs,9:0.00}  {StepGflops,7:0.0} GFLOP/s  {StepGflops / PeakGflops,6:P0} of the peak");
        Line($"peak        {PeakGflops,9:0.0} GFLOP/s of multiply-adds, measured");
        Line($"first step  {FirstStepMs,9:0} ms after the start of the process");
        Line($"memory      {PeakMemoryMB,9:0} MB at most; {BytesPerStep} bytes allocated a step, {Collections} collections in {Steps} steps");
        Profile?.WriteText(output, StepMs, PeakGflops);
        if (Kernels.Count > 0) output.WriteLine();
        foreach (PlanKernel kernel in Kernels) output.WriteLine(SafeText.Of(kernel.Choice is null ? kernel.Name : $"{kernel.Name}: {kernel.Choice}"));

        void Line(FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture).Replace(" %", "%", StringComparison.Ordinal));
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
            ["forwardLeastMs"] = Math.Round(ForwardLeastMs, 3),
            ["forwardGflops"] = Math.Round(ForwardGflops, 3),
            ["stepMs"] = Math.Round(StepMs, 3),
            ["stepLeastMs"] = Math.Round(StepLeastMs, 3),
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
}
