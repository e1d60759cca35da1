using System.CommandLine;
using Phosphene.Images;
using Phosphene.Objectives;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene pairs MODEL "A; B" "C; D" -o FILE.png</summary>
internal static class PairsCommand
{
    public static Command Create(Terminal terminal)
    {
        var options = new BatchOptions("What the optimizer changes, as in fourier(decay: 1.2).");
        Argument<string> rows = new("ROWS") { Description = "Objectives with semicolons between them, one for each row; weights are part of them, as in 0.5*conv3:7." };
        Argument<string> columns = new("COLUMNS") { Description = "The same, one for each column." };
        Option<string> output = new("--output", "-o") { HelpName = "FILE.png", Required = true, Description = "The picture of all pairs to write, each with its names; it carries its recipe." };
        var command = new Command("pairs", "Make a picture of how each of some objectives acts together with each of others: what excites both.") { options.Model, rows, columns, output };
        foreach (Option option in options.All) command.Add(option);
        command.SetAction(parsed =>
        {
            OutputFile.Require(parsed.GetRequiredValue(output));
            IReadOnlyList<Objective> first = Objective.ParseSeveral(parsed.GetRequiredValue(rows)), second = Objective.ParseSeveral(parsed.GetRequiredValue(columns));
            var layout = new Layout(second.Count) { Captions = [.. first.SelectMany(row => second.Select(column => $"{row}\n+ {column}"))] };
            RecipeOptions recipe = options.Recipe(parsed) with { Batch = first.Count * second.Count };
            return options.Job(terminal, parsed, parsed.GetRequiredValue(output), Objective.Pairs(first, second), recipe, layout).Run();
        });
        return command;
    }
}
