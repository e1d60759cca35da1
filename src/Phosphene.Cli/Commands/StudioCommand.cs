using System.CommandLine;
using System.Net;
using Phosphene.Models;
using Phosphene.Studio;
using Phosphene.Studio.Networks;
using Phosphene.Syntax;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene studio [MODEL...]</summary>
internal static class StudioCommand
{
    private const int UsualPort = 7777;

    public static Command Create(Terminal terminal)
    {
        Argument<string[]> models = new("MODEL") { Arity = ArgumentArity.ZeroOrMore, Description = "The models to explore: ONNX files. embedded:shapes is always there, and others can be dropped onto the page." };
        Option<string?> folder = new("--models") { HelpName = "DIR", Description = "A folder whose ONNX files can be explored too." };
        Option<int?> port = CommonOptions.Integer("--port", "N", $"The port to listen at; {UsualPort} by default, or another where that is taken. 0 for any that is free.", 0, 65_535);
        Option<string?> listen = new("--listen") { HelpName = "ADDRESS", Description = "The address to listen at; by default 127.0.0.1, which nobody but this machine reaches. 0.0.0.0 is every address of the machine." };
        Option<bool> noBrowser = new("--no-browser") { Description = "Only print the address, and open no browser." };
        Option<string?> preprocess = CommonOptions.Preprocess(), labels = CommonOptions.Labels();
        Option<int?> threads = CommonOptions.Threads();
        Option<string?> state = new("--state") { HelpName = "DIR", Description = "The folder that keeps how things stand, and what was dropped; by default one of the user's." };
        Option<bool> json = CommonOptions.Json();

        var command = new Command("studio", "See and steer it live: a page in the browser on which networks are explored while they are visualized.") { models, folder, port, listen, noBrowser, preprocess, labels, threads, state, json };
        command.SetAction(parsed =>
        {
            ModelOptions options = CommonOptions.ModelOptions(parsed.GetValue(preprocess), parsed.GetValue(labels), null);
            return new StudioJob(terminal)
            {
                Options = new StudioOptions
                {
                    Models = [.. (parsed.GetValue(models) ?? []).Select(path => new StudioModelFile(path, options))],
                    ModelFolder = parsed.GetValue(folder),
                    StateFolder = parsed.GetValue(state) ?? StudioOptions.DefaultStateFolder,
                    Address = parsed.GetValue(listen) is { } address ? AddressOf(address) : IPAddress.Loopback,
                    Port = parsed.GetValue(port) ?? UsualPort,
                    Threads = parsed.GetValue(threads),
                },
                TakesAnyPort = parsed.GetValue(port) is null,
                OpensBrowser = !parsed.GetValue(noBrowser),
                Json = parsed.GetValue(json),
            }.Run();
        });
        return command;
    }

    // "127.1" and "0" are addresses for the system, and for nobody else.
    private static IPAddress AddressOf(string text) => IPAddress.TryParse(text, out IPAddress? address) && address.ToString() == text
        ? address
        : throw new UsageException($"'{text}' is no address to listen at; give an address of this machine, such as 127.0.0.1, 0.0.0.0 or ::1.");
}
