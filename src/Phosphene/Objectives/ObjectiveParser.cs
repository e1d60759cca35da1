using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>
/// Text to objective, one method for each rule:
/// <code>
/// sum    = term { ("+" | "-") term }
/// term   = factor { "*" factor }                       at most one factor is an objective, the others are numbers
/// factor = "-" factor | "(" sum ")" | number | function "(" ... ")" | layer ":" channel [ "@" ( "centre" | y "," x ) ]
/// </code>
/// </summary>
internal sealed partial class ObjectiveParser(string text)
{
    /// <summary>How deep parentheses, functions and signs may nest.</summary>
    public const int MaximumDepth = 100;

    /// <summary>How many + - * there may be: objectives are trees, and everything that is done with one goes down to its leaves.</summary>
    public const int MaximumOperations = 1000;

    private readonly Scanner _scanner = new(text);
    private int _depth, _operations;

    // A number alone is no objective, but may scale one.
    private readonly record struct Operand(Objective? Objective, float Number, int Position);

    public Objective Parse()
    {
        Objective objective = Sum();
        return _scanner.AtEnd
            ? objective
            : throw _scanner.Error($"An operator (+ - *) or the end is expected here; found {_scanner.Found()}.{(_scanner.Next is ':' or '-' ? NamesNeedQuotes : "")}");
    }

    private const string NamesNeedQuotes = " A name with other characters than letters, digits, _ . and / needs quotes.";

    private Objective Sum()
    {
        Objective sum = Required(Term());
        while (true)
        {
            if (TakeOperator('+')) sum += Required(Term());
            else if (TakeOperator('-')) sum -= Required(Term());
            else return sum;
        }
    }

    private Objective Required(Operand operand) =>
        operand.Objective ?? throw _scanner.Error("A number alone is no objective, it can only scale one, as in 0.5*tv().", operand.Position);

    private Operand Term()
    {
        Operand product = Factor();
        while (TakeOperator('*'))
        {
            Operand factor = Factor();
            product = (product.Objective, factor.Objective) switch
            {
                (null, null) => product with { Number = Finite(product.Number * factor.Number, product.Position) },
                (null, { } objective) => product with { Objective = product.Number * objective },
                ({ } objective, null) => product with { Objective = objective * factor.Number },
                _ => throw _scanner.Error("An objective can be multiplied by a number, not by another objective.", factor.Position),
            };
        }
        return product;
    }

    private Operand Factor()
    {
        int position = _scanner.Position;
        if (_scanner.Take('-'))
        {
            Operand operand = Nested(Factor, position);
            return operand.Objective is null
                ? new Operand(null, -operand.Number, position)
                : new Operand(-operand.Objective, 0, position);
        }
        if (_scanner.Take('('))
        {
            Objective inner = Nested(Sum, position);
            _scanner.Expect(')', "to close the parenthesis");
            return new Operand(inner, 0, position);
        }
        return _scanner.IsAtNumber ? Number(position) : new Operand(LayerOrFunction(position), 0, position);
    }

    private Operand Number(int position)
    {
        float number = _scanner.Number("a weight");
        return _scanner.Next is ':' or '('
            ? throw _scanner.Error("A name that reads as a number needs quotes, as in '300':5.", position)
            : new Operand(null, number, position);
    }

    private Objective LayerOrFunction(int position)
    {
        bool quoted = _scanner.Next is '\'' or '"';
        string name = _scanner.Name()
            ?? throw _scanner.Error($"An objective is expected, such as layer:3, logit(goldfish) or 0.5*tv(); found {_scanner.Found()}.");
        return !quoted && _scanner.Take('(') ? Nested(() => Function(name, position), position) : Channel(name, position);
    }

    private Objective Channel(string layer, int start)
    {
        string quoted = ObjectiveText.Quote(layer);
        if (!_scanner.Take(':'))
        {
            string advice = Functions.ContainsKey(layer) && quoted == layer ? $"the function is written {layer}(...)"
                : $"write {quoted}:0 for its channel 0, or deepdream({quoted}) for all of it";
            string quotes = quoted == layer && _scanner.Next is '-' ? NamesNeedQuotes : "";
            throw _scanner.Error($"'{layer}' is a layer without a channel; {advice}.{quotes}", start);
        }
        int channel = _scanner.Integer("the channel");
        if (!_scanner.Take('@')) return Objective.Channel(layer, channel);

        int position = _scanner.Position;
        if (char.IsAsciiLetter(_scanner.Next))
            return _scanner.Name() is "centre" or "center"
                ? Objective.Neuron(layer, channel)
                : throw _scanner.Error($"The position of a neuron is y,x or centre; found {_scanner.Found(position)}.", position);
        int y = _scanner.Integer("the y of the neuron");
        _scanner.Expect(',', "between the y and the x of the neuron, as in @3,4");
        return Objective.Neuron(layer, channel, y, _scanner.Integer("the x of the neuron"));
    }

    private T Nested<T>(Func<T> rule, int position)
    {
        if (++_depth > MaximumDepth) throw _scanner.Error($"The objective nests more than {MaximumDepth} deep here.", position);
        T result = rule();
        _depth--;
        return result;
    }

    private bool TakeOperator(char symbol)
    {
        int position = _scanner.Position;
        if (!_scanner.Take(symbol)) return false;
        return ++_operations <= MaximumOperations ? true : throw _scanner.Error($"The objective has more than {MaximumOperations} operations (+ - *).", position);
    }

    private float Finite(float value, int position) =>
        float.IsFinite(value) ? value : throw _scanner.Error("The product of the numbers that begin here is beyond the largest number there is.", position);
}
