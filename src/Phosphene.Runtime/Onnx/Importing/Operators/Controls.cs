using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>
/// Branches and loops, unrolled at import: which branch is taken and how often a body runs must be known then, as shapes are. A branch on a computed condition
/// becomes both branches and a choice between their results.
/// </summary>
internal static class Controls
{
    public static readonly OnnxOperator[] Entries =
    [
        new("If", 1, 1, 1, If),
        new("Loop", 1, 2, OnnxOperator.Any, Loop),
        new("Scan", 8, 1, OnnxOperator.Any, Scan),
    ];

    private static ImportedValue[] If(ImportNode node)
    {
        node.Accept("then_branch", "else_branch");
        if (node.Known(0) is { } known)
            return known.Values is [var condition] ? node.SubGraph(condition != 0 ? "then_branch" : "else_branch") : throw node.Mismatch($"has the condition {known.Shape}, where one truth value is expected");
        Tensor decided = node.Tensor(0);
        ImportedValue[] then = node.SubGraph("then_branch"), otherwise = node.SubGraph("else_branch");
        if (decided.Shape.Count != 1 || then.Length != otherwise.Length) throw node.Malformed($"has the condition {decided.Shape} and branches of {then.Length} and {otherwise.Length} outputs");
        return [.. then.Zip(otherwise, Chosen)];

        ImportedValue Chosen(ImportedValue yes, ImportedValue no)
        {
            (Tensor a, Tensor b) = (TensorOf(node, yes), TensorOf(node, no));
            return a.Shape == b.Shape ? new TensorValue(Tensor.Where(decided.Reshape(Shape.Scalar), a, b), yes.DataType)
                : throw node.Unsupported($"makes {a.Shape} or {b.Shape} by a condition that is computed; shapes are fixed before anything runs");
        }
    }

    // The most times (absent: no bound), the condition, and what is carried from turn to turn. A body takes the number of the turn, the condition and what is
    // carried, and gives the condition, what is carried on, and what is collected: one part of each turn.
    private static ImportedValue[] Loop(ImportNode node)
    {
        long most = node.Has(0) ? One(node, 0) : long.MaxValue;
        ImportedValue condition = node.Has(1) ? node.Value(1) : new IntegerValue(Shape.Scalar, [1], OnnxDataType.Boolean);
        ImportedValue[] carried = [.. Enumerable.Range(2, node.InputCount - 2).Select(node.Value)];
        var collected = new List<List<ImportedValue>>();
        for (long turn = 0; turn < most && Holds(node, condition); turn++)
        {
            ImportedValue[] results = node.SubGraph("body", [IntegerValue.Scalar(turn), condition, .. carried]);
            if (results.Length < 1 + carried.Length) throw node.Malformed($"has a body of {results.Length} outputs, where at least {1 + carried.Length} are expected");
            condition = results[0];
            Collect(collected, results[(1 + carried.Length)..]);
            carried = results[1..(1 + carried.Length)];
        }
        if (collected.Count == 0 && node.OutputCount > carried.Length) throw node.Unsupported("does not run even once, so that what it collects has no shape");
        return [.. carried, .. collected.Select(parts => Stacked(node, parts, 0))];
    }

