using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Phosphene.Evidence.Ablations;
using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Examples;
using Phosphene.Models;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene ablate MODEL LAYER[:CHANNEL,...] --images DIR</summary>
internal static class AblateCommand
{
    private const int UsualCount = 10, Few = 3;

    public static Command Create(Terminal terminal)
    {
        Argument<string> path = CommonOptions.Model(), units = new("UNITS") { Description = "The channels to take away, one at a time: inception_5b/output, or inception_5b/output:9,300..307." };
        Option<string> images = InputDataset.Option();
        Option<string?> label = new("--class") { HelpName = "CLASS", Description = "List the channels by what becomes of this class without them: its name or its number. By default each channel is listed with the classes that lose and gain most." };
        Option<int?> top = CommonOptions.Integer("--top", "N", $"How many channels to list; {UsualCount} by default.", 1, 1_000_000);
        Option<string?> preprocess = CommonOptions.Preprocess(), labels = CommonOptions.Labels();
        Option<int?> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json(), quiet = new("--quiet") { Description = "No progress." };
        var command = new Command("ablate", "Tell what becomes of the classes over images without a channel.") { path, units, images, label, top, preprocess, labels, threads, json, quiet };
        command.SetAction(parsed =>
        {
            Dataset dataset = InputDataset.Open(parsed.GetRequiredValue(images));
            using Model model = Model.Load(parsed.GetRequiredValue(path), CommonOptions.ModelOptions(parsed.GetValue(preprocess), parsed.GetValue(labels), parsed.GetValue(threads)));
            UnitChoice choice = InputUnits.Read(model, parsed.GetRequiredValue(units));
            int? @class = parsed.GetValue(label) is { } name ? model.Labels.Find(name, model.LayerShape(model.LogitsLayer)?.Channels ?? 0) : null;
            InputCheck.Warn(terminal, model, dataset, "what is told");
            ChannelAblation? ablation;
            using (Progress? progress = terminal.Progress(dataset.Files.Count, parsed.GetValue(quiet), "image"))
                ablation = ChannelAblation.Of(model, choice, dataset, done => progress?.Report(done), terminal.Interruption.Token);
            if (ablation is null)
            {
                terminal.Error.WriteLine("phosphene: Interrupted; nothing was measured.");
                return terminal.Interruption.Code;
            }
            SkippedImages.Warn(terminal, ablation.Skipped);
            Row[] rows = [.. Rows(ablation, @class).Take(parsed.GetValue(top) ?? UsualCount)];
            if (parsed.GetValue(json)) WriteJson(terminal.Output, model, choice, ablation, @class, rows);
            else WriteText(terminal, model, choice, ablation, @class, rows);
            return ExitCode.Success;
        });
        return command;
    }

    // A channel, and classes by how their logits change without it, the greatest fall first.
    private sealed record Row(int Channel, float[] Changes, int[] Order);

    // Those first without which the class falls most or, of all classes, one does.
    private static IEnumerable<Row> Rows(ChannelAblation ablation, int? @class) => ablation.Channels.Select((channel, place) =>
    {
        float[] changes = ablation.ChangesOf(place).ToArray();
        return new Row(channel, changes, [.. Enumerable.Range(0, changes.Length).OrderBy(k => changes[k])]);
    }).OrderBy(row => row.Changes[@class ?? row.Order[0]]);

    private static string Number(float value) => value.ToString("+0.###;-0.###;0", CultureInfo.InvariantCulture);

    private static void WriteText(Terminal terminal, Model model, UnitChoice choice, ChannelAblation ablation, int? @class, Row[] rows)
    {
        string what = @class is { } one ? string.Create(CultureInfo.InvariantCulture, $"the logit of {model.Labels[one]}, {ablation.Logits[one]:G4} with all channels, changes by") : "logits change by";
        terminal.Output.WriteLine($"Over {ablation.Images} images, {what}:");
        Table table = @class is null ? new(Column.Name("WITHOUT"), Column.Name("FALLS"), Column.Name("RISES")) : new(Column.Name("WITHOUT"), Column.Number("CHANGE"));
        foreach (Row row in rows)
        {
            if (@class is { } k) table.Add($"{choice.Layer}:{row.Channel}", Number(row.Changes[k]));
            else table.Add($"{choice.Layer}:{row.Channel}", Classes(row.Order.Take(Few), row), Classes(row.Order.Reverse().Take(Few), row));
        }
        table.WriteTo(terminal);

        string Classes(IEnumerable<int> classes, Row row) => string.Join(", ", classes.Select(k => $"{model.Labels[k]} {Number(row.Changes[k])}"));
    }

    private static void WriteJson(TextWriter output, Model model, UnitChoice choice, ChannelAblation ablation, int? @class, Row[] rows)
    {
        JsonOutput.Write(output, new JsonObject
        {
            ["layer"] = choice.Layer.ToString(),
            ["images"] = ablation.Images,
            ["class"] = @class,
            ["logit"] = @class is { } k ? JsonOutput.Number(ablation.Logits[k]) : null,
            ["channels"] = JsonOutput.List(rows, row => new JsonObject
            {
                ["channel"] = row.Channel,
                ["change"] = @class is { } k ? JsonOutput.Number(row.Changes[k]) : null,
                ["falls"] = Classes(row.Order.Take(Few), row),
                ["rises"] = Classes(row.Order.Reverse().Take(Few), row),
            }),
            ["skipped"] = SkippedImages.Json(ablation.Skipped),
        });

        JsonArray Classes(IEnumerable<int> classes, Row row) => JsonOutput.List(classes, k => new JsonObject { ["class"] = k, ["label"] = model.Labels[k], ["change"] = JsonOutput.Number(row.Changes[k]) });
    }
}
