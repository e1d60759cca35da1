using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Phosphene.Atlas.Transfers;
using Phosphene.Atlas.Units;
using Phosphene.Evidence.Quality;
using Phosphene.Models;
using Phosphene.Recipes;
using Phosphene.Syntax;

namespace Phosphene.Cli.Commands;

/// <summary>One run of <see cref="TransferCommand"/>, with the values of its options as they were typed.</summary>
internal sealed class TransferJob(Terminal terminal, PageOptions options, ParseResult parsed) : PageJob(terminal, options, parsed)
{
    public const int UsualClasses = 20;

    public required string Other { get; init; }

    public required string[] Classes { get; init; }

    public int? Random { get; init; }

    public int? Batch { get; init; }

    public string? OtherLabels { get; init; }

    public int Run()
    {
        if (Classes.Length > 0 && Random is not null) throw new UsageException("--classes and --random each say which classes to show; give one of them.");
        Recipe recipe = Recipe.Read();
        OutputFile.Require(Output, ".html", "the pictures are on a page");
        ModelOptions opening = Opening;
        using Model model = Models.Model.Load(Model, opening), other = Models.Model.Load(Other, CommonOptions.ModelOptions(null, OtherLabels, opening.Threads));
        foreach (string doubt in new[] { InputCheck.DoubtWithoutImages(model), InputCheck.DoubtWithoutImages(other, "what it sees") }.OfType<string>().Distinct()) Terminal.Warn(doubt);
        foreach (string misfit in new[] { CommonOptions.LabelsDoubt(model), CommonOptions.LabelsDoubt(other) }.OfType<string>()) Terminal.Warn(misfit);
        using var judge = new ClassRank(other);
        IReadOnlyList<int> classes = Classes.Length > 0 ? [.. Classes.Select(name => model.Labels.Find(name, model.Labels.Count)).Distinct()] : Transfer.Drawn(model, judge, Random ?? UsualClasses, recipe.Seed);
        var transfer = new Transfer(model, Recipe.For(recipe, model), judge, classes, Batch ?? UnitRenderer.DefaultBatch);

        long start = Stopwatch.GetTimestamp();
        using (Progress? progress = Terminal.Progress(transfer.Steps, Quiet))
            transfer.Render(Output, (done, step) => progress?.Report(done, ("logit", step.Value), ("picture", transfer.Classes.Count + 1)), Terminal.Interruption.Token);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;

        bool interrupted = transfer.Classes.Count < transfer.Count;
        if (Json) WriteJson(transfer, seconds, interrupted);
        else if (!Quiet && transfer.Classes.Count > 0) WriteText(transfer, judge);
        if (interrupted)
        {
            Terminal.Error.WriteLine($"phosphene: Interrupted. {(transfer.Classes.Count == 0 ? "No picture was done." : $"'{Output}' has the {transfer.Classes.Count} of {transfer.Count} pictures that were done.")}");
            return Terminal.Interruption.Code;
        }
        TransferredClass[] failed = [.. transfer.Classes.Where(entry => entry.Unit.Failure is not null)];
        foreach (TransferredClass entry in failed) Terminal.Warn($"class {entry.Class}: {entry.Unit.Failure}");
        return failed.Length == 0 ? ExitCode.Success : ExitCode.SomeFailed;
    }

    private void WriteText(Transfer transfer, ClassRank judge)
    {
        var table = new Table(Column.Number("CLASS"), Column.Name("LABEL"), Column.Number("LOGIT"), Column.Number("PLACE"), Column.Name("FIRST"));
        foreach (TransferredClass entry in transfer.Classes)
            table.Add(entry.Class.ToString(CultureInfo.InvariantCulture), entry.Label, string.Create(CultureInfo.InvariantCulture, $"{entry.Unit.Value:G4}"), entry.Rank.ToString(CultureInfo.InvariantCulture), entry.Rank == 1 ? "" : entry.First);
        table.WriteTo(Terminal);
        Terminal.Output.WriteLine($"{judge.Name} has the class first in {transfer.Recognised} of {transfer.Classes.Count} pictures, and among the first five in {transfer.AmongFive}; '{Output}' shows them.");
    }

    private void WriteJson(Transfer transfer, double seconds, bool interrupted) => JsonOutput.Write(Terminal.Output, new JsonObject
    {
        ["file"] = Output,
        ["count"] = transfer.Count,
        ["first"] = transfer.Recognised,
        ["amongFive"] = transfer.AmongFive,
        ["classes"] = JsonOutput.List(transfer.Classes, entry => new JsonObject
        {
            ["class"] = entry.Class,
            ["label"] = entry.Label,
            ["value"] = entry.Unit.Value is { } value ? JsonOutput.Number(value) : null,
            ["rank"] = entry.Rank,
            ["first"] = entry.First,
            ["failure"] = entry.Unit.Failure,
        }),
        ["seconds"] = Math.Round(seconds, 2),
        ["interrupted"] = interrupted,
    });
}
