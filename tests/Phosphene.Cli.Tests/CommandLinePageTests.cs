using System.CommandLine;
using System.Text.Json;
using Phosphene.Images;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Runtime.Tests;
using Xunit;

namespace Phosphene.Cli.Tests;

/// <summary>docs/command-line.md has a section for each command, with a table of its arguments and options and one of its JSON, and both are true.</summary>
public sealed class CommandLinePageTests : CommandTests
{
    private static readonly RootCommand Grammar = CommandLine.Grammar(new Terminal(TextWriter.Null, TextWriter.Null, new Interruption()));

    public static TheoryData<string> Commands => [.. Grammar.Subcommands.Select(command => command.Name)];

    [Theory]
    [MemberData(nameof(Commands))]
    public void The_table_of_a_command_has_its_arguments_and_options_in_the_order_of_its_help(string name)
    {
        Command command = Grammar.Subcommands.Single(command => command.Name == name);
        IEnumerable<string> arguments = command.Arguments.Select(argument => $"{argument.Name}{(argument.Arity.MaximumNumberOfValues > 1 ? "..." : "")} ; {(argument.Arity.MinimumNumberOfValues > 0 ? "required" : "")}".TrimEnd());
        IEnumerable<string> options = command.Options.Where(option => !option.Hidden && option is not System.CommandLine.Help.HelpOption)
            .Select(option => $"{string.Join(", ", [option.Name, .. option.Aliases])} {(option.ValueType == typeof(bool) ? "" : option.HelpName)}; {(option.Required ? "required" : "")}".TrimEnd());
        IEnumerable<string> rows = Table(name, "name", "value", "default", "meaning").Select(row => $"{row[0]} {row[1]}; {(row[2] == "required" ? "required" : "")}".TrimEnd());
        Assert.Equal([.. arguments, .. options], rows);
        Assert.All(Table(name, "name", "value", "default", "meaning"), row => Assert.NotEqual("", row[3]));
    }

