using System.CommandLine;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene replay FILE.png</summary>
internal static class ReplayCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> file = new("FILE.png") { Description = "A picture that 'phosphene render' wrote, or one saved from the page of 'phosphene sheet'." };
        Option<string?> output = new("--output", "-o") { HelpName = "OUT.png", Description = "The picture to write; FILE.replay.png by default." };
        Option<string?> model = new("--model")
        {
            HelpName = "MODEL",
            Description = "The model; by default the file that the picture names, beside the picture or in the current folder. Its SHA-256 must be the one in the picture.",
        };
        Option<int?> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json(), quiet = new("--quiet") { Description = "No progress and no summary." };
        var command = new Command("replay", "Make a picture again from the recipe that it carries, and compare.") { file, output, model, threads, json, quiet };
        command.SetAction(parsed => new ReplayJob(terminal)
        {
            File = parsed.GetRequiredValue(file),
            Output = parsed.GetValue(output),
            Model = parsed.GetValue(model),
            Threads = parsed.GetValue(threads),
            Json = parsed.GetValue(json),
            Quiet = parsed.GetValue(quiet),
        }.Run());
        return command;
    }
}
