using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Graphs;
using Xunit;

namespace Phosphene.Runtime.Tests.Compilation;

/// <summary>Results that take the memory of what their kernel reads last.</summary>
public sealed unsafe class ReplacementTests
{
    private static readonly Window Same = new(3, 3, 1, 1, 1, 1, 1, 1), Point = new(1, 1);

    private static void Lay(Storage[] storages, IReadOnlyList<Replacement> replacements)
    {
        void* arena = MemoryPlan.Allocate(storages, replacements, out long bytes);
        NativeBlock.Free(arena, (nuint)bytes);
    }

    [Fact]
    public void A_result_takes_the_place_of_what_is_read_last_and_another_takes_its_own()
    {
        Storage read = new(500) { First = 0, Last = 3 }, result = new(500) { First = 3, Last = 6 }, next = new(500) { First = 6, Last = 9 }, meanwhile = new(500) { First = 5, Last = 8 };
        Lay([read, result, next, meanwhile], [new Replacement(3, result, read), new Replacement(6, next, result)]);
        Assert.True(read.Address == result.Address && result.Address == next.Address);
        Assert.False(meanwhile.Address == next.Address);
    }

    [Fact]
    public void What_is_needed_later_or_from_outside_or_was_written_before_keeps_its_place()
    {
        float* weight = stackalloc float[1];
        Storage later = new(500) { First = 0, Last = 4 }, kept = new(500) { First = -1, Last = int.MaxValue }, outside = new(500) { External = true, Address = weight, First = 3, Last = 3 };
        Storage started = new(500) { First = 2, Last = 6 }, read = new(500) { First = 0, Last = 3 };
        Storage[] results = [.. Enumerable.Range(0, 3).Select(_ => new Storage(500) { First = 3, Last = 6 })];
        Lay([later, kept, outside, started, read, .. results], [new(3, results[0], later), new(3, results[1], kept), new(3, results[2], outside), new(3, started, read)]);
        Storage[] all = [later, kept, outside, started, read, .. results];
        Assert.Equal(all.Length, all.Select(storage => (nint)storage.Address).Distinct().Count());
    }

    /// <summary>What is added is also what the convolution reads, at other places or by other threads: it has to stay.</summary>
    [Theory]
    [InlineData(1, 32, 9, 13)]
    [InlineData(3, 32, 9, 13)]
    [InlineData(3, 96, 16, 22)]                                      // by Winograd's algorithm
    public void A_convolution_of_what_is_added_to_it_agrees_with_the_definition(int window, int channels, int height, int width)
    {
        var given = new Sample();
        Tensor z = given.Input(1, channels, height, width).Conv2D(given.Constant(channels, channels, 1, 1), given.Constant(channels), Point).Relu();
        Tensor y = (z.Conv2D(given.Constant(channels, channels, window, window), given.Constant(channels), window == 1 ? Point : Same) + z).Relu();
        Compare.WithReference(given, 4 * Compare.Tolerance, y);
    }

    [Theory]
    [InlineData(1, 1, 9, 13, false)]
    [InlineData(2, 2, 7, 31, false)]
    [InlineData(1, 2, 29, 56, false)]                                // long rows, with pixels left over
    [InlineData(2, 1, 8, 12, true)]
    public void Blocks_with_skips_and_masks_or_slopes_agree_with_the_definition_forward_and_backward(int batch, int stride, int height, int width, bool smooth)
    {
        var given = new Sample();
        Tensor x = given.Input(batch, 5, height, width), stem = x.Conv2D(given.Constant(48, 5, 1, 1), null, Point).Relu();
        Tensor wide = Activated(stem.Conv2D(given.Constant(64, 48, 1, 1), given.Constant(64), Point));
        Tensor deep = Activated(wide.Conv2D(given.Constant(64, 1, 3, 3), given.Constant(64), new Window(3, 3, stride, stride, 1, 1, 1, 1), groups: 64));
        Tensor block = deep.Conv2D(given.Constant(40, 64, 1, 1), null, Point);
        Tensor y = (block.Conv2D(given.Constant(40, 40, 3, 3), null, Same) + block).Relu();
        Tensor gradient = Gradients.Of((y * given.Input([.. y.Shape])).Sum(), [x])[0];
        Compare.WithReference(given, 4 * Compare.Tolerance, y, gradient);

        // Masks that are bits leave no activation to be replaced.
        using var backend = new Backend(threads: 1, smooth ? null : InstructionSet.Vector128);
        var lowering = new Lowering(backend, Passes.Apply(backend, [gradient]));
        Assert.NotEmpty(lowering.Replacements);

        Tensor Activated(Tensor sum) => smooth ? sum * sum.Sigmoid() : sum.Clip(0, 6);
    }
}
