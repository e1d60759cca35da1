using System.Collections.Immutable;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>What the networks of language brought, since operator set 23: attention over heads, with its masks, positions and caches.</summary>
internal static class Attentions
{
    public static readonly OnnxOperator[] Entries =
    [
        new("Attention", 23, 3, 7, Attention),
        OnnxOperator.Of("RotaryEmbedding", 23, 3, 4, RotaryEmbedding),
        OnnxOperator.Of("TensorScatter", 24, 2, 3, TensorScatter),
        new("LinearAttention", 27, 3, 6, LinearAttention),
        new("CausalConvWithState", 27, 2, 4, CausalConvolution),
    ];

    // Y = softmax(softcap(scale·Q·Kᵀ) + bias)·V for Q [N, H, S, D], K [N, G, T, D] and V [N, G, T, E], each of the G heads of K for H / G of Q. A row of which
    // the bias hides all is 0. Also the keys and values with those of the past, and the products at one of four stages.
    private static ImportedValue[] Attention(ImportNode node)
    {
        Tensor q = Headed(node, 0, "q_num_heads"), k = Headed(node, 1, "kv_num_heads"), v = Headed(node, 2, "kv_num_heads");
        node.Accept("softmax_precision");
        int past = 0;
        if (node.OptionalTensor(4) is { } pastKeys && node.OptionalTensor(5) is { } pastValues)
        {
            past = pastKeys.Shape[2];
            (k, v) = (Tensor.Concat(2, pastKeys, k), Tensor.Concat(2, pastValues, v));
        }
        int heads = q.Shape[1], groups = k.Shape[1], queries = q.Shape[2], keys = k.Shape[2];
        if (groups == 0 || heads % groups != 0 || v.Shape[1] != groups || v.Shape[2] != keys || q.Shape[3] != k.Shape[3])
            throw node.Mismatch($"attends with queries {q.Shape} to keys {k.Shape} and values {v.Shape}, which do not fit");

        float scale = node.Real("scale") ?? 1 / MathF.Sqrt(q.Shape[3]), cap = node.Real("softcap", 0);
        var shape = new Shape(q.Shape[0], heads, queries, keys);
        Tensor product = Grouped(q * scale, groups).MatMul(Ungrouped(k), transposeOther: true).Reshape(shape);
        Tensor capped = cap > 0 ? cap * (product / cap).Tanh() : product, biased = capped, share;
        if (Bias(node, shape, past) is { } bias)
        {
            biased = capped + bias;
            Tensor seen = bias.MaxOver(-1).GreaterThan(float.NegativeInfinity);
            bool all = KnownValue.Of(seen) is { } known && !known.Span.Contains(0);
            share = all ? biased.Softmax(3) : biased.KeepWhere(seen).Softmax(3).KeepWhere(seen);
        }
        else share = capped.Softmax(3);
        Tensor y = Grouped(share, groups).MatMul(Ungrouped(v)).Reshape(new Shape(shape[0], heads, queries, v.Shape[3]));

        Tensor stage = node.Integer("qk_matmul_output_mode", 0) switch
        {
            0 => product,
            1 => capped,
            2 => biased,
            3 => share,
            long other => throw node.Malformed($"has qk_matmul_output_mode = {other}, where 0 to 3 are expected"),
        };
        if (node.ShapeOf(0).Rank == 3) y = Flat(y);
        return [new TensorValue(y, node.TypeOf(0)), new TensorValue(k, node.TypeOf(1)), new TensorValue(v, node.TypeOf(2)), new TensorValue(stage, node.TypeOf(0))];
    }

    // [N, H, S, D]: as it is, or made of [N, S, H·D] by the number of heads that an attribute states.
    private static Tensor Headed(ImportNode node, int input, string attribute)
    {
        Tensor x = node.Tensor(input);
        long? heads = node.Integer(attribute);
        if (x.Shape.Rank == 4) return x;
        if (x.Shape.Rank != 3) throw node.Mismatch($"needs [N, heads, tokens, size] or [N, tokens, heads·size], its input {input} is {x.Shape}");
        if (heads is null or < 1 || x.Shape[2] % heads != 0) throw node.Mismatch($"divides the last axis of {x.Shape} into {heads?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "no"} heads, which does not go");
        return x.Reshape(new Shape(x.Shape[0], x.Shape[1], (int)heads, x.Shape[2] / (int)heads)).Transpose(0, 2, 1, 3);
    }

