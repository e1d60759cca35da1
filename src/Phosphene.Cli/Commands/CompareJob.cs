using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Phosphene.Atlas.Comparisons;
using Phosphene.Evidence.Quality;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Runtime.Files;
using Phosphene.Syntax;

namespace Phosphene.Cli.Commands;

/// <summary>One run of <see cref="CompareCommand"/>, with the values of its options as they were typed.</summary>
internal sealed record CompareJob(Terminal Terminal)
{
    private const int MostPictures = 10_000;

    public required string Model { get; init; }

    public required string[] Objectives { get; init; }

    public required string Output { get; init; }

    /// <summary>The options of a recipe that are given, with all their values, in the order of the page.</summary>
    public required IReadOnlyList<(string Name, IReadOnlyList<string> Values)> Varied { get; init; }

    /// <summary>Names with their values, NAME=VALUE,VALUE,..., which take the place of {NAME} in any text.</summary>
    public string[] Placeholders { get; init; } = [];

    public required string[] Steps { get; init; }

    public required string[] Seconds { get; init; }

    public string? Sheet { get; init; }

    public string? Judge { get; init; }

    public string? JudgeLabels { get; init; }

    public string? Statistics { get; init; }

    public string? Preprocess { get; init; }

    public string? Labels { get; init; }

    public int? Threads { get; init; }

    public bool Json { get; init; }

    public bool Quiet { get; init; }

    private string JsonPath => Path.ChangeExtension(Output, ".json");

