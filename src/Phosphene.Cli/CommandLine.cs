using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Phosphene.Cli.Commands;
using Phosphene.Recipes;
using Phosphene.Syntax;

namespace Phosphene.Cli;

/// <summary>The phosphene command: its grammar, and how it runs and fails.</summary>
internal static class CommandLine
{
    /// <summary>Runs the command with the given words and returns its exit code. Throws nothing.</summary>
    public static int Run(IReadOnlyList<string> words, Terminal terminal)
    {
        ParseResult? parsed = null;
        try
        {
            parsed = Grammar(terminal).Parse(words);
            if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction) return Misused(parsed, terminal);
            return parsed.Invoke(new InvocationConfiguration
            {
                Output = terminal.Output,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (Exception error) when (error is not StackOverflowException)
        {
            Failure failure = Failure.Of(error, parsed?.CommandResult.Command.Options.Select(option => option.Name) ?? []);
            failure.Tell(terminal.Error);
            return failure.Code;
        }
    }

    internal static RootCommand Grammar(Terminal terminal)
    {
        var root = new RootCommand("Feature visualization: what a neural network sees.")
        {
            RenderCommand.Create(terminal), SheetCommand.Create(terminal), SweepCommand.Create(terminal), StatusCommand.Create(terminal), GalleryCommand.Create(terminal), StudioCommand.Create(terminal), CompareCommand.Create(terminal), InterpolateCommand.Create(terminal), PairsCommand.Create(terminal), FacetsCommand.Create(terminal), ZoomCommand.Create(terminal),
            GridCommand.Create(terminal), HistoryCommand.Create(terminal), LayersCommand.Create(terminal), InspectCommand.Create(terminal), ClassifyCommand.Create(terminal), AttributeCommand.Create(terminal), AblateCommand.Create(terminal), TransferCommand.Create(terminal), StabilityCommand.Create(terminal), DiagnoseCommand.Create(terminal), PathsCommand.Create(terminal), QualityCommand.Create(terminal),
            GradientsCommand.Create(terminal), ReplayCommand.Create(terminal), EvaluateCommand.Create(terminal), ImportCommand.Create(terminal), DirectionsCommand.Create(terminal), ExamplesCommand.Create(terminal), StatisticsCommand.Create(terminal),
            PatchesCommand.Create(terminal), PrototypesCommand.Create(terminal), DenoiserCommand.Create(terminal), BenchCommand.Create(terminal), ShapesCommand.Create(terminal), TrainCommand.Create(terminal), DemoCommand.Create(terminal),
        };
        root.HelpName = "phosphene";
        foreach (Option option in root.Options)
        {
            if (option is HelpOption help) help.Action = new HelpWithExamples();
            if (option is VersionOption version) version.Action = new PrintVersion();
        }
        return root;
    }

    // The first error is the one to mend; those after it mostly follow from it. A word that is not known comes before what is missing without it.
    private static int Misused(ParseResult parsed, Terminal terminal)
    {
        Command command = parsed.CommandResult.Command;
        string name = command is RootCommand ? "phosphene" : $"phosphene {command.Name}";
        bool unknown = parsed.UnmatchedTokens.Count > 0;
        string[] lines = parsed.Errors[0].Message.Split('\n', 2);
        string sentence = unknown ? Unknown(parsed.UnmatchedTokens[0], command) : lines[0].TrimEnd('.', ' ') + ";";
        new Failure(ExitCode.Usage, $"{sentence} '{name} --help' tells how to use it.", unknown ? null : lines.ElementAtOrDefault(1)).Tell(terminal.Error);
        return ExitCode.Usage;
    }

    private static string Unknown(string word, Command command)
    {
        bool option = word.StartsWith('-');
        IEnumerable<string> known = option ? command.Options.Select(entry => entry.Name) : command.Subcommands.Select(entry => entry.Name);
        string what = option ? "is not an option" : command.Subcommands.Count > 0 ? "is not a command" : "is one argument too many";
        string question = NearestNames.Question(word, known);
        return $"'{word}' {what}{(question.Length > 0 ? question : ";")}";
    }

    private sealed class PrintVersion : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(Provenance.CurrentVersion);
            return ExitCode.Success;
        }
    }
}
