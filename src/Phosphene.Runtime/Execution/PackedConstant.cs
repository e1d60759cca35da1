using System.Buffers;
using System.Runtime.InteropServices;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Execution;

/// <summary>A constant as kernels read it: where it is, pinned, and repacked in the forms that kernels asked for.</summary>
internal sealed unsafe class PackedConstant : IDisposable
{
    private readonly MemoryHandle _pin;
    private readonly Dictionary<object, Storage> _forms = [];
    private bool _disposed;

    public PackedConstant(Constant constant)
    {
        _pin = constant.Values.Pin();
        Plain = new Storage(constant.Values.Length) { External = true, Address = (float*)_pin.Pointer };
    }

    ~PackedConstant() => Free();

    /// <summary>The constant where it is, row-major.</summary>
    public Storage Plain { get; }

    /// <summary>A repacked form: made when first asked for, then shared.</summary>
    public Storage In(object form, long floats, Action<Storage> pack)
    {
        if (_forms.TryGetValue(form, out Storage? storage)) return storage;
        storage = new Storage(floats) { External = true, Address = (float*)NativeBlock.Allocate((nuint)floats * sizeof(float)) };
        _forms.Add(form, storage);
        pack(storage);
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
        foreach (Storage storage in _forms.Values) NativeBlock.Free(storage.Address);
        _pin.Dispose();
    }
}
