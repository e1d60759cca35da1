using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>
/// Recurrent layers over a sequence of known length, one step after the other in the graph. x [T, N, I], weights W [D, G·H, I] and R [D, G·H, H] for D directions
/// and G gates, biases [D, 2·G·H]; the results are all states [T, D, N, H] and the last one [D, N, H]. With layout = 1 the batch comes first. Source: ONNX
/// operators RNN-22, GRU-22 and LSTM-22.
/// </summary>
internal static class Recurrences
{
    public static readonly OnnxOperator[] Entries =
    [
        new("RNN", 1, 3, 6, node => Run(node, gates: 1, ["Tanh"], Simple)),
        new("GRU", 1, 3, 6, node => Run(node, gates: 3, ["Sigmoid", "Tanh"], Gated)),
        new("LSTM", 1, 3, 8, node => Run(node, gates: 4, ["Sigmoid", "Tanh", "Tanh"], LongShort)),
    ];

    // Each step is a few nodes; beyond this the graph would take longer to compile than to run.
    private const int MostSteps = 4096;

    /// <summary>One direction of a layer. Wx [T, N, G·H] is what the inputs contribute; R [G·H, H], Rb [G·H] and P [3·H] are what the state does, F the activations.</summary>
    private sealed record Direction(Tensor Wx, Tensor R, Tensor? Rb, Tensor? P, Func<Tensor, Tensor>[] F, int Hidden)
    {
        /// <summary>The part of gate g of a tensor whose last axis has all gates.</summary>
        public Tensor Gate(Tensor all, int g) => all.Slice(-1, g * Hidden, Hidden);

        /// <summary>h·Rᵀ + Rb of the gates from first on.</summary>
        public Tensor Recurrent(Tensor h, int first, int count)
        {
            Tensor product = h.MatMul(R.Slice(0, first * Hidden, count * Hidden), transposeOther: true);
            return Rb is null ? product : product + Rb.Slice(0, first * Hidden, count * Hidden);
        }

        /// <summary>Weights from the cell to a gate, times the cell; 0 if there are none.</summary>
        public Tensor Peep(Tensor gate, int g, Tensor cell) => P is null ? gate : gate + Gate(P, g) * cell;
    }

    // The state after one step: h, and for LSTM the cell; wx is what the input contributes, [N, G·H].
    private delegate Tensor[] Step(ImportNode node, Direction d, Tensor wx, Tensor[] state);

    // h' = f(wx + h·Rᵀ)
    private static Tensor[] Simple(ImportNode node, Direction d, Tensor wx, Tensor[] state) => [d.F[0](wx + d.Recurrent(state[0], 0, 1))];

    // z, r = f(wx + h·Rᵀ), c = g(wx + (r∘h)·Rᵀ) or, with linear_before_reset, g(wx + r∘(h·Rᵀ)); h' = (1 - z)∘c + z∘h
    private static Tensor[] Gated(ImportNode node, Direction d, Tensor wx, Tensor[] state)
    {
        Tensor h = state[0], gates = d.F[0](wx.Slice(-1, 0, 2 * d.Hidden) + d.Recurrent(h, 0, 2)), z = d.Gate(gates, 0), r = d.Gate(gates, 1);
        Tensor c = d.F[1](d.Gate(wx, 2) + (node.Flag("linear_before_reset") ? r * d.Recurrent(h, 2, 1) : d.Recurrent(r * h, 2, 1)));
        return [c + z * (h - c)];
    }

    // i, o, f and the candidate in this order; o sees the new cell. With input_forget what is forgotten makes room for what comes in: f = 1 - i.
    private static Tensor[] LongShort(ImportNode node, Direction d, Tensor wx, Tensor[] state)
    {
        Tensor all = wx + d.Recurrent(state[0], 0, 4), c = state[1];
        Tensor i = d.F[0](d.Peep(d.Gate(all, 0), 0, c)), f = node.Flag("input_forget") ? 1f - i : d.F[0](d.Peep(d.Gate(all, 2), 2, c));
        Tensor cell = f * c + i * d.F[1](d.Gate(all, 3)), o = d.F[0](d.Peep(d.Gate(all, 1), 1, cell));
        return [o * d.F[2](cell), cell];
    }

