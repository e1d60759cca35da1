using System.Buffers;
using System.Runtime.InteropServices;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Execution;

/// <summary>
/// What plans run on: a team of threads, an instruction set, and the weights repacked for it, which all plans of the backend share.
/// Plans of one backend run one at a time.
/// </summary>
public sealed unsafe class Backend : IDisposable
{
    private readonly Dictionary<(object Weight, object Form), Storage> _packed = [];
    private readonly List<MemoryHandle> _pins = [];
    private readonly Dictionary<Constant, Storage> _constants = new(ReferenceEqualityComparer.Instance);

    /// <summary>A backend with the given number of threads (all processors by default) and instruction set (the best by default).</summary>
    public Backend(int? threads = null, InstructionSet? instructionSet = null)
    {
        Team = new ThreadTeam(threads ?? Environment.ProcessorCount);
        InstructionSet = instructionSet ?? Processor.Best;
        RunItem = InstructionSet switch
        {
            InstructionSet.Vector512 => static (kernel, stage, item) => kernel.Run<Lane512>(stage, item),
            InstructionSet.Vector256 => static (kernel, stage, item) => kernel.Run<Lane256>(stage, item),
            InstructionSet.Vector128 => static (kernel, stage, item) => kernel.Run<Lane128>(stage, item),
            _ => static (kernel, stage, item) => kernel.Run<Lane1>(stage, item),
        };
    }

    /// <summary>The threads.</summary>
    public ThreadTeam Team { get; }

    /// <summary>The vector width of the kernels.</summary>
    public InstructionSet InstructionSet { get; }

    /// <summary>The number of floats in a vector of the instruction set.</summary>
    public int LaneWidth => InstructionSet switch
    {
        InstructionSet.Vector512 => 16,
        InstructionSet.Vector256 => 8,
        InstructionSet.Vector128 => 4,
        _ => 1,
    };

    internal Action<Kernel, int, int> RunItem { get; }

    /// <summary>Compiles the graph behind the given tensors into a plan that computes them.</summary>
    public Plan Compile(params IReadOnlyList<Tensor> outputs) => Compiler.Compile(this, outputs);

    /// <summary>Runs one kernel outside a plan, as compilation does to pack weights.</summary>
    internal void Run(Kernel kernel)
    {
        for (int stage = 0; stage < kernel.Stages; stage++) Team.Run(kernel, stage, RunItem);
    }

    /// <summary>The memory of a constant, where it is.</summary>
    internal Storage StorageOf(Constant constant)
    {
        if (_constants.TryGetValue(constant, out Storage? storage)) return storage;
        MemoryHandle pin = constant.Values.Pin();
        _pins.Add(pin);
        storage = new Storage(constant.Values.Length) { External = true, Address = (float*)pin.Pointer };
        _constants.Add(constant, storage);
        return storage;
    }

    /// <summary>A repacked weight: made once by the kernel for the given storage, then shared.</summary>
    internal Storage Packed(Constant weight, object form, long floats, Func<Storage, Kernel> pack)
    {
        if (_packed.TryGetValue((weight.Values, form), out Storage? storage)) return storage;
        storage = new Storage(floats) { External = true, Address = (float*)NativeMemory.AlignedAlloc((nuint)floats * sizeof(float), 64) };
        _packed.Add((weight.Values, form), storage);
        Run(pack(storage));
        return storage;
    }

    /// <summary>Frees the packed weights and ends the threads. Plans of this backend must not run afterwards.</summary>
    public void Dispose()
    {
        Team.Dispose();
        foreach (Storage storage in _packed.Values) NativeMemory.AlignedFree(storage.Address);
        foreach (MemoryHandle pin in _pins) pin.Dispose();
        _packed.Clear();
        _pins.Clear();
        _constants.Clear();
    }
}
