using System.Diagnostics;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Runtime.Onnx;
using Phosphene.Syntax;
using Phosphene.Visualization;

namespace Phosphene.Cli.Commands;

/// <summary>One run of <see cref="BenchCommand"/>.</summary>
internal sealed record BenchJob(Terminal Terminal)
{
    // A method is compiled twice, the second time some 30 calls and 100 ms later; the clock and the caches of the processor settle too.
    private const int WarmUpRuns = 5;
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(500), PeakTime = TimeSpan.FromMilliseconds(300);

    public required string Model { get; init; }

    public string? Layer { get; init; }

    public int Channel { get; init; }

    public ImageSize? Size { get; init; }

    public int Batch { get; init; }

    public int? Threads { get; init; }

    public int Steps { get; init; }

    public bool Profile { get; init; }

    public bool Kernels { get; init; }

    public bool Json { get; init; }

    public int Run()
    {
        using Model model = Models.Model.Load(Model, new ModelOptions { Threads = Threads });
        (int height, int width) = Size is { } size ? (size.Height, size.Width) : model.UsualSize;
        string layer = Layer ?? model.LogitsLayer;
        var bench = new BenchReport { Model = Model, Layer = layer, Channel = Channel, Height = height, Width = width, Batch = Batch, Steps = Steps, Backend = model.Backend };
        try
        {
            if (!MeasureSteps(model, bench) || !MeasureForward(model, bench)) return Terminal.Interruption.Code;
        }
        catch (ModelFormatException error) when (error.Fault == ModelFault.ShapeMismatch)
        {
            throw new UsageException($"{error.Message.TrimEnd('.')}; the size is {height}x{width}, and --size changes it.");
        }
        bench.PeakGflops = model.Backend.MeasurePeak(PeakTime) / 1e9;
        if (Json) bench.WriteJson(Terminal.Output);
        else bench.WriteText(Terminal);
        return ExitCode.Success;
    }

    // The article's step. ReLUs are not redirected, which only the first steps of an ascent would be.
    private bool MeasureSteps(Model model, BenchReport bench)
    {
        Recipe recipe = Recipe.Distill.For(bench.Height, bench.Width) with { Steps = int.MaxValue, RedirectSteps = 0, Batch = Batch };
        using IEnumerator<AscentStep> steps = new Visualizer(model, recipe).Ascend(Objective.Channel(bench.Layer, Channel)).GetEnumerator();
        steps.MoveNext();
        using (var process = Process.GetCurrentProcess()) bench.FirstStepMs = (DateTime.Now - process.StartTime).TotalMilliseconds;
        if (Measure(() => steps.MoveNext(), "step", bench) is not { } times) return false;
        (bench.StepMs, bench.StepMinimumMs) = (times[times.Length / 2], times[0]);
        bench.StepOperations = steps.Current.Plan.Operations;
        // On Linux the high-water mark of the process, VmHWM.
        using (var process = Process.GetCurrentProcess()) bench.PeakMemoryMB = Math.Max(process.PeakWorkingSet64, process.WorkingSet64) / 1e6;
        if (Profile) bench.Profile = BenchProfile.Of(steps.Current.Plan, Steps, model.Backend.MeasurePeak(PeakTime), model.Backend.MeasureCopy(PeakTime));
        if (Kernels) bench.Kernels = steps.Current.Plan.Kernels;
        return true;
    }

    private bool MeasureForward(Model model, BenchReport bench)
    {
        var image = new Tensor(new Input(new Shape(Batch, model.Input.Channels, bench.Height, bench.Width), "image"));
        Tensor layer = model.Activate(image)[bench.Layer];
        using Plan plan = model.Backend.Compile(layer);
        Span<float> pixels = plan.Input(image);
        new RandomStream(0, 0, "image").FillNormal(pixels, 0.25f);
        foreach (ref float pixel in pixels) pixel = Math.Clamp(pixel + 0.5f, 0, 1);
        if (Measure(plan.Run, "forward run") is not { } times) return false;
        (bench.ForwardMs, bench.ForwardMinimumMs) = (times[times.Length / 2], times[0]);
        bench.ForwardOperations = plan.Operations;
        return true;
    }

    // Milliseconds of each run, the least first; null if interrupted. What the runs allocate is noted in the report.
    private double[]? Measure(Action run, string unit, BenchReport? bench = null)
    {
        using Progress? progress = Terminal.Progress(Steps, quiet: false, unit);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < WarmUpRuns || Stopwatch.GetElapsedTime(start) < WarmUp; i++)
        {
            if (Terminal.Interruption.IsRequested) return null;
            run();
        }
        var times = new double[Steps];
        int collections = GC.CollectionCount(0);
        long bytes = GC.GetTotalAllocatedBytes(precise: true), bytesOfProgress = 0;
        for (int i = 0; i < times.Length; i++)
        {
            if (Terminal.Interruption.IsRequested) return null;
            long runStart = Stopwatch.GetTimestamp();
            run();
            times[i] = Stopwatch.GetElapsedTime(runStart).TotalMilliseconds;
            if (progress is null) continue;
            long before = GC.GetAllocatedBytesForCurrentThread();
            progress.Report(i + 1);
            bytesOfProgress += GC.GetAllocatedBytesForCurrentThread() - before;
        }
        if (bench is not null)
        {
            bench.BytesPerStep = (GC.GetTotalAllocatedBytes(precise: true) - bytes - bytesOfProgress) / times.Length;
            bench.Collections = GC.CollectionCount(0) - collections;
        }
        Array.Sort(times);
        return times;
    }
}
