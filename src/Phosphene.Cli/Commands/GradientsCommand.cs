using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Phosphene.Evidence.Sensitivity;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene gradients MODEL IMAGE OBJECTIVE</summary>
internal static class GradientsCommand
{
    private const int MapSide = 112, MapColumns = 6;

    // What noise reaches by chance in small layers is below.
    private const double Marked = 2;

    public static Command Create(Terminal terminal)
    {
        Argument<string> path = CommonOptions.Model(), image = new("IMAGE") { Description = "The picture that the objective is looked at on." },
            text = new("OBJECTIVE") { Description = "What rises, such as logit(goldfish) or layer:3." };
        Option<string?> output = new("--output", "-o") { HelpName = "FILE.png", Description = "Write the image and the steepest directions from it under four metrics: L∞, L2, decorrelated frequencies, and decorrelated frequencies and colours." };
        Option<string?> maps = new("--maps") { HelpName = "FILE.png", Description = "Write a map of the gradient's length in the image and in each layer that is the first or last of its size." };
        Option<string?> preprocess = CommonOptions.Preprocess(), labels = CommonOptions.Labels();
        Option<int?> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("gradients", "Tell how strong the gradient of an objective is in each layer and where it has a checkerboard, and draw the steepest directions under several metrics.") { path, image, text, output, maps, preprocess, labels, threads, json };
        command.SetAction(parsed =>
        {
            Objective objective = Objective.Parse(parsed.GetRequiredValue(text));
            foreach (string? file in new[] { parsed.GetValue(output), parsed.GetValue(maps) })
                if (file is not null) OutputFile.Require(file);
            Picture picture = InputImage.Read(parsed.GetRequiredValue(image)).Picture;
            using Model model = Model.Load(parsed.GetRequiredValue(path), CommonOptions.ModelOptions(parsed.GetValue(preprocess), parsed.GetValue(labels), parsed.GetValue(threads)));
            InputCheck.WarnWithoutImages(terminal, model);
            IReadOnlyList<LayerGradient> layers = LayerGradient.Of(model, picture, objective);
            if (parsed.GetValue(output) is { } directions) Directions(SteepestDirections.Of(model, picture, objective)).Save(directions);
            if (parsed.GetValue(maps) is { } map) Maps([.. layers.Where((_, i) => IsEndOfSize(layers, i))]).Save(map);
            if (parsed.GetValue(json)) WriteJson(terminal.Output, parsed.GetRequiredValue(image), objective, layers);
            else WriteText(terminal, objective, layers);
            return ExitCode.Success;
        });
        return command;
    }

    private static Picture Directions(SteepestDirections steepest) => new Layout(5) { Captions = ["image", "L-infinity", "L2", "decorrelated", "decorrelated, colours too"] }
        .Of([steepest.Image, steepest.Shown(steepest.LInfinity), steepest.Shown(steepest.L2), steepest.Shown(steepest.Decorrelated), steepest.Shown(steepest.FullyDecorrelated)]);

    private static bool IsEndOfSize(IReadOnlyList<LayerGradient> layers, int i) => i == 0 || i == layers.Count - 1 || IsStep(layers[i - 1], layers[i]) || IsStep(layers[i], layers[i + 1]);

    private static bool IsStep(LayerGradient before, LayerGradient after) => (before.Height, before.Width) != (after.Height, after.Width);

    // All of one size, grey in the margin where a map is a little smaller.
    private static Picture Maps(IReadOnlyList<LayerGradient> layers)
    {
        Picture[] pictures = [.. layers.Select(layer => layer.Shown(MapSide))];
        (int height, int width) = (pictures.Max(picture => picture.Height), pictures.Max(picture => picture.Width));
        return new Layout(MapColumns) { Captions = [.. layers.Select(layer => string.Create(CultureInfo.InvariantCulture, $"{layer.Layer}\n{layer.Height} x {layer.Width}{(layer.Checkerboard > Marked ? "\ncheckerboard" : "")}"))] }
            .Of([.. pictures.Select(picture => picture.Resize(height, width))]);
    }

    private static void WriteText(Terminal terminal, Objective objective, IReadOnlyList<LayerGradient> layers)
    {
        terminal.Output.WriteLine($"The gradient of {objective}, from the image on:");
        var table = new Table(Column.Name("LAYER"), Column.Number("CHANNELS"), Column.Number("POSITIONS"), Column.Number("SIZE"), Column.Number("EVERY 2ND"), Column.Number("EVERY 4TH"));
        foreach (LayerGradient layer in layers)
            table.Add(layer.Layer, layer.Channels.ToString(CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"{layer.Height}x{layer.Width}"), layer.Size.ToString("G3", CultureInfo.InvariantCulture), Pattern(layer.Checkerboard), Pattern(layer.Quarter));
        table.WriteTo(terminal);
        terminal.Output.WriteLine("EVERY 2ND and 4TH: the power of what repeats every second or fourth row or column, 1 being that of noise without a pattern.");
    }

    private static string Pattern(double value) => double.IsNaN(value) ? "" : value.ToString("0.00", CultureInfo.InvariantCulture);

    private static void WriteJson(TextWriter output, string image, Objective objective, IReadOnlyList<LayerGradient> layers) => JsonOutput.Write(output, new JsonObject
    {
        ["image"] = image,
        ["objective"] = objective.ToString(),
        ["layers"] = JsonOutput.List(layers, layer => new JsonObject
        {
            ["layer"] = layer.Layer,
            ["channels"] = layer.Channels,
            ["height"] = layer.Height,
            ["width"] = layer.Width,
            ["size"] = JsonOutput.Number(layer.Size),
            ["everySecond"] = JsonOutput.Number(layer.Checkerboard),
            ["everyFourth"] = JsonOutput.Number(layer.Quarter),
        }),
    });
}
