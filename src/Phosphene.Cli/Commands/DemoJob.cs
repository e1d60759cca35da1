using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Phosphene.Pages;
using Phosphene.Shapes.Demo;

namespace Phosphene.Cli.Commands;

/// <summary>One run of <see cref="DemoCommand"/>.</summary>
internal sealed record DemoJob(Terminal Terminal)
{
    public required string Folder { get; init; }

    public int? Threads { get; init; }

    public bool Json { get; init; }

    public bool Quiet { get; init; }

    private string First => Path.Combine(Folder, "first.png");

    private string Index => Path.Combine(Folder, "index.html");

    public int Run()
    {
        OutputFile.RequireFolder(Folder);
        var clock = Stopwatch.StartNew();
        using var demo = new ShapesDemo(Threads, cancellation: Terminal.Interruption.Token);
        demo.First().Save(First);
        double firstSeconds = clock.Elapsed.TotalSeconds;
        if (!Json && !Quiet) Terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{First}: what excites the class \"{ShapesDemo.FirstClass}\" most, after {firstSeconds:0.0} s"));

        HtmlPage page = demo.NewPage();
        JsonObject times = Experiment(demo, page, clock);
        bool interrupted = times.Count < demo.Experiments.Count;
        // A whole page from before is worth more than a part.
        bool written = !interrupted || (times.Count > 0 && !File.Exists(Index));
        if (interrupted) page.Section("The rest is missing").Text($"`phosphene demo` was interrupted after {times.Count} of {demo.Experiments.Count} experiments. Run again, it makes the whole page.");
        if (written) page.Save(Index);
        if (Json)
            JsonOutput.Write(Terminal.Output, new JsonObject
            {
                ["folder"] = Folder,
                ["first"] = First,
                ["page"] = written ? Index : null,
                ["firstSeconds"] = Math.Round(firstSeconds, 2),
                ["seconds"] = Math.Round(clock.Elapsed.TotalSeconds, 2),
                ["experimentSeconds"] = times,
                ["interrupted"] = interrupted,
            });
        else if (!Quiet && !interrupted)
            Terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{Index}: the experiments, after {clock.Elapsed.TotalSeconds:0} s; open it in a browser. Then try your own: phosphene layers MODEL.onnx"));
        if (!interrupted) return ExitCode.Success;
        string kept = written ? $"the {times.Count} of {demo.Experiments.Count} experiments that were done are in '{Index}'" : $"'{Index}' is {(File.Exists(Index) ? "as it was" : "not written")}";
        Terminal.Error.WriteLine($"phosphene: Interrupted. '{First}' is written, {kept}.");
        return Terminal.Interruption.Code;
    }

    // The seconds of each experiment that was done to its end, by name.
    private JsonObject Experiment(ShapesDemo demo, HtmlPage page, Stopwatch clock)
    {
        using ProgressLine? line = Quiet ? null : Terminal.ProgressLine();
        var times = new JsonObject();
        string running = "";
        demo.Searching += (done, all) =>
        {
            if (done % 4800 == 0) Show((double)done / all, $" {100L * done / all} %");
        };
        try
        {
            foreach ((string name, Action<HtmlPage> add) in demo.Experiments)
            {
                Terminal.Interruption.Token.ThrowIfCancellationRequested();
                running = name;
                Show(0, "");
                double start = clock.Elapsed.TotalSeconds;
                add(page);
                times[name] = Math.Round(clock.Elapsed.TotalSeconds - start, 2);
            }
        }
        catch (OperationCanceledException) when (Terminal.Interruption.IsRequested)
        {
            // What is done is kept.
        }
        return times;

        // Experiments take too different times to foretell the end.
        void Show(double part, string percent) =>
            line?.Show((times.Count + part) / demo.Experiments.Count, [new(0, "experiment ", $"{times.Count + 1}/{demo.Experiments.Count}"), new(1, "", running, percent)]);
    }
}
