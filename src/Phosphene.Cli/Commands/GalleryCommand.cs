using System.CommandLine;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene gallery DIR</summary>
internal static class GalleryCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> folder = new("DIR") { Description = "The folder of a sweep; what is done of it is shown." };
        Option<string?> output = new("--output", "-o") { HelpName = "OUT", Description = "The folder to write the pages to, with copies of the pictures; by default they are written beside the pictures, into DIR." };
        Option<string?> title = new("--title") { HelpName = "TEXT", Description = "What the gallery is called; by default it is named after the model." };
        Option<string?> diagnosis = new("--diagnosis") { HelpName = "FILE.json", Description = "What 'phosphene diagnose --json' printed of the model: what to be careful with is shown with each unit." };
        Option<string?> stability = new("--stability") { HelpName = "FILE.json", Description = "What 'phosphene stability --json' printed: whether the pictures recur, and in how many facets." };
        Option<string?> paths = new("--paths") { HelpName = "FILE.json", Description = "What 'phosphene paths --json' printed: how natural the ways are by which the pictures excite their units." };
        Option<bool> json = CommonOptions.Json(), quiet = new("--quiet") { Description = "No progress and no summary." };

        var command = new Command("gallery", "Make pages of all that a sweep has made: a site to wander in, from a disk or any web server.") { folder, output, title, diagnosis, stability, paths, json, quiet };
        command.SetAction(parsed => new GalleryJob(terminal)
        {
            Folder = parsed.GetRequiredValue(folder),
            Output = parsed.GetValue(output),
            Title = parsed.GetValue(title),
            Diagnosis = parsed.GetValue(diagnosis),
            Stability = parsed.GetValue(stability),
            Paths = parsed.GetValue(paths),
            Json = parsed.GetValue(json),
            Quiet = parsed.GetValue(quiet),
        }.Run());
        return command;
    }
}
