using System.CommandLine;
using Phosphene.Images;
using Phosphene.Shapes.Datasets;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene diagnose MODEL [LAYER...] --images DIR</summary>
internal static class DiagnoseCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = CommonOptions.Model();
        Argument<string[]> layers = new("LAYER") { Arity = ArgumentArity.ZeroOrMore, Description = "The layers; by default all that an activation function ends, with a concatenation in place of its parts." };
        Option<string?> images = new("--images") { HelpName = "DIR|LIST", Description = $"The images, as for examples. Without them, channels that are dead on data, always on or near-duplicates are not found; an embedded model looks at some of {ShapesImages.EmbeddedName}." };
        Option<string?> output = new("--output", "-o") { HelpName = "FILE.html", Description = "Also write a page of the concerns with the pictures of the channels." };
        Option<bool> noPictures = new("--no-pictures") { Description = "Make no pictures, which takes most of the time: what is dead to optimisation or like static is not found then." };
        Option<int?> seeds = CommonOptions.Integer("--seeds", "N", "Make so many pictures of each channel, and tell which do not recur; 1 by default, which cannot tell.", 2, 64);
        Option<string?> preset = new("--preset") { HelpName = "NAME", Description = "The recipe of the pictures; swift by default." };
        Option<int?> steps = CommonOptions.Integer("--steps", "N", "The number of steps of each picture; 32 by default, or those of the preset where one is given.", 1, 100_000);
        Option<ImageSize?> size = CommonOptions.Size("The height and width of each picture in pixels; by default 64, or the size that the model was made for where that is less.");
        Option<ulong?> seed = CommonOptions.Seed();
        Option<string?> preprocess = CommonOptions.Preprocess();
        Option<int?> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json(), quiet = new("--quiet") { Description = "No progress." };

        var command = new Command("diagnose", "Tell which channels of a model are dead, always on, duplicates or not to be trusted.") { model, layers, images, output, noPictures, seeds, preset, steps, size, seed, preprocess, threads, json, quiet };
        command.SetAction(parsed => new DiagnoseJob(terminal)
        {
            Model = parsed.GetRequiredValue(model),
            Layers = parsed.GetValue(layers) ?? [],
            Images = parsed.GetValue(images),
            Output = parsed.GetValue(output),
            NoPictures = parsed.GetValue(noPictures),
            Seeds = parsed.GetValue(seeds),
            Preset = parsed.GetValue(preset),
            Steps = parsed.GetValue(steps),
            Size = parsed.GetValue(size),
            Seed = parsed.GetValue(seed),
            Preprocess = parsed.GetValue(preprocess),
            Threads = parsed.GetValue(threads),
            Json = parsed.GetValue(json),
            Quiet = parsed.GetValue(quiet),
        }.Run());
        return command;
    }
}
