using Microsoft.ML.OnnxRuntime.Tensors;

namespace Phosphene.Differential.Tests.Operators;

/// <summary>Functions of several tensors, which broadcast.</summary>
internal static class Pairs
{
    public static readonly Entry[] Entries =
    [
        Pair("Add"), Pair("Sub"), Pair("Mul"), Pair("Add"), Pair("Mul"),
        OfIntegers("Add"), OfIntegers("Sub"), OfIntegers("Mul"),
        Entry.Of("Div", 7, g => g.Real(), (g, x) => g.Node("Div", [x, Divisor(g, x)])),
        Entry.Of("Div", 7, g => g.Integer(), (g, x) => g.Node("Div", [x, g.Given(g.Integers(g.Broadcasting(x.Shape), 1, 4), Place.Input)])),
        Entry.Of("Mod", 10, g => g.Real(), (g, x) => g.Node("Mod", [x, Divisor(g, x)], ("fmod", 1))),
        Entry.Of("Mod", 10, g => g.Integer(), (g, x) => g.Node("Mod", [x, g.Given(g.Integers(g.Broadcasting(x.Shape), 1, 4), Place.Input)], ("fmod", g.Maybe(g.Int(0, 1))))),
        Entry.Of("Pow", 7, g => g.Within(0.05, 20, Spread.Positive), (g, x) => g.Node("Pow", [x, g.Chance(0.4) ? g.Known(Numbers.Of([], g.One(0.5f, 2, 3, -1, -0.5f, 1.5f, 0))) : Other(g, x)])),
        new("Pow", 7, g => g.Node("Pow", [g.Real(), g.Known(Numbers.Of(g.One<int[]>([], [1]), g.One(2f, 3, 1, 0, 4)))])),
        new("Pow", 12, g => g.Node("Pow", [g.Real(), g.Known(g.One(Numbers.Integer(2), Numbers.Integer(3)))])),
        OfIntegers("Max", 12), OfIntegers("Min", 12),
        Many("Sum"), Many("Max"), Many("Min"), Many("Mean"),

        Pair("Greater", 7), Pair("Less", 7), Pair("Equal", 11), Pair("GreaterOrEqual", 12), Pair("LessOrEqual", 12),
        OfIntegers("Equal"), OfIntegers("Greater", 9), OfIntegers("Less", 9), OfIntegers("GreaterOrEqual", 12),
        OfTruths("And"), OfTruths("Or"), OfTruths("Xor"), OfTruths("Equal"),
        Entry.Of("Where", 9, g => g.Real(), (g, x) => g.Node("Where", [g.Truth(c => Growth.Broadcast(c.Shape, x.Shape), () => g.Broadcasting(x.Shape)), x, Other(g, x)])),
        new("BitShift", 11, BitShift),
    ];

    /// <summary>A tensor that broadcasts with a given one: one that is there, or a weight.</summary>
    public static Value Other(Growth g, Value x) =>
        (g.Chance(0.5) ? g.There(value => value.IsReal && Growth.Broadcast(value.Shape, x.Shape)) : null) ?? g.Weight(g.Broadcasting(x.Shape));

    private static Value Divisor(Growth g, Value x) =>
        (g.Chance(0.3) ? g.There(value => value.IsReal && value.Nearest > 0.05 && Growth.Broadcast(value.Shape, x.Shape)) : null)
        ?? g.Weight(g.Broadcasting(x.Shape), g.Chance(0.05) ? Spread.Around : Spread.Apart);

    private static Entry Pair(string name, int since = 7) => new(name, since, g =>
    {
        Value x = g.Real(), other = Other(g, x);
        g.Node(name, g.Chance(0.5) ? [x, other] : [other, x]);
    });

    private static Entry OfIntegers(string name, int since = 7) => new($"{name} of integers", since, g =>
    {
        Value x = g.Integer();
        g.Node(name, [x, g.Given(g.Integers(g.Broadcasting(x.Shape), -3, 3), g.One(Place.Input, Place.Initializer))]);
    });

    private static Entry OfTruths(string name) => new($"{name} of truth values", 7, g =>
    {
        Value x = g.Truth(_ => true, () => g.Extents(g.Int(1, 4)));
        g.Node(name, [x, g.Truth(value => Growth.Broadcast(value.Shape, x.Shape), () => g.Broadcasting(x.Shape))]);
    });

    // Of any number of tensors, which broadcast since operator set 8.
    private static Entry Many(string name) => new(name, 7, g =>
    {
        Value x = g.Real();
        Value[] others = [.. Enumerable.Range(0, g.Int(0, 3)).Select(_ => g.Opset < 8 ? g.Weight(x.Shape) : Other(g, x))];
        g.Node(name, [x, .. others]);
    });

    // Bits are shifted at import only: of constants.
    private static void BitShift(Growth g)
    {
        int[] shape = g.Extents(g.Int(1, 3));
        Value Bytes(int most) => g.Known(g.Integers(shape, 0, most) with { Type = TensorElementType.UInt8 });
        Value y = g.Node("BitShift", [Bytes(255), Bytes(9)], ("direction", g.One("LEFT", "RIGHT")));
        g.Node("Cast", [y], ("to", (int)TensorElementType.Float));
    }
}
