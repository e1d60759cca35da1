using System.IO.Compression;
using Phosphene.Images;
using Xunit;

namespace Phosphene.Tests.Images;

/// <summary>Large pictures: in memory once, and refused where they would need too much.</summary>
public sealed class MemoryTests
{
    [Fact]
    public void The_pixels_of_a_large_picture_are_in_memory_once()
    {
        byte[] file = Png(3000, 4000, 8, 2);
        Ramps.Read(Png(30, 40, 8, 2));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Picture picture = Ramps.Read(file);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, picture.Bytes.Length, picture.Bytes.Length + 3L * file.Length + (1 << 20));
    }

    [Fact]
    public void A_small_file_of_a_large_picture_is_refused()
    {
        byte[] file = Png(8000, 8000, 8, 2);
        Assert.Equal(
            $"Cannot read 'test' as PNG: it has 8000 x 8000 pixels (height x width) in {file.Length} bytes, more than 100 to a byte, as files do that are made to exhaust a computer; shrink it first.",
            Ramps.Refusal(file));
    }

    [Fact]
    public void A_picture_that_takes_more_memory_than_is_given_is_refused()
    {
        // 60 Mi pixels of four channels, in a file that is long enough.
        byte[] file = Png(8192, 7680, 8, 6, ("teSt", new byte[700_000]));
        Assert.Equal("Cannot read 'test' as PNG: reading it takes more than 224 MiB of memory; shrink it first.", Ramps.Refusal(file));
    }

    [Fact]
    public void The_memory_of_a_decoder_is_given_back_and_bounded_all_together()
    {
        ImageMemory memory = new(1000);
        using (memory.Allocate<int>(200)) Assert.Throws<SixLabors.ImageSharp.Memory.InvalidMemoryOperationException>(() => memory.Allocate<byte>(201));
        Assert.True(memory.IsExhausted);
        using var all = memory.Allocate<byte>(1000);
        Assert.Equal(1000, all.Memory.Length);
    }

    // All zero; as compressed as can be.
    private static byte[] Png(int height, int width, int depth, int color, params (string, byte[])[] extra)
    {
        long length = (long)height * (1 + (long)width * depth * (color == 6 ? 4 : 3) / 8);
        using MemoryStream data = new();
        using (ZLibStream zlib = new(data, CompressionLevel.SmallestSize, leaveOpen: true))
            for (byte[] zeros = new byte[1 << 20]; length > 0; length -= zeros.Length) zlib.Write(zeros, 0, (int)Math.Min(zeros.Length, length));
        return TestPng.File([("IHDR", TestPng.Header(height, width, depth, color, false)), .. extra, ("IDAT", data.ToArray()), ("IEND", [])]);
    }
}
