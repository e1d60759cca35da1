using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Transforms;

namespace Phosphene.Tests;

/// <summary>Computes small graphs.</summary>
internal static class Evaluate
{
    /// <summary>The value of a tensor for the given inputs.</summary>
    public static float[] Of(Tensor output, params (Tensor Input, float[] Values)[] given) => All([output], given)[0];

    /// <summary>The values of several tensors for the given inputs.</summary>
    public static float[][] All(Tensor[] outputs, params (Tensor Input, float[] Values)[] given)
    {
        using var backend = new Backend(threads: 1);
        using Plan plan = backend.Compile(outputs);
        foreach ((Tensor input, float[] values) in given) Fill(plan, input, values);
        plan.Run();
        return [.. outputs.Select(output => plan.Output(output).ToArray())];
    }

    /// <summary>The values of a tensor in each of the steps, for which the random variables are drawn.</summary>
    public static float[][] Steps(Tensor output, RandomVariables random, ulong seed, IEnumerable<long> steps, params (Tensor Input, float[] Values)[] given)
    {
        using var backend = new Backend(threads: 1);
        using Plan plan = backend.Compile(output);
        var values = new List<float[]>();
        foreach (long step in steps)
        {
            foreach ((Tensor input, float[] number) in given) Fill(plan, input, number);
            random.Draw(plan, seed, step);
            plan.Run();
            values.Add(plan.Output(output).ToArray());
        }
        return [.. values];
    }

    /// <summary>An input of the graph.</summary>
    public static Tensor Input(params int[] extents) => new(new Input(new Shape(extents), "x"));

    /// <summary>Numbers between two limits, the same in every run.</summary>
    public static float[] Numbers(int count, int seed = 1, double low = -1, double high = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(low + random.NextDouble() * (high - low)))];
    }

    /// <summary>Σ a·b in double precision.</summary>
    public static double Dot(IEnumerable<float> a, IEnumerable<float> b) => a.Zip(b, (x, y) => (double)x * y).Sum();

    // An input that the plan does not need has no place in it.
    private static void Fill(Plan plan, Tensor input, float[] values)
    {
        Span<float> place = plan.Input(input);
        if (!place.IsEmpty) values.CopyTo(place);
    }
}
