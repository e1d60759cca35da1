using System.CommandLine;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Syntax;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene interpolate MODEL A B [C D] -o FILE.png</summary>
internal static class InterpolateCommand
{
    private const int UsualFrames = 6;

    private const string NoLayer = "none";

    public static Command Create(Terminal terminal)
    {
        var options = new BatchOptions("What the optimizer changes, as in fourier(decay: 1.2); by default shared(...) of the recipe's, so that the frames have their coarse parts in common.");
        Argument<string[]> corners = new("OBJECTIVE") { Arity = new ArgumentArity(2, 4), Description = "Two to four objectives to go between: a line, a line through three, or a square with these in its corners, top left first." };
        Option<int?> frames = CommonOptions.Integer("--frames", "N", $"The images from one corner to the next; {UsualFrames} by default. A square has N rows of N.", 2, 64);
        Option<string?> align = new("--align") { HelpName = "LAYER", Description = $"The layer in which neighbouring frames are to be alike, so that they line up; by default the last with at least an eighth of the image's rows and columns. {NoLayer} for none." };
        Option<float?> weight = CommonOptions.PositiveNumber("--align-weight", "W", "What a difference in it as large as its activations weighs, as a share of what the objectives reach; 0.2 by default.", 1000);
        Option<string> output = new("--output", "-o") { HelpName = "FILE.png|FILE.gif", Required = true, Description = "A picture of all frames, which carries its recipe; or an animation, there and back." };
        var command = new Command("interpolate", "Make pictures from one objective to another.") { options.Model, corners, frames, align, weight, output };
        foreach (Option option in options.All) command.Add(option);
        command.SetAction(parsed =>
        {
            Objective[] between = [.. parsed.GetRequiredValue(corners).Select(Objective.Parse)];
            int count = parsed.GetValue(frames) ?? UsualFrames, images = between.Length == 4 ? count * count : (between.Length - 1) * (count - 1) + 1;
            int columns = between.Length == 4 ? count : images;
            string? layer = parsed.GetValue(align);
            if (layer == NoLayer && parsed.GetValue(weight) is not null) throw new UsageException($"--align-weight says how much --align counts, and that is {NoLayer}; leave one of them out.");
            Layer? given = layer is null or NoLayer ? null : Layer.Parse(layer);
            RenderJob job = options.Job(terminal, parsed, parsed.GetRequiredValue(output), Objective.Interpolation(count, between), options.Recipe(parsed).Sharing() with { Batch = images }, new Layout(columns));
            return (layer == NoLayer ? job : job with { Complete = Aligned }).Run();

            RenderWork Aligned(Model model, RenderWork work)
            {
                (Objective frames, Recipe recipe, _) = work;
                Layer where = given ?? CoarseLayer(model, recipe) ?? throw new UsageException($"No layer has an eighth of the {recipe.Height} x {recipe.Width} positions of the image, so that it is not known where frames are to be alike; give --align LAYER, or --align {NoLayer}.");
                int? rows = columns == images ? null : columns;
                return work with { Objective = parsed.GetValue(weight) is { } share ? Objective.Aligned(frames, where, share, rows) : Objective.Aligned(frames, where, columns: rows) };
            }
        });
        return command;
    }

    // Late enough to be of textures and edges rather than of single pixels, early enough to tell where they are: in GoogLeNet it is inception_3b/output, which Lucid's notebook has chosen.
    private static Layer? CoarseLayer(Model model, Recipe recipe)
    {
        string? name = model.LayerShapes(recipe.Height, recipe.Width)
            .LastOrDefault(entry => entry.Shape is { Rank: 4 } shape && !model.IsPlumbing(entry.Layer, shape) && 8 * shape.Height >= recipe.Height && 8 * shape.Width >= recipe.Width).Layer?.Name;
        return name is null ? null : Layer.FromString(name);
    }
}
