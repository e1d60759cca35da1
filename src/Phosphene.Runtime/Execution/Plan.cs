using System.Diagnostics;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Execution;

/// <summary>
/// A compiled graph: kernels in order and one arena of memory. A run allocates nothing; the same inputs and parameters give the
/// same bytes for any number of threads. A plan may have assignments: after a run they move its parameters. Plans of one backend may be run from several
/// threads, which wait for each other; one plan is run by one thread at a time.
/// </summary>
public sealed unsafe class Plan : IDisposable
{
    private readonly Executor _executor;
    private readonly Kernel[] _kernels;
    private readonly Dictionary<Tensor, Value> _inputs, _outputs;
    private readonly (Parameter Parameter, Value Value)[] _parameters;
    private readonly AssignKernel? _assign;
    private readonly object[] _keepAlive;
    private void* _arena;
    private int _running;

    internal Plan(Executor executor, Kernel[] kernels, AssignKernel? assign, Dictionary<Tensor, Value> inputs, (Parameter, Value)[] parameters,
        Dictionary<Tensor, Value> outputs, double operations, void* arena, long arenaBytes, object[] keepAlive)
    {
        (_executor, _kernels, _assign, _inputs, _parameters, _outputs, _keepAlive) = (executor, kernels, assign, inputs, parameters, outputs, keepAlive);
        Operations = operations;
        _arena = arena;
        ArenaBytes = arenaBytes;
    }

    /// <summary>The memory of all intermediate values together, in bytes.</summary>
    public long ArenaBytes { get; }

    /// <summary>The kernels in the order they run.</summary>
    public IReadOnlyList<PlanKernel> Kernels => field ??= [.. _kernels.Select(kernel => new PlanKernel(kernel.Name, kernel.Operations, kernel.Bytes, kernel.Choice))];

    /// <summary>The kernels themselves.</summary>
    internal IReadOnlyList<Kernel> Executed => _kernels;

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
    /// <exception cref="InvalidOperationException">The plan is running already, on another thread.</exception>
    public void Run() => Run([], CancellationToken.None);

    /// <summary>The same, given up between two kernels where that is asked for; then the outputs are no values, and nothing is to be assigned.</summary>
    /// <returns>Whether it was done.</returns>
    /// <inheritdoc cref="Run()"/>
    public bool TryRun(CancellationToken cancellation) => Run([], cancellation);

    /// <summary>Runs the plan and adds, for each kernel in order, the seconds it took to the given times, which are empty or one a kernel.</summary>
    /// <inheritdoc cref="Run()"/>
    public void Run(Span<double> secondsByKernel) => Run(secondsByKernel, CancellationToken.None);

    private bool Run(Span<double> secondsByKernel, CancellationToken cancellation)
    {
        Begin();
        try
        {
            foreach ((Parameter parameter, Value value) in _parameters)
                parameter.Values.AsSpan().CopyTo(new Span<float>(value.Data, parameter.Values.Length));
            for (int i = 0; i < _kernels.Length; i++)
            {
                if (cancellation.IsCancellationRequested) return false;
                long start = secondsByKernel.IsEmpty ? 0 : Stopwatch.GetTimestamp();
                _executor.Run(_kernels[i]);
                if (!secondsByKernel.IsEmpty) secondsByKernel[i] += Stopwatch.GetElapsedTime(start).TotalSeconds;
            }
            return true;
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }

    /// <summary>Gives the parameters the values that the last run computed for them. Whoever finds that run's outputs wrong does not call it.</summary>
    /// <returns>Whether all of these values are finite.</returns>
    /// <exception cref="InvalidOperationException">The plan is running, on another thread.</exception>
    public bool Assign()
    {
        if (_assign is null) return true;
        Begin();
        try
        {
            return _assign.Run(_executor);
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }

    private void Begin()
    {
        ObjectDisposedException.ThrowIf(_arena is null, this);
        if (Interlocked.Exchange(ref _running, 1) == 1)
            throw new InvalidOperationException("This plan is running already, on another thread: wait for it, or compile another plan.");
    }

    /// <summary>Frees the plan's memory. Weights packed for the backend stay with it.</summary>
    public void Dispose()
    {
        NativeBlock.Free(_arena, (nuint)ArenaBytes);
        _arena = null;
        GC.KeepAlive(_keepAlive);
    }
}
