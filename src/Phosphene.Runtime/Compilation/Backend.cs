using System.Diagnostics;
using System.Runtime.CompilerServices;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

/// <summary>
/// What plans run on: a team of threads, an instruction set, and the weights repacked for it, which all plans of the backend share.
/// Plans of one backend may be run from several threads: their kernels take turns.
/// </summary>
public sealed class Backend : IDisposable
{
    // A constant lives as long as a graph that holds it: a model's weights with the model, what compilation folded with its plan.
    private readonly ConditionalWeakTable<Constant, PackedConstant> _constants = [];
    private readonly Lock _packing = new();
    private long _compilations;

    /// <summary>A backend with the given number of threads (all processors by default) and instruction set (the best by default).</summary>
    public Backend(int? threads = null, InstructionSet? instructionSet = null)
    {
        Team = new ThreadTeam(threads ?? Environment.ProcessorCount);
        InstructionSet = instructionSet ?? Processor.Best;
        Executor = new Executor(Team, InstructionSet);
    }

    /// <summary>The number of threads, the caller's included.</summary>
    public int Threads => Team.Count;

    /// <summary>The vector width of the kernels.</summary>
    public InstructionSet InstructionSet { get; }

    /// <summary>The number of floats in a vector of the instruction set.</summary>
    internal int LaneWidth => InstructionSet switch
    {
        InstructionSet.Vector512 => 16,
        InstructionSet.Vector256 => 8,
        InstructionSet.Vector128 => 4,
        _ => 1,
    };

    internal ThreadTeam Team { get; }

    internal Executor Executor { get; }

    /// <summary>How many plans have been compiled on this backend.</summary>
    public long Compilations => Interlocked.Read(ref _compilations);

    /// <summary>Compiles the graph behind the given tensors into a plan that computes them.</summary>
    public Plan Compile(params IReadOnlyList<Tensor> outputs) => Compile(outputs, []);

    /// <summary>Compiles a plan that computes the outputs, and then can move parameters.</summary>
    /// <param name="outputs">What is computed and can be read after a run.</param>
    /// <param name="assignments">What parameters become by <see cref="Plan.Assign"/>.</param>
    /// <exception cref="ArgumentException">A parameter is assigned to twice.</exception>
    public Plan Compile(IReadOnlyList<Tensor> outputs, IReadOnlyList<Assignment> assignments)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(assignments);
        Interlocked.Increment(ref _compilations);
        return Compiler.Compile(this, outputs, assignments);
    }

    /// <summary>
    /// The most floating-point operations a second that these threads can do with these vectors, two for each multiply-add: measured for
    /// <paramref name="duration"/> by a loop of nothing else, the fastest run counts.
    /// </summary>
    public double MeasurePeak(TimeSpan duration)
    {
        var kernel = new MultiplyAddPeak(16 * Team.Count);
        return kernel.OperationsOf(LaneWidth) / LeastSeconds(kernel, duration);
    }

    /// <summary>
    /// The bytes a second, read and written together, that these threads copy between arrays of 4 MB, which are about as large as the larger activations of a network:
    /// measured for <paramref name="duration"/>, the fastest run counts.
    /// </summary>
    public double MeasureCopy(TimeSpan duration) => CopyPeak.BytesOfRun / LeastSeconds(new CopyPeak(16 * Team.Count), duration);

    private double LeastSeconds(Kernel kernel, TimeSpan duration)
    {
        long start = Stopwatch.GetTimestamp();
        double least = double.PositiveInfinity;
        do
        {
            long runStart = Stopwatch.GetTimestamp();
            Run(kernel);
            least = Math.Min(least, Stopwatch.GetElapsedTime(runStart).TotalSeconds);
        }
        while (Stopwatch.GetElapsedTime(start) < duration);
        return least;
    }

    /// <summary>Runs one kernel, stage after stage.</summary>
    internal void Run(Kernel kernel) => Executor.Run(kernel);

    /// <summary>The memory of a constant, where it is.</summary>
    internal Storage StorageOf(Constant constant) => _constants.GetValue(constant, key => new PackedConstant(key.Values.Length)).Plain;

    /// <summary>Gives the memory of a constant its address, for a kernel that reads it where it is.</summary>
    internal void Hold(Constant constant)
    {
        lock (_packing) _constants.GetValue(constant, key => new PackedConstant(key.Values.Length)).Hold(constant);
    }

    /// <summary>A repacked weight: made once by the kernel for the given storage, then shared by all plans.</summary>
    internal Storage Packed(Constant weight, object form, long floats, Func<Storage, Kernel> pack)
    {
        lock (_packing) return _constants.GetValue(weight, key => new PackedConstant(key.Values.Length)).In(weight, form, floats, storage => Run(pack(storage)));
    }

    /// <summary>Frees the packed weights and ends the threads. Plans of this backend must not run afterwards.</summary>
    public void Dispose()
    {
        Team.Dispose();
        foreach ((_, PackedConstant constant) in _constants) constant.Dispose();
        _constants.Clear();
    }
}
