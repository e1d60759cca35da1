using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Phosphene.Atlas.Sheets;
using Phosphene.Atlas.Units;
using Phosphene.Models;
using Phosphene.Recipes;
using Phosphene.Syntax;

namespace Phosphene.Cli.Commands;

/// <summary>One run of <see cref="SheetCommand"/>, with the values of its options as they were typed.</summary>
internal sealed class SheetJob(Terminal terminal, PageOptions options, ParseResult parsed) : PageJob(terminal, options, parsed)
{
    private const int UsualChannels = 16;

    public required string[] Layers { get; init; }

    public string? Channels { get; init; }

    public int? Random { get; init; }

    public int? Batch { get; init; }

    public int Run()
    {
        if (Channels is not null && Random is not null) throw new UsageException("--channels and --random each say which channels to show; give one of them.");
        ChannelChoice choice = Channels is not null ? ChannelChoice.Parse(Channels) : ChannelChoice.Random(Random ?? UsualChannels);
        Recipe recipe = Recipe.Read();
        OutputFile.Require(Output, ".html", "the sheet is a page");
        using Model model = Models.Model.Load(Model, Opening);
        InputCheck.WarnWithoutImages(Terminal, model);
        var sheet = new Sheet(model, Recipe.For(recipe, model), Layers.Select(layer => (model.LayerOf(layer), choice)), Batch ?? UnitRenderer.DefaultBatch);

        long start = Stopwatch.GetTimestamp();
        using (Progress? progress = Terminal.Progress(sheet.Steps, Quiet))
            sheet.Render(Output, (done, step) => progress?.Report(done, ("objective", step.Value), ("picture", sheet.Pictures.Count + 1)), Terminal.Interruption.Token);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;

        bool interrupted = sheet.Pictures.Count < sheet.Count;
        UnitPicture[] failed = [.. sheet.Pictures.Where(picture => picture.Failure is not null)];
        if (Json) WriteJson(sheet, seconds, interrupted);
        else if (!Quiet && !interrupted)
            Terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Output}: {sheet.Count} {(sheet.Count == 1 ? "picture" : "pictures")} of {Layers.Length} {(Layers.Length == 1 ? "layer" : "layers")}, {seconds:0} s; open it in a browser."));
        if (interrupted)
        {
            Terminal.Error.WriteLine($"phosphene: Interrupted. {(sheet.Pictures.Count == 0 ? "No picture was done." : $"'{Output}' has the {sheet.Pictures.Count} of {sheet.Count} pictures that were done.")}");
            return Terminal.Interruption.Code;
        }
        foreach (UnitPicture picture in failed) Terminal.Warn($"{picture.Layer.Name}:{picture.Channel}: {picture.Failure}");
        return failed.Length == 0 ? ExitCode.Success : ExitCode.SomeFailed;
    }

    private void WriteJson(Sheet sheet, double seconds, bool interrupted) => JsonOutput.Write(Terminal.Output, new JsonObject
    {
        ["file"] = Output,
        ["count"] = sheet.Count,
        ["pictures"] = JsonOutput.List(sheet.Pictures, picture => new JsonObject
        {
            ["layer"] = picture.Layer.Name,
            ["channel"] = picture.Channel,
            ["value"] = picture.Value is { } value ? JsonOutput.Number(value) : null,
            ["failure"] = picture.Failure,
        }),
        ["seconds"] = Math.Round(seconds, 2),
        ["interrupted"] = interrupted,
    });
}
