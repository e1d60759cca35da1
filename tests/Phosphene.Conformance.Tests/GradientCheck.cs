using System.Collections.Concurrent;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;
using Phosphene.Runtime.Tests.Graphs;

namespace Phosphene.Conformance.Tests;

/// <summary>What a gradient check found: how many inputs were checked, whether any gradient is not zero, and what is wrong, or null.</summary>
internal sealed record GradientOutcome(int Inputs, bool Flows, string? Failure);

/// <summary>
/// Checks the gradients of a case in its real inputs. A weighted sum of the outputs is differentiated. In double precision, by the slow reference, the
/// gradient times a random direction must be what the sum changes by along that direction (central differences); and the kernels must compute what
/// the reference does. Inputs are moved a little away from zero, so that none sits on a kink or leaves what a root is defined for.
/// </summary>
internal static class GradientCheck
{
    // The slope of a function that is all but flat is what rounding leaves of it, times the numbers that it meets.
    private const double Saturated = 1e-7;

    private const double Step = 1e-5, RuleTolerance = 1e-4, KernelTolerance = 2e-3, Moved = 1e-2;
    private const int Directions = 3;

    // The reference takes about a microsecond a product; beyond this a case takes longer than it tells.
    private const double MostWork = 4e6;

    private static readonly ConcurrentDictionary<string, Lazy<GradientOutcome?>> Known = [];

    /// <summary>Checks a case, once; null if it has nothing to check: it fails, is too large for the reference, has no real inputs and outputs, or infinite ones.</summary>
    public static GradientOutcome? Of(string name) => Known.GetOrAdd(name, key => new Lazy<GradientOutcome?>(() => Run(new ConformanceCase(key)))).Value;

    private static GradientOutcome? Run(ConformanceCase @case)
    {
        if (@case.Suite == Suites.Light || Outcomes.Of(@case.Name).Failure is not null) return null;
        using LoadedCase loaded = @case.Load();
        (ImportedGraph graph, Dictionary<Tensor, float[]> given) = CaseRun.Bind(loaded);
        var random = new Random(1);
        Tensor[] outputs = [.. loaded.Model.Graph.Outputs.Select(output => graph.Resolve(output.Name))
            .OfType<TensorValue>().Where(value => value.DataType.IsReal() && value.Tensor.Shape.Count > 0).Select(value => value.Tensor)];
        Tensor[] inputs = [.. given.Keys];
        if (outputs.Length == 0 || inputs.Length == 0) return null;
        Tensor scalar = outputs.Select(output => (output * Tensor.Constant(output.Shape, [.. Draw(random, output.Shape.Count).Select(x => (float)x)])).Sum()).Aggregate((a, b) => a + b);
        Tensor[] gradients = Gradients.Of(scalar, inputs);
        if (Tensor.InOrder([scalar, .. gradients]).Sum(Work) > MostWork) return null;

        // Moved in float32, so that kernels and reference see the same numbers.
        foreach (float[] values in given.Values)
            for (int i = 0; i < values.Length; i++) values[i] += (float)(Moved * (0.1 + random.NextDouble()) * (values[i] < 0 ? -1 : 1) * Math.Max(1, Math.Abs(values[i])));
        Dictionary<Tensor, double[]> doubles = new(given.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Select(x => (double)x).ToArray())), ReferenceEqualityComparer.Instance);
        if (!double.IsFinite(Reference.Evaluate(scalar, doubles)[0])) return null;
        double[][] exact = Reference.Evaluate(gradients, doubles);
        string? failure = null;
        for (int i = 0; i < inputs.Length; i++) failure ??= AlongDirections(scalar, doubles, inputs[i], exact[i], random);
        float[][] computed = CaseRun.Run(given, gradients);
        double size = Math.Max(1, given.Values.SelectMany(values => values).Where(float.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max());
        for (int i = 0; i < inputs.Length; i++) failure ??= Compare(inputs[i], exact[i], computed[i], size);
        return new GradientOutcome(inputs.Length, exact.Any(gradient => gradient.Any(x => x != 0)), failure);
    }

    private static string? AlongDirections(Tensor scalar, Dictionary<Tensor, double[]> values, Tensor input, double[] gradient, Random random)
    {
        double[] x = values[input];
        for (int k = 0; k < Directions; k++)
        {
            double[] direction = Draw(random, x.Length);
            double At(double step)
            {
                values[input] = [.. x.Zip(direction, (value, along) => value + step * along)];
                return Reference.Evaluate(scalar, values)[0];
            }
            double measured = (At(Step) - At(-Step)) / (2 * Step);
            values[input] = x;
            double expected = gradient.Zip(direction, (g, along) => g * along).Sum(), size = Math.Sqrt(gradient.Zip(direction, (g, along) => g * g * along * along).Sum());
            if (!(Math.Abs(measured - expected) <= RuleTolerance * Math.Max(size, Math.Abs(measured)) + 1e-8))
                return $"along a direction of input '{input.Name}' the outputs change by {measured}, the gradient says {expected}";
        }
        return null;
    }

    private static string? Compare(Tensor input, double[] exact, float[] computed, double size)
    {
        double typical = Math.Sqrt(exact.Sum(x => x * x) / Math.Max(1, exact.Length));
        for (int i = 0; i < exact.Length; i++)
            if (!(Math.Abs(computed[i] - exact[i]) <= KernelTolerance * (Math.Abs(exact[i]) + typical) + Saturated * size))
                return $"the kernels' gradient in input '{input.Name}' is {computed[i]} at {i}, should be {exact[i]}";
        return null;
    }

    private static double Work(Tensor tensor) => tensor.Operator switch
    {
        Conv2D => (double)tensor.Shape.Count * tensor.Inputs[1].Shape.CountOf(1, 4),
        Conv2DInputGradient => (double)tensor.Inputs[0].Shape.Count * tensor.Inputs[1].Shape.CountOf(1, 4),
        Conv2DWeightGradient => (double)tensor.Inputs[1].Shape.Count * tensor.Shape.CountOf(1, 4),
        MatMul op => (double)tensor.Shape.Count * tensor.Inputs[0].Shape[op.TransposeA ? -2 : -1],
        _ => 10 * tensor.Shape.Count,
    };

    private static double[] Draw(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextDouble() - 1)];
}
