using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene attribute MODEL IMAGE OBJECTIVE</summary>
internal static class AttributeCommand
{
    private const int UsualCount = 10;

    public static Command Create(Terminal terminal)
    {
        Argument<string> path = CommonOptions.Model(), image = new("IMAGE") { Description = "The picture that the objective is looked at on." },
            text = new("OBJECTIVE") { Description = "What to explain, such as logit(goldfish) or layer:3." };
        Option<string?> layer = new("--layer") { HelpName = "LAYER", Description = "The layer whose channels and places share the objective; by default the last one with positions before it." };
        Option<string?> output = new("--output", "-o") { HelpName = "FILE.png", Description = "Write the places over the picture: red adds to the objective, blue takes from it." };
        Option<int?> top = CommonOptions.Integer("--top", "N", "How many channels to list; 10 by default.", 1, 1_000_000);
        Option<string?> preprocess = CommonOptions.Preprocess(), labels = CommonOptions.Labels();
        Option<int?> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("attribute", "Tell which channels and which places of a picture an objective comes from.") { path, image, text, layer, output, top, preprocess, labels, threads, json };
        command.SetAction(parsed =>
        {
            Objective objective = Objective.Parse(parsed.GetRequiredValue(text));
            string file = parsed.GetRequiredValue(image);
            string? map = parsed.GetValue(output);
            if (map is not null) OutputFile.Require(map);
            Picture picture = InputImage.Read(file).Picture;
            using Model model = Model.Load(parsed.GetRequiredValue(path), CommonOptions.ModelOptions(parsed.GetValue(preprocess), parsed.GetValue(labels), parsed.GetValue(threads)));
            InputCheck.WarnWithoutImages(terminal, model);
            Attribution attribution = Attribution.Of(model, picture, objective, parsed.GetValue(layer));
            (int height, int width) = model.UsualSize;
            if (map is not null) attribution.HeatMap(picture, height, width).Save(map);
            int count = parsed.GetValue(top) ?? UsualCount;
            if (parsed.GetValue(json)) WriteJson(terminal.Output, file, objective, attribution, count, map);
            else WriteText(terminal, objective, attribution, count, map);
            return ExitCode.Success;
        });
        return command;
    }

    private static void WriteText(Terminal terminal, Objective objective, Attribution attribution, int count, string? map)
    {
        terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{objective} = {attribution.Value:G5}, of the channels of {attribution.Layer}:"));
        var table = new Table(Column.Name("CHANNEL"), Column.Number("CONTRIBUTION"), Column.Number("ACTIVATION"));
        foreach (ChannelAttribution channel in attribution.Channels.Take(count))
            table.Add($"{(Layer)attribution.Layer}:{channel.Channel}", channel.Contribution.ToString("G4", CultureInfo.InvariantCulture), channel.Activation.ToString("G4", CultureInfo.InvariantCulture));
        table.WriteTo(terminal);
        if (map is not null) terminal.Output.WriteLine($"{map}: {attribution.Height} x {attribution.Width} places.");
    }

    private static void WriteJson(TextWriter output, string file, Objective objective, Attribution attribution, int count, string? map) => JsonOutput.Write(output, new JsonObject
    {
        ["image"] = file,
        ["objective"] = objective.ToString(),
        ["value"] = JsonOutput.Number(attribution.Value),
        ["layer"] = attribution.Layer,
        ["channels"] = JsonOutput.List(attribution.Channels.Take(count), channel => new JsonObject
        {
            ["channel"] = channel.Channel,
            ["contribution"] = JsonOutput.Number(channel.Contribution),
            ["activation"] = JsonOutput.Number(channel.Activation),
        }),
        ["height"] = attribution.Height,
        ["width"] = attribution.Width,
        ["positions"] = JsonOutput.List(attribution.Positions, value => JsonOutput.Number(value)),
        ["file"] = map,
    });
}
