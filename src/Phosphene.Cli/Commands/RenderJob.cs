using System.Collections.Immutable;
using System.Diagnostics;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Runtime.Onnx;
using Phosphene.Syntax;
using Phosphene.Visualization;

namespace Phosphene.Cli.Commands;

/// <summary>One run of <see cref="RenderCommand"/>, with the values of its options as they were typed.</summary>
internal sealed record RenderJob(Terminal Terminal)
{
    public required string Model { get; init; }

    public required string Objective { get; init; }

    /// <summary>What the work becomes once the model is known; null for what it is. It gives null if it was interrupted.</summary>
    public Func<Model, RenderWork, RenderWork?>? Complete { get; init; }

    public required string Output { get; init; }

    public required RecipeOptions Recipe { get; init; }

    public string? Snapshots { get; init; }

    /// <summary>How the images of the batch are put into one picture, once it is known how many there are; null for a file each.</summary>
    public Func<int, Layout>? Layout { get; init; }

    /// <summary>Whether an animation goes back the way it came.</summary>
    public bool GoesBack { get; init; }

    /// <summary>The steps from one checkpoint to the next; null for none.</summary>
    public int? CheckpointEvery { get; init; }

    public bool Resume { get; init; }

    public string? Preprocess { get; init; }

    public string? Labels { get; init; }

    public int? Threads { get; init; }

    /// <summary>Whether the picture is shown in the terminal while it grows.</summary>
    public bool Preview { get; init; }

    public bool Json { get; init; }

    public bool Quiet { get; init; }

    /// <summary>How often the output gets the picture so far.</summary>
    public TimeSpan InFile { get; init; } = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan OnScreen = TimeSpan.FromSeconds(0.5);

    private string CheckpointPath => Path.ChangeExtension(Output, ".checkpoint");

    public int Run()
    {
        // What is wrong with the command line is found before the model is read, which may take a while.
        Objective objective = Objectives.Objective.Parse(Objective);
        Recipe recipe = Recipe.Read();
        ImmutableSortedSet<int> snapshots = Snapshots is null ? [] : SnapshotSteps.Parse(Snapshots, recipe.Steps);
        var files = new PictureFiles(Output) { Layout = Layout?.Invoke(recipe.Batch), GoesBack = GoesBack };
        files.Require(recipe.Batch, snapshots.Count);
        RequireCheckpoint();
        ModelOptions options = CommonOptions.ModelOptions(Preprocess, Labels, Threads);

        using Model model = Models.Model.Load(Model, options);
        RenderWork? work = new(objective, Recipe.For(recipe, model), files.Layout);
        if (Complete is not null) work = Complete(model, work);
        if (work is null)
        {
            Terminal.Error.WriteLine("phosphene: Interrupted; no picture was made.");
            return Terminal.Interruption.Code;
        }
        (objective, recipe) = (work.Objective, work.Recipe);
        files = new PictureFiles(Output) { Layout = work.Layout, GoesBack = GoesBack };

        var report = new RenderReport(Terminal, model, work);
        if (InputCheck.DoubtWithoutImages(model) is { } doubt) report.Warn(doubt);
        if (objective.Classes.Any() && CommonOptions.LabelsDoubt(model) is { } misfit) report.Warn(misfit);
        Rendering rendering = Render(model, objective, recipe, snapshots, files, report);
        if (rendering.Steps > 0) report.Files.AddRange(files.Write(file => file, rendering.Pictures, image => image is { } one
            ? rendering.Provenances[one].ToTexts()
            : Provenance.Of(model, objective, recipe, files.Layout!, rendering.Steps, rendering.Values).ToTexts()));
        bool interrupted = Terminal.Interruption.IsRequested && !rendering.IsDone;
        if (!interrupted && rendering.Divergence is null && (Resume || CheckpointEvery is not null)) File.Delete(CheckpointPath);
        if (Json) report.WriteJson(rendering, interrupted);
        else if (!Quiet && report.Files.Count > 0) report.WriteText(rendering);
        return report.Conclude(rendering, interrupted);
    }

    private Rendering Render(Model model, Objective objective, Recipe recipe, ImmutableSortedSet<int> snapshots, PictureFiles files, RenderReport report)
    {
        using Progress? progress = Terminal.Progress(recipe.Steps, Quiet);
        try
        {
            using var ascent = new Ascent(model, recipe, objective);
            foreach (string warning in ascent.Warnings) report.Warn(warning);
            if (Resume) Continue(ascent);
            var clock = Stopwatch.StartNew();
            TimeSpan written = TimeSpan.Zero, shown = -OnScreen;
            return Visualizer.Finish(ascent, step =>
            {
                if (clock.Elapsed - written >= InFile && step.Index < recipe.Steps)
                {
                    // So that one can look at it while one waits, and has it if the work is cut off. Without the objective's value, which would take memory of its own.
                    Save(step, [double.NaN], file => file, Terminal.Interruption.Token);
                    written = clock.Elapsed;
                }
                if (Preview && progress is not null && clock.Elapsed - shown >= OnScreen)
                {
                    progress.Show(step.Pictures()[0]);
                    shown = clock.Elapsed;
                }
                progress?.Report(step.Index, ("objective", step.Value));
                if (CheckpointEvery is { } every && step.Index % every == 0) AscentCheckpoint.Write(CheckpointPath, ascent);
                if (!snapshots.Contains(step.Index)) return;
                if (files.ShowsGrowth(recipe.Batch)) files.Keep(step.Pictures()[0]);
                else report.Snapshots.AddRange(Save(step, step.CleanValues(), file => OutputFile.OfStep(file, step.Index)));
            }, Terminal.Interruption.Token);
        }
        catch (ModelFormatException error) when (error.Fault == ModelFault.ShapeMismatch && model.InputSize != (recipe.Height, recipe.Width))
        {
            throw new UsageException($"{error.Message.TrimEnd('.')}; the size is {recipe.Height}x{recipe.Width}, and --size changes it.");
        }

        string[] Save(AscentStep step, IReadOnlyList<double> values, Func<string, string> named, CancellationToken cancellation = default) => files.Write(named, step.Pictures(), image => image is { } one
            ? Provenance.Of(model, objective, recipe, one, step.Index, values).ToTexts()
            : Provenance.Of(model, objective, recipe, files.Layout!, step.Index, values).ToTexts(), cancellation);
    }

    private void RequireCheckpoint()
    {
        if (Resume && !File.Exists(CheckpointPath)) throw new UsageException($"There is no checkpoint '{CheckpointPath}' to go on from; leave --resume out to begin.");
        if (Resume || CheckpointEvery is null) return;
        OutputFile.Require(CheckpointPath, ".checkpoint", "the ascent is kept there");
        if (File.Exists(CheckpointPath))
            throw new UsageException($"'{CheckpointPath}' is of an ascent that was cut off; --resume goes on from it. To begin again, delete it or choose another -o.");
    }

    private void Continue(Ascent ascent)
    {
        try
        {
            AscentCheckpoint.Read(CheckpointPath, ascent);
        }
        catch (InvalidDataException error)
        {
            throw new InputFileException(error.Message, error);
        }
        (int reached, int steps) = (ascent.StepsDone, ascent.Recipe.Steps);
        if (reached > steps) throw new UsageException($"'{CheckpointPath}' is after step {reached}, and the recipe has {steps}; give --steps {reached} or more.");
    }
}