    // The other way: [N, H, S, D] to [N, S, H·D].
    private static Tensor Flat(Tensor x) => x.Transpose(0, 2, 1, 3).Reshape(new Shape(x.Shape[0], x.Shape[2], x.Shape[1] * x.Shape[3]));

    // [N, H, S, D] as [N, G, H / G, S, D], beside which [N, G, 1, T, D] broadcasts.
    private static Tensor Grouped(Tensor x, int groups) =>
        x.Shape[1] == groups ? Ungrouped(x) : x.Reshape(new Shape(x.Shape[0], groups, x.Shape[1] / groups, x.Shape[2], x.Shape[3]));

    private static Tensor Ungrouped(Tensor x) => x.Reshape(new Shape(x.Shape[0], x.Shape[1], 1, x.Shape[2], x.Shape[3]));

    // What is added to the products [N, H, S, T]: the mask, and -∞ for keys that are not yet or no longer there. Null for nothing.
    private static Tensor? Bias(ImportNode node, Shape products, int past)
    {
        int queries = products[2], keys = products[3];
        Tensor? bias = node.Has(3) ? Mask(node, keys) : null;
        ImmutableArray<long>? lengths = node.OptionalIntegers(6);
        if (lengths is { } given && given.Length != products[0]) throw node.Mismatch($"has {given.Length} lengths of keys for a batch of {products[0]}");
        if (node.Flag("is_causal"))
        {
            // Query i sees key j if j ≤ i + the keys that stand before the queries.
            ImmutableArray<long> before = node.Has(4) || lengths is null ? [past] : [.. lengths.Value.Select(length => length - queries)];
            Add(Allowed(node, before, queries, keys, (i, j, offset) => j <= i + offset));
        }
        if (lengths is { } present) Add(Allowed(node, present, 1, keys, (_, j, length) => j < length));
        return bias;

        void Add(Tensor other) => bias = bias is null ? other : bias + other;
    }

    // Truth values say what is seen; numbers are added. A mask of fewer keys hides the rest.
    private static Tensor Mask(ImportNode node, int keys)
    {
        Tensor mask = node.MaskTensor(3);
        if (node.TypeOf(3) == OnnxDataType.Boolean) mask = Tensor.Where(mask, Tensor.Constant(0), Tensor.Constant(float.NegativeInfinity));
        int missing = keys - mask.Shape[-1];
        if (missing <= 0 || mask.Shape[-1] == 1) return mask;
        int[] none = new int[mask.Shape.Rank], after = [.. none[..^1], missing];
        return new Tensor(new Pad([.. none], [.. after], PadMode.Constant, float.NegativeInfinity), mask);
    }

    // [K, 1, S, T] for K numbers: 0 where query i may see key j by the number, else -∞.
    private static Tensor Allowed(ImportNode node, ImmutableArray<long> numbers, int queries, int keys, Func<long, long, long, bool> allowed)
    {
        Shape shape = Fillings.Affordable(node, new Shape(numbers.Length, 1, queries, keys));
        var values = new float[shape.Count];
        for (int at = 0; at < values.Length; at++)
            values[at] = allowed(at / keys % queries, at % keys, numbers[at / keys / queries]) ? 0 : float.NegativeInfinity;
        return Tensor.Constant(shape, values);
    }

