using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Phosphene.Syntax;

/// <summary>
/// A parameter of a word, as pixels is of jitter(pixels): how its value is read and printed, and what a page or a form tells of it.
/// </summary>
public abstract record TextParameter
{
    private protected TextParameter(string name, string description, string kind) => (Name, Description, Kind) = (name, description, kind);

    /// <summary>Its name, for arguments with names, as in "rate: 0.05".</summary>
    public string Name { get; }

    /// <summary>What it decides, one sentence.</summary>
    public string Description { get; }

    /// <summary>What its values are: "number", "integer", "truth", "choice", "layer", "class", "file", "size", "draw" and so on.</summary>
    public string Kind { get; }

    /// <summary>The smallest number that it may be; null if there is none.</summary>
    public double? Least { get; init; }

    /// <summary>The largest number that it may be; null if there is none.</summary>
    public double? Most { get; init; }

    /// <summary>The unit of the number, for example "px"; empty if there is none.</summary>
    public string Unit { get; init; } = "";

    /// <summary>The words to choose from; empty if it is no choice.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>The value that it has if it is left out, as it would be written; null if it must be given, empty if nothing can be written for it.</summary>
    public string? Default { get; private protected init; }

    /// <summary>Whether it must be given.</summary>
    [MemberNotNullWhen(false, nameof(Default))]
    public bool IsRequired => Default is null;

    /// <summary>Whether its values hold commas, so that arguments after it need names.</summary>
    internal bool IsList { get; init; }

    /// <summary>Whether a name and a colon can begin a value, as in layer:3, and what is then read as the name of an argument.</summary>
    internal Colon Colon { get; init; }

    internal abstract object? DefaultValue { get; }

    internal abstract object? Read(Scanner scanner, string what);

    internal abstract string Print(object? value);

    /// <summary>Whether a value need not be printed.</summary>
    internal abstract bool IsImplied(object? value);

    /// <summary>What its values are, in words: "integer from 0 to 1024 px", "l1 or l2".</summary>
    public sealed override string ToString()
    {
        if (Choices.Count > 0) return Alternatives(Choices);
        string range = (Least, Most) switch
        {
            (null, null) => "",
            (_, null) => FormattableString.Invariant($" of at least {Least}"),
            (null, _) => FormattableString.Invariant($" of at most {Most}"),
            _ => FormattableString.Invariant($" from {Least} to {Most}"),
        };
        return $"{Kind}{range}{(Unit.Length == 0 ? "" : $" {Unit}")}";
    }

    /// <summary>Words to choose from, as a sentence has them: "a, b or c".</summary>
    internal static string Alternatives(IReadOnlyList<string> words) => words.Count == 1 ? words[0] : $"{string.Join(", ", words.SkipLast(1))} or {words[^1]}";

    /// <summary>A limit; NaN is none.</summary>
    internal static double? Limit(float value) => float.IsNaN(value) ? null : double.Parse(Printed.Number(value), CultureInfo.InvariantCulture);   // 0.01, not the double next to that float
}

/// <summary>What a name and a colon mean where a value can begin.</summary>
internal enum Colon
{
    /// <summary>The name of an argument.</summary>
    Names,

    /// <summary>The name of an argument if there is such a parameter, otherwise the beginning of a value.</summary>
    NamesWhatIsKnown,

    /// <summary>The beginning of a value.</summary>
    Begins,
}

/// <summary>A parameter with values of a type.</summary>
internal sealed record TextParameter<T> : TextParameter
{
    private readonly Func<Scanner, string, T> _read;
    private readonly Func<T, string> _print;
    private T? _default;
    private bool _isAlwaysPrinted;

    /// <summary>A parameter that must be given.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it decides.</param>
    /// <param name="kind">What its values are.</param>
    /// <param name="read">Reads a value; the text says what it is for, as in "the pixels of jitter(".</param>
    /// <param name="print">Prints a value as it is read.</param>
    public TextParameter(string name, string description, string kind, Func<Scanner, string, T> read, Func<T, string> print)
        : base(name, description, kind) => (_read, _print) = (read, print);

    /// <summary>The same parameter with a value that it has if it is left out.</summary>
    /// <param name="value">The value.</param>
    /// <param name="printed">Whether it is printed all the same.</param>
    public TextParameter<T> Or(T value, bool printed = false) => this with { Default = _print(value), _default = value, _isAlwaysPrinted = printed };

    /// <summary>The same parameter, which can be left out without having a value then.</summary>
    public TextParameter<T> OrNothing() => this with { Default = "" };

    internal override object? DefaultValue => _default;

    internal override object? Read(Scanner scanner, string what) => _read(scanner, what);

    internal override string Print(object? value) => _print((T)value!);

    internal override bool IsImplied(object? value) => !IsRequired && !_isAlwaysPrinted && EqualityComparer<T>.Default.Equals((T?)value, _default);
}
