namespace Phosphene.Syntax;

/// <summary>Reads what stands in the parentheses of a word: arguments by position, then arguments by name, as in "adam(0.05, epsilon: 1e-6)".</summary>
internal sealed class ArgumentReader(TextEntry entry, Scanner scanner)
{
    private readonly object?[] _values = new object?[entry.Parameters.Count];
    private readonly bool[] _given = new bool[entry.Parameters.Count];
    private int _next, _last;                                        // the parameter that an argument without a name is for, and that of the last argument

    /// <summary>The values of all parameters. The opening parenthesis has been taken; the closing one is taken here.</summary>
    public object?[] Read()
    {
        if (Missing() >= 0 || (entry.Parameters.Count > 0 && scanner.Next != ')'))
        {
            do ReadArgument();
            while (TakeComma());
        }
        scanner.Expect(')', $"to close {entry.Name}(");
        for (int i = 0; i < _values.Length; i++)
            if (!_given[i]) _values[i] = entry.Parameters[i].DefaultValue;
        return _values;
    }

    private void ReadArgument()
    {
        int place = scanner.Position;
        if (Colon != Colon.Begins) scanner.Offer(() => Open().Select(parameter => ($"{parameter.Name}: ", parameter.Description)));
        bool named = TakeName();
        if (_next == _values.Length) throw scanner.Error($"The arguments behind one with a name need theirs, too; {Open().First().Name}: is one.");
        TextParameter parameter = entry.Parameters[_next];
        if (_given[_next]) throw scanner.Error($"The {parameter.Name} of {entry.Name}( is given twice.", place);
        _values[_next] = parameter.Read(scanner, $"the {parameter.Name} of {entry.Name}(");
        _given[_next] = true;
        _last = _next;
        // A list takes all that has no name.
        _next = named || parameter.IsList ? _values.Length : _next + 1;
    }

    // The name of an argument, if one begins here: then the next parameter is the one of that name.
    private bool TakeName()
    {
        int place = scanner.Position;
        if (Colon == Colon.Begins || scanner.ArgumentName() is not { } name) return false;
        int index = 0;
        while (index < _values.Length && entry.Parameters[index].Name != name) index++;
        if (index == _values.Length && Colon == Colon.NamesWhatIsKnown) return false;
        if (index == _values.Length)
        {
            string[] names = [.. entry.Parameters.Select(parameter => parameter.Name)];
            string question = NearestNames.Question(name, names);
            throw scanner.Error($"{entry.Name}( has no parameter '{name}'{(question.Length > 0 ? question : $"; it has {string.Join(", ", names)}.")}", place);
        }
        scanner.Bare();
        scanner.Take(':');
        _next = index;
        return true;
    }

    // What a name and a colon mean here.
    private Colon Colon => _next < _values.Length ? entry.Parameters[_next].Colon : Colon.Names;

    private bool TakeComma()
    {
        string behind = $"after the {entry.Parameters[_last].Name} of {entry.Name}(";
        if (Missing() is var missing and >= 0)
        {
            scanner.Expect(',', $"{behind}, and then the {entry.Parameters[missing].Name}");
            return true;
        }
        if (!Open().Any()) return false;
        if (scanner.Take(',')) return true;
        return scanner.Next == ')' ? false : throw scanner.Error($"',' or ')' is expected {behind}; found {scanner.Found()}.");
    }

    private IEnumerable<TextParameter> Open() => entry.Parameters.Where((_, i) => !_given[i]);

    private int Missing()
    {
        for (int i = 0; i < _values.Length; i++)
            if (!_given[i] && entry.Parameters[i].IsRequired) return i;
        return -1;
    }
}
