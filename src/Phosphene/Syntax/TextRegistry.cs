using System.Collections;

namespace Phosphene.Syntax;

/// <summary>
/// The words of one small language, such as that of transforms. What it holds can be read and printed, and is what help, completion, docs/texts.md and
/// forms tell.
/// </summary>
public abstract class TextRegistry : IEnumerable<TextEntry>
{
    private protected TextRegistry(string kind, string description) => (Kind, Description) = (kind, description);

    /// <summary>What its texts stand for: "transform", "optimizer".</summary>
    public string Kind { get; }

    /// <summary>What that decides, and how its texts are put together.</summary>
    public string Description { get; }

    /// <summary>The words, in the order in which they are listed.</summary>
    public abstract IReadOnlyList<TextEntry> Entries { get; }

    /// <inheritdoc/>
    public IEnumerator<TextEntry> GetEnumerator() => Entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>How a text can go on at the cursor: words, names of arguments, choices, and layers and classes if they are given.</summary>
    /// <param name="text">The text; what stands behind the cursor does not matter.</param>
    /// <param name="position">The cursor: the number of characters before it.</param>
    /// <param name="names">The layers and classes of the model that the text is for.</param>
    /// <returns>What could stand there, in the order of the registry; nothing if the text before the cursor is wrong.</returns>
    public IReadOnlyList<Completion> Complete(string text, int position, CompletionNames? names = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, text.Length);
        return Scanner.Complete(text[..position], names ?? CompletionNames.None, ReadWhole);
    }

    /// <summary>Takes a text apart into its words, for a form: one word, those of a pipeline, or what a sum is made of.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The words with all their arguments; null if a part of the text is no word, such as layer:3.</returns>
    /// <exception cref="TextFormatException">The text cannot be read; the message says what was expected, the exception where.</exception>
    public abstract IReadOnlyList<TextWord>? TakeApart(string text);

    /// <summary>The text of words, as it prints; the inverse of <see cref="TakeApart"/>.</summary>
    /// <param name="words">One word or, of a pipeline or a sum, any number.</param>
    /// <exception cref="TextFormatException">An argument cannot be read; the message says what was expected.</exception>
    /// <exception cref="UsageException">There are too many words or too few, or a word has no parameter of that name.</exception>
    public abstract string PutTogether(IReadOnlyList<TextWord> words);

    private protected abstract void ReadWhole(Scanner scanner);
}

/// <summary>A word with its arguments, as a form shows it.</summary>
/// <param name="Name">The word.</param>
/// <param name="Arguments">The text of each argument by the name of its parameter; empty for what is left out.</param>
/// <param name="Weight">Its weight, where words are added up.</param>
public sealed record TextWord(string Name, IReadOnlyDictionary<string, string> Arguments, float Weight = 1);

/// <summary>The words of a small language for objects of a type. A word is one entry of a collection initializer.</summary>
/// <typeparam name="T">What the texts stand for.</typeparam>
public sealed partial class TextRegistry<T> : TextRegistry where T : notnull
{
    /// <summary>The most words of a pipeline.</summary>
    internal const int MaximumLength = 100;

    private const string Nothing = "none", Custom = "custom";

    private readonly List<TextEntry<T>> _entries = [];
    private readonly Dictionary<Type, TextEntry<T>> _byType = [];
    private readonly bool _isPipeline;
    private readonly Func<Scanner, T>? _grammar;
    private readonly Func<T, IReadOnlyList<(T Value, float Weight)>>? _summands;

    /// <summary>A registry without words.</summary>
    /// <param name="kind">What its texts stand for.</param>
    /// <param name="description">What that decides, and how its texts are put together.</param>
    /// <param name="isPipeline">Whether whole texts are pipelines, a|b|c or none.</param>
    /// <param name="grammar">Reads whole texts, up to their end, if they are more than a word or a pipeline; what is no word prints itself then.</param>
    /// <param name="summands">What adds up to a value, each with its weight, where texts can be sums.</param>
    internal TextRegistry(string kind, string description, bool isPipeline = false, Func<Scanner, T>? grammar = null, Func<T, IReadOnlyList<(T Value, float Weight)>>? summands = null) : base(kind, description) =>
        (_isPipeline, _grammar, _summands) = (isPipeline, grammar, summands);

    /// <inheritdoc/>
    public override IReadOnlyList<TextEntry> Entries => _entries;

    /// <summary>Reads a text; of a pipeline, one of its words.</summary>
    /// <exception cref="TextFormatException">The text cannot be read; the message says what was expected, the exception where.</exception>
    public T Parse(string text)
    {
        var scanner = new Scanner(text, Kind);
        T value = _grammar is null ? Read(scanner) : _grammar(scanner);
        scanner.ExpectEnd();
        return value;
    }

