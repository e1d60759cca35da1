using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Phosphene.Evidence.Datasets;
using Phosphene.Models;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene classify MODEL IMAGE...</summary>
internal static class ClassifyCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> path = CommonOptions.Model();
        Argument<string[]> images = new("IMAGE") { Arity = ArgumentArity.OneOrMore, Description = "Image files (PNG, JPEG, WebP, GIF, BMP or TIFF), and folders of them." };
        Option<int?> top = CommonOptions.Integer("--top", "N", "The number of classes to show for each image; 5 by default.", 1, 1_000_000);
        Option<string?> preprocess = CommonOptions.Preprocess(), labels = CommonOptions.Labels();
        Option<int?> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("classify", "Tell which classes a model sees in images.") { path, images, top, preprocess, labels, threads, json };
        command.SetAction(parsed =>
        {
            ImageFiles files = ImageFiles.Of(parsed.GetRequiredValue(images));
            using Model model = Model.Load(parsed.GetRequiredValue(path), CommonOptions.ModelOptions(parsed.GetValue(preprocess), parsed.GetValue(labels), parsed.GetValue(threads)));
            InputCheck.Warn(terminal, model, files, "the classes");
            if (model.ClassDoubt is { } doubt) terminal.Warn($"{doubt.TrimEnd('.')} (--labels).");
            if (CommonOptions.LabelsDoubt(model) is { } misfit) terminal.Warn(misfit);
            int count = parsed.GetValue(top) ?? 5;
            var results = new List<Seen>();
            var pass = new ImagePass(model, files);
            using (Progress? progress = terminal.Progress(files.Files.Count, quiet: files.Files.Count == 1, "image"))
            {
                foreach ((DatasetImage image, float[][] values) in pass.Compute(colours => [model.Probabilities(colours)], done => progress?.Report(done), terminal.Interruption.Token))
                    results.Add(new Seen(image.File, model.Likeliest(values[0], count)));
            }
            if (terminal.Interruption.IsRequested) return terminal.Interruption.Code;
            SkippedImages.Warn(terminal, pass.Skipped);
            if (parsed.GetValue(json)) WriteJson(terminal.Output, results);
            else WriteText(terminal, results);
            return ExitCode.Success;
        });
        return command;
    }

    private sealed record Seen(string File, IReadOnlyList<(int Class, string Label, float Probability)> Classes);

    private static void WriteJson(TextWriter output, List<Seen> results) =>
        JsonOutput.Write(output, JsonOutput.List(results, seen => new JsonObject
        {
            ["file"] = seen.File,
            ["classes"] = JsonOutput.List(seen.Classes, entry => new JsonObject
            {
                ["class"] = entry.Class,
                ["label"] = entry.Label,
                ["probability"] = JsonOutput.Number(entry.Probability),
            }),
        }));

    private static void WriteText(Terminal terminal, List<Seen> results)
    {
        foreach (Seen seen in results)
        {
            terminal.Output.WriteLine($"{SafeText.Of(seen.File)}:");
            var table = new Table(Column.Number("PROBABILITY"), Column.Number("CLASS"), Column.Name("LABEL")) { ShowsHeadings = false, Indent = 2 };
            foreach ((int index, string label, float probability) in seen.Classes)
                table.Add(string.Create(CultureInfo.InvariantCulture, $"{100 * probability:0.0}%"), index.ToString(CultureInfo.InvariantCulture), label);
            table.WriteTo(terminal);
        }
    }
}
