using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Training;

/// <summary>Runs a model over the first batches of a source, without training it.</summary>
public static class Inference
{
    /// <summary>The means of scalars, such as a loss or an accuracy, over the batches, by name.</summary>
    /// <param name="scalars">One number each.</param>
    /// <param name="source">Fills the inputs that the scalars depend on.</param>
    /// <param name="batches">How many batches, from step 0; at least 1. All count alike, so each should be full.</param>
    /// <param name="backend">What runs the plan; null for one of its own with all processors.</param>
    /// <param name="cancellation">Ends it between two batches.</param>
    public static IReadOnlyDictionary<string, double> Means(
        IReadOnlyDictionary<string, Tensor> scalars, IBatchSource source, long batches, Backend? backend = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(scalars);
        foreach ((string name, Tensor scalar) in scalars)
            if (scalar.Shape.Count != 1) throw new ArgumentException($"A mean is taken of numbers; '{name}' is {scalar}.");
        var sums = scalars.Keys.ToDictionary(name => name, _ => 0.0);
        Run([.. scalars.Values], source, batches, backend, (plan, _) =>
        {
            foreach ((string name, Tensor scalar) in scalars) sums[name] += plan.Output(scalar)[0];
        }, cancellation);
        return sums.ToDictionary(sum => sum.Key, sum => sum.Value / batches);
    }

    /// <summary>The values of a tensor [N, ...] for all batches one after another: [batches·N, ...], row-major.</summary>
    /// <inheritdoc cref="Means"/>
    public static float[] Gather(Tensor output, IBatchSource source, long batches, Backend? backend = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        var all = new float[checked(output.Shape.Count * batches)];
        Run([output], source, batches, backend, (plan, step) => plan.Output(output).CopyTo(all.AsSpan(checked((int)(step * output.Shape.Count)))), cancellation);
        return all;
    }

    private static void Run(Tensor[] outputs, IBatchSource source, long batches, Backend? backend, Action<Plan, long> take, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfLessThan(batches, 1);
        Backend running = backend ?? new Backend();
        try
        {
            using Plan plan = running.Compile(outputs);
            using var prepared = new BatchPreparation(source, outputs, batches);
            for (long step = 0; step < batches; step++)
            {
                cancellation.ThrowIfCancellationRequested();
                prepared.Take(step).CopyTo(plan);
                plan.Run();
                take(plan, step);
            }
        }
        finally
        {
            if (backend is null) running.Dispose();
        }
    }
}
