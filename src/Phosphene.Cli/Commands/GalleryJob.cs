using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Phosphene.Atlas.Galleries;

namespace Phosphene.Cli.Commands;

/// <summary>One run of <see cref="GalleryCommand"/>, with the values of its options as they were typed; and the end of <see cref="SweepCommand"/> with --gallery.</summary>
internal sealed record GalleryJob(Terminal Terminal)
{
    public required string Folder { get; init; }

    public string? Output { get; init; }

    public string? Title { get; init; }

    public string? Diagnosis { get; init; }

    public string? Stability { get; init; }

    public string? Paths { get; init; }

    public bool Json { get; init; }

    public bool Quiet { get; init; }

    public int Run()
    {
        long start = Stopwatch.GetTimestamp();
        var gallery = Gallery.Read(Folder, GalleryFindings.Read(Diagnosis, Stability, Paths), Title);
        string index;
        try
        {
            using Progress? progress = Terminal.Progress(gallery.Units, Quiet, "unit");
            index = gallery.Save(Output ?? Folder, done => progress?.Report(done), Terminal.Interruption.Token);
        }
        catch (OperationCanceledException)
        {
            Terminal.Error.WriteLine("phosphene: Interrupted. The gallery is not whole; the same command makes it anew.");
            return Terminal.Interruption.Code;
        }
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        int layers = gallery.Network.Layers.Count(layer => layer.Units.Count > 0);
        if (Json)
            JsonOutput.Write(Terminal.Output, new JsonObject { ["file"] = index, ["units"] = gallery.Units, ["layers"] = layers, ["seconds"] = Math.Round(seconds, 2) });
        else if (!Quiet) Terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{index}: {gallery.Units} {(gallery.Units == 1 ? "unit" : "units")} of {layers} {(layers == 1 ? "layer" : "layers")}, {seconds:0} s; open it in a browser."));
        return ExitCode.Success;
    }
}
