using System.Runtime.InteropServices;

namespace Phosphene.Runtime.Execution;

/// <summary>
/// Memory outside the managed heap, on a cache line's boundary. Large blocks are asked for in huge pages where the system has them: kernels walk
/// through weights and channel blocks with strides of many small pages, and each new page costs a look-up.
/// </summary>
internal static unsafe partial class NativeBlock
{
    /// <summary>The alignment in bytes: a cache line and the widest vector.</summary>
    public const int Alignment = 64;

    /// <summary>Floats that a piece of the stack is to be longer by, to be <see cref="Aligned"/>.</summary>
    public const int Slack = Alignment / sizeof(float);

    /// <summary>Where a piece of the stack begins on a cache line's boundary: vectors of 64 bytes that lie across two lines are read and written in two goes.</summary>
    public static float* Aligned(float* stack) => (float*)(((nuint)stack + Alignment - 1) & ~(nuint)(Alignment - 1));

    // Less comes from the heap of the C library.
    private const int LeastMapped = 1 << 16;

    /// <summary>The bytes of a large page of memory: the system is asked for such where blocks are as large.</summary>
    public const int HugePage = 1 << 21;

    private const int AdviceNotNeeded = 4, AdviceHugePage = 14, ReadAndWrite = 3, PrivateAndAnonymous = 0x22;

    /// <summary>
    /// A block of the given size in bytes, its content undefined. Large ones come from the system and go back to it as soon as they are freed: in a heap, blocks of many sizes and lives leave holes, so that a process that
    /// compiles and frees plans for hours would grow and grow.
    /// </summary>
    /// <exception cref="InsufficientMemoryException">There is not so much memory.</exception>
    public static void* Allocate(nuint bytes)
    {
        if (!IsMapped(bytes)) return NativeMemory.AlignedAlloc(bytes, Alignment);
        nuint size = WholePages(bytes);
        if (bytes < HugePage) return Mapped(size);
        byte* start = (byte*)Mapped(size + HugePage), block = (byte*)(((nuint)start + HugePage - 1) & ~(nuint)(HugePage - 1));
        if (block > start) _ = Unmap(start, (nuint)(block - start));
        _ = Unmap(block + size, (nuint)(start + HugePage - block));
        _ = Advise(block, bytes & ~(nuint)(HugePage - 1), AdviceHugePage);      // only advice: where it is refused, small pages do
        return block;
    }

    /// <summary>Gives a block back; null is nothing.</summary>
    /// <param name="block">The block.</param>
    /// <param name="bytes">The size that it was asked for with.</param>
    public static void Free(void* block, nuint bytes)
    {
        if (block is null) return;
        if (IsMapped(bytes)) _ = Unmap(block, WholePages(bytes));
        else NativeMemory.AlignedFree(block);
    }

    private static bool IsMapped(nuint bytes) => bytes >= LeastMapped && OperatingSystem.IsLinux();

    // With a page behind it: vectors that reach past the last value read there, as they did in the heap.
    private static nuint WholePages(nuint bytes) => (bytes + 2 * (nuint)Environment.SystemPageSize - 1) & ~((nuint)Environment.SystemPageSize - 1);

    private static void* Mapped(nuint bytes) => Map(null, bytes, ReadAndWrite, PrivateAndAnonymous, -1, 0) is var block && (nint)block != -1
        ? block
        : throw new InsufficientMemoryException($"The system has no {bytes / 1e6:0} MB of memory left; choose a smaller size, a smaller batch or an earlier layer.");

    /// <summary>
    /// Takes the whole pages of a part of a mapped file out of memory until they are read again. Of anything but a file's unchanged pages this would lose the content.
    /// </summary>
    public static void LetGoOfFile(void* start, long bytes)
    {
        if (!OperatingSystem.IsLinux()) return;
        nuint page = (nuint)Environment.SystemPageSize, first = ((nuint)start + page - 1) & ~(page - 1), end = ((nuint)start + (nuint)bytes) & ~(page - 1);
        if (end > first) _ = Advise((void*)first, end - first, AdviceNotNeeded);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(void* address, nuint length, int advice);

    [LibraryImport("libc", EntryPoint = "mmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Unmap(void* address, nuint length);
}
