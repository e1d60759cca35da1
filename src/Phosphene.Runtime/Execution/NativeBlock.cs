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

    private const int HugePage = 1 << 21, AdviceNotNeeded = 4, AdviceHugePage = 14;

    /// <summary>A block of the given size in bytes, its content undefined.</summary>
    public static void* Allocate(nuint bytes)
    {
        if (bytes < HugePage || !OperatingSystem.IsLinux()) return NativeMemory.AlignedAlloc(bytes, Alignment);
        void* block = NativeMemory.AlignedAlloc(bytes, HugePage);
        _ = Advise(block, bytes & ~(nuint)(HugePage - 1), AdviceHugePage);      // only advice: where it is refused, small pages do
        return block;
    }

    /// <summary>Gives a block back; null is nothing.</summary>
    public static void Free(void* block) => NativeMemory.AlignedFree(block);

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
}
