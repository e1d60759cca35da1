using System.CommandLine;
using System.Text.Json.Nodes;
using Phosphene.Atlas.Panels;
using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Panels;
using Phosphene.Evidence.Quality;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Syntax;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene quality MODEL PICTURE... -o FILE.html</summary>
internal static class QualityCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> path = CommonOptions.Model();
        Argument<string[]> pictures = new("PICTURE") { Arity = ArgumentArity.OneOrMore, Description = "The pictures: image files, and folders of them." };
        Option<string?> objective = new("--objective") { HelpName = "OBJECTIVE", Description = "What the pictures were made for; by default what each carries." };
        Option<string?> images = new("--images") { HelpName = "DIR|LIST", Description = "Images that the pictures are held against: how many of them excite the objective less." };
        Option<string?> judge = new("--judge") { HelpName = "MODEL", Description = "A second network, which tells the place of the class in each picture." };
        Option<string?> judgeLabels = new("--judge-labels") { HelpName = "FILE", Description = "The names of the classes of the second network, if it comes without." };
        Option<string?> statistics = new("--statistics") { HelpName = "FILE", Description = "Photos that colours and spectra are held against, as 'phosphene statistics' measured them; by default those of ImageNet." };
        Option<string?> output = new("--output", "-o") { HelpName = "FILE.html", Description = "Also write a page of the pictures and their numbers." };
        Option<string?> preprocess = CommonOptions.Preprocess(), labels = CommonOptions.Labels();
        Option<int?> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json(), quiet = new("--quiet") { Description = "No progress." };
        var command = new Command("quality", "Tell what numbers say of pictures: against images, under another network, after changes.") { path, pictures, objective, images, judge, judgeLabels, statistics, output, preprocess, labels, threads, json, quiet };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(output) is { } file) OutputFile.Require(file, ".html", "pictures and numbers are written as a page");
            Objective? given = parsed.GetValue(objective) is { } text ? Objective.Parse(text) : null;
            Dataset? dataset = parsed.GetValue(images) is { } name ? InputDataset.Open(name) : null;
            PanelPicture[] all = [.. ImageFiles.Of(parsed.GetRequiredValue(pictures)).Files.Select(picture => Read(picture, given))];
            NaturalImages? natural = parsed.GetValue(statistics) is { } measured ? new NaturalImages(new StatisticsReference(measured).Read()) : null;
            using Model model = Model.Load(parsed.GetRequiredValue(path), CommonOptions.ModelOptions(parsed.GetValue(preprocess), parsed.GetValue(labels), parsed.GetValue(threads)));
            using Model? other = parsed.GetValue(judge) is { } second ? Model.Load(second, CommonOptions.ModelOptions(null, parsed.GetValue(judgeLabels), parsed.GetValue(threads))) : null;
            using ClassRank? ranks = other is null ? null : new ClassRank(other);
            if (dataset is not null) InputCheck.Warn(terminal, model, dataset, "numbers");
            else InputCheck.WarnWithoutImages(terminal, model, "numbers");
            if (other is not null) InputCheck.WarnWithoutImages(terminal, other, "ranks");

            ObjectiveRange? range = null;
            if (dataset is not null)
            {
                using Progress? progress = terminal.Progress(dataset.Files.Count, parsed.GetValue(quiet), "image");
                range = ObjectiveRange.Of(model, [.. all.Select(picture => picture.Objective)], dataset, done => progress?.Report(done), terminal.Interruption.Token);
                if (range is null) return Interrupted(terminal);
                SkippedImages.Warn(terminal, range.Skipped);
            }
            using var panel = new QualityPanel(model, all, natural, dataset, range, ranks);
            var rows = new List<(PanelPicture Picture, IReadOnlyList<double?> Numbers)>();
            using (Progress? progress = terminal.Progress(all.Length, parsed.GetValue(quiet), "picture"))
                foreach (PanelPicture picture in all)
                {
                    if (terminal.Interruption.IsRequested) return Interrupted(terminal);
                    rows.Add((picture, panel.Of(picture)));
                    progress?.Report(rows.Count);
                }
            if (parsed.GetValue(output) is { } page) PanelPage.Of(model, panel, rows).Save(page);
            if (parsed.GetValue(json)) WriteJson(terminal, panel, rows, range?.Skipped ?? []);
            else WriteText(terminal, panel, rows);
            return ExitCode.Success;
        });
        return command;
    }

    private static int Interrupted(Terminal terminal)
    {
        terminal.Error.WriteLine("phosphene: Interrupted; nothing was written.");
        return terminal.Interruption.Code;
    }

    // A picture with what it was made for: what is given, or what its recipe says.
    private static PanelPicture Read(string file, Objective? given)
    {
        ImageContents contents = InputImage.Read(file);
        if (given is not null) return new PanelPicture(file, contents.Picture, given);
        if (contents.Texts.All(text => text.Keyword != Provenance.Keyword)) throw new UsageException($"'{file}' does not carry what it was made for; say it with --objective.");
        Provenance provenance = Provenance.Read(contents, file);
        return provenance.Layout is null
            ? new PanelPicture(file, contents.Picture, Objective.Parse(provenance.Objective).OfImage(provenance.Image).FoundFrom(Path.GetDirectoryName(Path.GetFullPath(file))!))
            : throw new UsageException($"'{file}' shows several images side by side, and each has numbers of its own; give them as files of their own.");
    }

    private static void WriteText(Terminal terminal, QualityPanel panel, List<(PanelPicture Picture, IReadOnlyList<double?> Numbers)> rows)
    {
        var table = new Table([Column.Name("PICTURE"), Column.Name("OBJECTIVE"), .. panel.Columns.Select(column => Column.Number(column.Name.ToUpperInvariant()))]);
        foreach ((PanelPicture picture, IReadOnlyList<double?> numbers) in rows) table.Add([SafeText.Of(picture.File), picture.Objective.ToString(), .. PanelPage.Texts(panel, numbers)]);
        table.WriteTo(terminal);
    }

    private static void WriteJson(Terminal terminal, QualityPanel panel, List<(PanelPicture Picture, IReadOnlyList<double?> Numbers)> rows, IReadOnlyList<SkippedImage> skipped) => JsonOutput.Write(terminal.Output, new JsonObject
    {
        ["pictures"] = JsonOutput.List(rows, row =>
        {
            var entry = new JsonObject { ["file"] = row.Picture.File, ["objective"] = row.Picture.Objective.ToString() };
            foreach ((IPanelColumn column, double? number) in panel.Columns.Zip(row.Numbers)) entry[column.Name] = number is { } value ? JsonOutput.Number(value) : null;
            return entry;
        }),
        ["skipped"] = SkippedImages.Json(skipped),
    });
}
