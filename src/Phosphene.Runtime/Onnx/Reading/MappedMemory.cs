using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Phosphene.Runtime.Execution;

namespace Phosphene.Runtime.Onnx.Reading;

/// <summary>
/// A part of a mapped file as memory of elements, which may be unaligned. Handed out read-only: the pages cannot be written. Reading it after the
/// file was disposed throws; a span obtained before must not be used after.
/// </summary>
internal sealed unsafe class MappedMemory<T> : MemoryManager<T>, IRereadable where T : unmanaged
{
    private readonly MappedFile _file;
    private readonly long _offset;
    private readonly int _length;

    public MappedMemory(MappedFile file, long offset, int length)
    {
        if (offset < 0 || length < 0 || offset > file.Length - (long)length * Unsafe.SizeOf<T>())
            throw new ArgumentOutOfRangeException(nameof(offset), $"{length} elements from byte {offset} lie outside a file of {file.Length} bytes.");
        _file = file;
        _offset = offset;
        _length = length;
    }

    public override Span<T> GetSpan() => new(_file.At(_offset), _length);

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)_length, nameof(elementIndex));
        return new MemoryHandle((T*)_file.At(_offset) + elementIndex);
    }

    public override void Unpin()
    {
    }

    public void LetGo() => _file.LetGo(_offset, (long)_length * Unsafe.SizeOf<T>());

    /// <summary>The same bytes as elements of another type, if they lie in a mapped file.</summary>
    public static bool TryView<TOther>(ReadOnlyMemory<T> memory, out ReadOnlyMemory<TOther> view) where TOther : unmanaged
    {
        if (MemoryMarshal.TryGetMemoryManager(memory, out MappedMemory<T>? source, out int start, out int length))
        {
            long offset = source._offset + (long)start * Unsafe.SizeOf<T>(), bytes = (long)length * Unsafe.SizeOf<T>();
            view = new MappedMemory<TOther>(source._file, offset, (int)(bytes / Unsafe.SizeOf<TOther>())).Memory;
            return true;
        }
        view = default;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
    }
}
