namespace Phosphene.Runtime.Execution;

/// <summary>
/// Working memory of one thread, which stays in the caches of its core from item to item and from kernel to kernel. What one core writes and another
/// reads has to be fetched, and written again only after the other has let go of it: most threads do better to gather for themselves what their items need.
/// </summary>
internal sealed unsafe class PrivateMemory
{
    [ThreadStatic]
    private static PrivateMemory? s_mine;

    private void* _block;
    private long _bytes;
    private (long Run, int Part) _content;

    private PrivateMemory()
    {
    }

    /// <summary>
    /// This thread's memory, of at least the given number of floats, and whether it still holds the given part of what it was given for in the same
    /// run of the same kernel; otherwise the caller fills it.
    /// </summary>
    public static float* Of(Kernel kernel, int part, long floats, out bool holds)
    {
        PrivateMemory mine = s_mine ??= new PrivateMemory();
        if (mine._bytes < floats * sizeof(float)) mine.Grow(floats * sizeof(float));
        holds = mine._content == (kernel.Ticket, part);
        mine._content = (kernel.Ticket, part);
        return (float*)mine._block;
    }

    private void Grow(long bytes)
    {
        NativeBlock.Free(_block, (nuint)_bytes);
        _block = null;
        (_bytes, _content) = (0, default);
        // Small pages lie in the machine's memory as it happens: where several share places of a second-level cache, kernels take a tenth longer, in one process and not in the next.
        bytes = (bytes + NativeBlock.HugePage - 1) / NativeBlock.HugePage * NativeBlock.HugePage;
        _block = NativeBlock.Allocate((nuint)bytes);
        _bytes = bytes;
    }

    /// <summary>A thread's memory goes with the thread.</summary>
    ~PrivateMemory() => NativeBlock.Free(_block, (nuint)_bytes);
}
