using System.Buffers;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Memory;

namespace Phosphene.Images;

/// <summary>
/// Hands ImageSharp plain arrays, and no more of them at a time than a limit: its own allocator bounds single buffers only. The pixels of a decoded image are
/// one of these arrays, which a picture then keeps, so that they are in memory once.
/// </summary>
internal sealed class ImageMemory(long limit) : MemoryAllocator
{
    private readonly List<byte[]> _arrays = [];
    private long _taken;

    /// <summary>Whether more was asked for than the limit allows.</summary>
    public bool IsExhausted { get; private set; }

    protected override int GetBufferCapacityInBytes() => int.MaxValue;

    public override IMemoryOwner<T> Allocate<T>(int length, AllocationOptions options = AllocationOptions.None)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        long bytes = (long)length * Unsafe.SizeOf<T>();
        if (_taken + bytes > limit || bytes > Array.MaxLength)
        {
            IsExhausted = true;
            throw new InvalidMemoryOperationException($"{bytes} more bytes are too many: {_taken} of {limit} are taken.");
        }
        _taken += bytes;
        byte[] array = options.HasFlag(AllocationOptions.Clean) ? new byte[bytes] : GC.AllocateUninitializedArray<byte>((int)bytes);
        _arrays.Add(array);
        return new Block<T>(this, array);
    }

    /// <summary>The array that holds the pixels of an image which was allocated here, row by row.</summary>
    public byte[] ArrayOf<T>(Image<T> image) where T : unmanaged, SixLabors.ImageSharp.PixelFormats.IPixel<T>
    {
        if (!image.DangerousTryGetSinglePixelMemory(out Memory<T> pixels)) throw new UnreachableException("An image of one buffer has several.");
        ref byte first = ref MemoryMarshal.GetReference(MemoryMarshal.AsBytes(pixels.Span));
        foreach (byte[] array in _arrays)
            if (Unsafe.AreSame(ref first, ref MemoryMarshal.GetArrayDataReference(array))) return array;
        throw new UnreachableException("The pixels of an image are not where they were allocated.");
    }

    private void Return(byte[] array)
    {
        if (_arrays.Remove(array)) _taken -= array.Length;
    }

    private sealed class Block<T>(ImageMemory owner, byte[] array) : MemoryManager<T> where T : struct
    {
        public override Span<T> GetSpan() => MemoryMarshal.Cast<byte, T>(array.AsSpan());

        public override MemoryHandle Pin(int elementIndex = 0) => array.AsMemory(elementIndex * Unsafe.SizeOf<T>()).Pin();

        public override void Unpin() { }

        protected override void Dispose(bool disposing) => owner.Return(array);
    }
}
