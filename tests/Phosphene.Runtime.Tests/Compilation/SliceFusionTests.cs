using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Execution;
using Phosphene.Runtime.Tests.Graphs;
using Xunit;

namespace Phosphene.Runtime.Tests.Compilation;

/// <summary>Gradients of slices that together are the whole: joined, not added; where they are not the whole, added as before.</summary>
public sealed class SliceFusionTests
{
    private static int Sums(Tensor output)
    {
        using var backend = new Backend(threads: 1);
        using Plan plan = backend.Compile(output);
        return plan.Executed.Count(kernel => kernel is PairwiseKernel<AddFunction>);
    }

    // The gradient of Σ over slices (start, length) of weights·slice², whose every slice differs.
    private static Tensor Gradient(Sample given, Tensor x, int axis, params (int Start, int Length)[] slices)
    {
        Tensor sum = slices.Select(cut => x.Slice(axis, cut.Start, cut.Length)).Select(slice => (slice * slice * given.Input([.. slice.Shape])).Sum()).Aggregate((a, b) => a + b);
        return Gradients.Of(sum, [x])[0];
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Slices_that_are_the_whole_are_joined_in_any_order(int axis)
    {
        var given = new Sample();
        Tensor gradient = Gradient(given, given.Input(12, 12, 5), axis, (7, 5), (0, 3), (3, 4));
        using var backend = new Backend(threads: 1);
        Assert.Contains(Tensor.InOrder(Passes.Apply(backend, [gradient])), tensor => tensor.Operator is Concat concat && concat.Axis == axis);
        Compare.WithReference(given, gradient);
    }

    [Fact]
    public void What_is_added_to_them_stays_added()
    {
        var given = new Sample();
        Tensor x = given.Input(4, 9, 5), beside = given.Input(4, 9, 5), gradient = Gradient(given, x, 1, (0, 4), (4, 5)) + beside;
        Tensor alone = Gradient(given, x, 1, (0, 4), (4, 5));
        Assert.Equal(Sums(alone) + 1, Sums(gradient));
        Compare.WithReference(given, gradient);
        // Also what is added twice.
        Compare.WithReference(given, gradient + beside);
    }

    [Fact]
    public void Slices_that_overlap_or_leave_a_gap_are_added()
    {
        var given = new Sample();
        Tensor x = given.Input(3, 11, 5);
        Tensor overlapping = Gradient(given, x, 1, (0, 6), (5, 6)), gap = Gradient(given, x, 1, (0, 4), (5, 6)), twice = Gradient(given, x, 1, (0, 4), (0, 4), (4, 7));
        using var backend = new Backend(threads: 1);
        Assert.DoesNotContain(Tensor.InOrder(Passes.Apply(backend, [overlapping, gap, twice])), tensor => tensor.Operator is Concat);
        Compare.WithReference(given, overlapping, gap, twice);
    }
}
