using Phosphene.Syntax;

namespace Phosphene.Objectives;

internal sealed partial class ObjectiveParser
{
    // What stands between the parentheses of each function.
    private static readonly Dictionary<string, Func<ObjectiveParser, Objective>> Functions = new(StringComparer.Ordinal)
    {
        ["deepdream"] = parser => Objective.DeepDream(parser.Layer("deepdream")),
        ["direction"] = parser => Objective.Direction(parser.Layer("direction"), parser.Vector()),
        ["logit"] = parser => Objective.Logit(parser.Label("logit")),
        ["probability"] = parser => Objective.Probability(parser.Label("probability")),
        ["tv"] = _ => Objective.TotalVariation(),
        ["l1"] = parser => Objective.L1(parser.Centre("l1")),
        ["l2"] = parser => Objective.L2(parser.Centre("l2")),
        ["lerp"] = parser => parser.Lerp(),
    };

    private Objective Function(string name, int position)
    {
        if (name == "custom")
            throw _scanner.Error("A custom objective exists only in the code that made it; it cannot be read from text.", position);
        if (!Functions.TryGetValue(name, out Func<ObjectiveParser, Objective>? arguments))
        {
            string question = NearestNames.Question(name, Functions.Keys);
            throw _scanner.Error($"There is no function '{name}'{(question.Length > 0 ? question : $"; there are {string.Join(", ", Functions.Keys)}.")}", position);
        }
        Objective result = arguments(this);
        _scanner.Expect(')', $"to close {name}(");
        return result;
    }

    private string Layer(string function)
    {
        int position = _scanner.Position;
        string layer = Name() ?? throw _scanner.Error($"{function}(...) needs the name of a layer; found {_scanner.Found()}.");
        return _scanner.Next is ':' or '-'
            ? throw _scanner.Error($"{function}(...) needs the name of a layer and no channel.{NamesNeedQuotes}", position)
            : layer;
    }

    private string Label(string function)
    {
        int position = _scanner.Position;
        string label = (_scanner.IsAtNumber ? _scanner.Digits() : _scanner.Name())
            ?? throw _scanner.Error($"{function}(...) needs a class, by number or by label, as in {function}(207) or {function}('golden retriever'); found {_scanner.Found()}.");
        return _scanner.Next is ')' or '\0'
            ? label
            : throw _scanner.Error($"{function}(...) needs one class, by number or by label. A label with blanks needs quotes, as in {function}('golden retriever').", position);
    }

    private string? Name() =>
        _scanner.IsAtNumber ? throw _scanner.Error("A name that reads as a number needs quotes, as in '300'.") : _scanner.Name();

    private float[] Vector()
    {
        var vector = new List<float>();
        do
        {
            _scanner.Expect(',', vector.Count == 0 ? "after the layer of direction(, and then a number for each of its channels" : "between the numbers of direction(");
            vector.Add(_scanner.Number($"channel {vector.Count} of the direction"));
        }
        while (_scanner.Next != ')');
        return [.. vector];
    }

    private float Centre(string function) => _scanner.Next == ')' ? 0.5f : _scanner.Number($"the centre of {function}(");

    private Objective Lerp()
    {
        Objective a = Sum();
        _scanner.Expect(',', "after the first objective of lerp(");
        Objective b = Sum();
        _scanner.Expect(',', "after the second objective of lerp(");
        return Objective.Lerp(a, b, _scanner.Number("the share of the second objective"));
    }
}
