using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;
using Xunit;

namespace Phosphene.Runtime.Tests.Compilation;

public sealed class StridedViewTests
{
    private static StridedView Whole(params int[] extents) => StridedView.Of(new Value(new Shape(extents), Layout.Plain));

    [Fact]
    public void Heads_of_a_slice_are_matrices_where_they_lie()
    {
        // [images 2, tokens 5, 3·(heads 2 · size 4)]: the keys, [images·heads, tokens, size]
        StridedMatrices? keys = Whole(2, 5, 24).Sliced(2, 8, 8)!.Reshaped(new Shape(2, 5, 2, 4))!.Transposed([0, 2, 1, 3]).Reshaped(new Shape(4, 5, 4))!.Matrices(new Shape(4));
        Assert.NotNull(keys);
        Assert.Equal((24, 1), (keys.RowStep, keys.ColumnStep));
        Assert.Equal([8, 12, 128, 132], keys.Offsets);
    }

    [Fact]
    public void Matrices_are_broadcast_over_leading_axes()
    {
        Assert.Equal([0, 0, 6, 6], Whole(2, 1, 2, 3).Matrices(new Shape(2, 2))!.Offsets);
        Assert.Equal([0, 6, 0, 6], Whole(2, 2, 3).Matrices(new Shape(2, 2))!.Offsets);
    }

    [Fact]
    public void A_reshape_that_cuts_through_what_is_apart_is_none()
    {
        Assert.Null(Whole(4, 6).Transposed([1, 0]).Reshaped(new Shape(8, 3)));
        Assert.NotNull(Whole(4, 6).Reshaped(new Shape(8, 3)));
        Assert.Null(Whole(4, 6).Transposed([1, 0]).Reshaped(new Shape(24))!.Sliced(0, 1, 5));
    }

    [Fact]
    public void Rows_of_several_steps_or_without_one_of_1_are_no_matrices()
    {
        Assert.Null(Whole(2, 3, 4).Transposed([1, 0, 2]).Reshaped(new Shape(6, 4))!.Matrices(Shape.Scalar));
        Assert.Null(Whole(3, 4, 5).Transposed([2, 0, 1]).Matrices(new Shape(5)));
    }
}
