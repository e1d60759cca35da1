using Phosphene.Runtime.Execution;
using Xunit;

namespace Phosphene.Runtime.Tests.Execution;

public sealed unsafe class NativeBlockTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(1 << 20)]
    [InlineData((1 << 21) - 1)]
    [InlineData(1 << 21)]
    [InlineData((1 << 21) + 4097)]
    [InlineData(9_999_999)]
    public void A_block_can_be_written_from_end_to_end_and_many_live_beside_each_other(int bytes)
    {
        var blocks = new List<nint>();
        for (int i = 0; i < 8; i++)
        {
            byte* block = (byte*)NativeBlock.Allocate((nuint)bytes);
            Assert.Equal(0, (nint)block % NativeBlock.Alignment);
            new Span<byte>(block, bytes).Fill((byte)(i + 1));
            blocks.Add((nint)block);
            // A hole, which others must survive.
            if (i == 4)
            {
                NativeBlock.Free((void*)blocks[2], (nuint)bytes);
                blocks.RemoveAt(2);
            }
        }
        byte[] filled = [1, 2, 4, 5, 6, 7, 8];
        for (int i = 0; i < blocks.Count; i++)
        {
            Assert.False(new Span<byte>((void*)blocks[i], bytes).ContainsAnyExcept(filled[i]));
            NativeBlock.Free((void*)blocks[i], (nuint)bytes);
        }
    }

    [Fact]
    public void Nothing_can_be_freed_and_too_much_is_refused_in_a_sentence()
    {
        NativeBlock.Free(null, 1 << 20);
        if (OperatingSystem.IsLinux()) Assert.Contains("choose a smaller size", Assert.Throws<InsufficientMemoryException>(() => (nint)NativeBlock.Allocate((nuint)1 << 60)).Message, StringComparison.Ordinal);
    }
}
