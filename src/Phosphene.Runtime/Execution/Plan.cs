using System.Runtime.InteropServices;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Execution;

/// <summary>
/// A compiled graph: kernels in order and one arena of memory. A run allocates nothing; the same inputs and parameters give the
/// same bytes for any number of threads.
/// </summary>
public sealed unsafe class Plan : IDisposable
{
    private readonly Executor _executor;
    private readonly Kernel[] _kernels;
    private readonly Dictionary<Tensor, Value> _inputs, _outputs;
    private readonly (Parameter Parameter, Value Value)[] _parameters;
    private readonly object[] _keepAlive;
    private void* _arena;

    internal Plan(Executor executor, Kernel[] kernels, Dictionary<Tensor, Value> inputs, (Parameter, Value)[] parameters,
        Dictionary<Tensor, Value> outputs, double operations, void* arena, long arenaBytes, object[] keepAlive)
    {
        (_executor, _kernels, _inputs, _parameters, _outputs, _keepAlive) = (executor, kernels, inputs, parameters, outputs, keepAlive);
        Operations = operations;
        _arena = arena;
        ArenaBytes = arenaBytes;
    }

    /// <summary>The memory of all intermediate values together, in bytes.</summary>
    public long ArenaBytes { get; }

    /// <summary>The kernels in the order they run.</summary>
    public IReadOnlyList<Kernel> Kernels => _kernels;

    /// <summary>The operations of one run, as the graph that was compiled states them, whatever the compiler saves.</summary>
    public double Operations { get; }

    /// <summary>The storage of an <see cref="Input"/>, row-major, to be filled before each run. Empty if the plan does not need that input.</summary>
    public Span<float> Input(Tensor input)
    {
        ObjectDisposedException.ThrowIf(_arena is null, this);
        return _inputs.TryGetValue(input, out Value? value) ? new Span<float>(value.Data, value.Shape.Count) : [];
    }

    /// <summary>The value of a compiled tensor after the last run, row-major. Valid until the next run.</summary>
    public ReadOnlySpan<float> Output(Tensor output)
    {
        ObjectDisposedException.ThrowIf(_arena is null, this);
        return _outputs.TryGetValue(output, out Value? value)
            ? new ReadOnlySpan<float>(value.Data, value.Shape.Count)
            : throw new ArgumentException($"{output} is not an output of this plan.");
    }

    /// <summary>Computes all outputs from the inputs and the parameters' current values.</summary>
    public void Run()
    {
        LoadParameters();
        foreach (Kernel kernel in _kernels) _executor.Run(kernel);
    }

    /// <summary>Runs the plan and adds, for each kernel in order, the seconds it took to the given times.</summary>
    public void Run(Span<double> secondsByKernel)
    {
        LoadParameters();
        for (int i = 0; i < _kernels.Length; i++)
        {
            long start = System.Diagnostics.Stopwatch.GetTimestamp();
            _executor.Run(_kernels[i]);
            secondsByKernel[i] += System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
    }

    private void LoadParameters()
    {
        ObjectDisposedException.ThrowIf(_arena is null, this);
        foreach ((Parameter parameter, Value value) in _parameters)
            parameter.Values.AsSpan().CopyTo(new Span<float>(value.Data, parameter.Values.Length));
    }

    /// <summary>Frees the plan's memory. Weights packed for the backend stay with it.</summary>
    public void Dispose()
    {
        NativeBlock.Free(_arena);
        _arena = null;
        GC.KeepAlive(_keepAlive);
    }
}
