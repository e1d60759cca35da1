using System.CommandLine;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Syntax;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene interpolate MODEL A B [C D] -o FILE.png</summary>
internal static class InterpolateCommand
{
    private const int UsualFrames = 6;

    // What Lucid's notebook of aligned interpolation has.
    private const float UsualWeight = 0.1f;

    public static Command Create(Terminal terminal)
    {
        var options = new BatchOptions("What the optimizer changes, as in fourier(decay: 1.2); by default shared(...) of the recipe's, so that the frames have their coarse parts in common.");
        Argument<string[]> corners = new("OBJECTIVE") { Arity = new ArgumentArity(2, 4), Description = "Two to four objectives to go between: a line, a line through three, or a square with these in its corners, top left first." };
        Option<int?> frames = CommonOptions.Integer("--frames", "N", $"The images from one corner to the next; {UsualFrames} by default. A square has N rows of N.", 2, 64);
        Option<string?> align = new("--align") { HelpName = "LAYER", Description = "A layer in which neighbouring frames are to be alike, so that they line up: one before those of the objectives." };
        Option<float?> weight = CommonOptions.PositiveNumber("--align-weight", "W", "How much that counts; 0.1 by default, for activations as large as those of Caffe's networks.", 1e9f);
        Option<string> output = new("--output", "-o") { HelpName = "FILE.png|FILE.gif", Required = true, Description = "A picture of all frames, which carries its recipe; or an animation, there and back." };
        var command = new Command("interpolate", "Make pictures from one objective to another.") { options.Model, corners, frames, align, weight, output };
        foreach (Option option in options.All) command.Add(option);
        command.SetAction(parsed =>
        {
            Objective[] between = [.. parsed.GetRequiredValue(corners).Select(Objective.Parse)];
            int count = parsed.GetValue(frames) ?? UsualFrames, images = between.Length == 4 ? count * count : (between.Length - 1) * (count - 1) + 1;
            int columns = between.Length == 4 ? count : images;
            Objective objective = Objective.Interpolation(count, between);
            if (parsed.GetValue(align) is { } layer)
                objective += (parsed.GetValue(weight) ?? UsualWeight) * Objective.Alignment(Layer.Parse(layer), columns: columns == images ? null : columns);
            else if (parsed.GetValue(weight) is not null)
                throw new UsageException("--align-weight says how much --align counts; give --align LAYER, too.");
            return options.Job(terminal, parsed, parsed.GetRequiredValue(output), objective, Shared(options.Recipe(parsed)) with { Batch = images }, new Layout(columns)).Run();
        });
        return command;
    }

    // Frames that share what can be shared, unless something else is asked for.
    private static RecipeOptions Shared(RecipeOptions options) => options.Parameterization is null && options.Read().Parameterization is Fourier own
        ? options with { Parameterization = Texts.Parameterizations.Print(new Shared(own)) }
        : options;
}