    // The first elements of each token of each head count as pairs (a, b), which are turned by the angle of the token's place: (a·cos - b·sin, a·sin + b·cos).
    // The pairs are neighbours, or elements half of those apart. Source: Su et al. 2021.
    private static Tensor RotaryEmbedding(ImportNode node)
    {
        Tensor x = Headed(node, 0, "num_heads");
        int size = x.Shape[3], turned = (int)Math.Clamp(node.Integer("rotary_embedding_dim", 0), 0, int.MaxValue);
        if (turned == 0) turned = size;
        if (turned > size || turned % 2 != 0) throw node.Mismatch($"turns {turned} elements in pairs, where tokens have {size}");
        int half = turned / 2;
        Tensor cos = Angles(1), sin = Angles(2);
        bool neighbours = node.Flag("interleaved");
        Tensor a = neighbours ? x.Slice(3, 0, half, 2) : x.Slice(3, 0, half), b = neighbours ? x.Slice(3, 1, half, 2) : x.Slice(3, half, half);
        Tensor c = a * cos - b * sin, d = a * sin + b * cos;
        var pair = new Shape(x.Shape[0], x.Shape[1], x.Shape[2], half, 1);
        Tensor result = neighbours ? Tensor.Concat(4, c.Reshape(pair), d.Reshape(pair)).Reshape(x.Shape.With(3, turned)) : Tensor.Concat(3, c, d);
        if (turned < size) result = Tensor.Concat(3, result, x.Slice(3, turned, size - turned));
        return node.ShapeOf(0).Rank == 3 ? Flat(result) : result;

        // [N, 1, S, half]: stated for each token, or by the token's place.
        Tensor Angles(int input)
        {
            Tensor angles = node.Tensor(input);
            if (node.Has(3))
            {
                IntegerValue places = node.IntegerValue(3);
                if (angles.Shape.Rank != 2) throw node.Mismatch($"has angles {angles.Shape}, where [places, {half}] is expected");
                angles = angles.Pick(0, [.. places.Values.Select(place => Selections.Index(node, place, angles.Shape[0]))]).Reshape(new Shape([.. places.Shape.Extents, angles.Shape[1]]));
            }
            return angles.Shape.Rank == 3 && angles.Shape[2] == half
                ? angles.Reshape(new Shape(angles.Shape[0], 1, angles.Shape[1], half))
                : throw node.Mismatch($"has angles {angles.Shape}, where [N, tokens, {half}] is expected");
        }
    }

    // The update written over the cache along an axis, for each image of the batch from a place of its own on; in mode circular past the end to the front.
    private static Tensor TensorScatter(ImportNode node)
    {
        Tensor cache = node.Tensor(0), update = node.Tensor(1);
        int axis = node.Axis(node.Integer("axis", -2), cache.Shape.Rank), extent = cache.Shape[axis], length = update.Shape.Rank > axis ? update.Shape[axis] : 0;
        if (axis == 0 || update.Shape != cache.Shape.With(axis, length) || length > extent) throw node.Mismatch($"writes {update.Shape} into {cache.Shape} along axis {axis}, which does not fit");
        bool circular = node.Text("mode", "linear") switch
        {
            "linear" => false,
            "circular" => true,
            string other => throw node.Malformed($"has mode = {Printable.Quote(other)}, where linear or circular is expected"),
        };
        ImmutableArray<long> starts = node.OptionalIntegers(2) ?? [.. Enumerable.Repeat(0L, cache.Shape[0])];
        if (starts.Length != cache.Shape[0]) throw node.Mismatch($"has {starts.Length} places to write to for a batch of {cache.Shape[0]}");
        if (starts.Any(start => start < 0 || (!circular && start + length > extent))) throw node.Mismatch($"writes {length} elements from {ImportNode.List(starts)} on into an axis of {extent}");

        Tensor both = Tensor.Concat(axis, cache, update);
        return Tensor.Concat(0, [.. starts.Select((start, image) => both.Slice(0, image, 1).Pick(axis, [.. Enumerable.Range(0, extent).Select(i => Source(i, start))]))]);

        int Source(int i, long start) => ((i - start) % extent + extent) % extent is var at && at < length ? extent + (int)at : i;
    }

    // Each unrolled step is a few tensors.
    private const int MostSteps = 1024;

