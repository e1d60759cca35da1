using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Tests.Recipes;

/// <summary>Texts that may name only some files.</summary>
public class FileScopeTests
{
    private const string Allowed = "0123456789abcdef", Elsewhere = "/somewhere/else.bin";

    private static string? Find(string name) => name == Allowed ? Elsewhere : null;

    // Each word that takes a file, with every file in its example replaced.
    public static TheoryData<string, string, string> WordsWithFiles
    {
        get
        {
            var words = new TheoryData<string, string, string>();
            foreach (TextRegistry registry in Texts.All)
                foreach (TextEntry entry in registry)
                    if (entry.Parameters.Any(parameter => parameter.Kind is "file" or "files" || parameter.Kind.Contains("file", StringComparison.OrdinalIgnoreCase)))
                        words.Add(registry.Kind, entry.Name, entry.Example);
            return words;
        }
    }

    private static TextRegistry RegistryOf(string kind) => Texts.All.Single(registry => registry.Kind == kind);

    // Reads to the end whatever the registry; Complete swallows what is wrong.
    private static object Parse(string kind, string text) => kind switch
    {
        "objective" => Objective.Parse(text),
        "layer" => Phosphene.Models.Layer.Parse(text),
        "direction" => Texts.Directions.Parse(text),
        "parameterization" => Texts.Parameterizations.Parse(text),
        "transform" => Texts.Transforms.Parse(text),
        "image operator" => Texts.Operators.Parse(text),
        "optimizer" => Texts.Optimizers.Parse(text),
        "start" => Texts.Starts.Parse(text),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A registry that this test does not know."),
    };

    [Fact]
    public void There_are_words_with_files_in_most_registries() =>
        Assert.Equal(["direction", "layer", "objective", "parameterization", "start"], Texts.All.Where(registry => registry.Any(entry => entry.Parameters.Any(parameter => parameter.Kind is "file" or "files"))).Select(registry => registry.Kind).Order());

    [Theory]
    [MemberData(nameof(WordsWithFiles))]
    public void No_word_gets_by(string kind, string word, string example)
    {
        foreach (string named in Variants(kind, word, example))
        {
            Parse(kind, named);                                      // everywhere else it is read
            TextFormatException error = Assert.Throws<TextFormatException>(() => FileScope.Within(Find, () => Parse(kind, named)));
            Assert.Contains("no file", error.Message, StringComparison.Ordinal);
            int path = named.IndexOf(Elsewhere, StringComparison.Ordinal);
            Assert.InRange(error.Position, path - "file('".Length, path);

            string allowed = named.Replace(Elsewhere, Allowed, StringComparison.Ordinal);
            Assert.Equal(Parse(kind, named).ToString(), FileScope.Within(Find, () => Parse(kind, allowed)).ToString());
        }
        _ = RegistryOf(kind);
    }

    // With the file in quotes, without, and with a SHA-256, where the word takes that.
    private static IEnumerable<string> Variants(string kind, string word, string example)
    {
        string sha256 = new('a', 64);
        TextEntry entry = RegistryOf(kind).Single(entry => entry.Name == word);
        string[] before = [.. entry.Parameters.TakeWhile(parameter => parameter.Kind is not ("file" or "files")).Select(parameter => parameter.Kind switch { "layer" => "conv1", "objective" => "conv1:0", "vector" or "direction" => "1, 2", _ => parameter.Default! })];
        TextParameter file = entry.Parameters[before.Length];
        bool pinsInside = !entry.Parameters.Any(parameter => parameter.Kind == "SHA-256");
        string prefix = string.Join(", ", entry.Parameters.Take(before.Length).Where(parameter => parameter.IsRequired).Select((_, i) => before[i])), name = file.IsRequired ? "" : $"{file.Name}: ";
        string start = $"{word}({prefix}{(prefix.Length > 0 ? ", " : "")}{name}", end = entry.Parameters.Skip(before.Length + 1).Any(parameter => parameter.IsRequired) ? null! : ")";
        Assert.True(end is not null, $"{example}: this test does not know what stands behind the file.");
        yield return $"{start}'{Elsewhere}'{end}";
        yield return $"{start}{Elsewhere}{end}";
        if (pinsInside) yield return $"{start}file('{Elsewhere}', '{sha256}'){end}";
    }

    [Theory]
    [InlineData("direction(conv1, '/somewhere/else.bin')")]
    [InlineData("direction(conv1, file('/somewhere/else.bin', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'))")]
    [InlineData("direction(conv1, image('/somewhere/else.bin'))")]
    [InlineData("0.5*(conv1:3 - style(conv1, '/somewhere/else.bin'))")]
    public void Nor_does_one_inside_another(string text)
    {
        Objective.Parse(text);
        Assert.Throws<TextFormatException>(() => FileScope.Within(Find, () => Objective.Parse(text)));
    }

    [Theory]
    [InlineData("""{ "start": "image('/etc/passwd')" }""")]
    [InlineData("""{ "penalty": "0.1*style(conv1, '/etc/passwd')" }""")]
    [InlineData("""{ "parameterization": "decoder('/etc/passwd')" }""")]
    [InlineData("""{ "parameterization": "maco('/etc/passwd')" }""")]
    [InlineData("""{ "stages": [ { "steps": 3, "penalty": "denoiser('/etc/passwd')" } ] }""")]
    public void Nor_does_one_in_the_JSON_of_a_recipe(string json) =>
        Assert.ThrowsAny<FormatException>(() => FileScope.Within(Find, () => Read(json)));

    private static Recipe Read(string json)
    {
        try
        {
            return Recipe.FromJson(json);
        }
        catch (InputFileException error) when (error.Message.Contains("no file", StringComparison.Ordinal))
        {
            throw new FormatException(error.Message, error);
        }
    }

    [Fact]
    public void The_scope_ends_with_what_is_read_in_it()
    {
        Assert.Throws<TextFormatException>(() => FileScope.Within(Find, () => Texts.Starts.Parse("image('photo.jpg')")));
        Assert.Equal("image('photo.jpg')", Texts.Starts.Parse("image('photo.jpg')").ToString());
    }
}
