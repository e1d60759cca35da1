using System.Globalization;
using System.Text;

namespace Phosphene.Syntax;

/// <summary>
/// Reads a text from left to right: what all small languages of texts have in common. Blanks between the parts do not matter.
/// </summary>
internal sealed partial class Scanner
{
    /// <summary>The most characters a text may have; a direction of 4,096 numbers has some 60,000.</summary>
    public const int MaximumLength = 1 << 20;

    /// <summary>How deep parentheses, words with arguments and signs may nest.</summary>
    public const int MaximumDepth = 100;

    /// <summary>How many + - * there may be: objectives are trees, and everything that is done with one goes down to its leaves.</summary>
    public const int MaximumOperations = 1000;

    /// <summary>For errors where a name may have been meant.</summary>
    public const string NamesNeedQuotes = " A name with other characters than letters, digits, _ . and / needs quotes.";

    private readonly string _text, _what;
    private int _position, _depth, _operations;

    /// <summary>A scanner at the beginning of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="what">What errors call it, for example "objective".</param>
    public Scanner(string text, string what = "text")
    {
        ArgumentNullException.ThrowIfNull(text);
        (_text, _what) = (text, what);
        if (text.Length > MaximumLength) throw Error($"The text has {text.Length} characters; at most {MaximumLength} are read.", MaximumLength);
    }

    /// <summary>The index of the next character that is not a blank; the length of the text at its end.</summary>
    public int Position
    {
        get
        {
            while (_position < _text.Length && char.IsWhiteSpace(_text[_position])) _position++;
            return _position;
        }
    }

    /// <summary>The next character that is not a blank; NUL at the end.</summary>
    public char Next => Position < _text.Length ? _text[_position] : '\0';

    public bool AtEnd => Position == _text.Length;

    /// <summary>Whether a number begins here that is not the beginning of a name such as 4c.</summary>
    public bool IsAtNumber => NumberEnd(Position) is var end && end > _position && (end == _text.Length || !IsNameCharacter(_text[end]));

    /// <summary>Whether a character may stand in a name without quotes.</summary>
    public static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '/';

    /// <summary>Goes back to a place, to read on from there.</summary>
    public void Return(int position) => _position = position;

    /// <summary>Takes a character if it is the next one.</summary>
    public bool Take(char c)
    {
        if (AtEnd || Next != c) return false;
        _position++;
        return true;
    }

    /// <summary>Takes a character that must come here.</summary>
    /// <param name="c">The character.</param>
    /// <param name="where">For example "after the layer of deepdream".</param>
    public void Expect(char c, string where)
    {
        if (!Take(c)) throw Error($"'{c}' is expected {where}; found {Found()}.");
    }

    /// <summary>The end of the text must come here.</summary>
    /// <param name="expected">What else could come, for example "'|' and another transform, or the end,".</param>
    public void ExpectEnd(string expected = "The end of the text")
    {
        if (!AtEnd) throw Error($"{expected} is expected here; found {Found()}.");
    }

    /// <summary>Reads what is one level deeper, such as what stands in parentheses.</summary>
    /// <param name="position">Where it begins, for the error if that is too deep.</param>
    /// <param name="rule">Reads it.</param>
    public T Nested<T>(int position, Func<T> rule)
    {
        if (++_depth > MaximumDepth) throw Error($"The {_what} nests more than {MaximumDepth} deep here.", position);
        T result = rule();
        _depth--;
        return result;
    }

    /// <summary>Takes an operator if it is the next character.</summary>
    public bool TakeOperator(char symbol)
    {
        int position = Position;
        if (!Take(symbol)) return false;
        return ++_operations <= MaximumOperations ? true : throw Error($"The {_what} has more than {MaximumOperations} operations (+ - *).", position);
    }

    /// <summary>Takes the character between two items of a list, if another item follows and not an argument with a name.</summary>
    public bool TakeBetweenItems(char separator)
    {
        int position = Position;
        if (!Take(separator)) return false;
        if (ArgumentName() is null) return true;
        _position = position;
        return false;
    }

    /// <summary>The name of the argument that begins here, as in "rate: 0.05"; null if none does. Nothing is taken.</summary>
    public string? ArgumentName()
    {
        int start = Position;
        string? name = char.IsAsciiLetter(Next) ? Bare() : null;
        bool named = name is not null && Next == ':';
        _position = start;
        return named ? name : null;
    }

    /// <summary>A name without quotes; null if none begins here.</summary>
    public string? Bare()
    {
        int start = Position;
        while (_position < _text.Length && IsNameCharacter(_text[_position])) _position++;
        return _position == start ? null : _text[start.._position];
    }

    /// <summary>The letters that begin here; null if there are none.</summary>
    public string? Letters()
    {
        int start = Position;
        while (_position < _text.Length && char.IsAsciiLetter(_text[_position])) _position++;
        return _position == start ? null : _text[start.._position];
    }