    public int Run()
    {
        (string Name, IReadOnlyList<string> Values)[] placeholders = [.. Placeholders.Select(Placeholder)], respects = [("objective", Objectives), .. Varied, .. placeholders];
        RequireUsed(placeholders, respects);
        ComparisonAxis[] axes = [.. respects.Select(respect => new ComparisonAxis(respect.Name, respect.Values))];
        (int[] Places, Objective Objective, RecipeOptions Options, Recipe Recipe)[] rows = [.. Combinations(axes.Select(axis => axis.Values.Count)).Select(places => Row(places, placeholders))];
        ComparisonBudget budget = Budget(rows[0].Recipe);
        if ((long)rows.Length * budget.Stops.Count is > MostPictures and var count) throw new UsageException($"These are {count} pictures; at most {MostPictures} are compared on one page. Give fewer values.");
        OutputFile.Require(Output, ".html", "the comparison is a page");
        if (Sheet is not null) OutputFile.Require(Sheet);
        NaturalImages natural = Statistics is null ? NaturalImages.ImageNet : new NaturalImages(new StatisticsReference(Statistics).Read());

        using Model model = Models.Model.Load(Model, CommonOptions.ModelOptions(Preprocess, Labels, Threads));
        using Model? other = Judge is null ? null : Models.Model.Load(Judge, CommonOptions.ModelOptions(null, JudgeLabels, Threads));
        using ClassRank? judge = other is null ? null : new ClassRank(other);
        InputCheck.WarnWithoutImages(Terminal, model);
        if (other is not null) InputCheck.WarnWithoutImages(Terminal, other, "ranks");
        var comparison = new Comparison(model, axes, [.. rows.Select(row => new ComparisonRow(row.Places, row.Objective, row.Options.For(row.Recipe, model)))], budget, natural, judge);

        long start = Stopwatch.GetTimestamp();
        Render(comparison);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        bool interrupted = comparison.Cells.Count < comparison.Count;
        JsonObject document = Document(comparison, seconds, interrupted);
        if (comparison.Cells.Count > 0) AtomicFile.Write(JsonPath, stream =>
        {
            using var text = new StreamWriter(stream, leaveOpen: true);
            JsonOutput.Write(text, document);
        });
        if (Sheet is not null && comparison.Cells.Count > 0) comparison.Sheet().Save(Sheet);
        if (Json) JsonOutput.Write(Terminal.Output, document);
        else if (!Quiet && !interrupted)
            Terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Output}: {comparison.Count} {(comparison.Count == 1 ? "picture" : "pictures")}, {seconds:0} s; open it in a browser. '{JsonPath}' has the numbers."));
        if (interrupted)
        {
            Terminal.Error.WriteLine($"phosphene: Interrupted. {(comparison.Cells.Count == 0 ? "No picture was done." : $"'{Output}' has the {comparison.Cells.Count} of {comparison.Count} pictures that were done.")}");
            return Terminal.Interruption.Code;
        }
        string[] failures = [.. comparison.Cells.Select(cell => cell.Failure).OfType<string>().Distinct()];
        foreach (string failure in failures) Terminal.Warn(failure);
        return failures.Length == 0 ? ExitCode.Success : ExitCode.SomeFailed;
    }

    private void Render(Comparison comparison)
    {
        // In percent of a row: how many steps there are in some seconds is not known before.
        const int Whole = 100;
        double all = comparison.Budget.Stops[^1];
        using Progress? progress = Terminal.Progress((long)comparison.Rows.Count * Whole, Quiet, "row percent");
        long row = Stopwatch.GetTimestamp();
        int begun = 0;
        comparison.Render(Output, (number, ascent) =>
        {
            if (number != begun) (begun, row) = (number, Stopwatch.GetTimestamp());
            double done = comparison.Budget.InSeconds ? Stopwatch.GetElapsedTime(row).TotalSeconds : ascent.StepsDone;
            progress?.Report(number * Whole + (long)(Whole * Math.Min(1, done / all)), ("objective", ascent.Value), ("row", number + 1));
        }, Terminal.Interruption.Token);
    }

    private (int[] Places, Objective Objective, RecipeOptions Options, Recipe Recipe) Row(int[] places, (string Name, IReadOnlyList<string> Values)[] placeholders)
    {
        // The first place is that of the objective, the last are those of the placeholders.
        (string Name, string Value)[] filled = [.. placeholders.Zip(places.TakeLast(placeholders.Length), (entry, place) => (entry.Name, entry.Values[place]))];
        Dictionary<string, string> values = Varied.Select((entry, i) => (entry.Name, Value: Filled(entry.Values[places[i + 1]]))).ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal);
        var options = new RecipeOptions
        {
            Preset = values.GetValueOrDefault("preset"),
            Parameterization = values.GetValueOrDefault("parameterization"),
            Transforms = values.GetValueOrDefault("transforms"),
            ImageOperators = values.GetValueOrDefault("image-operators"),
            GradientOperators = values.GetValueOrDefault("gradient-operators"),
            Optimizer = values.GetValueOrDefault("optimizer"),
            Penalty = values.GetValueOrDefault("penalty"),
            Size = values.TryGetValue("size", out string? size) ? ImageSize.Parse(size) : null,
            LearningRate = values.TryGetValue("lr", out string? rate) ? Number(rate, "--lr", "a number above 0", float.TryParse, (float number) => number > 0) : null,
            Seed = values.TryGetValue("seed", out string? seed) ? Number(seed, "--seed", "an integer of at least 0", ulong.TryParse, (ulong _) => true) : null,
        };
        return (places, Objective.Parse(Filled(Objectives[places[0]])), options, options.Read());

        string Filled(string text) => filled.Aggregate(text, (result, entry) => result.Replace($"{{{entry.Name}}}", entry.Value, StringComparison.Ordinal));
    }

    private static (string Name, IReadOnlyList<string> Values) Placeholder(string text)
    {
        string[] parts = text.Split('=', 2);
        string[] values = parts.Length == 2 ? parts[1].Split(',', StringSplitOptions.TrimEntries) : [];
        return parts[0].Length > 0 && parts[0].All(char.IsAsciiLetterOrDigit) && char.IsAsciiLetter(parts[0][0]) && values.All(value => value.Length > 0) && values.Length > 0 ? (parts[0], values)
            : throw new UsageException($"--vary is a name of letters and digits with values, as in tv=0,0.25,3 for {{tv}} in a text; got '{text}'.");
    }

    // A typing error in the name of a placeholder would otherwise compare equal pictures.
    private void RequireUsed((string Name, IReadOnlyList<string> Values)[] placeholders, (string Name, IReadOnlyList<string> Values)[] respects)
    {
        string[] texts = [.. Objectives, .. Varied.SelectMany(entry => entry.Values)];
        foreach ((string name, _) in placeholders)
        {
            if (respects.Count(respect => respect.Name == name) > 1) throw new UsageException($"'{name}' is compared already; give --vary another name.");
            if (!texts.Any(text => text.Contains($"{{{name}}}", StringComparison.Ordinal))) throw new UsageException($"--vary {name} has no {{{name}}} in any text whose place it could take, as in --penalty \"{{{name}}}*tv()\".");
        }
    }

    private ComparisonBudget Budget(Recipe first)
    {
        if (Steps.Length > 0 && Seconds.Length > 0) throw new UsageException("--steps and --seconds each say how much work a picture gets; give one of them.");
        return Seconds.Length > 0
            ? ComparisonBudget.OfSeconds(Seconds.Select(text => Number(text, "--seconds", "a number above 0", double.TryParse, (double number) => number > 0)))
            : ComparisonBudget.OfSteps(Steps.Length > 0 ? Steps.Select(text => Number(text, "--steps", "an integer from 1 to 10000000", int.TryParse, (int number) => number is >= 1 and <= 10_000_000)) : [first.Steps]);
    }

    private delegate bool Parser<T>(string text, NumberStyles style, IFormatProvider culture, out T number);

    private static T Number<T>(string text, string option, string expected, Parser<T> parse, Func<T, bool> isRight) =>
        parse(text, typeof(T) == typeof(float) || typeof(T) == typeof(double) ? NumberStyles.Float : NumberStyles.None, CultureInfo.InvariantCulture, out T number) && isRight(number)
            ? number
            : throw new UsageException($"{option} is {expected}; got '{text}'.");

    // All combinations of one place of each axis, the last one fastest.
    private static IEnumerable<int[]> Combinations(IEnumerable<int> counts) =>
        counts.Aggregate((IEnumerable<int[]>)[[]], (before, count) => before.SelectMany(places => Enumerable.Range(0, count).Select(value => (int[])[.. places, value])));

    private JsonObject Document(Comparison comparison, double seconds, bool interrupted) => new()
    {
        ["file"] = Output,
        ["model"] = Path.GetFileName(comparison.Model.Path),
        ["heldOut"] = $"{QualityMeter.HeldOut}",
        ["axes"] = JsonOutput.List(comparison.Axes, axis => new JsonObject { ["name"] = axis.Name, ["values"] = JsonOutput.Texts(axis.Values) }),
        ["pictures"] = JsonOutput.List(comparison.Cells, cell => new JsonObject
        {
            ["places"] = JsonOutput.List(cell.Places, place => JsonValue.Create(place)),
            ["objective"] = $"{cell.Row.Objective}",
            ["recipe"] = JsonNode.Parse(cell.Row.Recipe.ToJson()),
            ["steps"] = cell.Steps,
            ["seconds"] = Math.Round(cell.Seconds, 3),
            ["value"] = JsonOutput.Number(cell.Quality.Value),
            ["heldOut"] = JsonOutput.Number(cell.Quality.HeldOut),
            ["highFrequencies"] = JsonOutput.Number(cell.Quality.HighFrequencies),
            ["checkerboard"] = JsonOutput.Number(cell.Quality.Checkerboard),
            ["colourDistance"] = JsonOutput.Number(cell.Quality.ColourDistance),
            ["magnitudeDistance"] = JsonOutput.Number(cell.Quality.MagnitudeDistance),
            ["rank"] = cell.Quality.Rank,
            ["failure"] = cell.Failure,
        }),
        ["seconds"] = Math.Round(seconds, 2),
        ["interrupted"] = interrupted,
    };
}
