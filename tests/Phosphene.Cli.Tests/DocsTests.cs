using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Phosphene.Objectives;
using Phosphene.Operators;
using Phosphene.Recipes;
using Phosphene.Runtime.Tests;
using Phosphene.Transforms;
using Xunit;

namespace Phosphene.Cli.Tests;

/// <summary>Every command that README, docs and help show is one that the tool takes, and every text in it means what it says.</summary>
public sealed partial class DocsTests
{
    private static readonly RootCommand Grammar = CommandLine.Grammar(new Terminal(TextWriter.Null, TextWriter.Null, new Interruption()));

    public static TheoryData<string, string> Commands
    {
        get
        {
            string root = Repository.Root;
            var data = new TheoryData<string, string>();
            foreach (string file in Directory.GetFiles(Path.Combine(root, "docs"), "*.md", SearchOption.AllDirectories).Append(Path.Combine(root, "README.md")).Order(StringComparer.Ordinal))
                foreach (Match line in ShownCommand().Matches(File.ReadAllText(file))) data.Add(Path.GetRelativePath(root, file), line.Groups[1].Value.Split(" > ")[0].TrimEnd());      // what it prints may go to a file
            foreach (Command command in (Command[])[Grammar, .. Grammar.Subcommands])
            {
                using var help = new StringWriter();
                string[] words = command == Grammar ? ["--help"] : [command.Name, "--help"];
                CommandLine.Run(words, new Terminal(help, help, new Interruption()));
                foreach (Match line in ShownExample().Matches(help.ToString())) data.Add($"{string.Join(' ', words)}", line.Groups[1].Value.TrimEnd());
            }
            return data;
        }
    }

    [Fact]
    public void Commands_are_found_in_the_README_in_docs_and_in_help()
    {
        string[] places = [.. Commands.Select(row => (string)row[0])];
        Assert.InRange(places.Length, 40, 500);
        Assert.All(["README.md", "docs/gallery.md", "docs/shapes.md", "--help", "render --help"], place => Assert.Contains(place, places));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_that_is_shown_can_be_given(string place, string command)
    {
        ParseResult parsed = Grammar.Parse([.. CommandLineParser.SplitCommandLine(command)]);
        Assert.True(parsed.Errors.Count == 0, $"{place}: '{command}': {string.Join("; ", parsed.Errors.Select(error => error.Message))}");
        string name = parsed.CommandResult.Command.Name;
        string[] objectives = name switch
        {
            "render" or "attribute" => [parsed.GetRequiredValue<string>("OBJECTIVE")],
            "interpolate" => parsed.GetRequiredValue<string[]>("OBJECTIVE"),
            "pairs" => [.. new[] { "ROWS", "COLUMNS" }.SelectMany(list => Objective.ParseSeveral(parsed.GetRequiredValue<string>(list))).Select(objective => objective.ToString())],
            _ => [],
        };
        foreach (string objective in objectives) Comes_back(objective, text => Objective.Parse(text).ToString());
        if (name != "render") return;
        Comes_back(parsed.GetValue<string?>("--penalty"), text => Objective.Parse(text).ToString());
        Comes_back(parsed.GetValue<string?>("--transforms"), text => Pipeline.Parse(text).ToString());
        foreach (string operators in new[] { "--image-operators", "--gradient-operators" }) Comes_back(parsed.GetValue<string?>(operators), text => OperatorPipeline.Parse(text).ToString());
        Comes_back(parsed.GetValue<string?>("--parameterization"), text => Texts.Parameterizations.Print(Texts.Parameterizations.Parse(text)));
        Comes_back(parsed.GetValue<string?>("--optimizer"), text => Texts.Optimizers.Print(Texts.Optimizers.Parse(text)));
    }

    // What a text means prints as a text that means the same.
    private static void Comes_back(string? text, Func<string, string> parsedAndPrinted)
    {
        if (text is null) return;
        string printed = parsedAndPrinted(text);
        Assert.Equal(printed, parsedAndPrinted(printed));
    }

    // A line that begins with the command's name, up to a remark.
    [GeneratedRegex(@"^phosphene ((?:(?! #).)+)", RegexOptions.Multiline)]
    private static partial Regex ShownCommand();

    [GeneratedRegex(@"^  phosphene ([^<\[\n]+)$", RegexOptions.Multiline)]
    private static partial Regex ShownExample();
}
