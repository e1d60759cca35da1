using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.IO.Enumeration;
using System.Text.Json.Nodes;
using Phosphene.Atlas.Sweeps;
using Phosphene.Atlas.Units;
using Phosphene.Evidence.Diagnoses;
using Phosphene.Evidence.Examples;
using Phosphene.Models;
using Phosphene.Recipes;
using Phosphene.Syntax;

namespace Phosphene.Cli.Commands;

/// <summary>One run of <see cref="SweepCommand"/>, with the values of its options as they were typed.</summary>
internal sealed record SweepJob(Terminal Terminal)
{
    public const string UsualPreset = "swift";

    public required string Model { get; init; }

    public required string Output { get; init; }

    public string? Layers { get; init; }

    public string? Channels { get; init; }

    public int? Every { get; init; }

    public int? Top { get; init; }

    public string? By { get; init; }

    public string? Make { get; init; }

    public string? Snapshots { get; init; }

    public string? Examples { get; init; }

    public string? Images { get; init; }

    public required RecipeOptions Recipe { get; init; }

    public string? Shard { get; init; }

    public string? Limit { get; init; }

    public bool Gallery { get; init; }

    public SweepOnSlurm.Request? Slurm { get; init; }

    public string? Preprocess { get; init; }

    public string? Labels { get; init; }

    public int? Threads { get; init; }

    public bool Json { get; init; }

    public bool Quiet { get; init; }

