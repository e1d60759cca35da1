using System.CommandLine;
using Phosphene.Images;
using Phosphene.Recipes;
using Phosphene.Syntax;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene render MODEL OBJECTIVE -o FILE.png</summary>
internal static class RenderCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = CommonOptions.Model();
        Argument<string> objective = new("OBJECTIVE")
        {
            Description = $"What the picture maximizes: LAYER:CHANNEL, LAYER:CHANNEL@y,x or logit(CLASS), for example, or a sum with weights and penalties, as in LAYER:3 - 0.001*tv(). The words: {Words(Texts.Objectives)}; docs/texts.md explains them.",
        };
        Option<string> output = new("--output", "-o")
        {
            HelpName = "FILE.png|FILE.gif",
            Required = true,
            Description = "The picture to write; it carries its recipe, and holds the picture so far every few seconds. Of a batch, FILE-0.png, FILE-1.png and so on, or see --layout. FILE.gif is an animation: of the images of a batch or, of one image, of its --snapshots.",
        };
        Option<string?> preset = CommonOptions.Preset();
        Option<string?> recipe = CommonOptions.RecipeFile();
        Option<int?> steps = CommonOptions.Steps(), patience = CommonOptions.Patience();
        Option<ImageSize?> size = CommonOptions.Size("The height and width of the picture in pixels; by default the size that the model was made for, or 224; of a dream (--preset deepdream) that of the photo.");
        Option<int?> batch = CommonOptions.Integer("--batch", "N", "The number of pictures, each from its own start; by default as in the recipe: 1 in all presets.", 1, 1024);
        Option<string?> layout = CommonOptions.Choice("--layout", "How a batch is written: a file for each image, one picture of all in a row, or one of rows and columns; files by default.", LayoutOfName.Keys);
        Option<ulong?> seed = CommonOptions.Seed();
        Option<string?> parameterization = new("--parameterization") { HelpName = "TEXT", Description = $"What the optimizer changes, and how it becomes an image, as in fourier(decay: 1.2). The words: {Words(Texts.Parameterizations)}." };
        Option<string?> optimizer = new("--optimizer") { HelpName = "TEXT", Description = $"How the gradient changes the parameters, as in adam(0.05, beta2: 0.99). The words: {Words(Texts.Optimizers)}." };
        Option<float?> rate = CommonOptions.PositiveNumber("--lr", "X", "The learning rate of the optimizer; by default as in the recipe: 0.05 in lucid and distill.", 1000);
        Option<string?> imageOperators = CommonOptions.ImageOperators(), gradientOperators = CommonOptions.GradientOperators();
        Option<string?> penalty = new("--penalty") { HelpName = "OBJECTIVE", Description = "What is subtracted from the objective, as in 0.001*tv(); none for nothing, whatever the recipe says." };
        Option<string[]> start = new("--start") { HelpName = "IMAGE", Description = "An image to start from, as a photo with --preset deepdream; noise by default. Given several times, a batch with one picture from each." };
        Option<string?> transforms = new("--transforms") { HelpName = "PIPELINE", Description = $"The random changes of the image in each step, as in pad(16)|jitter(16)|crop, or none. The words: {Words(Texts.Transforms)}." };
        Option<string?> display = new("--display") { HelpName = "CHANNELS", Description = "For a model whose images do not have three channels: the channels that the picture shows as red, green and blue, as in 3,2,1, or as grey, as in 7. By default all of them, each in a colour." };
        Option<string?> snapshots = new("--snapshots") { HelpName = "STEPS", Description = "Also write the picture after these steps, as in 1,4,48,512, to FILE.step-0048.png and so on." };
        Option<int?> every = CommonOptions.Integer("--checkpoint-every", "N", "Write FILE.checkpoint every N steps. If the work is cut off, --resume continues from it, to the same bytes. It is deleted when the picture is done.", 1, 10_000_000);
        Option<bool> resume = new("--resume") { Description = "Continue from FILE.checkpoint. Give the other options as before." };
        Option<string?> preprocess = CommonOptions.Preprocess(), labels = CommonOptions.Labels();
        Option<int?> threads = CommonOptions.Threads();
        Option<bool> preview = new("--preview") { Description = "Show the picture in the terminal while it grows." };
        Option<bool> json = CommonOptions.Json(), quiet = new("--quiet") { Description = "No progress and no summary." };

        var command = new Command("render", "Make the picture that excites an objective most.")
        {
            model, objective, output, preset, recipe, steps, patience, size, batch, layout, seed, parameterization, optimizer, rate, transforms, imageOperators, gradientOperators, penalty, start, display, snapshots, every, resume, preprocess, labels, threads, preview, json, quiet,
        };
        command.SetAction(parsed => new RenderJob(terminal)
        {
            Model = parsed.GetRequiredValue(model),
            Objective = parsed.GetRequiredValue(objective),
            Output = parsed.GetRequiredValue(output),
            Recipe = new RecipeOptions
            {
                Preset = parsed.GetValue(preset),
                File = parsed.GetValue(recipe),
                Steps = parsed.GetValue(steps),
                Patience = parsed.GetValue(patience),
                Size = parsed.GetValue(size),
                Batch = parsed.GetValue(batch),
                Seed = parsed.GetValue(seed),
                Parameterization = parsed.GetValue(parameterization),
                Transforms = parsed.GetValue(transforms),
                Optimizer = parsed.GetValue(optimizer),
                LearningRate = parsed.GetValue(rate),
                ImageOperators = parsed.GetValue(imageOperators),
                GradientOperators = parsed.GetValue(gradientOperators),
                Penalty = parsed.GetValue(penalty),
                Start = parsed.GetValue(start) ?? [],
                Display = parsed.GetValue(display),
            },
            Layout = LayoutOfName[parsed.GetValue(layout) ?? Files],
            Snapshots = parsed.GetValue(snapshots),
            CheckpointEvery = parsed.GetValue(every),
            Resume = parsed.GetValue(resume),
            Preprocess = parsed.GetValue(preprocess),
            Labels = parsed.GetValue(labels),
            Threads = parsed.GetValue(threads),
            Preview = parsed.GetValue(preview),
            Json = parsed.GetValue(json),
            Quiet = parsed.GetValue(quiet),
        }.Run());
        return command;
    }

    private const string Files = "files";

    // By the number of images.
    private static readonly Dictionary<string, Func<int, Layout>?> LayoutOfName = new(StringComparer.Ordinal) { [Files] = null, ["strip"] = Layout.Strip, ["grid"] = Layout.Grid };

    // What a registry holds is what there is.
    private static string Words(TextRegistry registry) => string.Join(", ", registry.Entries.Select(entry => entry.Name));
}
