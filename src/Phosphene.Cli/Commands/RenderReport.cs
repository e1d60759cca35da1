using System.Globalization;
using System.Text.Json.Nodes;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Visualization;

namespace Phosphene.Cli.Commands;

/// <summary>What "render" tells at its end.</summary>
internal sealed class RenderReport(Terminal terminal, Model model, Objective objective, Recipe recipe)
{
    private readonly List<string> _warnings = [];

    /// <summary>The pictures that were written, in the order of the batch.</summary>
    public List<string> Files { get; } = [];

    /// <summary>The snapshots that were written, in the order of the steps.</summary>
    public List<string> Snapshots { get; } = [];

    /// <summary>Tells at once what is likely to disappoint, and keeps it for the end.</summary>
    public void Warn(string sentence)
    {
        _warnings.Add(sentence);
        terminal.Warn(sentence);
    }

    public void WriteText(Rendering rendering)
    {
        for (int image = 0; image < Files.Count; image++)
        {
            double value = rendering.Values[rendering.Values.Count == 1 ? 0 : image];
            terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Files[image]}: {objective}{(double.IsNaN(value) ? "" : $" = {value:G5}")}"));
        }
        if (Snapshots.Count > 0) terminal.Output.WriteLine($"{Snapshots.Count} snapshots: {Snapshots[0]}{(Snapshots.Count > 1 ? $" to {Snapshots[^1]}" : "")}");
        terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{rendering.Steps} steps of preset {recipe.Preset}, seed {recipe.Seed}, {recipe.Height} x {recipe.Width} pixels, {rendering.MillisecondsPerStep:0.0} ms a step; preprocessing {model.Preprocessing} ({model.PreprocessingSource})"));
        if (rendering.RedirectedSteps > 0)
            terminal.Output.WriteLine($"The unit began silent: a ReLU gave 0 for the whole image, so that nothing told which way to go. It was helped to start, in {rendering.RedirectedSteps} of the first {recipe.RedirectSteps} steps{(rendering.Value == 0 && rendering.Warnings.Count == 0 ? ", and is silent still; try another seed, or the layer that the ReLU reads" : "")}.");
        if (rendering.Fit is { } fit) terminal.Output.WriteLine($"Note: {fit}.");
    }

    public void WriteJson(Rendering rendering, bool interrupted)
    {
        string[] layers = [.. objective.Layers.Concat(objective.Classes.Take(1).Select(_ => model.LogitsLayer)).Distinct()];
        var document = new JsonObject
        {
            ["objective"] = objective.ToString(),
            ["layer"] = layers.FirstOrDefault(),
            ["layers"] = JsonOutput.Texts(layers),
            ["preset"] = recipe.Preset,
            ["steps"] = rendering.Steps,
            ["seed"] = recipe.Seed,
            ["size"] = new JsonArray(recipe.Height, recipe.Width),
            ["batch"] = recipe.Batch,
            ["value"] = JsonOutput.Number(rendering.Value),
            ["values"] = JsonOutput.List(rendering.Values, JsonOutput.Number),
            ["redirectedSteps"] = rendering.RedirectedSteps,
            ["msPerStep"] = Math.Round(rendering.MillisecondsPerStep, 3),
            ["seconds"] = Math.Round(rendering.Seconds, 3),
            ["files"] = JsonOutput.Texts(Files),
            ["snapshots"] = JsonOutput.Texts(Snapshots),
            ["modelSha256"] = model.Sha256,
            ["preprocessing"] = model.Preprocessing.ToString(),
            ["preprocessingSource"] = model.PreprocessingSource,
            ["threads"] = model.Backend.Threads,
            ["instructionSet"] = model.Backend.InstructionSet.ToString(),
            ["interrupted"] = interrupted,
            ["warnings"] = JsonOutput.Texts(_warnings),
        };
        if (rendering.Fit is { } fit) document["fit"] = fit;
        if (rendering.Divergence is { } divergence) document["divergence"] = divergence.Message;
        JsonOutput.Write(terminal.Output, document);
    }

    /// <summary>Tells what kept the ascent from its end, if anything did, and gives the exit code.</summary>
    public int Conclude(Rendering rendering, bool interrupted)
    {
        string reached = Files.Count == 0 ? "No step was done, so nothing was written."
            : $"The picture after {rendering.Steps} of {recipe.Steps} steps is in {string.Join(", ", Files)}.";
        if (rendering.Divergence is { } divergence) throw new AscentDivergedException($"{divergence.Message.TrimEnd('.')}. {reached}");
        if (!interrupted) return ExitCode.Success;
        terminal.Error.WriteLine($"phosphene: Interrupted. {reached}");
        return terminal.Interruption.Code;
    }
}