    // A state [N, G, D, E] that each token changes and reads: S ← e^g·S + kᵀ·(v or, by the delta rule, β·(v - k·S)), y = scale·q·S.
    // Source: ONNX operator LinearAttention-27; Yang et al. 2024.
    private static ImportedValue[] LinearAttention(ImportNode node)
    {
        string rule = node.Text("update_rule", "gated_delta");
        if (rule is not ("linear" or "gated" or "delta" or "gated_delta")) throw node.Malformed($"has update_rule = {Printable.Quote(rule)}, where linear, gated, delta or gated_delta is expected");
        bool gated = rule.StartsWith("gated", StringComparison.Ordinal), corrects = rule.EndsWith("delta", StringComparison.Ordinal);
        node.Accept("chunk_size");
        Tensor q = Headed(node, 0, "q_num_heads"), k = Headed(node, 1, "kv_num_heads"), v = Headed(node, 2, "kv_num_heads");
        (int batch, int heads, int steps, int size) = (q.Shape[0], q.Shape[1], q.Shape[2], q.Shape[3]);
        (int groups, int width) = (k.Shape[1], v.Shape[3]);
        if (heads % groups != 0 || v.Shape[1] != groups || k.Shape[3] != size) throw node.Mismatch($"reads with queries {q.Shape} what keys {k.Shape} and values {v.Shape} leave, which do not fit");
        if (steps > MostSteps) throw node.Unsupported($"takes {steps} tokens, where at most {MostSteps} are supported");
        if (gated != node.Has(4) || corrects != node.Has(5)) throw node.Malformed($"has update_rule = {Printable.Quote(rule)}, which does not go with its inputs");
        Tensor? decay = gated ? PerHead(4).Exp() : null, rate = corrects ? PerHead(5) : null;
        float scale = node.Real("scale", 0);
        if (scale == 0) scale = 1 / MathF.Sqrt(size);

        Tensor state = node.OptionalTensor(3) ?? Tensor.Constant(0).BroadcastTo(new Shape(batch, groups, size, width));
        var read = new Tensor[steps];
        for (int t = 0; t < steps; t++)
        {
            Tensor key = k.Slice(2, t, 1), value = v.Slice(2, t, 1);
            if (decay is not null) state *= decay.Slice(2, t, 1).Transpose(0, 1, 3, 2);
            if (rate is not null) value = rate.Slice(2, t, 1) * (value - key.MatMul(state));
            state += key.MatMul(value, transposeThis: true);
            read[t] = q.Slice(2, t, 1).Reshape(new Shape(batch, groups, heads / groups, size)).MatMul(state).Reshape(new Shape(batch, heads, 1, width));
        }
        return [new TensorValue(Flat(scale * Tensor.Concat(2, read)), node.TypeOf(0)), new TensorValue(state, node.Has(3) ? node.TypeOf(3) : node.TypeOf(0))];

        // [N, S, H·C] as [N, H, S, C]: one number for each head (or for all), or one for each of its elements.
        Tensor PerHead(int input)
        {
            Tensor x = node.Tensor(input);
            if (x.Shape.Rank != 3) throw node.Mismatch($"has {x.Shape} as input {input}, where [N, tokens, heads] is expected");
            int own = x.Shape[2] == 1 ? 1 : groups;
            return x.Reshape(new Shape(batch, steps, own, x.Shape[2] / own)).Transpose(0, 2, 1, 3);
        }
    }

    // Each channel of [N, C, L] convolved with a kernel of its own that sees itself and what was before; what was before the first is the state, or zeros.
    private static ImportedValue[] CausalConvolution(ImportNode node)
    {
        Tensor x = node.Tensor(0), weight = node.Tensor(1);
        if (x.Shape.Rank != 3 || weight.Shape.Rank != 3 || weight.Shape[0] != x.Shape[1] || weight.Shape[1] != 1)
            throw node.Mismatch($"convolves {x.Shape} with {weight.Shape}, where [N, C, L] and [C, 1, K] are expected");
        (int n, int c, int length, int kernel) = (x.Shape[0], x.Shape[1], x.Shape[2], weight.Shape[2]);
        var before = new Shape(n, c, kernel - 1);
        if (node.OptionalTensor(3) is { } past && past.Shape != before) throw node.Mismatch($"has the state {past.Shape}, where {before} is expected");
        Tensor all = kernel == 1 ? x : node.OptionalTensor(3) is { } given ? Tensor.Concat(2, given, x) : new(new Pad([0, 0, kernel - 1], [0, 0, 0]), x);
        Tensor image = all.Reshape(new Shape(n, c, 1, length + kernel - 1)), taps = weight.Reshape(new Shape(c, 1, 1, kernel));
        Tensor y = image.Conv2D(taps, node.OptionalTensor(2), new Window(1, kernel), c).Reshape(x.Shape);
        if (node.Text("activation", "none") is not "none" and var activation)
            y = activation is "silu" or "swish" ? y * y.Sigmoid() : throw node.Malformed($"has activation = {Printable.Quote(activation)}, where silu, swish or none is expected");
        return [new TensorValue(y, node.TypeOf(0)), new TensorValue(kernel == 1 ? all.Pick(2, []) : all.Slice(2, length, kernel - 1), node.TypeOf(0))];
    }
}
