using Microsoft.ML.OnnxRuntime.Tensors;

namespace Phosphene.Differential.Tests.Operators;

/// <summary>Groups of nodes as exporters write them, some of which Phosphene puts together again.</summary>
internal static class Exported
{
    public static readonly Entry[] Entries =
    [
        new("GELU in parts", 9, Gelu),
        new("layer normalization in parts", 7, LayerNormalization),
        new("a view in parts", 7, View),
        new("convolution, scale and activation", 7, Convolution), new("convolution, scale and activation", 7, Convolution),
        new("attention", 7, Attention),
        Entry.Of("swish", 7, g => g.Real(), (g, x) => g.Node("Mul", [x, g.Node("Sigmoid", [x])])),
        new("channels in another order", 7, Channels),
    ];

    private static Value Scalar(Growth g, float value) => g.Known(Numbers.Of([], value));

    private static void Gelu(Growth g)
    {
        Value x = g.Real();
        Value inner = g.Chance(0.5) ? g.Node("Div", [x, Scalar(g, MathF.Sqrt(2))]) : g.Node("Mul", [x, Scalar(g, MathF.Sqrt(0.5f))]);
        Value one = g.Node("Add", [g.Node("Erf", [inner]), Scalar(g, 1)]);
        // The half is exactly that, or, now and then, something else that must not be taken for it.
        Value half = Scalar(g, g.Chance(0.8) ? 0.5f : 0.6f);
        if (g.Chance(0.5)) g.Node("Mul", [g.Node("Mul", [x, one]), half]);
        else g.Node("Mul", [g.Node("Mul", [x, half]), one]);
    }

    private static void LayerNormalization(Growth g)
    {
        Value x = g.OfRank(2, 4);
        long[] axes = [g.Opset >= 11 ? -1 : x.Rank - 1];
        Value Mean(Value of) => g.Opset < 18 ? g.Node("ReduceMean", [of], ("axes", axes)) : g.Node("ReduceMean", [of, g.Known(axes)]);
        Value apart = g.Node("Sub", [x, Mean(x)]);
        Value squares = g.Chance(0.5) ? g.Node("Pow", [apart, Scalar(g, 2)]) : g.Node("Mul", [apart, apart]);
        Value deviation = g.Node("Sqrt", [g.Node("Add", [Mean(squares), Scalar(g, g.One(1e-5f, 1e-2f))])]);
        g.Node("Div", [apart, deviation]);
    }

    // x.view(x.shape[0], -1)
    private static void View(Growth g)
    {
        Value x = g.OfRank(2, 4);
        Value batch = g.Node("Gather", [g.Node("Shape", [x]), g.Known(Numbers.Integer(0))], ("axis", 0L));
        Value first = g.Opset < 13 ? g.Node("Unsqueeze", [batch], ("axes", new long[] { 0 })) : g.Node("Unsqueeze", [batch, g.Known(0)]);
        g.Node("Reshape", [x, g.Node("Concat", [first, g.Known(-1)], ("axis", 0L))]);
    }

    private static void Convolution(Growth g)
    {
        // Now and then large enough for Winograd's algorithm.
        Value x = g.Chance(0.3) ? g.Given(g.Reals([1, g.One(16, 32, 33), g.Int(13, 17), g.Int(13, 17)], Spread.Around), Place.Input) : g.Image(2);
        int outputs = g.One(1, 3, 8, 16, 17, 32), extent = g.One(1, 3, 3);
        int[] shape = [outputs];
        Value y = g.Node("Conv", [x, Stored(g, [outputs, x.Shape[1], extent, extent], Spread.Around), g.Chance(0.5) ? Stored(g, shape, Spread.Around) : null],
            ("pads", extent == 3 ? new long[] { 1, 1, 1, 1 } : null));
        if (g.Chance(0.6)) y = g.Node("BatchNormalization", [y, Stored(g, shape, Spread.Around), Stored(g, shape, Spread.Around), Stored(g, shape, Spread.Around), Stored(g, shape, Spread.Positive)]);
        if (g.Chance(0.3)) y = g.Node("Add", [y, g.There(value => value.IsReal && value.Shape.SequenceEqual(y.Shape)) ?? g.Given(g.Reals(y.Shape, Spread.Around), Place.Input)]);
        if (g.Chance(0.7)) y = g.Node(g.One("Relu", "LeakyRelu", "Sigmoid", "Tanh", "HardSigmoid"), [y]);
        if (g.Chance(0.3)) g.Node("MaxPool", [y], ("kernel_shape", new long[] { 1, 1 }), ("strides", new long[] { g.Int(1, 2), g.Int(1, 2) }));
    }

    private static Value Stored(Growth g, int[] shape, Spread spread) => g.Given(g.Reals(shape, spread), Place.Initializer);

    // softmax(q kᵀ / √d) v
    private static void Attention(Growth g)
    {
        Value q = g.OfRank(3, 4);
        Value k = g.Given(g.Reals(q.Shape, Spread.Around), Place.Input), v = g.Given(g.Reals(q.Shape, Spread.Around), Place.Input);
        long[] order = [.. Enumerable.Range(0, q.Rank - 2).Select(axis => (long)axis), q.Rank - 1, q.Rank - 2];
        Value products = g.Node("MatMul", [q, g.Node("Transpose", [k], ("perm", order))]);
        Value scaled = g.Node("Div", [products, Scalar(g, MathF.Sqrt(q.Shape[^1]))]);
        g.Node("MatMul", [g.Node("Softmax", [scaled], ("axis", g.Opset >= 11 ? -1L : q.Rank - 1)), v]);
    }

    // RGB of BGR, and a convolution of it.
    private static void Channels(Growth g)
    {
        Value x = g.Image(2, channels => channels == 3);
        Value turned = g.Node("Gather", [x, g.Known(2, 1, 0)], ("axis", 1L));
        g.Node("Conv", [turned, Stored(g, [5, 3, 1, 2], Spread.Around)]);
    }
}
