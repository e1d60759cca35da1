using System.Text.RegularExpressions;
using Phosphene.Runtime.Tests;
using Xunit;

namespace Phosphene.Cli.Tests;

/// <summary>The last table of docs/regularization.md has every row of the spectrum of regularization, and what it names is there.</summary>
public sealed partial class RegularizationPageTests
{
    private static readonly string[][] Rows = [.. File.ReadAllLines(Repository.Path("docs/regularization.md")).SkipWhile(line => line != "| row | what | text | C# | test | figure | made by |").Skip(2)
        .TakeWhile(line => line.StartsWith('|')).Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray())];

    private static readonly HashSet<string> Sources = [.. new[] { "src", "tests" }.SelectMany(folder => Directory.EnumerateFiles(Repository.Path(folder), "*.cs", SearchOption.AllDirectories))
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).Select(file => Path.GetFileNameWithoutExtension(file))];

    [Fact]
    public void Every_row_is_there_in_order() => Assert.Equal(
        [.. Named('N', 1, 4), .. Named('R', 0, 18), .. Named('P', 1, 10), .. Named('K', 1, 8)], Rows.Select(row => row[0]));

    [Fact]
    public void Every_test_and_every_script_that_it_names_is_a_file()
    {
        foreach (string[] row in Rows)
        {
            foreach (Match name in Code().Matches(row[4])) Assert.Contains(name.Groups[1].Value, Sources);
            if (row[6].Length > 0) Assert.True(File.Exists(Repository.Path($"docs/gallery/{row[6]}")), $"{row[0]}: {row[6]}");
        }
    }

    [Fact]
    public void Every_class_that_it_names_is_one()
    {
        string all = string.Concat(Directory.EnumerateFiles(Repository.Path("src"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        foreach (string[] row in Rows)
            foreach (Match name in Code().Matches(row[3])) Assert.True(Regex.IsMatch(all, $@"\b(record|class|interface) {name.Groups[1].Value}\b"), $"{row[0]}: {name.Groups[1].Value}");
    }

    [Fact]
    public void Every_row_has_a_figure_that_is_there_or_says_that_it_is_open()
    {
        foreach (string[] row in Rows)
        {
            MatchCollection figures = Link().Matches(row[5]);
            Assert.True(figures.Count > 0 || row[5].StartsWith("open", StringComparison.Ordinal), $"{row[0]} has no figure.");
            foreach (Match figure in figures) Assert.True(File.Exists(Repository.Path($"docs/{figure.Groups[1].Value}")), $"{row[0]}: {figure.Groups[1].Value}");
        }
    }

    private static IEnumerable<string> Named(char letter, int first, int last) => Enumerable.Range(first, last - first + 1).Select(number => $"{letter}{number}");

    [GeneratedRegex("`([A-Za-z0-9]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\(([^)]+)\)")]
    private static partial Regex Link();
}