    public int Run()
    {
        ChannelChoice? choice = Channels is null ? null : ChannelChoice.Parse(Channels);
        IReadOnlyList<SweepMake> makes = Make is null ? [SweepMake.Channel] : SweepMakes.Parse(Make);
        Shard shard = Shard is null ? Atlas.Sweeps.Shard.Whole : Atlas.Sweeps.Shard.Parse(Shard);
        TimeSpan? limit = Limit is null ? null : DurationText.Parse(Limit);
        Recipe recipe = Recipe.Read();
        ImmutableSortedSet<int> snapshots = Snapshots is null ? [] : SnapshotSteps.Parse(Snapshots, recipe.Steps);
        if (Examples is not null && Images is null) throw new UsageException("--examples needs --images too: the index has the names of its photos, and not the photos.");
        if (Images is not null && Examples is null) throw new UsageException("--images is only looked at with --examples INDEX, which says what is taken from them.");
        if (Gallery && Shard is not null) throw new UsageException("--gallery makes pages of the whole sweep, and a shard is a part of it; run 'phosphene gallery DIR' when all are done.");
        if (Top is not null && Examples is null) throw new UsageException("--top needs --examples INDEX, which says what channels give over images.");
        if (By is not null && Top is null) throw new UsageException("--by is only looked at with --top N.");
        Func<UnitSummary, double> by = Measure(By ?? "highest");
        using ExampleIndex? index = Examples is null ? null : ExampleIndex.Open(Examples);
        long start = Stopwatch.GetTimestamp();
        using Model model = Models.Model.Load(Model, CommonOptions.ModelOptions(Preprocess, Labels, Threads));
        InputCheck.WarnWithoutImages(Terminal, model);
        recipe = Recipe.For(recipe, model).For(model);
        DatasetExamples? examples = index is null ? null : new DatasetExamples(model, index, InputDataset.Open(Images!));
        var plan = new SweepPlan(model, recipe, LayersOf(model, recipe).Select(layer => (layer, ChannelsOf(layer, choice, recipe.Seed, examples, by))), makes, snapshots, examples: examples);
        plan.Save(Output);

        var sweep = new Sweep(plan, Output);
        SweepUnit[] mine = [.. sweep.Batches.Where((_, number) => shard.Has(number)).SelectMany(batch => batch)];
        int before = mine.Count(unit => SweepRecord.IsDone(Output, unit)), done = before;
        int failed = 0;
        bool isComplete;
        using (Progress? progress = Slurm is not null ? null : Terminal.Progress(Math.Max(1, mine.Length), Quiet, "unit", before))
            isComplete = Slurm is { } slurm ? slurm.Run(sweep, Output, Threads, Terminal, Quiet) : sweep.Run(shard, null, (unit, failure) =>
            {
                if (failure is not null) failed++;
                progress?.Report(++done, ("failed", failed));
            }, () => limit is { } most && Stopwatch.GetElapsedTime(start) > most, Terminal.Interruption.Token);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        (SweepUnit Unit, SweepRecord? Record)[] ended = [.. mine.Select(unit => (unit, SweepRecord.OfEnded(Output, unit)))];
        int left = ended.Count(entry => entry.Record is null), ready = ended.Count(entry => entry.Record is { HasNothing: false });
        // Those of before and of other processes too, so that the same folder ends with the same exit code.
        (SweepUnit Unit, string Failure)[] failures = [.. ended.Where(entry => entry.Record?.Failure is not null).Select(entry => (entry.Unit, entry.Record!.Failure!))];

        if (Json) WriteJson(plan, mine.Length, before, left, failures, seconds);
        else if (!Quiet && !Terminal.Interruption.IsRequested)
            Terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Output}: {ready} of {mine.Length} units{(shard.Count > 1 ? $" of shard {shard.Index}/{shard.Count}" : "")} are done, {ready - before} of them now, in {seconds:0} s.{(left > 0 ? " The same command goes on." : "")}"));
        foreach ((SweepUnit unit, string failure) in failures) Terminal.Warn($"{(unit.Make == SweepMake.Examples ? "examples of " : "")}{unit.Objective}: {failure}");
        if (Terminal.Interruption.IsRequested)
        {
            Terminal.Error.WriteLine($"phosphene: Interrupted. {ready} of {mine.Length} units are done; the same command goes on.");
            return Terminal.Interruption.Code;
        }
        if (isComplete && left == 0 && ready > 0 && Gallery && new GalleryJob(Terminal) { Folder = Output, Quiet = Quiet || Json }.Run() is not ExitCode.Success and int code) return code;
        return left > 0 || (!isComplete && failures.Length == 0) ? ExitCode.WorkLeft : failures.Length > 0 ? ExitCode.SomeFailed : ExitCode.Success;
    }

    private IReadOnlyList<Layer> LayersOf(Model model, Recipe recipe)
    {
        if (Layers is null) return ActivationLayers.WithClasses(model, recipe.Height, recipe.Width);
        var chosen = new List<Layer>();
        foreach (string pattern in Patterns(Layers))
        {
            string[] names = [.. model.LayerShapes().Where(entry => entry.Shape is { Rank: 2 or 4 }).Select(entry => model.Aliases[entry.Layer.Name] ?? entry.Layer.Name).Where(name => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false))];
            chosen.AddRange(names.Length > 0 ? names.Select(name => (Layer)name) : pattern.Contains('*', StringComparison.Ordinal)
                ? throw new UsageException($"No layer with channels is called '{pattern}'. 'phosphene layers {Path.GetFileName(model.Path)}' lists them.")
                : [model.LayerOf(pattern)]);
        }
        return [.. chosen.Distinct()];
    }

    private Func<int, IEnumerable<int>> ChannelsOf(Layer layer, ChannelChoice? choice, ulong seed, DatasetExamples? examples, Func<UnitSummary, double> by) => channels =>
    {
        IEnumerable<int> chosen = (choice?.Of(layer, channels, seed) ?? Enumerable.Range(0, channels)).Where((_, place) => place % (Every ?? 1) == 0);
        return Top is { } most ? examples!.Top(layer, chosen, most, by) : chosen;
    };

    private static Func<UnitSummary, double> Measure(string word) => word switch
    {
        "highest" => summary => summary.Highest,
        "mean" => summary => summary.Mean,
        "active" => summary => summary.Active,
        "deviation" => summary => summary.MaximumDeviation,
        _ => throw new UsageException($"'{word}' is nothing that --by compares; it compares highest, mean, active and deviation."),
    };

    // At the commas between layers, not at those in parentheses or quotes, as in feature(conv4/relu, 'a,b.npy').
    private static List<string> Patterns(string text)
    {
        var patterns = new List<string>();
        int depth = 0, first = 0;
        bool isQuoted = false;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i < text.Length)
            {
                char c = text[i];
                if (c == '\'') isQuoted = !isQuoted;
                if (!isQuoted) depth += c == '(' ? 1 : c == ')' ? -1 : 0;
                if (c != ',' || isQuoted || depth > 0) continue;
            }
            if (text[first..i].Trim() is { Length: > 0 } pattern) patterns.Add(pattern);
            first = i + 1;
        }
        return patterns;
    }

    private void WriteJson(SweepPlan plan, int mine, int before, int left, IReadOnlyList<(SweepUnit Unit, string Failure)> failures, double seconds) => JsonOutput.Write(Terminal.Output, new JsonObject
    {
        ["folder"] = Output,
        ["units"] = plan.Units.Count,
        ["inShard"] = mine,
        ["doneBefore"] = before,
        ["left"] = left,
        ["failures"] = JsonOutput.List(failures, entry => new JsonObject { ["unit"] = entry.Unit.Id, ["make"] = entry.Unit.Make.Text(), ["objective"] = $"{entry.Unit.Objective}", ["failure"] = entry.Failure }),
        ["seconds"] = Math.Round(seconds, 2),
        ["interrupted"] = Terminal.Interruption.IsRequested,
    });
}
