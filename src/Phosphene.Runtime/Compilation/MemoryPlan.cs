using System.Runtime.InteropServices;
using Phosphene.Runtime.Execution;

namespace Phosphene.Runtime.Compilation;

/// <summary>
/// Gives each storage an address in one arena so that two overlap only if their uses do not overlap in time: largest first, each at the lowest
/// free place. Storages of one <see cref="Storage.Period"/> have a pool of their own and begin at multiples of it.
/// A result that may take the memory of what its kernel reads last does, and both are one piece from then on: what is written then is in the caches already, and less memory is used.
/// Source: "greedy by size", Pisarchyk and Lee, Efficient Memory Management for Deep Neural Net Inference, 2020.
/// </summary>
internal static unsafe class MemoryPlan
{
    private const int Alignment = NativeBlock.Alignment;

    /// <exception cref="InsufficientMemoryException">A value is larger than an array can be, or all together take more than half of the machine's memory.</exception>
    public static void* Allocate(IReadOnlyCollection<Storage> storages, IReadOnlyList<Replacement> replacements, out long bytes)
    {
        Dictionary<Storage, Storage> homes = Homes(replacements);
        if (storages.FirstOrDefault(storage => storage.Floats > int.MaxValue) is { } huge)
            throw new InsufficientMemoryException($"A value of this model has {huge.Floats} numbers in memory, where at most {int.MaxValue} are possible; choose a smaller size, a smaller batch or an earlier layer.");
        // Two vectors may be read past the end of the last element: they are added to each size, or to each pool.
        var placed = new List<(Storage Storage, long Start, long End)>();
        long total = 0;
        foreach (IGrouping<long, Storage> pool in storages.Where(storage => !storage.External && storage.Last >= 0 && !homes.ContainsKey(storage)).GroupBy(storage => storage.Period))
        {
            int first = placed.Count;
            long origin = total;
            foreach (Storage storage in pool.OrderByDescending(storage => storage.Floats))
            {
                long unit = Math.Max(Alignment, storage.Period * sizeof(float)), margin = storage.Period == 0 ? 2 * Alignment : 0;
                long size = (storage.Floats * sizeof(float) + margin + unit - 1) / unit * unit, start = origin;
                foreach ((_, long from, long to) in placed.Skip(first)
                    .Where(other => other.Storage.First <= storage.Last && storage.First <= other.Storage.Last).OrderBy(other => other.Start))
                {
                    if (from - start >= size) break;
                    start = Math.Max(start, to);
                }
                placed.Add((storage, start, start + size));
                total = Math.Max(total, start + size);
            }
            if (pool.Key != 0) total += 2 * Alignment;
        }
        total = Math.Max(total, Alignment);
        // Linux lends more memory than there is, and ends the process that uses it.
        long most = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;
        if (total > most)
            throw new InsufficientMemoryException($"The values of this model take {total / 1e9:0.0} GB of memory, where half of what is there, {most / 1e9:0.0} GB, is used at most; choose a smaller size, a smaller batch or an earlier layer.");
        // Cleared once, so that vectors that reach past the end of a value never meet leftovers that could be slow to compute with.
        byte* arena = (byte*)NativeBlock.Allocate((nuint)total);
        NativeMemory.Clear(arena, (nuint)total);
        foreach ((Storage storage, long start, _) in placed) storage.Address = (float*)(arena + start);
        foreach ((Storage storage, Storage home) in homes) storage.Address = home.Address;
        bytes = total;
        return arena;
    }

    // Each storage that moves into another, and the one that was there first, whose uses become those of both. Replacements come in the order of their kernels.
    private static Dictionary<Storage, Storage> Homes(IReadOnlyList<Replacement> replacements)
    {
        var homes = new Dictionary<Storage, Storage>(ReferenceEqualityComparer.Instance);
        foreach ((int kernel, Storage result, Storage read) in replacements)
        {
            Storage home = homes.GetValueOrDefault(read, read);
            if (homes.ContainsKey(result) || home.External || result.First != kernel || home.Last != kernel) continue;
            homes.Add(result, home);
            home.Last = result.Last;
        }
        return homes;
    }
}

/// <summary>A kernel, by index, whose result may take the memory of something that it reads.</summary>
internal readonly record struct Replacement(int Kernel, Storage Result, Storage Read);
