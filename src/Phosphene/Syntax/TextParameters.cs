using System.Collections.Immutable;

namespace Phosphene.Syntax;

/// <summary>The kinds of parameters that need nothing but texts; others stand beside what they are made of.</summary>
internal static class TextParameters
{
    /// <summary>A finite number.</summary>
    public static TextParameter<float> Number(string name, string description, float least = float.NaN, float most = float.NaN, string unit = "") =>
        new(name, description, "number", (scanner, what) => scanner.Number(what, least, most), Printed.Number)
        {
            Least = TextParameter.Limit(least),
            Most = TextParameter.Limit(most),
            Unit = unit,
        };

    /// <summary>An integer of at least 0.</summary>
    public static TextParameter<int> Whole(string name, string description, int least = 0, int most = int.MaxValue, string unit = "") =>
        new(name, description, "integer", (scanner, what) => scanner.Integer(what, least, most), Printed.Whole)
        {
            Least = least,
            Most = most == int.MaxValue ? null : most,
            Unit = unit,
        };

    /// <summary>An integer that need not be given.</summary>
    public static TextParameter<int?> WholeIfGiven(string name, string description, int least = 0) =>
        new TextParameter<int?>(name, description, "integer", (scanner, what) => scanner.Integer(what, least), value => Printed.Whole(value ?? least)) { Least = least }.OrNothing();

    /// <summary>true or false.</summary>
    public static TextParameter<bool> Truth(string name, string description) => Choice(name, description, "truth", ("true", true), ("false", false));

    /// <summary>One of some words, each with its value.</summary>
    public static TextParameter<T> Choice<T>(string name, string description, params (string Word, T Value)[] choices) => Choice(name, description, "choice", choices);

    /// <summary>One number or more, with commas between them.</summary>
    public static TextParameter<ImmutableArray<float>> Numbers(string name, string description) =>
        new(name, description, "numbers", ReadNumbers, numbers => string.Join(", ", numbers.Select(Printed.Number))) { IsList = true };

    /// <summary>A class, by number or by label.</summary>
    public static TextParameter<string> Class(string name, string description) =>
        new(name, description, "class", ReadClass, label => label.Length > 0 && label.All(char.IsAsciiDigit) ? label : Printed.Name(label));

    /// <summary>A file that need not be given.</summary>
    public static TextParameter<FileReference?> FileIfGiven(string kind, string name, string description) =>
        new TextParameter<FileReference?>(name, description, "file", (scanner, what) => FileReference.Read(kind, scanner, what), file => $"{file}") { Colon = Colon.NamesWhatIsKnown }.OrNothing();

    /// <summary>The path of a file, in quotes or, if it has no blanks and no commas, without.</summary>
    public static TextParameter<string> File(string name, string description) => new(name, description, "file", (scanner, what) =>
    {
        int position = scanner.Position;
        return (scanner.IsAtQuote ? scanner.Name() : scanner.Unquoted()) is { Length: > 0 } path
            ? FileScope.PathOf(path, scanner, position)
            : throw scanner.Error($"The path of a file is expected for {what}; found {scanner.Found()}.");
    }, Printed.Quoted)
    { Colon = Colon.NamesWhatIsKnown };

    /// <summary>The SHA-256 of a file, which need not be given.</summary>
    public static TextParameter<string?> Sha256(string name, string description) => new TextParameter<string?>(name, description, "SHA-256", (scanner, what) =>
    {
        int position = scanner.Position;
        return scanner.Name() is { } text && IsSha256(text)
            ? text
            : throw scanner.Error($"A SHA-256, 64 hexadecimal digits, is expected for {what}; found {scanner.Found(position)}.", position);
    }, sha256 => Printed.Quoted(sha256 ?? "")).OrNothing();

    /// <summary>Whether a text is the SHA-256 of a file.</summary>
    public static bool IsSha256(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigit);

    private static TextParameter<T> Choice<T>(string name, string description, string kind, params (string Word, T Value)[] choices)
    {
        string[] words = [.. choices.Select(choice => choice.Word)];
        return new(name, description, kind, Read, value => choices.First(choice => Equals(choice.Value, value)).Word) { Choices = words };

        T Read(Scanner scanner, string what)
        {
            int position = scanner.Position;
            scanner.Offer(() => words.Select(word => (word, description)));
            string? word = scanner.Bare();
            int index = Array.IndexOf(words, word);
            if (index >= 0) return choices[index].Value;
            string question = word is null || char.IsAsciiDigit(word[0]) ? "" : NearestNames.Question(word, words);
            throw scanner.Error($"{TextParameter.Alternatives(words)} is expected for {what}; found {scanner.Found(position)}{(question.Length > 0 ? question : ".")}", position);
        }
    }

    /// <summary>Reads one number or more, with commas between them.</summary>
    public static ImmutableArray<float> ReadNumbers(Scanner scanner, string what)
    {
        var numbers = new List<float>();
        do
        {
            numbers.Add(scanner.Number($"number {numbers.Count + 1} of {what}"));
        }
        while (scanner.TakeBetweenItems(','));
        if (scanner.IsAtNumber) throw scanner.Error($"',' is expected between the numbers of {what}; found {scanner.Found()}.");
        return [.. numbers];
    }

    private static string ReadClass(Scanner scanner, string what)
    {
        int position = scanner.Position;
        scanner.Offer(() => scanner.Names.Classes.Select(label => (Printed.Name(label), "a class")));
        string label = (scanner.IsAtNumber ? scanner.Digits() : scanner.Name())
            ?? throw scanner.Error($"A class, by number or by label, as in 207 or 'golden retriever', is expected for {what}; found {scanner.Found()}.");
        return scanner.Next is ')' or ',' or '\0'
            ? label
            : throw scanner.Error($"One class, by number or by label, is expected for {what}; a label with blanks needs quotes, as in 'golden retriever'.", position);
    }
}