    private static ImportedValue[] Run(ImportNode node, int gates, string[] functions, Step step)
    {
        if (node.Opset < 7) node.Accept("output_sequence");
        bool batchFirst = node.Opset >= 14 && node.Flag("layout");
        Tensor x = node.Tensor(0), w = node.Tensor(1), r = node.Tensor(2);
        if (x.Shape.Rank != 3 || w.Shape.Rank != 3 || r.Shape.Rank != 3) throw node.Mismatch($"needs a sequence and weights of rank 3; got {x.Shape}, {w.Shape} and {r.Shape}");
        if (batchFirst) x = x.Transpose(1, 0, 2);
        int steps = x.Shape[0], batch = x.Shape[1], hidden = r.Shape[2], directions = Directions(node);
        if (w.Shape != new Shape(directions, gates * hidden, x.Shape[2]) || r.Shape != new Shape(directions, gates * hidden, hidden) || node.Integer("hidden_size", hidden) != hidden)
            throw node.Mismatch($"has weights {w.Shape} and {r.Shape}, which do not fit {directions} direction(s) of {gates} gate(s) over {x.Shape}");
        if (steps is 0 or > MostSteps) throw node.Unsupported($"has a sequence of {steps} steps; 1 to {MostSteps} are supported");

        int states = gates == 4 ? 2 : 1;
        Func<Tensor, Tensor>[] activations = Activated(node, functions, directions);
        Tensor? running = node.Has(4) ? node.Tensor(4).Reshape(new Shape(batch, 1)) : null;
        var outputs = new List<Tensor>();
        var lasts = Enumerable.Range(0, states).Select(_ => new List<Tensor>()).ToArray();
        for (int d = 0; d < directions; d++)
        {
            Tensor? bias = node.Has(3) ? One(node.Tensor(3), d).Reshape(new Shape(2 * gates * hidden)) : null;
            Tensor wx = x.Reshape(new Shape(steps * batch, x.Shape[2])).MatMul(One(w, d).Reshape(new Shape(gates * hidden, x.Shape[2])), transposeOther: true);
            if (bias is not null) wx += bias.Slice(0, 0, gates * hidden);
            var direction = new Direction(wx.Reshape(new Shape(steps, batch, gates * hidden)), One(r, d).Reshape(new Shape(gates * hidden, hidden)), bias?.Slice(0, gates * hidden, gates * hidden),
                node.Has(7) ? One(node.Tensor(7), d).Reshape(new Shape(3 * hidden)) : null, activations[(d * functions.Length)..((d + 1) * functions.Length)], hidden);
            bool backwards = d == 1 || node.Text("direction", "forward") == "reverse";
            Tensor[] state = [.. Enumerable.Range(0, states).Select(k => Initial(5 + k, d))];
            var seen = new Tensor[steps];
            for (int s = 0; s < steps; s++)
            {
                int t = backwards ? steps - 1 - s : s;
                Tensor[] next = step(node, direction, One(direction.Wx, t).Reshape(new Shape(batch, gates * hidden)), state);
                seen[t] = next[0];
                if (running is not null)
                {
                    // Shorter sequences of the batch stand still, backwards until their end is reached, and give zeros there.
                    Tensor here = running.GreaterThan(t);
                    next = [.. next.Zip(state, (young, old) => Tensor.Where(here, young, old))];
                    seen[t] = seen[t].KeepWhere(here);
                }
                state = next;
            }
            outputs.Add(Tensor.Concat(0, [.. seen.Select(h => h.Reshape(new Shape(1, 1, batch, hidden)))]));
            for (int k = 0; k < states; k++) lasts[k].Add(state[k].Reshape(new Shape(1, batch, hidden)));
        }
        Tensor all = Tensor.Concat(1, [.. outputs]);
        IEnumerable<Tensor> ends = lasts.Select(last => Tensor.Concat(0, [.. last])).Select(last => batchFirst ? last.Transpose(1, 0, 2) : last);
        return [.. ends.Prepend(batchFirst ? all.Transpose(2, 0, 1, 3) : all).Select(tensor => new TensorValue(tensor, node.TypeOf(0)))];

        Tensor Initial(int input, int d)
        {
            if (!node.Has(input)) return Tensor.Constant(0).BroadcastTo(new Shape(batch, hidden));
            Tensor given = node.Tensor(input);
            if (batchFirst) given = given.Transpose(1, 0, 2);
            return One(given, d).Reshape(new Shape(batch, hidden));
        }
    }

    private static Tensor One(Tensor all, int index) => all.Slice(0, index, 1);

    private static int Directions(ImportNode node) => node.Text("direction", "forward") switch
    {
        "forward" or "reverse" => 1,
        "bidirectional" => 2,
        string other => throw node.Malformed($"has direction = {Printable.Quote(other)}, where forward, reverse or bidirectional is expected"),
    };

    // For each direction its functions, each on a number limited by clip; those that have an alpha or a beta take the next one of the list.
    private static Func<Tensor, Tensor>[] Activated(ImportNode node, string[] defaults, int directions)
    {
        string[] names = node.Texts("activations") is { } given ? [.. given] : [.. Enumerable.Repeat(defaults, directions).SelectMany(names => names)];
        if (names.Length != directions * defaults.Length) throw node.Malformed($"has {names.Length} activations, where {directions * defaults.Length} are expected");
        var alphas = new Queue<float>(node.Reals("activation_alpha") ?? []);
        var betas = new Queue<float>(node.Reals("activation_beta") ?? []);
        float? clip = node.Real("clip");
        // That of a cell, the third, is not limited, as in ONNX Runtime.
        return [.. names.Select(Named).ToArray().Select((function, i) => clip is > 0 and var most && i % defaults.Length < 2 ? x => function(x.Clip(-most, most)) : function)];

        float Next(Queue<float> list, float absent) => list.TryDequeue(out float value) ? value : absent;

        Func<Tensor, Tensor> Named(string name)
        {
            switch (name)
            {
                case "Relu": return x => x.Relu();
                case "Tanh": return x => x.Tanh();
                case "Sigmoid": return x => x.Sigmoid();
                case "Softsign": return x => x / (1f + x.Abs());
                case "Softplus": return Activations.Softplus;
            }
            float alpha = Next(alphas, name switch { "LeakyRelu" => 0.01f, "HardSigmoid" => 0.2f, _ => 1 });
            switch (name)
            {
                case "LeakyRelu": return x => x.LeakyRelu(alpha);
                case "ThresholdedRelu": return x => x.KeepWhere(x - alpha);
                case "Elu": return x => Activations.Exponential(x, alpha, 1);
            }
            float beta = Next(betas, name switch { "HardSigmoid" => 0.5f, "ScaledTanh" => 1, _ => 0 });
            return name switch
            {
                "Affine" => x => alpha * x + beta,
                "ScaledTanh" => x => alpha * (beta * x).Tanh(),
                "HardSigmoid" => x => Activations.HardSigmoid(x, alpha, beta),
                _ => throw node.Malformed($"has the activation {Printable.Quote(name)}, which ONNX does not define"),
            };
        }
    }
}
