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

    private const int HugePage = 1 << 21, AdviceHugePage = 14;

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

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(void* address, nuint length, int advice);
}
