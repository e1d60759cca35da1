namespace Phosphene.Differential.Tests.Operators;

/// <summary>Recurrent layers.</summary>
internal static class Recurrences
{
    public static readonly Entry[] Entries =
    [
        new("RNN", 7, g => Layer(g, "RNN", 1, 1)), new("RNN", 7, g => Layer(g, "RNN", 1, 1)),
        new("GRU", 7, g => Layer(g, "GRU", 3, 2)), new("GRU", 7, g => Layer(g, "GRU", 3, 2)),
        new("LSTM", 7, g => Layer(g, "LSTM", 4, 3)), new("LSTM", 7, g => Layer(g, "LSTM", 4, 3)),
    ];

    // ONNX Runtime has the batch first in none of them.
    private static void Layer(Growth g, string name, int gates, int functions)
    {
        int steps = g.Int(1, 6), batch = g.Int(1, 3), size = g.Int(1, 7), hidden = g.Int(1, 5);
        string way = g.One("forward", "reverse", "bidirectional");
        int directions = way == "bidirectional" ? 2 : 1;
        Value x = g.Real(value => value.Rank == 3 && value.Shape[0] <= 6, () => [steps, batch, size]);
        (steps, batch, size) = (x.Shape[0], x.Shape[1], x.Shape[2]);
        bool bias = g.Chance(0.6), started = g.Chance(0.4), uneven = g.Chance(0.3), peeps = gates == 4 && g.Chance(0.4);
        Value? start() => started ? g.Weight([directions, batch, hidden], Spread.Unit) : null;
        List<Value?> inputs =
        [
            x, g.Weight([directions, gates * hidden, size], Spread.Unit), g.Weight([directions, gates * hidden, hidden], Spread.Unit),
            bias ? g.Weight([directions, 2 * gates * hidden], Spread.Unit) : null,
            uneven ? g.Known(g.Integers([batch], 1, steps) with { Type = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int32 }) : null, start(),
        ];
        if (gates == 4) inputs.AddRange([start(), peeps ? g.Weight([directions, 3 * hidden], Spread.Unit) : null]);
        string[]? activations = g.Chance(0.3) ? [.. Enumerable.Range(0, directions * functions).Select(_ => g.One("Tanh", "Sigmoid", "Relu", "Softsign", "HardSigmoid"))] : null;
        g.Nodes(name, inputs, gates == 4 ? 3 : 2, ("hidden_size", hidden), ("direction", way == "forward" && g.Chance(0.5) ? null : way), ("activations", activations),
            ("clip", g.Chance(0.2) ? g.Float(0.5, 3) : null), ("linear_before_reset", gates == 3 ? g.Maybe(g.Int(0, 1)) : null));
    }
}
