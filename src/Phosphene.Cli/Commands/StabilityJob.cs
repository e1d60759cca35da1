using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Phosphene.Atlas.Recurrences;
using Phosphene.Evidence.Examples;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;

namespace Phosphene.Cli.Commands;

/// <summary>One run of <see cref="StabilityCommand"/>, with the values of its options as they were typed.</summary>
internal sealed class StabilityJob(Terminal terminal, PageOptions options, ParseResult parsed) : PageJob(terminal, options, parsed)
{
    public required string[] Units { get; init; }

    public required int Seeds { get; init; }

    public int Run()
    {
        Recipe recipe = Recipe.Read();
        OutputFile.Require(Output, ".html", "the pictures are on a page");
        using Model model = Models.Model.Load(Model, Opening);
        InputCheck.WarnWithoutImages(Terminal, model);
        if (CommonOptions.LabelsDoubt(model) is { } misfit) Terminal.Warn(misfit);
        var stability = new Stability(model, Recipe.For(recipe, model), [.. Units.SelectMany(text => InputUnits.Objectives(model, text))], Seeds);

        long start = Stopwatch.GetTimestamp();
        Progress? progress = Terminal.Progress(stability.Steps, Quiet);
        try
        {
            stability.Render(Output, (done, step) => progress?.Report(done, ("objective", step.Value), ("unit", stability.Units.Count + 1)), Compared, Terminal.Interruption.Token);
        }
        finally
        {
            progress?.Dispose();
        }
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;

        bool interrupted = !stability.IsDone;
        if (Json) WriteJson(stability, seconds, interrupted);
        else if (!Quiet && stability.Units.Count > 0) WriteText(stability);
        if (interrupted)
        {
            Terminal.Error.WriteLine($"phosphene: Interrupted. {(stability.Units.Count == 0 ? "No unit was done." : $"'{Output}' has the {stability.Units.Count} of {stability.Count} units that were rendered; {stability.Units.Count(unit => unit.Recurrence is not null)} are compared.")}");
            return Terminal.Interruption.Code;
        }
        RecurringUnit[] failed = [.. stability.Units.Where(unit => unit.Failure is not null)];
        foreach (RecurringUnit unit in failed) Terminal.Warn($"{unit.Objective}: {unit.Failure}");
        return failed.Length == 0 ? ExitCode.Success : ExitCode.SomeFailed;

        // Comparing has a line of its own.
        void Compared(int done)
        {
            if (done == 1)
            {
                progress?.Dispose();
                progress = Terminal.Progress(stability.Count, Quiet, "unit");
            }
            progress?.Report(done);
        }
    }

    private void WriteText(Stability stability)
    {
        var table = new Table(Column.Name("UNIT"), Column.Name("VERDICT"), Column.Number("ALIKE"), Column.Number("OTHERS"), Column.Number("AUC"), Column.Name("FACETS"));
        foreach (RecurringUnit unit in stability.Units)
            if (unit.Recurrence is { } recurrence)
                table.Add($"{unit.Objective}", recurrence.Words, Number(recurrence.Median, "0.00"), Number(recurrence.BaselineMedian, "0.00"), Number(recurrence.Auc, "0.000"), string.Join(" + ", recurrence.Facets));
            else table.Add($"{unit.Objective}", "not compared", "", "", "", "");
        table.WriteTo(Terminal);
        if (stability.Count > 1 && double.IsFinite(stability.Auc)) Terminal.Output.WriteLine($"A pair of one unit is more alike than a pair of different units with the probability {Number(stability.Auc, "0.000")}; '{Output}' shows them.");
        else Terminal.Output.WriteLine($"'{Output}' shows the pictures.");
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private void WriteJson(Stability stability, double seconds, bool interrupted) => JsonOutput.Write(Terminal.Output, new JsonObject
    {
        ["file"] = stability.Units.Count == 0 ? null : Output,
        ["count"] = stability.Count,
        ["seeds"] = Seeds,
        ["auc"] = JsonOutput.Number(stability.Auc),
        ["units"] = JsonOutput.List(stability.Units, unit => new JsonObject
        {
            ["objective"] = $"{unit.Objective}",
            ["verdict"] = unit.Recurrence?.Words,
            ["layer"] = unit.Recurrence?.Layer.ToString(),
            ["same"] = unit.Recurrence is { } recurrence ? JsonOutput.Number(recurrence.Median) : null,
            ["others"] = unit.Recurrence is { } other ? JsonOutput.Number(other.BaselineMedian) : null,
            ["threshold"] = unit.Recurrence is { } limit ? JsonOutput.Number(limit.Threshold) : null,
            ["auc"] = unit.Recurrence is { } pairs ? JsonOutput.Number(pairs.Auc) : null,
            ["excitation"] = unit.Recurrence is { } raised ? JsonOutput.Number(raised.Excitation) : null,
            ["facets"] = JsonOutput.List(unit.Recurrence?.Facets ?? [], size => JsonValue.Create(size)),
            ["pictures"] = JsonOutput.List(unit.Values.Select((value, i) => (Value: value, Facet: unit.Recurrence?.FacetOf[i])), picture => new JsonObject { ["value"] = JsonOutput.Number(picture.Value), ["facet"] = picture.Facet }),
            ["failure"] = unit.Failure,
        }),
        ["seconds"] = Math.Round(seconds, 2),
        ["interrupted"] = interrupted,
    });
}
