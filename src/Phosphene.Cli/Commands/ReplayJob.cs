using System.Text.Json.Nodes;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Onnx;
using Phosphene.Syntax;
using Phosphene.Visualization;

namespace Phosphene.Cli.Commands;

/// <summary>One run of <see cref="ReplayCommand"/>.</summary>
internal sealed record ReplayJob(Terminal Terminal)
{
    public required string File { get; init; }

    public string? Output { get; init; }

    public string? Model { get; init; }

    public int? Threads { get; init; }

    public bool Json { get; init; }

    public bool Quiet { get; init; }

    public int Run()
    {
        ImageContents original = InputImage.Read(File);
        Provenance provenance = Provenance.Read(original, File);
        if (provenance.IsSteered) throw new InputFileException($"'{File}' was steered while it was made, in what no recipe tells (another objective, parameterization or seed under way), so that it cannot be made again from what it carries.");
        Objective objective = ObjectiveOf(provenance);
        string output = Output ?? OutputFile.OfReplay(Path.ChangeExtension(File, ".png"));
        if (Path.GetFullPath(output) == Path.GetFullPath(File)) throw new UsageException($"'{output}' is the picture to replay, which is not overwritten; give another name with -o.");
        OutputFile.Require(output);

        using Model model = Find(provenance);
        Recipe recipe = provenance.Recipe;
        string folder = Path.GetDirectoryName(Path.GetFullPath(File))!;
        Rendering rendering;
        using (Progress? progress = Terminal.Progress(provenance.Step, Quiet))
        {
            rendering = new Visualizer(model, recipe.FoundFrom(folder) with { Steps = provenance.Step, Patience = null })
                .Render(objective.FoundFrom(folder), step => progress?.Report(step.Index, ("objective", step.Value)), Terminal.Interruption.Token);
        }
        if (rendering.Divergence is { } divergence) throw divergence;
        if (rendering.Steps < provenance.Step)
        {
            Terminal.Error.WriteLine($"phosphene: Interrupted after {rendering.Steps} of {provenance.Step} steps; nothing was written.");
            return Terminal.Interruption.Code;
        }
        Picture replayed = provenance.Layout is { } layout ? layout.Of(rendering.Pictures) : rendering.Pictures[provenance.Image];
        Provenance again = provenance.Layout is null
            ? Provenance.Of(model, objective, recipe, provenance.Image, provenance.Step, rendering.Values)
            : Provenance.Of(model, objective, recipe, provenance.Layout, provenance.Step, rendering.Values);
        replayed.Save(output, again.ToTexts());
        return Compare(original.Picture, replayed, output, provenance);
    }

    private Objective ObjectiveOf(Provenance provenance)
    {
        try
        {
            return Objective.Parse(provenance.Objective);
        }
        catch (TextFormatException error)
        {
            throw new InputFileException($"The recipe in '{File}' has the objective '{provenance.Objective}', which cannot be read: {error.Message}", error);
        }
    }

    // The model with the hash that the picture carries, prepared as it was then, on the same instruction set if this processor has it.
    private Model Find(Provenance provenance)
    {
        string[] candidates = Model is not null ? [Model]
            : EmbeddedModels.Names.Contains(provenance.ModelFile) ? [provenance.ModelFile]
            : [.. new[] { Path.Combine(Path.GetDirectoryName(Path.GetFullPath(File))!, provenance.ModelFile), Path.GetFullPath(provenance.ModelFile) }.Distinct().Where(System.IO.File.Exists)];
        if (candidates.Length == 0)
            throw new ModelFormatException($"'{File}' was made with the model '{provenance.ModelFile}' (SHA-256 {provenance.ModelSha256}), which is neither beside it nor in the current folder; give its path with --model.");
        var options = new ModelOptions
        {
            Preprocessing = provenance.Preprocessing,
            Labels = provenance.Labels(),
            Threads = Threads,
            InstructionSet = provenance.InstructionSet <= Processor.Best ? provenance.InstructionSet : Processor.Best,
        };
        string mismatches = "";
        foreach (string path in candidates)
        {
            Model model = Models.Model.Load(path, options);
            if (model.Sha256 == provenance.ModelSha256) return model;
            mismatches += $"; '{path}' has {model.Sha256}";
            model.Dispose();
        }
        throw new ModelFormatException($"'{File}' was made with a model '{provenance.ModelFile}' of SHA-256 {provenance.ModelSha256}{mismatches}, so it is another model; give the right one with --model.");
    }

    private int Compare(Picture original, Picture replayed, string output, Provenance provenance)
    {
        bool sameSize = (original.Height, original.Width, original.Channels) == (replayed.Height, replayed.Width, replayed.Channels);
        bool equal = sameSize && original.Bytes.SequenceEqual(replayed.Bytes);
        int difference = 0;
        for (int i = 0; sameSize && i < original.Bytes.Length; i++) difference = Math.Max(difference, Math.Abs(original.Bytes[i] - replayed.Bytes[i]));
        string how = sameSize ? $"the largest difference is {difference} of 255" : $"'{File}' is a {original}, not a {replayed}: it was changed after it was made";
        if (Json)
            JsonOutput.Write(Terminal.Output, new JsonObject
            {
                ["file"] = File,
                ["replay"] = output,
                ["objective"] = provenance.Objective,
                ["steps"] = provenance.Step,
                ["pixelsEqual"] = equal,
                ["largestDifference"] = sameSize ? difference : null,
            });
        else if (!Quiet)
            Terminal.Output.WriteLine(equal ? $"{output}: {provenance.Step} steps again, and the pixels are equal." : $"{output}: {provenance.Step} steps again.");
        if (equal) return ExitCode.Success;

        string why = provenance.InstructionSet > Processor.Best ? $" It was made with {provenance.InstructionSet}, which this processor does not have."
            : provenance.Version != Provenance.CurrentVersion ? $" It was made by version {provenance.Version}, and this is {Provenance.CurrentVersion}."
            : "";
        new Failure(ExitCode.Failed, $"The pixels of the replay are not those of '{File}'; {how}.{why}").Tell(Terminal.Error);
        return ExitCode.Failed;
    }
}
