using Phosphene.Models;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Tests.Models;

public sealed class LabelsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("phosphene-labels-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_has_one_label_a_line_and_WordNet_ids_are_dropped()
    {
        Labels labels = Labels.Load(Write("n01440764 tench, Tinca tinca\r\nn01443537 goldfish\n  hen \n"));
        Assert.Equal(3, labels.Count);
        Assert.Equal(["tench, Tinca tinca", "goldfish", "hen", "3"], Enumerable.Range(0, 4).Select(i => labels[i]));
    }

    [Fact]
    public void A_label_is_found_whole_before_it_is_found_among_synonyms()
    {
        Labels labels = Labels.Of(["crane, bird", "bird", "crane"]);
        Assert.Equal(1, labels.Find("Bird", 3));
        Assert.Equal(2, labels.Find("crane", 3));
        Assert.Equal(0, labels.Find("crane, bird", 3));
    }

    [Fact]
    public void A_number_is_a_class_even_without_labels()
    {
        Assert.Equal(999, Labels.None.Find("999", 1000));
        Assert.Equal("999", Labels.None[999]);
        Assert.Equal("The model has classes 0 to 9; there is no class 10.", Assert.Throws<UsageException>(() => Labels.None.Find("10", 10)).Message);
    }

    [Fact]
    public void An_unknown_label_is_refused_with_the_nearest()
    {
        Labels labels = Labels.Of(["golden retriever", "goldfish", "hen"]);
        Assert.Equal("No class is called 'goldfsh'; did you mean 'goldfish'?", Assert.Throws<UsageException>(() => labels.Find("goldfsh", 3)).Message);
        Assert.Contains("did you mean 'golden retriever'?", Assert.Throws<UsageException>(() => labels.Find("retriever", 3)).Message, StringComparison.Ordinal);
        Assert.Contains("--labels FILE", Assert.Throws<UsageException>(() => Labels.None.Find("hen", 3)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_holds_no_labels_is_refused_by_name()
    {
        foreach (string path in new[] { Path.Combine(_folder, "missing.txt"), Write(""), Write("\n  \n"), Write("a\0b\n"), _folder })
            Assert.Contains($"Labels '{path}'", Assert.Throws<InputFileException>(() => Labels.Load(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_UTF8_is_refused_with_the_line()
    {
        string path = Write("");
        File.WriteAllBytes(path, [.. "hen\ncaf"u8, 0xE9, .. "\nfish\n"u8]);
        Assert.Equal($"Labels '{path}' are not UTF-8 text: line 2 has a byte that is none, as in Latin-1 or a Windows code page; save the file as UTF-8.",
            Assert.Throws<InputFileException>(() => Labels.Load(path)).Message);
        Assert.Equal(["café", "hen"], Labels.Load(Write("\uFEFFcafé\r\nhen\r\n\r\n")) is var labels ? [.. Enumerable.Range(0, labels.Count).Select(i => labels[i])] : []);
    }

    private string Write(string text)
    {
        string path = Path.Combine(_folder, $"{Guid.NewGuid():N}.txt");
        File.WriteAllText(path, text);
        return path;
    }
}
