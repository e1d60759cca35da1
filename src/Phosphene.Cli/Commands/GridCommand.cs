using System.CommandLine;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene grid MODEL LAYER IMAGE -o FILE.png</summary>
internal static class GridCommand
{
    private const int UsualSteps = 128, UsualSide = 64, MaximumPositions = 1024;

    public static Command Create(Terminal terminal)
    {
        var options = new BatchOptions("What the optimizer changes, as in fourier(decay: 1.2).");
        Argument<string> layer = new("LAYER") { Description = "The layer whose positions are shown. 'phosphene layers MODEL' lists them." }, image = new("IMAGE") { Description = "The picture that the model looks at." };
        Option<float?> power = CommonOptions.PositiveNumber("--power", "P", "How strictly each picture keeps to the direction of its position, a power of the cosine; 2 by default.", 100);
        Option<string> output = new("--output", "-o") { HelpName = "FILE.png", Required = true, Description = "The picture of all positions to write; it carries its recipe." };
        var command = new Command("grid", $"Make a picture of what a layer finds at each position of an image: by default {UsualSteps} steps, {UsualSide} pixels a position.") { options.Model, layer, image, power, output };
        foreach (Option option in options.All) command.Add(option);
        command.SetAction(parsed =>
        {
            OutputFile.Require(parsed.GetRequiredValue(output));
            RecipeOptions recipe = options.Recipe(parsed);
            recipe = recipe with { Steps = recipe.Steps ?? (recipe.File is null ? UsualSteps : null), Size = recipe.Size ?? (recipe.File is null ? new ImageSize(UsualSide, UsualSide) : null) };
            string text = parsed.GetRequiredValue(layer);
            return (options.Job(terminal, parsed, parsed.GetRequiredValue(output), Grid(text), recipe, new Layout(1)) with { Complete = OfAllPositions }).Run();

            Objective Grid(Layer layer) => Objective.Grid(layer, new ImageReference(parsed.GetRequiredValue(image)), parsed.GetValue(power) ?? 2);

            RenderWork OfAllPositions(Model model, RenderWork work)
            {
                (Layer where, int height, int width) = Positions(model, text);
                return new RenderWork(Grid(where), work.Recipe with { Batch = height * width }, new Layout(width));
            }
        });
        return command;
    }

    private static (Layer Layer, int Height, int Width) Positions(Model model, string text)
    {
        Layer layer = model.LayerOf(text);
        if (model.LayerShape(layer) is not { Rank: 4 } shape) throw new UsageException($"Layer '{layer.Name}' has no positions to make pictures of; choose a layer [N, channels, height, width].");
        return shape.Height * shape.Width <= MaximumPositions
            ? (layer, shape.Height, shape.Width)
            : throw new UsageException($"Layer '{layer.Name}' has {shape.Height} x {shape.Width} positions, and at most {MaximumPositions} pictures are made at once; choose a later layer.");
    }
}