    [Fact]
    public void The_page_has_the_commands_of_the_tool_and_no_others() =>
        Assert.Equal(["What all commands share", .. Grammar.Subcommands.Select(command => command.Name)], Page().Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..]));

    [Theory]
    [InlineData("render", "render tiny.onnx relu2:7 -o a.png --size 24x32 --steps 2 --snapshots 1 --transforms none")]
    [InlineData("sheet", "sheet tiny.onnx conv1 --channels 0 --size 24x32 --steps 2 -o a.html")]
    [InlineData("render", "interpolate tiny.onnx relu2:3 relu2:7 -o a.png --frames 2 --size 24x32 --steps 2 --transforms none")]
    [InlineData("render", "grid tiny.onnx relu2 x.png -o b.png --size 24x32 --steps 2 --transforms none")]
    [InlineData("render", "pairs tiny.onnx relu2:3 relu2:7;relu2:8 -o a.png --size 24x32 --steps 2 --transforms none")]
    [InlineData("facets", "facets tiny.onnx relu2:3 --images d -o a.png --facets 1 --steps 2 --transforms none")]
    [InlineData("zoom", "zoom tiny.onnx relu2:3 -o a.gif --frames 2 --size 24x32 --steps 40")]
    [InlineData("layers", "layers tiny.onnx --size 24x32")]
    [InlineData("inspect", "inspect tiny.onnx --size 24x32")]
    [InlineData("classify", "classify tiny.onnx x.png")]
    [InlineData("attribute", "attribute tiny.onnx x.png relu2:7 -o a.png")]
    [InlineData("ablate", "ablate tiny.onnx relu2:2,3 --images d")]
    [InlineData("sweep", "sweep tiny.onnx -o s --every 3 --steps 2 --size 24x32")]
    [InlineData("status", "status s")]
    [InlineData("gallery", "gallery s")]
    [InlineData("studio", "studio --no-browser --port 0 --state s", true)]
    [InlineData("compare", "compare tiny.onnx relu2:3 -o a.html --size 24x32 --steps 1")]
    [InlineData("transfer", "transfer tiny.onnx tiny.onnx --random 2 --steps 1 --size 24x32 -o a.html")]
    [InlineData("stability", "stability tiny.onnx relu2:3 relu2:7 --steps 2 --seeds 2 --size 24x32 -o a.html")]
    [InlineData("diagnose", "diagnose tiny.onnx relu2 --images d --steps 2 --size 24x32")]
    [InlineData("paths", "paths tiny.onnx relu2:2,3 --images many --nearest 3 --others 4 --steps 1 -o a.html")]
    [InlineData("quality", "quality tiny.onnx x.png --objective relu2:3")]
    [InlineData("gradients", "gradients tiny.onnx x.png logit(2) -o a.png --maps b.png")]
    [InlineData("replay", "replay r.png")]
    [InlineData("evaluate", "evaluate tiny.onnx --input x.npy --output y.npy --gradient relu2:7 dx.npy")]
    [InlineData("import", "import tiny.onnx -o b.onnx")]
    [InlineData("directions", "directions tiny.onnx relu1 --images d -o a.npy")]
    [InlineData("directions", "directions tiny.onnx relu1 --images d -o a.npy --method pca --count 2")]
    [InlineData("directions", "directions tiny.onnx relu1 --images d -o a.npy --method nmf --count 2")]
    [InlineData("directions", "directions tiny.onnx relu1 --images d -o a.npy --method facets --count 1")]
    [InlineData("directions", "directions tiny.onnx relu1 --images d -o a.npy --method whiten")]
    [InlineData("examples", "examples tiny.onnx relu1:2 --images d -o a.sqlite")]
    [InlineData("statistics", "statistics --images d -o a.safetensors --size 8")]
    [InlineData("patches", "patches --images d -o a.safetensors --size 8 --side 3 --count 20")]
    [InlineData("prototypes", "prototypes tiny.onnx --images d --unit relu2:3 --relevant -o a.safetensors")]
    [InlineData("denoiser", "denoiser --images d -o c.onnx --size 40 --steps 2")]
    [InlineData("bench", "bench tiny.onnx --size 24x32 --steps 1 --profile")]
    [InlineData("shapes", "shapes -o s --count 60 --size 8")]
    [InlineData("train", "train shapes-classifier -o c.onnx --steps 2", true)]
    [InlineData("demo", "demo -o d", true)]
    public void The_table_of_the_JSON_has_what_the_command_prints(string name, string words, bool isStopped = false)
    {
        if (name is "classify" or "attribute" or "gradients" or "directions" or "facets" or "examples" or "ablate" or "diagnose" or "paths" or "prototypes" || words.StartsWith("grid ", StringComparison.Ordinal)) Write("tiny.onnx", TinyModel.Bytes(height: 24, width: 32));
        if (name == "transfer")
        {
            File.WriteAllLines(At("tiny.txt"), Enumerable.Range(0, 20).Select(i => $"class {i}"));
            File.WriteAllText(At("tiny.phosphene.json"), """{ "preprocessing": "signed", "labels": "tiny.txt" }""");
        }
        if (name is "status" or "gallery") Assert.Equal(0, Run("sweep", At("tiny.onnx"), "-o", At("s"), "--every", "3", "--steps", "2", "--size", "24x32").Code);
        if (name == "replay") Assert.Equal(0, Render("relu2:7", "r.png").Code);
        new Picture(24, 32, 3, new byte[24 * 32 * 3]).Save(At("x.png"));
        if (name is "directions" or "facets" or "examples" or "ablate" or "diagnose" or "statistics" or "patches" or "denoiser" or "prototypes")
        {
            Directory.CreateDirectory(At("d"));
            new Picture(24, 32, 3, [.. Enumerable.Range(0, 24 * 32 * 3).Select(i => (byte)(i * i))]).Save(At("d/x.png"));
            File.WriteAllText(At("d/y.png"), "no picture");                                   // to be skipped
        }
        if (name == "paths")
        {
            Directory.CreateDirectory(At("many"));
            var random = new Random(1);
            for (int i = 0; i < 12; i++) new Picture(24, 32, 3, [.. Enumerable.Range(0, 24 * 32 * 3).Select(_ => (byte)random.Next(256))]).Save(At($"many/{i:00}.png"));
            File.WriteAllText(At("many/x.png"), "no picture");                                // to be skipped
        }
        NpyFile.Write(At("x.npy"), new Shape(1, 3, 24, 32), new float[3 * 24 * 32]);
        using var interruption = new Interruption();
        if (isStopped) interruption.Request();                                                // a document of the same members, at once
        Result result = Run(interruption, [.. words.Split(' ').Select(word => word.Contains('.', StringComparison.Ordinal) || word is "s" or "d" or "many" or "images" ? At(word) : word), "--json"]);
        Assert.Equal(isStopped && name != "studio" ? 130 : 0, result.Code);      // a studio is ended so

        string[][] rows = [.. name == "facets" ? Table("render", "field", "meaning") : [], .. Table(name, "field", "meaning")];
        Assert.All(rows, row => Assert.NotEqual("", row[1]));
        string[] told = [.. rows.Select(row => row[0])], printed = [.. Members(result.Json).Distinct()];
        // What is told of the members of an object or of a list is all of it; what is printed of a dictionary needs no telling.
        Assert.Equal([], printed.Except(told).Where(path => told.Contains(path) || Parent(path) is not { } parent || told.Any(other => Parent(other) == parent)));
        Assert.Equal([], told.Except(printed).Where(path => (Parent(path) is not { } parent || printed.Any(other => Parent(other) == parent))
            && !rows.Single(row => row[0] == path)[1].StartsWith("only ", StringComparison.Ordinal)));
    }

    // "a", "a.b" of an object in an object, "a[].b" of objects in a list.
    private static IEnumerable<string> Members(JsonElement json, string at = "") => json.ValueKind switch
    {
        JsonValueKind.Array => json.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object).SelectMany(item => Members(item, at.Length == 0 ? "" : $"{at.TrimEnd('.')}[].")),
        JsonValueKind.Object => json.EnumerateObject().SelectMany(member => (string[])[$"{at}{member.Name}", .. Members(member.Value, $"{at}{member.Name}.")]),
        _ => [],
    };

    private static string? Parent(string path) => path.LastIndexOf('.') is > 0 and var dot ? path[..dot] : null;

    private static string[] Page() => File.ReadAllLines(Repository.Path("docs/command-line.md"));

    // The rows of the table of a command's section that has these headings, without the backticks of code.
    private static string[][] Table(string command, params string[] headings)
    {
        IEnumerable<string> section = Page().SkipWhile(line => line != $"## {command}").Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal));
        string[] table = [.. section.SkipWhile(line => line != $"| {string.Join(" | ", headings)} |").TakeWhile(line => line.StartsWith('|'))];
        Assert.True(table.Length > 2, $"docs/command-line.md has no table '{string.Join(", ", headings)}' for {command}.");
        return [.. table.Skip(2).Select(row => row.Replace("\\|", "\0", StringComparison.Ordinal).Trim('|').Split('|').Select(Plain).ToArray())];

        static string Plain(string cell) => cell.Replace("`", "", StringComparison.Ordinal).Replace('\0', '|').Trim();
    }
}
