using System.Text.RegularExpressions;
using Phosphene.Runtime.Tests;
using Xunit;

namespace Phosphene.Cli.Tests;

/// <summary>The C# that README and docs/csharp.md show is that of the samples, which are compiled and run.</summary>
public sealed partial class CSharpDocsTests
{
    [Fact]
    public void The_guide_shows_every_sample_as_it_is()
    {
        if (Environment.GetEnvironmentVariable("PHOSPHENE_UPDATE") == "1")
            File.WriteAllText(Repository.Path("docs/csharp.md"), ShownSample().Replace(Text("docs/csharp.md"), match => match.Value.Replace(match.Groups[2].Value, Text($"samples/{match.Groups[1].Value}"), StringComparison.Ordinal)));
        Dictionary<string, string> shown = ShownSample().Matches(Text("docs/csharp.md")).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        string[] samples = [.. Directory.GetFiles(Repository.Path("samples"), "*.cs").Select(path => Path.GetFileName(path)!).Except(["imagenet.cs", "readme.cs"]).Order(StringComparer.Ordinal)];
        Assert.Equal(samples, shown.Keys.Order(StringComparer.Ordinal));
        Assert.All(samples, sample => Assert.Equal(Text($"samples/{sample}"), shown[sample]));
    }

    [Fact]
    public void The_guide_shows_no_other_code() => Assert.Equal(Code().Count(Text("docs/csharp.md")), ShownSample().Count(Text("docs/csharp.md")));

    [Fact]
    public void The_README_shows_the_end_of_its_sample()
    {
        string code = Assert.Single(Code().Matches(Text("README.md"))).Groups[1].Value;
        string sample = Text("samples/readme.cs");
        Assert.StartsWith("using Phosphene;", code, StringComparison.Ordinal);
        Assert.EndsWith(code, sample, StringComparison.Ordinal);
        Assert.All(sample[..^code.Length].Split('\n'), line => Assert.Matches("^(#.*|//.*|)$", line));
    }

    private static string Text(string file) => File.ReadAllText(Repository.Path(file)).ReplaceLineEndings("\n");

    [GeneratedRegex(@"^```csharp\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex(@"^\[samples/([\w-]+\.cs)\]\(\.\./samples/\1\)\n\n```csharp\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex ShownSample();
}
