using System.CommandLine;
using System.Globalization;
using Phosphene.Images;
using Phosphene.Objectives;
using Phosphene.Syntax;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene history DIR OBJECTIVE -o FILE.png</summary>
internal static class HistoryCommand
{
    public static Command Create(Terminal terminal)
    {
        var options = new BatchOptions("What the optimizer changes, as in fourier(decay: 1.2); by default shared(...) of the recipe's, so that the frames have their coarse parts in common.");
        Argument<string> folder = new("DIR") { Description = "The folder with the states of a training: ONNX files, in the order of their names. 'phosphene train --keep-every N' writes them." };
        Argument<string> text = new("OBJECTIVE") { Description = "What each of them is to show, such as conv3:5." };
        Option<string> output = new("--output", "-o") { HelpName = "FILE.png|FILE.gif", Required = true, Description = "A picture of all frames, which carries its recipe; or an animation." };
        var command = new Command("history", "Make pictures of one objective over a training.") { folder, text, output };
        foreach (Option option in options.All) command.Add(option);
        command.SetAction(parsed =>
        {
            string[] models = Models(parsed.GetRequiredValue(folder));
            Objective objective = Objective.Across(Objective.Parse(parsed.GetRequiredValue(text)), models);
            RecipeOptions recipe = options.Recipe(parsed).Sharing() with { Batch = models.Length };
            var layout = new Layout(models.Length) { Captions = [.. models.Select(path => Path.GetFileNameWithoutExtension(path))] };
            return options.Job(terminal, parsed, models[^1], parsed.GetRequiredValue(output), objective, recipe, layout).Run();
        });
        return command;
    }

    private static string[] Models(string folder)
    {
        if (!Directory.Exists(folder)) throw new UsageException($"There is no folder '{folder}'; give one with the states of a training as ONNX files.");
        // step-500 before step-1000, and what 'train' writes at the end after all of them.
        string[] models = [.. Directory.GetFiles(folder, "*.onnx").OrderBy(path => !path.Contains(".step-", StringComparison.Ordinal)).ThenBy(path => path, StringComparer.Create(CultureInfo.InvariantCulture, CompareOptions.NumericOrdering))];
        return models.Length > 0 ? models : throw new UsageException($"The folder '{folder}' has no ONNX files; 'phosphene train MODEL --keep-every N -o {Path.Combine(folder, "model.onnx")}' writes some.");
    }
}