    // States, then sequences, of which each turn takes one part, forwards or backwards; the body gives the states, and parts of the results. Until 8 lengths
    // came first, and all had a batch axis.
    private static ImportedValue[] Scan(ImportNode node)
    {
        int first = node.Opset < 9 ? 1 : 0, sequences = (int)Math.Clamp(node.Integer("num_scan_inputs", 0), 0, node.InputCount - first), states = node.InputCount - sequences - first;
        if (sequences == 0) throw node.Malformed("has no sequence to scan");
        if (first == 1 && node.Has(0)) throw node.Unsupported("has a length for each sequence");
        ImportedValue[] carried = [.. Enumerable.Range(first, states).Select(node.Value)];
        TensorValue[] scanned = [.. Enumerable.Range(first + states, sequences).Select(input => new TensorValue(node.AnyTensor(input), node.TypeOf(input)))];
        long[] axes = [.. node.Integers("scan_input_axes") ?? []], ways = [.. node.Integers(first == 1 ? "directions" : "scan_input_directions") ?? []];
        long[] outAxes = [.. node.Integers("scan_output_axes") ?? []], outWays = [.. node.Integers("scan_output_directions") ?? []];
        if (first == 0) return Turns(carried, scanned);

        int batch = scanned[0].Tensor.Shape[0];
        ImportedValue[][] each = [.. Enumerable.Range(0, batch).Select(b => Turns([.. carried.Select(value => Part(new TensorValue(TensorOf(node, value), value.DataType), 0, b))], [.. scanned.Select(value => Part(value, 0, b))]))];
        return [.. Enumerable.Range(0, each[0].Length).Select(i => Stacked(node, [.. each.Select(results => results[i])], 0))];

        ImportedValue[] Turns(ImportedValue[] carried, TensorValue[] scanned)
        {
            int[] along = [.. scanned.Select((x, i) => node.Axis(i < axes.Length ? axes[i] : 0, x.Tensor.Shape.Rank))];
            int turns = scanned[0].Tensor.Shape[along[0]];
            if (turns == 0 || scanned.Where((x, i) => x.Tensor.Shape[along[i]] != turns).Any())
                throw node.Mismatch($"scans {string.Join(", ", scanned.Select(x => x.Tensor.Shape))}, where one number of parts from 1 is expected");
            var collected = new List<List<ImportedValue>>();
            for (int turn = 0; turn < turns; turn++)
            {
                ImportedValue[] results = node.SubGraph("body", [.. carried, .. scanned.Select((x, i) => Part(x, along[i], i < ways.Length && ways[i] == 1 ? turns - 1 - turn : turn))]);
                if (results.Length < states) throw node.Malformed($"has a body of {results.Length} outputs, where at least {states} are expected");
                carried = results[..states];
                Collect(collected, results[states..]);
            }
            return [.. carried, .. collected.Select((parts, i) =>
            {
                if (i < outWays.Length && outWays[i] == 1) parts.Reverse();
                return Stacked(node, parts, i < outAxes.Length ? outAxes[i] : 0);
            })];
        }
    }

    private static TensorValue Part(TensorValue whole, int axis, int index) =>
        whole.Tensor.Slice(axis, index, 1) is var part ? whole with { Tensor = part.Reshape(Shapings.Without(part.Shape, [axis])) } : null!;

    private static long One(ImportNode node, int input) => node.IntegerValue(input).Values is [var value] ? value : throw node.Mismatch($"needs one number as input {input}");

    // To compute a condition at import takes about as long as to import so many nodes.
    private const int Decision = 100;

    private static bool Holds(ImportNode node, ImportedValue condition) => condition switch
    {
        IntegerValue { Values: [var value] } => value != 0,
        TensorValue { Tensor: { Shape.Count: 1 } tensor } when node.Budget.TryNodes(Decision) && KnownValue.Of(tensor) is { } known => known.Span[0] != 0,
        _ => throw node.Unsupported("goes on as long as a condition holds that is computed; only loops whose turns are known at import are supported"),
    };

    private static void Collect(List<List<ImportedValue>> collected, ImportedValue[] results)
    {
        for (int i = 0; i < results.Length; i++)
        {
            if (i == collected.Count) collected.Add([]);
            collected[i].Add(results[i]);
        }
    }

    // Parts one after another along a new axis; integers known at import stay so.
    private static ImportedValue Stacked(ImportNode node, List<ImportedValue> parts, long axis)
    {
        if (axis == 0 && parts.All(part => part is IntegerValue) && parts[0] is IntegerValue first)
            return new IntegerValue(Constants.Known(node, new Shape([parts.Count, .. first.Shape.Extents])), [.. parts.Cast<IntegerValue>().SelectMany(part => part.Values)], first.DataType);
        Tensor[] tensors = [.. parts.Select(part => TensorOf(node, part))];
        int at = node.Axis(axis, tensors[0].Shape.Rank + 1);
        return new TensorValue(Tensor.Concat(at, [.. tensors.Select(part => part.Reshape(new Shape([.. part.Shape.Extents[..at], 1, .. part.Shape.Extents[at..]])))]), parts[0].DataType);
    }

    private static Tensor TensorOf(ImportNode node, ImportedValue value) => value switch
    {
        TensorValue { Tensor: var tensor } => tensor,
        IntegerValue integers => integers.ToTensor(),
        MissingValue missing => throw node.Unsupported($"needs a result of its sub-graph {missing.Reason}"),
        _ => throw new InvalidOperationException(),
    };
}
