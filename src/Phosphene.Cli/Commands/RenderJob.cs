using System.Globalization;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Runtime.Onnx;
using Phosphene.Transforms;

namespace Phosphene.Cli.Commands;

/// <summary>One run of <see cref="RenderCommand"/>, with the values of its options as they were typed.</summary>
internal sealed record RenderJob(Terminal Terminal)
{
    public required string Model { get; init; }

    public required string Objective { get; init; }

    public required string Output { get; init; }

    public required string Preset { get; init; }

    public int? Steps { get; init; }

    public ImageSize? Size { get; init; }

    public int? Batch { get; init; }

    public ulong? Seed { get; init; }

    public float? LearningRate { get; init; }

    public string? Transforms { get; init; }

    public string? Display { get; init; }

    public string? Snapshots { get; init; }

    public string? Preprocess { get; init; }

    public string? Labels { get; init; }

    public int? Threads { get; init; }

    public bool Json { get; init; }

    public bool Quiet { get; init; }

    public int Run()
    {
        // What is wrong with the command line is found before the model is read, which may take a while.
        Objective objective = Objectives.Objective.Parse(Objective);
        Recipe recipe = Recipe();
        SortedSet<int> snapshots = SnapshotSteps(recipe.Steps);
        OutputFile.Require(Output);
        ModelOptions options = Words.ModelOptions(Preprocess, Labels, Threads);

        using Model model = Models.Model.Load(Model, options);
        if (model.PreprocessingSource.StartsWith("assumed", StringComparison.Ordinal))
            Terminal.Warn($"the preprocessing '{model.Preprocessing}' is {model.PreprocessingSource}, so the picture may be off; give --preprocess ({string.Join(", ", Preprocessing.Names)}, or a formula).");
        (int height, int width) = Size is { } size ? (size.Height, size.Width) : model.InputSize ?? (recipe.Height, recipe.Width);
        recipe = Transforms is null ? recipe.For(height, width) : recipe with { Height = height, Width = width };

        var report = new RenderReport(Terminal, model, objective, recipe);
        Rendering rendering = Render(model, objective, recipe, snapshots, report);
        if (rendering.Steps > 0)
            for (int image = 0; image < recipe.Batch; image++)
                Save(OutputFile.OfImage(Output, image, recipe.Batch), rendering.Pictures[image], Provenance.Of(model, objective, recipe, image, rendering.Steps, rendering.Values), report.Files);
        bool interrupted = Terminal.Interruption.IsRequested && rendering.Steps < recipe.Steps;
        if (Json) report.WriteJson(rendering, interrupted);
        else if (!Quiet && report.Files.Count > 0) report.WriteText(rendering);
        return report.Conclude(rendering, interrupted);
    }

    private Recipe Recipe()
    {
        if (!Phosphene.Recipe.Presets.TryGetValue(Preset, out Recipe? recipe))
            throw new UsageException($"There is no preset '{Preset}'{NearestNames.Question(Preset, Phosphene.Recipe.Presets.Keys) switch { "" => ";", var question => question }} there are {string.Join(", ", Phosphene.Recipe.Presets.Keys)}.");
        return recipe with
        {
            Steps = Steps ?? recipe.Steps,
            Batch = Batch ?? recipe.Batch,
            Seed = Seed ?? recipe.Seed,
            Optimizer = recipe.Optimizer with { LearningRate = LearningRate ?? recipe.Optimizer.LearningRate },
            Transforms = Transforms is null ? recipe.Transforms : Pipeline.Parse(Transforms),
            Display = Display is null ? recipe.Display : Images.Display.Parse(Display),
        };
    }

    private SortedSet<int> SnapshotSteps(int steps)
    {
        var snapshots = new SortedSet<int>();
        foreach (string text in Snapshots?.Split(',', StringSplitOptions.TrimEntries) ?? [])
            snapshots.Add(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int step) && step >= 1 && step <= steps
                ? step
                : throw new UsageException($"--snapshots is a list of steps from 1 to {steps}, the last, as in 1,4,48; got '{text}'."));
        return snapshots;
    }

    private Rendering Render(Model model, Objective objective, Recipe recipe, SortedSet<int> snapshots, RenderReport report)
    {
        using Progress? progress = Terminal.Progress(recipe.Steps, Quiet);
        try
        {
            return new Visualizer(model, recipe).Render(objective, step =>
            {
                progress?.Report(step.Index, ("objective", step.Value));
                if (!snapshots.Contains(step.Index)) return;
                IReadOnlyList<Picture> pictures = step.Pictures();
                IReadOnlyList<double> values = step.CleanValues();
                for (int image = 0; image < pictures.Count; image++)
                    Save(OutputFile.OfStep(OutputFile.OfImage(Output, image, recipe.Batch), step.Index), pictures[image],
                        Provenance.Of(model, objective, recipe, image, step.Index, values), report.Snapshots);
            }, Terminal.Interruption.Token);
        }
        catch (ModelFormatException error) when (error.Fault == ModelFault.ShapeMismatch && model.InputSize != (recipe.Height, recipe.Width))
        {
            throw new UsageException($"{error.Message.TrimEnd('.')}; the size is {recipe.Height}x{recipe.Width}, and --size changes it.");
        }
    }

    private static void Save(string path, Picture picture, Provenance provenance, List<string> files)
    {
        picture.Save(path, provenance.ToTexts());
        files.Add(path);
    }
}
