using System.Globalization;
using System.Text.Json.Nodes;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Visualization;

namespace Phosphene.Cli.Commands;

/// <summary>What "render" tells at its end.</summary>
internal sealed class RenderReport(Terminal terminal, Model model, RenderWork work)
{
    private readonly Objective _objective = work.Objective;
    private readonly Recipe _recipe = work.Recipe;
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

    // Of what was interrupted the value may not be known.
    private static string Valued(double value) => double.IsNaN(value) ? "" : string.Create(CultureInfo.InvariantCulture, $" = {value:G5}");

    public void WriteText(Rendering rendering)
    {
        if (Files.Count < _recipe.Batch)
            terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Files[0]}: {_recipe.Batch} images of {Shortened(_objective.ToString())}{Valued(rendering.Value)}{(double.IsNaN(rendering.Value) ? "" : " on average")}"));
        else for (int image = 0; image < Files.Count; image++)
            terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Files[image]}: {_objective}{Valued(rendering.Values[rendering.Values.Count == 1 ? 0 : image])}"));
        foreach ((Layer layer, double value) in rendering.Similarities)
            terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"similarity in {layer}: {value:0.000}, from 1, all alike, to 0"));
        foreach (string line in work.Lines) terminal.Output.WriteLine(line);
        if (Snapshots.Count > 0) terminal.Output.WriteLine($"{Snapshots.Count} snapshots: {Snapshots[0]}{(Snapshots.Count > 1 ? $" to {Snapshots[^1]}" : "")}");
        terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{rendering.Steps} steps of preset {_recipe.Preset}, seed {_recipe.Seed}, {_recipe.Height} x {_recipe.Width} pixels, {rendering.MillisecondsPerStep:0.0} ms a step; preprocessing {model.Preprocessing} ({model.PreprocessingSource})"));
        if (rendering.HasStoppedRising) terminal.Output.WriteLine($"It ended there because the objective no longer rose: over the last {_recipe.Patience} steps its mean was no higher than over the {_recipe.Patience} before.");
        if (rendering.RedirectedSteps > 0)
            terminal.Output.WriteLine($"The unit was dead at the start: a ReLU gave 0 for the whole image, and so no gradient. Redirected gradients were used in {rendering.RedirectedSteps} of the first {_recipe.RedirectSteps} steps{(rendering.Value == 0 && rendering.Warnings.Count == 0 ? ", and the unit is still dead; try another seed, or the layer that the ReLU reads" : "")}.");
        if (rendering.Fit is { } fit) terminal.Output.WriteLine($"Note: {fit}.");
    }

    private static string Shortened(string text) => text.Length <= 120 ? text : $"{text[..117]}...";

    public void WriteJson(Rendering rendering, bool interrupted)
    {
        string[] layers = [.. _objective.Layers.Select(layer => layer.Name).Concat(_objective.Classes.Take(1).Select(_ => model.LogitsLayer)).Distinct()];
        var document = new JsonObject
        {
            ["objective"] = _objective.ToString(),
            ["layer"] = layers.FirstOrDefault(),
            ["layers"] = JsonOutput.Texts(layers),
            ["preset"] = _recipe.Preset,
            ["steps"] = rendering.Steps,
            ["stoppedRising"] = rendering.HasStoppedRising,
            ["seed"] = _recipe.Seed,
            ["size"] = new JsonArray(_recipe.Height, _recipe.Width),
            ["batch"] = _recipe.Batch,
            ["value"] = JsonOutput.Number(rendering.Value),
            ["values"] = JsonOutput.List(rendering.Values, JsonOutput.Number),
            ["similarities"] = new JsonObject(rendering.Similarities.Select(entry => KeyValuePair.Create(entry.Key.ToString(), JsonOutput.Number(entry.Value)))),
            ["redirectedSteps"] = rendering.RedirectedSteps,
            ["msPerStep"] = Math.Round(rendering.MillisecondsPerStep, 3),
            ["seconds"] = Math.Round(rendering.Seconds, 3),
            ["files"] = JsonOutput.Texts([.. Files, .. work.Files]),
            ["snapshots"] = JsonOutput.Texts(Snapshots),
            ["modelSha256"] = model.Sha256,
            ["preprocessing"] = model.Preprocessing.ToString(),
            ["preprocessingSource"] = model.PreprocessingSource,
            ["threads"] = model.Backend.Threads,
            ["instructionSet"] = model.Backend.InstructionSet.ToString(),
            ["interrupted"] = interrupted,
            ["warnings"] = JsonOutput.Texts(_warnings),
        };
        foreach ((string name, JsonNode? value) in work.Facts) document[name] = value;
        if (rendering.Fit is { } fit) document["fit"] = fit;
        if (rendering.Divergence is { } divergence) document["divergence"] = divergence.Message;
        JsonOutput.Write(terminal.Output, document);
    }

    /// <summary>Tells what kept the ascent from its end, if anything did, and gives the exit code.</summary>
    public int Conclude(Rendering rendering, bool interrupted)
    {
        string reached = Files.Count == 0 ? "No step was done, so nothing was written."
            : $"The picture after {rendering.Steps} of {_recipe.Steps} steps is in {(Files.Count > 3 ? $"{Files[0]} to {Files[^1]}" : string.Join(", ", Files))}.";
        if (rendering.Divergence is { } divergence) throw new AscentDivergedException($"{divergence.Message.TrimEnd('.')}. {reached}");
        if (!interrupted) return ExitCode.Success;
        terminal.Error.WriteLine($"phosphene: Interrupted. {reached}");
        return terminal.Interruption.Code;
    }
}
