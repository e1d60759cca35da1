using Phosphene.Models;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>
/// Text to objective, one method for each rule:
/// <code>
/// sum    = term { ("+" | "-") term }
/// term   = factor { "*" factor }                       at most one factor is an objective, the others are numbers
/// factor = "-" factor | "(" sum ")" | number | word "(" arguments ")" | layer ":" channel [ "@" ( "centre" | y "," x ) ]
/// layer  = name | layer word "(" arguments ")"
/// </code>
/// </summary>
internal sealed class ObjectiveParser(Scanner scanner)
{
    // A number alone is no objective, but may scale one.
    private readonly record struct Operand(Objective? Objective, float Number, int Position);

    /// <summary>A text that is an objective to its end.</summary>
    public Objective Parse()
    {
        Objective objective = Sum();
        if (objective is ChannelObjective several && scanner.Next is ',') throw Several(several);
        return scanner.AtEnd
            ? objective
            : throw scanner.Error($"An operator (+ - *) or the end is expected here; found {scanner.Found()}.{(scanner.Next is ':' or '-' ? Scanner.NamesNeedQuotes : "")}");
    }

    // layer:97,98
    private TextFormatException Several(ChannelObjective first)
    {
        int position = scanner.Position;
        scanner.Take(',');
        string other = $"{first.Layer}:{(scanner.IsAtNumber ? scanner.Integer("the channel") : first.Index + 1)}";
        return scanner.Error($"One channel is expected after a layer. For a picture of several at once add them, {first} + {other}; for a picture of each, render each, or each({first}; {other}) with a batch of 2.", position);
    }

    /// <summary>An objective, which may be a part of a text.</summary>
    public Objective Sum()
    {
        Objective sum = Required(Term());
        while (true)
        {
            if (scanner.TakeOperator('+')) sum += Required(Term());
            else if (scanner.TakeOperator('-')) sum -= Required(Term());
            else return sum;
        }
    }

    private Objective Required(Operand operand) =>
        operand.Objective ?? throw scanner.Error("A number alone is no objective, it can only scale one, as in 0.001*tv().", operand.Position);

    private Operand Term()
    {
        Operand product = Factor();
        while (scanner.TakeOperator('*'))
        {
            Operand factor = Factor();
            product = (product.Objective, factor.Objective) switch
            {
                (null, null) => product with { Number = Finite(product.Number * factor.Number, product.Position) },
                (null, { } objective) => product with { Objective = product.Number * objective },
                ({ } objective, null) => product with { Objective = objective * factor.Number },
                _ => throw scanner.Error("An objective can be multiplied by a number, not by another objective.", factor.Position),
            };
        }
        return product;
    }

    private Operand Factor()
    {
        int position = scanner.Position;
        if (scanner.Take('-'))
        {
            Operand operand = scanner.Nested(position, Factor);
            return operand.Objective is null
                ? new Operand(null, -operand.Number, position)
                : new Operand(-operand.Objective, 0, position);
        }
        if (scanner.Take('('))
        {
            Objective inner = scanner.Nested(position, Sum);
            scanner.Expect(')', "to close the parenthesis");
            return new Operand(inner, 0, position);
        }
        return scanner.IsAtNumber ? Number(position) : new Operand(LayerOrWord(position), 0, position);
    }

    private Operand Number(int position)
    {
        float number = scanner.Number("a weight");
        return scanner.Next is ':' or '('
            ? throw scanner.Error("A name that reads as a number needs quotes, as in '300':5.", position)
            : new Operand(null, number, position);
    }

    private Objective LayerOrWord(int position)
    {
        TextRegistry<Objective> registry = ObjectiveTexts.Registry;
        registry.Offer(scanner);
        scanner.Offer(() => scanner.Names.Layers.Select(layer => ($"{Printed.Name(layer)}:", "a layer, before the number of its channel")));
        LayerTexts.Registry.Offer(scanner);
        bool quoted = scanner.IsAtQuote;
        string name = scanner.Name()
            ?? throw scanner.Error($"An objective is expected, such as layer:3, logit(goldfish) or 0.001*tv(); found {scanner.Found()}.");
        if (quoted || !scanner.Take('(')) return Channel(name, position);
        return LayerTexts.Registry.Has(name)
            ? Channel(TextRegistry<Layer>.ReadArguments(LayerTexts.Registry.Find(name, scanner, position), scanner, position), position)
            : TextRegistry<Objective>.ReadArguments(registry.Find(name, scanner, position, LayerTexts.Registry), scanner, position);
    }

    private Objective Channel(Layer layer, int start)
    {
        if (layer is DictionaryLayer { Channel: { } number } numbered) return Objective.Channel(numbered with { Channel = null }, number);
        string text = layer.ToString();
        if (!scanner.Take(':'))
        {
            bool isWord = layer is NamedLayer && text == layer.Name && (ObjectiveTexts.Registry.Has(text) || LayerTexts.Registry.Has(text));
            string advice = isWord ? $"a word is written with its arguments, {text}(...)" : $"write {text}:0 for its channel 0, or deepdream({text}) for all of it";
            string quotes = text == layer.Name && scanner.Next is '-' ? Scanner.NamesNeedQuotes : "";
            throw scanner.Error($"'{layer.Name}' is a layer without a channel; {advice}.{quotes}", start);
        }
        int channel = scanner.Integer("the channel");
        if (!scanner.Take('@')) return Objective.Channel(layer, channel);

        int position = scanner.Position;
        scanner.Offer(() => [("centre", "the middle of the layer")]);
        if (char.IsAsciiLetter(scanner.Next))
            return scanner.Name() is "centre" or "center"
                ? Objective.Neuron(layer, channel)
                : throw scanner.Error($"The position of a neuron is y,x or centre; found {scanner.Found(position)}.", position);
        int y = scanner.Integer("the y of the neuron");
        scanner.Expect(',', "between the y and the x of the neuron, as in @3,4");
        return Objective.Neuron(layer, channel, y, scanner.Integer("the x of the neuron"));
    }

    private float Finite(float value, int position) =>
        float.IsFinite(value) ? value : throw scanner.Error("The product of the numbers that begin here is beyond the largest number there is.", position);
}
