using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Phosphene.Images;
using Phosphene.Pages;
using Phosphene.Shapes;

namespace Phosphene.Cli.Commands;

/// <summary>One run of <see cref="DemoCommand"/>.</summary>
internal sealed record DemoJob(Terminal Terminal)
{
    public required string Folder { get; init; }

    public int? Threads { get; init; }

    public bool Json { get; init; }

    public bool Quiet { get; init; }

    public int Run()
    {
        OutputFile.RequireFolder(Folder);
        var clock = Stopwatch.StartNew();
        string first = Path.Combine(Folder, "first.png"), index = Path.Combine(Folder, "index.html");
        using var demo = new ShapesDemo(Threads, Terminal.Interruption.Token);
        demo.First().Save(first);
        double firstSeconds = clock.Elapsed.TotalSeconds;
        if (!Json && !Quiet) Terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{first}: what channel 5 of the third convolution looks for, after {firstSeconds:0.0} s"));

        StatusLine? status = Terminal.ShowsProgress && !Quiet ? new StatusLine(Terminal.Error) : null;
        HtmlPage page = ShapesDemo.NewPage();
        var times = new JsonObject();
        for (int i = 0; i < demo.Experiments.Count && !Terminal.Interruption.IsRequested; i++)
        {
            (string name, Action<HtmlPage> add) = demo.Experiments[i];
            string line = $"{i + 1}/{demo.Experiments.Count} {name}";
            status?.Show(line);
            demo.Searching += Told;
            double start = clock.Elapsed.TotalSeconds;
            add(page);
            demo.Searching -= Told;
            times[name] = Math.Round(clock.Elapsed.TotalSeconds - start, 2);

            void Told(int done, int all)
            {
                if (done % 6400 == 0) status?.Show($"{line}, {100L * done / all} %");
            }
        }
        status?.Clear();
        bool interrupted = Terminal.Interruption.IsRequested;
        if (!interrupted) page.Save(index);
        if (Json)
            JsonOutput.Write(Terminal.Output, new JsonObject
            {
                ["folder"] = Folder,
                ["first"] = first,
                ["page"] = interrupted ? null : index,
                ["firstSeconds"] = Math.Round(firstSeconds, 2),
                ["seconds"] = Math.Round(clock.Elapsed.TotalSeconds, 2),
                ["experimentSeconds"] = times,
                ["interrupted"] = interrupted,
            });
        else if (!Quiet && !interrupted)
            Terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{index}: the experiments, after {clock.Elapsed.TotalSeconds:0} s; open it in a browser. Then try your own: phosphene layers MODEL.onnx"));
        if (!interrupted) return ExitCode.Success;
        Terminal.Error.WriteLine($"phosphene: Interrupted. '{first}' is written, the page is not.");
        return Terminal.Interruption.Code;
    }
}
