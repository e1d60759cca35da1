using System.Buffers;
using System.Runtime.InteropServices;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Execution;

/// <summary>
/// A constant as kernels read it: repacked in the forms that they asked for or, where one reads it as it is, where it lies, pinned. What is only packed is
/// not held beside its forms: an array goes with its graph, and the pages of a file are let go of, which the system reads again where they are wanted.
/// </summary>
internal sealed unsafe class PackedConstant : IDisposable
{
    private readonly Dictionary<object, Storage> _forms = [];
    private ReadOnlyMemory<float> _held;
    private MemoryHandle _pin;
    private bool _disposed;

    public PackedConstant(int floats) => Plain = new Storage(floats) { External = true, Constant = this };

    ~PackedConstant() => Free();

    /// <summary>The constant row-major; it has an address once it is held.</summary>
    public Storage Plain { get; }

    /// <summary>Gives the plain form its address, for as long as this lives.</summary>
    public void Hold(Constant constant)
    {
        if (Plain.Address is not null) return;
        _held = constant.Values;
        _pin = _held.Pin();
        Plain.Address = (float*)_pin.Pointer;
    }

    /// <summary>A repacked form: made when first asked for, then shared.</summary>
    public Storage In(Constant constant, object form, long floats, Action<Storage> pack)
    {
        if (_forms.TryGetValue(form, out Storage? storage)) return storage;
        storage = new Storage(floats) { External = true, Constant = this, Address = (float*)NativeBlock.Allocate((nuint)floats * sizeof(float)) };
        _forms.Add(form, storage);
        if (Plain.Address is not null)
        {
            pack(storage);
            return storage;
        }
        using (MemoryHandle pin = constant.Values.Pin())
        {
            Plain.Address = (float*)pin.Pointer;
            pack(storage);
            Plain.Address = null;
        }
        if (MemoryMarshal.TryGetMemoryManager(constant.Values, out MemoryManager<float>? manager) && manager is IRereadable pages) pages.LetGo();
        return storage;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_disposed) return;
        _disposed = true;
        foreach (Storage storage in _forms.Values) NativeBlock.Free(storage.Address, (nuint)storage.Floats * sizeof(float));
        _pin.Dispose();
    }
}
