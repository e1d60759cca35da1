using FsCheck.Xunit;
using Phosphene.Runtime.Numerics;
using Xunit;

namespace Phosphene.Runtime.Tests.Numerics;

public sealed class PhiloxTests
{
    /// <summary>The known answers that Random123 publishes (kat_vectors, philox4x32 with 10 rounds).</summary>
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627E8D5u, 0xE169C58Du, 0xBC57AC4Cu, 0x9B00DBD8u)]
    [InlineData(0xFFFFFFFFu, 0xFFFFFFFFu, 0xFFFFFFFFu, 0xFFFFFFFFu, 0xFFFFFFFFu, 0xFFFFFFFFu, 0x408F276Du, 0x41C83B0Eu, 0xA20BC7C6u, 0x6D5451FDu)]
    [InlineData(0x243F6A88u, 0x85A308D3u, 0x13198A2Eu, 0x03707344u, 0xA4093822u, 0x299F31D0u, 0xD16CFE09u, 0x94FDCCEBu, 0x5001E420u, 0x24126EA1u)]
    public void The_published_blocks_come_out(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint x0, uint x1, uint x2, uint x3) =>
        Assert.Equal((x0, x1, x2, x3), Philox.Block((c0, c1, c2, c3), (k0, k1)));

    /// <summary>For each key the blocks are a permutation of the counters, so that no draw is another's.</summary>
    [Property(MaxTest = 1000)]
    public bool Different_counters_give_different_blocks(uint[] a, uint[] b, uint k0, uint k1)
    {
        var (one, other) = (Counter(a), Counter(b));
        return (one == other) == (Philox.Block(one, (k0, k1)) == Philox.Block(other, (k0, k1)));
    }

    private static (uint, uint, uint, uint) Counter(uint[] words) => (words.ElementAtOrDefault(0), words.ElementAtOrDefault(1), words.ElementAtOrDefault(2), words.ElementAtOrDefault(3));
}
