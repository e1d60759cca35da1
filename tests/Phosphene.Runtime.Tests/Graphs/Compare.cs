using System.Runtime.InteropServices;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Xunit;

namespace Phosphene.Runtime.Tests.Graphs;

/// <summary>Compares kernels, on every instruction set and for several numbers of threads, with <see cref="Reference"/>.</summary>
internal static class Compare
{
    /// <summary>
    /// The error that single precision may have, as a part of the number itself and of the tensor's typical (root mean square) number. A sum of
    /// n products of random sign is wrong by about √n·2^-24 of its typical size: 2e-6 for the longest sums here (n about 1000). Ten times that
    /// leaves room for chains of operators; any mistake in an index is wrong by about 1.
    /// </summary>
    public const double Tolerance = 2e-5;

    /// <summary>Checks tensors on all instruction sets; one, two and three threads must give the same bytes.</summary>
    public static void WithReference(Sample given, params Tensor[] outputs) => WithReference(given, Tolerance, outputs);

    /// <summary>The same with a tolerance of its own.</summary>
    public static void WithReference(Sample given, double tolerance, params Tensor[] outputs)
    {
        double[][] expected = Reference.Evaluate(outputs, given.Doubles);
        foreach (InstructionSet set in Enum.GetValues<InstructionSet>())
        {
            float[][] one = Run(given, outputs, set, threads: 1);
            for (int i = 0; i < outputs.Length; i++) Close(expected[i], one[i], $"{outputs[i]} on {set}", tolerance);
            foreach (int threads in new[] { 2, 3 })
            {
                float[][] several = Run(given, outputs, set, threads);
                for (int i = 0; i < outputs.Length; i++)
                    Assert.True(MemoryMarshal.AsBytes<float>(one[i]).SequenceEqual(MemoryMarshal.AsBytes<float>(several[i])), $"{outputs[i]} on {set}: {threads} threads give other bytes than one.");
            }
        }
    }

    /// <summary>The values of tensors computed by a fresh plan.</summary>
    public static float[][] Run(Sample given, Tensor[] outputs, InstructionSet? set = null, int threads = 2)
    {
        using var backend = new Backend(threads, set);
        using Plan plan = backend.Compile(outputs);
        return Run(plan, given, outputs);
    }

    /// <summary>The values of tensors computed by an existing plan.</summary>
    public static float[][] Run(Plan plan, Sample given, Tensor[] outputs)
    {
        foreach ((Tensor input, float[] values) in given.Values)
            if (!plan.Input(input).IsEmpty) values.CopyTo(plan.Input(input));
        plan.Run();
        return [.. outputs.Select(output => plan.Output(output).ToArray())];
    }

    /// <summary>Asserts that all numbers agree to the tolerance; the message names the worst.</summary>
    public static void Close(double[] expected, IReadOnlyList<float> actual, string what, double tolerance = Tolerance)
    {
        Assert.Equal(expected.Length, actual.Count);
        double typical = Math.Sqrt(expected.Sum(x => x * x) / Math.Max(1, expected.Length)), worst = 0;
        int worstAt = -1, wrong = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            if (expected[i].Equals(actual[i])) continue;
            double error = Math.Abs(actual[i] - expected[i]) / (Math.Abs(expected[i]) + typical);
            if (error <= tolerance) continue;
            wrong++;
            if (worstAt < 0 || error > worst || double.IsNaN(error)) (worst, worstAt) = (error, i);
        }
        if (worstAt >= 0) Assert.Fail($"{what}: {wrong} of {expected.Length} numbers are wrong; number {worstAt} is {actual[worstAt]}, should be {expected[worstAt]:g9}.");
    }
}
