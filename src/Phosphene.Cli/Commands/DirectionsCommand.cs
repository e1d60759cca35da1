using System.CommandLine;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene directions MODEL LAYER --images DIR -o FILE.npy</summary>
internal static class DirectionsCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = CommonOptions.Model(), layer = new("LAYER") { Description = "The layer whose activations are looked at. 'phosphene layers MODEL' lists them." };
        Option<string> images = InputDataset.Option();
        Option<string?> minus = new("--minus") { HelpName = "DIR|LIST", Description = "Other images, whose mean is subtracted; with --method mean." };
        Option<string?> method = new("--method")
        {
            HelpName = string.Join('|', DirectionsJob.Methods),
            Description = "What is found: the mean of the activations (by default), where they vary most, the parts that they are sums of, their clusters, or the matrix that whitens a direction.",
        };
        method.AcceptOnlyFromAmong([.. DirectionsJob.Methods]);
        Option<int?> count = CommonOptions.Integer("--count", "K", "How many directions are found; 8 by default.", 1, 100_000);
        Option<string?> positions = new("--positions")
        {
            HelpName = "mean|centre|all|N",
            Description = "Which positions of each image count: their mean (by default for mean), the middle (for facets), all, or N that are drawn (8 for the others).",
        };
        Option<string> output = new("--output", "-o") { HelpName = "FILE.npy", Required = true, Description = "The file to write: [C], [K, C] or, for whiten, [C, C]." };
        Option<ulong?> seed = CommonOptions.Seed("positions and first guesses");
        Option<string?> preprocess = CommonOptions.Preprocess();
        Option<int?> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json(), quiet = new("--quiet") { Description = "No progress and no summary." };

        var command = new Command("directions", "Find directions in the activations of a layer over a folder of images.")
        {
            model, layer, images, minus, method, count, positions, output, seed, preprocess, threads, json, quiet,
        };
        command.SetAction(parsed => new DirectionsJob(terminal)
        {
            Model = parsed.GetRequiredValue(model),
            Layer = parsed.GetRequiredValue(layer),
            Images = parsed.GetRequiredValue(images),
            Minus = parsed.GetValue(minus),
            Method = parsed.GetValue(method) ?? DirectionsJob.Methods[0],
            Count = parsed.GetValue(count),
            Positions = parsed.GetValue(positions),
            Output = parsed.GetRequiredValue(output),
            Seed = parsed.GetValue(seed) ?? 0,
            Preprocess = parsed.GetValue(preprocess),
            Threads = parsed.GetValue(threads),
            Json = parsed.GetValue(json),
            Quiet = parsed.GetValue(quiet),
        }.Run());
        return command;
    }
}
