using BenchmarkDotNet.Attributes;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;

namespace Phosphene.Benchmarks;

/// <summary>
/// Runs compiled graphs on all threads. Values come from normal draws. What a plan takes from an input and gives as an output is row-major, so
/// a graph for channel blocks is enclosed in the conversions, which cost as much as copying.
/// </summary>
[MemoryDiagnoser]
public abstract class CompiledBenchmark : IDisposable
{
    private readonly Backend _backend = new();
    private readonly List<Plan> _plans = [];

    /// <summary>An input of the graph.</summary>
    protected static Tensor Input(params ReadOnlySpan<int> extents) => new(new Input(new Shape(extents), "x"));

    /// <summary>A constant of normal draws.</summary>
    protected static Tensor Weight(params ReadOnlySpan<int> extents)
    {
        var shape = new Shape(extents);
        var values = new float[shape.Count];
        new RandomStream(1, 0, shape.ToString()).FillNormal(values, 0.05f);
        return new Tensor(new Constant(shape, values));
    }

    /// <summary>The plan that computes the output; the inputs are filled.</summary>
    protected Plan Compile(Tensor output, params ReadOnlySpan<Tensor> inputs)
    {
        Plan plan = _backend.Compile(output);
        foreach (Tensor input in inputs) new RandomStream(2, 0, input.Shape.ToString()).FillNormal(plan.Input(input), 1);
        _plans.Add(plan);
        return plan;
    }

    /// <summary>Frees the plans and ends the threads.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        foreach (Plan plan in _plans) plan.Dispose();
        _plans.Clear();
        _backend.Dispose();
        GC.SuppressFinalize(this);
    }
}
