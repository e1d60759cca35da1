using System.Buffers;
using System.Runtime.InteropServices;
using Phosphene.Runtime.Numerics;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>
/// One number, many times. A file asks for a gigabyte of it in a few bytes, and most who look into the file never read it: it is made when it is read,
/// and goes when nobody holds it.
/// </summary>
internal sealed unsafe class FilledMemory(int count, float value) : MemoryManager<float>
{
    private readonly Lock _lock = new();
    private WeakReference<float[]>? _array;

    public static ReadOnlyMemory<float> Of(int count, float value) => new FilledMemory(count, value).Memory;

    /// <summary>The number, if that is all that a memory holds.</summary>
    public static bool TryGetValue(ReadOnlyMemory<float> memory, out float value)
    {
        bool filled = MemoryMarshal.TryGetMemoryManager(memory, out FilledMemory? manager);
        value = filled ? manager!.Value : 0;
        return filled;
    }

    /// <summary>The index of the first value that is NaN or infinite; -1 if all are finite. What is filled is not made for this.</summary>
    public static int FirstNonFinite(ReadOnlyMemory<float> memory) =>
        TryGetValue(memory, out float filling) ? (float.IsFinite(filling) || memory.IsEmpty ? -1 : 0) : FiniteScan.FirstNonFinite(memory.Span);

    /// <summary>The index of the first value that is NaN or +∞; -1 if there is none.</summary>
    public static int FirstWrongInMask(ReadOnlyMemory<float> memory) =>
        TryGetValue(memory, out float filling) ? (float.IsFinite(filling) || float.IsNegativeInfinity(filling) || memory.IsEmpty ? -1 : 0) : FiniteScan.FirstWrongInMask(memory.Span);

    public override Memory<float> Memory => CreateMemory(count);

    public override Span<float> GetSpan() => Array();

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        var pin = GCHandle.Alloc(Array(), GCHandleType.Pinned);
        return new MemoryHandle((float*)pin.AddrOfPinnedObject() + elementIndex, pin);
    }

    // The handle of the pin is freed with the memory handle.
    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }

    private float Value => value;

    private float[] Array()
    {
        lock (_lock)
        {
            if (_array?.TryGetTarget(out float[]? array) == true) return array;
            array = GC.AllocateUninitializedArray<float>(count);
            System.Array.Fill(array, value);
            _array = new WeakReference<float[]>(array);
            return array;
        }
    }
}