    /// <summary>
    /// The text of an object, which <see cref="Parse"/> reads back; of an object that exists only in the code that made it, custom('...'), which it does not.
    /// </summary>
    public string Print(T value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (!_byType.TryGetValue(value.GetType(), out TextEntry<T>? entry))
        {
            string text = value.ToString() ?? value.GetType().Name;
            return _grammar is null ? $"{Custom}({Printed.Quoted(text)})" : text;
        }
        string arguments = entry.PrintArguments(value);
        return arguments.Length == 0 && _isPipeline ? entry.Name : $"{entry.Name}({arguments})";
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TextWord>? TakeApart(string text)
    {
        IReadOnlyList<(T Value, float Weight)> values = _isPipeline ? [.. ParsePipeline(text).Select(value => (value, 1f))] : _summands?.Invoke(Parse(text)) ?? [(Parse(text), 1f)];
        if (!values.All(value => _byType.ContainsKey(value.Value.GetType()))) return null;
        return [.. values.Select(value => _byType[value.Value.GetType()] is var entry ? new TextWord(entry.Name, entry.ArgumentsOf(value.Value), value.Weight) : null!)];
    }

    /// <inheritdoc/>
    public override string PutTogether(IReadOnlyList<TextWord> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        string Text(TextWord word) => _entries.Find(entry => entry.Name == word.Name)?.With(word.Arguments) ?? $"{word.Name}()";
        if (_isPipeline) return words.Count == 0 ? Nothing : PrintPipeline(ParsePipeline(string.Join('|', words.Select(Text))));
        if (_summands is not null && words.Count == 0) return "";
        if (_summands is null && words.Count != 1) throw new UsageException($"One word is expected for {A(Kind)}; got {words.Count}.");
        return _summands is null ? Print(Parse(Text(words[0])))
            : Print(Parse(string.Concat(words.Select((word, i) => $"{(word.Weight < 0 ? " - " : i > 0 ? " + " : "")}{(MathF.Abs(word.Weight) == 1 ? "" : $"{Printed.Number(MathF.Abs(word.Weight))}*")}{Text(word)}"))));
    }

    /// <summary>Reads a pipeline.</summary>
    /// <exception cref="TextFormatException">The text is none; the message says what was expected, the exception where.</exception>
    internal IReadOnlyList<T> ParsePipeline(string text)
    {
        var scanner = new Scanner(text, "pipeline");
        IReadOnlyList<T> values = ReadPipeline(scanner);
        scanner.ExpectEnd($"'|' and {A(Kind)}, or the end,");
        return values;
    }

    /// <summary>The text of a pipeline.</summary>
    internal string PrintPipeline(IReadOnlyList<T> values) => values.Count == 0 ? Nothing : string.Join('|', values.Select(Print));

    /// <summary>Reads a word with its arguments.</summary>
    internal T Read(Scanner scanner)
    {
        int position = scanner.Position;
        Offer(scanner);
        string name = scanner.Bare() ?? throw scanner.Error($"{A(Kind, capital: true)} is expected, such as {_entries[0].Example}; found {scanner.Found()}.");
        TextEntry<T> entry = Find(name, scanner, position);
        if (scanner.Take('(')) return ReadArguments(entry, scanner, position);
        return entry.Defaults is { } defaults ? entry.Build(defaults) : throw scanner.Error($"'(' is expected after {name}; found {scanner.Found()}.");
    }

    /// <summary>Reads the arguments of a word that has been read, with its opening parenthesis.</summary>
    internal static T ReadArguments(TextEntry<T> entry, Scanner scanner, int position) => scanner.Nested(position, () =>
    {
        object?[] arguments = new ArgumentReader(entry, scanner).Read();
        try
        {
            return entry.Build(arguments);
        }
        catch (UsageException error)
        {
            throw scanner.Error(error.Message, position);            // arguments that do not fit each other
        }
    });

    /// <summary>Whether there is such a word.</summary>
    internal bool Has(string name) => _entries.Exists(entry => entry.Name == name);

    /// <summary>The entry of a word. What else could stand there is offered too if there is none.</summary>
    internal TextEntry<T> Find(string name, Scanner scanner, int position, TextRegistry? beside = null)
    {
        if (_entries.Find(entry => entry.Name == name) is { } entry) return entry;
        if (name == Custom) throw scanner.Error($"A custom {Kind} exists only in the code that made it; it cannot be read from text.", position);
        if (name == Nothing && _isPipeline) throw scanner.Error($"'{Nothing}' stands alone; leave it out of a pipeline with {Kind}s.", position);
        string[] names = [.. _entries.Select(entry => entry.Name), .. beside?.Select(entry => entry.Name) ?? [], .. _isPipeline ? [Nothing] : Array.Empty<string>()];
        string question = NearestNames.Question(name, names);
        throw scanner.Error($"There is no {Kind} '{name}'{(question.Length > 0 ? question : $"; there are {string.Join(", ", names)}.")}", position);
    }

    /// <summary>Offers all words, where a text is to be completed.</summary>
    internal void Offer(Scanner scanner) =>
        scanner.Offer(() => _entries.Select(entry => (entry.Parameters.Count == 0 && _isPipeline ? entry.Name : $"{entry.Name}(", entry.Description)));

    private protected override void ReadWhole(Scanner scanner)
    {
        if (_isPipeline) ReadPipeline(scanner);
        else if (_grammar is not null) _grammar(scanner);
        else Read(scanner);
    }

    /// <summary>Reads a pipeline inside a text.</summary>
    internal List<T> ReadPipeline(Scanner scanner)
    {
        int start = scanner.Position;
        scanner.Offer(() => [(Nothing, $"No {Kind}s.")]);
        if (scanner.Bare() == Nothing && (scanner.AtEnd || scanner.Next == ')')) return [];
        scanner.Return(start);
        return ReadSeveral(scanner);
    }

    /// <summary>Reads one word or more of a pipeline, which may be a part of a text.</summary>
    internal List<T> ReadSeveral(Scanner scanner)
    {
        var values = new List<T>();
        do
        {
            if (values.Count == MaximumLength) throw scanner.Error($"The pipeline has more than {MaximumLength} {Kind}s.");
            values.Add(Read(scanner));
        }
        while (scanner.Take('|'));
        return values;
    }

    private static string A(string noun, bool capital = false) => $"{(capital ? 'A' : 'a')}{(noun[0] is 'a' or 'e' or 'i' or 'o' or 'u' ? "n" : "")} {noun}";
}
