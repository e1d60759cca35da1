using System.CommandLine;
using Phosphene.Recipes;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene zoom MODEL OBJECTIVE -o FILE.gif</summary>
internal static class ZoomCommand
{
    private const int UsualFrames = 40, LargestDream = 320;

    private const float UsualFactor = 1.05f;

    public static Command Create(Terminal terminal)
    {
        var options = new BatchOptions("What the optimizer changes, as in fourier(decay: 1.2); by default as in the preset, pixels.");
        Argument<string> objective = new("OBJECTIVE") { Description = "What each picture maximizes, as in deepdream(inception_4c/output)." };
        Option<string[]> start = new("--start") { HelpName = "IMAGE", Description = $"A photo to start from; noise by default. The animation is as large as the photo, at most {LargestDream} pixels, unless --size says otherwise." };
        Option<int?> frames = CommonOptions.Integer("--frames", "N", $"The number of pictures; {UsualFrames} by default.", 2, 1000);
        Option<float?> factor = CommonOptions.PositiveNumber("--by", "FACTOR", $"How much larger everything is from one picture to the next, above 1; {UsualFactor} by default.", 2);
        Option<string> output = new("--output", "-o") { HelpName = "FILE.gif", Required = true, Description = "The animation to write." };
        var command = new Command("zoom", "Make an animation that goes ever further into a picture, each frame drawn into the middle of the last: the zoom of DeepDream.") { options.Model, objective, start, frames, factor, output };
        foreach (Option option in options.All) command.Add(option);
        command.SetAction(parsed =>
        {
            RecipeOptions recipe = options.Recipe(parsed);
            return new ZoomJob(terminal)
            {
                Model = parsed.GetRequiredValue(options.Model),
                ModelOptions = options.ModelOptions(parsed),
                Objective = parsed.GetRequiredValue(objective),
                Recipe = recipe with { Preset = recipe.Preset ?? (recipe.File is null ? Recipe.DeepDream.Preset : null), Start = parsed.GetValue(start) ?? [], LargestDream = LargestDream },
                Frames = parsed.GetValue(frames) ?? UsualFrames,
                Factor = parsed.GetValue(factor) ?? UsualFactor,
                Output = parsed.GetRequiredValue(output),
                Json = options.Json(parsed),
                Quiet = options.Quiet(parsed),
            }.Run();
        });
        return command;
    }
}