    /// <summary>What stands here up to a blank, a quote, a parenthesis, a comma or a semicolon; null if that is nothing.</summary>
    public string? Unquoted()
    {
        int start = Position;
        while (_position < _text.Length && !char.IsWhiteSpace(_text[_position]) && _text[_position] is not ('(' or ')' or ',' or ';' or '\'' or '"')) _position++;
        return _position == start ? null : _text[start.._position];
    }

    /// <summary>Whether a text in quotes begins here.</summary>
    public bool IsAtQuote => Next is '\'' or '"';

    /// <summary>A name: bare, or in single or double quotes with backslashes before quotes and backslashes. Null if none begins here.</summary>
    public string? Name() => IsAtQuote ? Quoted() : Bare();

    /// <summary>The digits that begin here; null if there are none.</summary>
    public string? Digits()
    {
        int start = Position;
        while (_position < _text.Length && char.IsAsciiDigit(_text[_position])) _position++;
        return _position == start ? null : _text[start.._position];
    }

    /// <summary>A whole number without a sign, of which the next character is no part.</summary>
    /// <param name="what">For example "the channel".</param>
    /// <param name="least">The smallest allowed.</param>
    /// <param name="most">The largest allowed.</param>
    /// <param name="followedByName">Whether a letter may follow at once, as in 224x160.</param>
    public int Integer(string what, int least = 0, int most = int.MaxValue, bool followedByName = false)
    {
        int start = Position;
        string? digits = Digits();
        bool whole = digits is not null && (followedByName || _position == _text.Length || !IsNameCharacter(_text[_position]));
        string range = most == int.MaxValue ? $"{least} or more" : $"{least} to {most}";
        if (!whole) throw Error($"An integer, {range}, is expected for {what}; found {Found(start)}.", start);
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most
            ? value
            : throw Error($"An integer, {range}, is expected for {what}; {digits} is outside.", start);
    }

    /// <summary>A finite number, for example 0.5, -2 or 1e-6.</summary>
    /// <param name="what">For example "a weight".</param>
    /// <param name="least">The smallest allowed; NaN for none.</param>
    /// <param name="most">The largest allowed; NaN for none.</param>
    public float Number(string what, float least = float.NaN, float most = float.NaN)
    {
        int start = Position;
        bool negative = Take('-');
        int digits = Position, end = NumberEnd(digits);
        if (end == digits) throw Error($"A number{Range(least, most)} is expected for {what}; found {Found(start)}.", start);
        _position = end;
        float value = float.Parse(_text.AsSpan(digits, end - digits), NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!float.IsFinite(value)) throw Error($"The number for {what} is beyond {Printed.Number(float.MaxValue)}, the largest there is.", start);
        if (negative) value = -value;
        return !(value < least) && !(value > most)
            ? value
            : throw Error($"A number{Range(least, most)} is expected for {what}; {Printed.Number(value)} is outside.", start);
    }

    private static string Range(float least, float most) => (least, most) switch
    {
        (float.NaN, float.NaN) => "",
        (_, float.NaN) => $" of at least {Printed.Number(least)}",
        (float.NaN, _) => $" of at most {Printed.Number(most)}",
        _ => $" from {Printed.Number(least)} to {Printed.Number(most)}",
    };

    /// <summary>What stands at a place, in words: a word, a character or the end.</summary>
    public string Found(int? position = null)
    {
        int start = position ?? Position, end = start;
        if (start == _text.Length) return "the end of the text";
        while (end < _text.Length && IsNameCharacter(_text[end]) && end - start < 40) end++;
        if (end == start) end += char.IsSurrogatePair(_text, start) ? 2 : 1;
        return char.IsControl(_text[start]) ? $"the character U+{(int)_text[start]:X4}" : $"'{_text[start..end]}'";
    }

    /// <summary>An error at a place, here by default.</summary>
    public TextFormatException Error(string message, int? position = null) => new(message, _text, position ?? Position);

    private string Quoted()
    {
        int start = Position;
        char quote = _text[_position++];
        var name = new StringBuilder();
        while (_position < _text.Length && _text[_position] != quote)
        {
            if (_text[_position] == '\\' && ++_position == _text.Length) break;
            name.Append(_text[_position++]);
        }
        if (_position >= _text.Length) throw Error($"The quote {quote} that begins here has no end.", start);
        _position++;
        return name.ToString();
    }

    // Where the number without a sign that begins at a place ends: 3, .5, 0.5, 1e-6. In 0.95..1.05 it is after 0.95.
    private int NumberEnd(int start)
    {
        int end = DigitsEnd(start);
        if (end < _text.Length && _text[end] == '.' && DigitsEnd(end + 1) is var fraction && fraction > end + 1) end = fraction;
        if (end == start || end >= _text.Length || _text[end] is not ('e' or 'E')) return end;
        int exponent = end + 1 < _text.Length && _text[end + 1] is '+' or '-' ? end + 2 : end + 1;
        return DigitsEnd(exponent) is var last && last > exponent ? last : end;
    }

    private int DigitsEnd(int start)
    {
        int end = start;
        while (end < _text.Length && char.IsAsciiDigit(_text[end])) end++;
        return end;
    }
}
