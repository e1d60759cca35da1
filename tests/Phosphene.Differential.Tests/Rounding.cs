using Microsoft.ML.OnnxRuntime;

namespace Phosphene.Differential.Tests;

/// <summary>
/// How far float32 determines a result. A graph is computed three times, node by node; the second and third time every real intermediate result is
/// moved by some seventeen roundings, up or down by chance, and the other way. What a result moves by then is what sound runtimes may differ by; where it
/// jumps (a rounding tie, an argmax of almost equal numbers) or cancels, float32 does not determine it.
/// </summary>
internal static class Rounding
{
    // About 17 roundings of float32: sums are ordered in other ways, functions are good to a few.
    private const double Moved = 2e-6;

    // What sums up many numbers is off by roundings of the largest, however little is left in the end.
    private static readonly HashSet<string> Sums =
    [
        "Conv", "ConvTranspose", "MatMul", "Gemm", "Einsum", "CumSum", "ReduceSum", "ReduceMean", "ReduceSumSquare", "ReduceL1", "ReduceL2", "ReduceLogSum", "Sum", "Mean",
        "AveragePool", "GlobalAveragePool", "BatchNormalization", "InstanceNormalization", "GroupNormalization", "LayerNormalization", "MeanVarianceNormalization", "Resize", "ReduceLogSumExp", "LogSoftmax",
    ];

    // What is worked out by way of 1 (1 + e^x, 1 + erf x, the logarithm of nearly 1) is off by roundings of 1, however little is left in the end: a sigmoid
    // of -30 may well be 0. So is e^x - 1 in Elu and its like, where ONNX Runtime works it out that way; but 0 they keep, and so it is held against them.
    private static readonly HashSet<string> ByWayOfOne = ["Sigmoid", "Softplus", "Mish", "Gelu", "Sinh", "Asinh", "Atanh", "LogSoftmax", "ReduceLogSumExp"];

    /// <summary>The results of one node: the value of each, named as the node names it.</summary>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the node.</exception>
    public static Value[] Results(int opset, Node node, IReadOnlyDictionary<string, Value> values, Random random)
    {
        Value[] read = [.. node.Inputs.Where(name => name.Length > 0).Distinct().Select(name => values[name])];
        string[] made = [.. node.Outputs.Where(name => name.Length > 0)];
        using var peer = new SecondOpinion(new SmallGraph(opset, [.. read.Select(Alone)], [node], [.. made]));
        Numbers[] exact = peer.Run(name => values[name].Numbers);
        bool computed = read.Any(value => value.Place is null && value.IsReal);
        Numbers[][] moved = [.. Enumerable.Range(0, 2).Select(k => computed ? peer.Run(name => values[name].Shaken[k]) : exact)];
        return
        [
            .. made.Select((name, i) =>
            {
                double[] way = [.. exact[i].Values.Select(_ => random.Next(2) == 0 ? Moved : -Moved)];
                double offset = 0.3 * Scale(node.Operator, values[node.Inputs[0]].Numbers, exact[i]);
                return new Value(name, exact[i], [Shake(moved[0][i], way, offset), Shake(moved[1][i], [.. way.Select(by => -by)], offset)], null);
            }),
        ];
    }

    /// <summary>Whether float32 determines a result well enough to compare it.</summary>
    public static bool Determines(Value value) => value.Shaken.All(shaken =>
    {
        Numbers numbers = value.Numbers;
        if (!numbers.Shape.SequenceEqual(shaken.Shape)) return false;
        if (!numbers.IsReal) return numbers.Values.SequenceEqual(shaken.Values);
        return numbers.Values.Zip(shaken.Values).All(pair => double.IsFinite(pair.First) ? double.IsFinite(pair.Second) : pair.First.Equals(pair.Second))
            && Deviation(numbers, shaken) <= 1e-3 * Largest(numbers);
    });

    /// <summary>What each element may differ by: its own rounding, and ten times what shaking moved any element by: Winograd's algorithm costs a decimal digit.</summary>
    public static Func<double, double> Tolerance(Value value)
    {
        if (!value.IsReal) return _ => 0;
        double all = 1e-6 + 2e-6 * Largest(value.Numbers) + 10 * value.Shaken.Max(shaken => Deviation(value.Numbers, shaken));
        return element => all + 2e-5 * Math.Abs(element);
    }

    // What the result is off by roundings of, besides each element's own. All that a reduction sums up may cancel: then it is off by roundings of the sums
    // on the way, √n of the largest summand for n summands of either sign.
    private static double Scale(string @operator, Numbers from, Numbers to)
    {
        double root = Math.Sqrt((double)from.Count / to.Count);
        double onTheWay = @operator switch { "ReduceSum" => root * Largest(from), "ReduceMean" or "GlobalAveragePool" => Largest(from) / root, _ => 0 };
        double sums = Sums.Contains(@operator) ? Math.Max(Largest(to), onTheWay) : 0;
        return ByWayOfOne.Contains(@operator) ? Math.Max(1, sums) : sums;
    }

    private static double Largest(Numbers numbers) => numbers.Values.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();

    private static double Deviation(Numbers numbers, Numbers shaken) =>
        numbers.Values.Zip(shaken.Values).Where(pair => double.IsFinite(pair.First)).Select(pair => Math.Abs(pair.First - pair.Second)).DefaultIfEmpty(0).Max();

    // Another shape is another result altogether.
    private static Numbers Shake(Numbers numbers, double[] way, double offset) => numbers.IsReal && way.Length == numbers.Count
        ? numbers with { Values = [.. numbers.Values.Zip(way, (value, by) => (double)(float)(value * (1 + by) + offset * by))] }
        : numbers;

    // Weights stay weights: some operators want them so.
    private static Given Alone(Value value) =>
        new(value.Name, value.Numbers, value.Place is Place.Initializer or Place.Constant ? Place.Initializer : Place.Input);
}
