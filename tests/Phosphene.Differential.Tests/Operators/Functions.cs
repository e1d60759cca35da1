using Microsoft.ML.OnnxRuntime.Tensors;

namespace Phosphene.Differential.Tests.Operators;

/// <summary>Functions of one tensor, element by element or along an axis.</summary>
internal static class Functions
{
    public static readonly Entry[] Entries =
    [
        Entry.Unary("Relu", 7),
        Entry.Unary("LeakyRelu", 7, g => [("alpha", g.Maybe(g.Float(-0.5, 1.2)))]),
        Entry.Unary("ThresholdedRelu", 10, g => [("alpha", g.Maybe(g.Float(-1, 1.5)))]),
        Entry.Unary("HardSigmoid", 7, g => [("alpha", g.Maybe(g.Float(0.1, 1))), ("beta", g.Maybe(g.Float(-0.5, 1)))]),
        Entry.Unary("HardSwish", 14),
        Entry.Unary("Tanh", 7),
        Entry.Unary("Sigmoid", 7),
        Entry.Unary("Softplus", 7),
        Entry.Unary("Mish", 18),
        Entry.Unary("Softsign", 7),
        Entry.Unary("Elu", 7, g => [("alpha", g.Maybe(g.Float(0.1, 2)))]),
        Entry.Unary("Celu", 12, g => [("alpha", g.Maybe(g.Float(0.2, 2)))]),
        Entry.Unary("Selu", 7, g => [("alpha", g.Maybe(g.Float(0.5, 2))), ("gamma", g.Maybe(g.Float(0.5, 2)))]),
        Entry.Unary("Gelu", 20, g => [("approximate", g.Maybe(g.One("none", "tanh")))]),
        Entry.Unary("Shrink", 9, g => [("lambd", g.Maybe(g.Float(0.1, 1))), ("bias", g.Maybe(g.Float(-0.5, 0.5)))]),
        Entry.Of("PRelu", 7, g => g.Real(), (g, x) => g.Node("PRelu", [x, g.Weight(g.Broadcasting(x.Shape, oneWay: true))])),
        new("Clip", 7, g => g.Node("Clip", [g.Real()], ("min", g.Maybe(g.Float(-1.5, -0.1))), ("max", g.Maybe(g.Float(0.1, 1.5)))), 10),
        new("Clip", 11, g => g.Node("Clip", [g.Real(), Bound(g, -1.5, -0.1), Bound(g, 0.1, 1.5)])),
        new("Dropout", 7, g => Dropout(g, [], ("ratio", g.Maybe(g.Float(0, 0.9)))), 11),
        new("Dropout", 12, g => Dropout(g, [g.Chance(0.5) ? g.Known(Numbers.Of([], g.Float(0, 0.9))) : null])),

        Entry.Unary("Identity", 7),
        Entry.Unary("Abs", 7),
        Entry.Unary("Neg", 7),
        Entry.Unary("Sign", 9),
        Entry.Unary("Erf", 9),
        Entry.Unary("Floor", 7),
        Entry.Unary("Ceil", 7),
        Entry.Unary("Round", 11),
        Entry.Unary("Sin", 7),
        Entry.Unary("Cos", 7),
        Entry.Unary("Atan", 7),
        Entry.Unary("Asinh", 9),
        Entry.Unary("IsNaN", 9),
        Entry.Unary("IsInf", 10, g => [("detect_negative", g.Maybe(g.Int(0, 1))), ("detect_positive", g.Maybe(g.Int(0, 1)))]),
        Entry.Domain("Exp", 7, -6, 6, Spread.Around),
        Entry.Domain("Sinh", 9, -6, 6, Spread.Around),
        Entry.Domain("Cosh", 9, -6, 6, Spread.Around),
        Entry.Domain("Log", 7, 0.01, 1e4, Spread.Positive),
        Entry.Domain("Sqrt", 7, 0, 1e4, Spread.Positive),
        Entry.Domain("Reciprocal", 7, 0.01, 1e4, Spread.Apart),
        Entry.Domain("Tan", 7, -1.2, 1.2, Spread.Unit),
        Entry.Domain("Asin", 7, -0.95, 0.95, Spread.Unit),
        Entry.Domain("Acos", 7, -0.95, 0.95, Spread.Unit),
        Entry.Domain("Atanh", 9, -0.95, 0.95, Spread.Unit),
        Entry.Domain("Acosh", 9, 1.01, 1e3, Spread.AboveOne),

        OfIntegers("Abs"), OfIntegers("Neg"), OfIntegers("Sign", 9),
        new("Clip of integers", 12, g => g.Node("Clip", [g.Integer(), g.Known(Numbers.Integer(g.Int(-1, 1))), g.Known(Numbers.Integer(g.Int(2, 4)))])),
        AlongAxis("Softmax"), AlongAxis("LogSoftmax"), AlongAxis("Hardmax"),

        new("Not", 7, g => g.Node("Not", [g.Truth(_ => true, () => g.Extents(g.Int(1, 4)))])),
        new("Cast", 7, g => g.Node("Cast", [g.Any()], ("to", (int)g.One(TensorElementType.Float, TensorElementType.Int64, TensorElementType.Int32, TensorElementType.Bool)))),
        new("CastLike", 15, g => g.Node("CastLike", [g.Any(), g.Any()])),
    ];

    private static Entry OfIntegers(string name, int since = 7) => new($"{name} of integers", since, g => g.Node(name, [g.Integer()]));

    private static Value? Bound(Growth g, double least, double most) => g.Chance(0.7) ? g.Weight([]) is var any && g.Chance(0.3) ? any : g.Known(Numbers.Of([], g.Float(least, most))) : null;

    // The mask is asked for since operator set 12, which says what it holds when nothing is dropped; ONNX Runtime gave zeros before, Phosphene ones.
    private static void Dropout(Growth g, Value?[] settings, params (string, object?)[] attributes) =>
        g.Nodes("Dropout", [g.Real(), .. settings], g.Opset >= 12 && g.Chance(0.3) ? 2 : 1, attributes);

    private static Entry AlongAxis(string name) =>
        Entry.Of(name, 7, g => g.OfRank(1, 5), (g, x) => g.Node(name, [x], ("axis", x.Rank < 2 && g.Opset < 13 ? 0 : g.Maybe(g.Axis(x.Rank)))));
}
