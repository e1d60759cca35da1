using System.CommandLine;
using Phosphene.Images;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene sweep MODEL -o DIR</summary>
internal static class SweepCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = CommonOptions.Model();
        Option<string> output = new("--output", "-o") { HelpName = "DIR", Required = true, Description = "The folder for the pictures. What is done in it stays done: the same command goes on where it stopped, and several may work on one folder." };
        Option<string?> layers = new("--layers") { HelpName = "PATTERNS", Description = "The layers: names with * for any characters, or layers of a dictionary such as \"feature(inception_4c/output, 'parts.npy')\", with commas between; by default all that an activation function ends, and the classes." };
        Option<string?> channels = new("--channels") { HelpName = "RANGES", Description = "The channels of each layer: numbers and ranges with both ends included, as in 0..31 or 3,8,100..107; all by default." };
        Option<int?> every = CommonOptions.Integer("--every", "N", "Take only every Nth of them.", 1, 1_000_000);
        Option<int?> top = CommonOptions.Integer("--top", "N", "Take only the N of them in each layer that are first by --by, in the index of --examples.", 1, 1_000_000);
        Option<string?> by = new("--by") { HelpName = "WORD", Description = "What --top looks at, over all images of the index: highest (the largest activation; the default), mean, active (on how many images it is above 0) or deviation (of its maxima)." };
        Option<string?> make = new("--make") { HelpName = "WORDS", Description = "What to make of each channel: channel, neuron (the centre of it), negative, diverse (four pictures that differ), with commas between; channel by default." };
        Option<string?> snapshots = new("--snapshots") { HelpName = "STEPS", Description = "Also keep the pictures after these steps, as in 1,4,16,64." };
        Option<string?> examples = new("--examples") { HelpName = "INDEX", Description = "Also write which images excite each channel most, least and hardly, from an index that 'phosphene examples' made of the same model." };
        Option<string?> images = new("--images") { HelpName = "DIR|LIST", Description = "The images that the index of --examples was made of." };
        Option<string?> preset = new("--preset") { HelpName = "NAME", Description = "The recipe to start from; swift by default." };
        Option<string?> recipe = CommonOptions.RecipeFile();
        Option<int?> steps = CommonOptions.Integer("--steps", "N", "The number of steps of each picture; by default as in the recipe.", 1, 10_000_000);
        Option<ImageSize?> size = CommonOptions.Size("The height and width of each picture in pixels; by default the size that the model was made for, or 224.");
        Option<ulong?> seed = CommonOptions.Seed();
        Option<string?> shard = new("--shard") { HelpName = "I/N", Description = "Do only share I of N, from 0 on, so that N processes or machines share the work in one folder." };
        Option<string?> limit = new("--limit-time") { HelpName = "T", Description = "Stop after that time, as in 2h, 90m or 1h30m, when the pictures in hand are done; exit code 75 if some are left." };
        var slurm = new SweepOnSlurm();
        Option<bool> gallery = new("--gallery") { Description = "When all is done, also make the pages of 'phosphene gallery'." };
        Option<string?> preprocess = CommonOptions.Preprocess(), labels = CommonOptions.Labels();
        Option<int?> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json(), quiet = new("--quiet") { Description = "No progress and no summary." };

        var command = new Command("sweep", "Make the pictures of all channels of a model, into a folder that cannot be lost.")
        {
            model, output, layers, channels, every, top, by, make, snapshots, examples, images, preset, recipe, steps, size, seed, shard, limit, gallery, preprocess, labels, threads, json, quiet,
        };
        foreach (Option option in slurm.Options) command.Options.Add(option);
        command.SetAction(parsed => new SweepJob(terminal)
        {
            Model = parsed.GetRequiredValue(model),
            Output = parsed.GetRequiredValue(output),
            Layers = parsed.GetValue(layers),
            Channels = parsed.GetValue(channels),
            Every = parsed.GetValue(every),
            Top = parsed.GetValue(top),
            By = parsed.GetValue(by),
            Make = parsed.GetValue(make),
            Snapshots = parsed.GetValue(snapshots),
            Examples = parsed.GetValue(examples),
            Images = parsed.GetValue(images),
            Recipe = new RecipeOptions
            {
                Preset = parsed.GetValue(preset) ?? (parsed.GetValue(recipe) is null ? SweepJob.UsualPreset : null),
                File = parsed.GetValue(recipe),
                Steps = parsed.GetValue(steps),
                Size = parsed.GetValue(size),
                Seed = parsed.GetValue(seed),
            },
            Shard = parsed.GetValue(shard),
            Limit = parsed.GetValue(limit),
            Gallery = parsed.GetValue(gallery),
            Slurm = slurm.Read(parsed),
            Preprocess = parsed.GetValue(preprocess),
            Labels = parsed.GetValue(labels),
            Threads = parsed.GetValue(threads),
            Json = parsed.GetValue(json),
            Quiet = parsed.GetValue(quiet),
        }.Run());
        return command;
    }
}
