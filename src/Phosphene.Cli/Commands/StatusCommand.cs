using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Phosphene.Atlas.Sweeps;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene status DIR</summary>
internal static class StatusCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> folder = new("DIR") { Description = "The folder of a sweep." };
        Option<bool> verify = new("--verify") { Description = "Read every picture, and hold it against what was written down of it; exit code 1 if one is damaged." };
        Option<bool> json = CommonOptions.Json();

        var command = new Command("status", "Tell how far a sweep is, while it runs or after.") { folder, verify, json };
        command.SetAction(parsed =>
        {
            SweepStatus status = SweepStatus.Of(parsed.GetRequiredValue(folder), parsed.GetValue(verify));
            if (parsed.GetValue(json))
                JsonOutput.Write(terminal.Output, new JsonObject
                {
                    ["model"] = status.Model,
                    ["units"] = status.Units,
                    ["done"] = status.Done,
                    ["failed"] = status.Failed,
                    ["damaged"] = JsonOutput.Texts(status.Damaged),
                    ["perMinute"] = status.PerMinute is { } speed ? JsonOutput.Number(Math.Round(speed, 2)) : null,
                    ["secondsLeft"] = status.TimeLeft is { } left ? JsonOutput.Number(Math.Round(left.TotalSeconds)) : null,
                });
            else
            {
                terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{status.Model}: {status.Done} of {status.Units} units are done{(status.Failed > 0 ? $", {status.Failed} failed" : "")}{(status.PerMinute is { } speed ? $"; {speed:0.#} a minute in the last ten minutes" : "")}{(status is { TimeLeft: { } left } && status.Done < status.Units ? $", about {Spoken(left)} left" : "")}."));
                foreach (string file in status.Damaged)
                    terminal.Warn(File.Exists(Path.Combine(parsed.GetRequiredValue(folder), file)) ? $"'{file}' is not what was written; delete it, and run the sweep again." : $"'{file}' is missing; run the sweep again.");
            }
            return status.Damaged.Count > 0 ? ExitCode.Failed : ExitCode.Success;
        });
        return command;
    }

    private static string Spoken(TimeSpan left) => left.TotalMinutes < 1.5 ? "a minute" : left.TotalHours < 1.5 ? string.Create(CultureInfo.InvariantCulture, $"{left.TotalMinutes:0} minutes") : string.Create(CultureInfo.InvariantCulture, $"{left.TotalHours:0.#} hours");
}
