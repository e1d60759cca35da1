using System.CommandLine;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene demo -o DIR</summary>
internal static class DemoCommand
{
    public static Command Create(Terminal terminal)
    {
        Option<string> output = new("--output", "-o") { HelpName = "DIR", Description = "The folder to write to.", DefaultValueFactory = _ => "phosphene-demo" };
        Option<int?> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json(), quiet = new("--quiet") { Description = "No progress and no summary." };
        var command = new Command("demo", "Show what a small neural network sees, without any other file: a picture at once, then a page of experiments.") { output, threads, json, quiet };
        command.SetAction(parsed => new DemoJob(terminal)
        {
            Folder = parsed.GetRequiredValue(output),
            Threads = parsed.GetValue(threads),
            Json = parsed.GetValue(json),
            Quiet = parsed.GetValue(quiet),
        }.Run());
        return command;
    }
}
