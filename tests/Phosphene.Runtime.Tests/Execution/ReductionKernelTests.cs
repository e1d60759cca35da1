using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Graphs;
using Xunit;

namespace Phosphene.Runtime.Tests.Execution;

public sealed class ReductionKernelTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    [InlineData(0, 2)]
    [InlineData(1, 3)]
    [InlineData(0, 3)]
    [InlineData(0, 2, 3)]
    [InlineData(0, 1, 3)]
    [InlineData(0, 1, 2, 3)]
    public void Sum_and_maximum_agree_with_the_reference(params int[] axes)
    {
        var given = new Sample();
        foreach (int[] shape in new[] { new[] { 2, 17, 5, 7 }, [3, 1, 4, 19], [1, 40, 1, 3] })
        {
            Tensor x = given.Input(shape);
            Compare.WithReference(given, x.SumOver(axes), x.MaxOver(axes), x.MeanOver(axes));
        }
    }

    [Fact]
    public void Long_sums_are_taken_in_chunks()
    {
        var given = new Sample();
        Tensor x = given.Input([3, 9001], 0, 1);
        Compare.WithReference(given, x.SumOver(1), x.MaxOver(1), (-x).MaxOver(1), x.Sum(), x.SumOver(0));
    }

    [Fact]
    public void Maximum_of_negative_numbers_is_negative()
    {
        var given = new Sample();
        Tensor x = given.Input([3, 19, 5], -3, -2);
        Compare.WithReference(given, x.MaxOver(), x.MaxOver(0), x.MaxOver(1), x.MaxOver(2));
    }

    [Fact]
    public void Scalar_is_its_own_sum()
    {
        var given = new Sample();
        Tensor x = given.Input();
        Compare.WithReference(given, x.Sum(), x.MaxOver(), x.Mean());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    public void Softmax_and_its_logarithm_agree_with_the_reference(int axis)
    {
        var given = new Sample();
        Tensor x = given.Input([3, 17, 5], -4, 4);
        Compare.WithReference(given, x.Softmax(axis), x.LogSoftmax(axis));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    public void The_gradient_of_softmax_is_one_pass(int axis)
    {
        var given = new Sample();
        Tensor x = given.Input([3, 21, 19], -4, 4), dy = given.Input(3, 21, 19), y = x.Softmax(axis), gradient = Gradients.Of((y * dy).Sum(), [x])[0], ofLog = Gradients.Of((x.LogSoftmax(axis) * dy).Sum(), [x])[0];
        using var backend = new Backend(threads: 1);
        using Plan plan = backend.Compile(gradient);
        Assert.Equal(1, plan.Executed.Count(kernel => kernel is SoftmaxGradientKernel));
        Assert.DoesNotContain(plan.Executed, kernel => kernel is Reduction);
        Compare.WithReference(given, gradient, ofLog, (dy - (dy * y).SumOver(0)) * y, (dy * y) * (dy - (y * dy).SumOver(2)));
    }

    [Fact]
    public void Softmax_of_large_numbers_does_not_overflow()
    {
        var given = new Sample();
        Tensor x = given.InputOf([1000, 1001, 999, -1000, 0, 500], 2, 3);
        Compare.WithReference(given, x.Softmax(1), x.Softmax(0));
        // ln Σ = 1001 + ln(e^-1 + 1 + e^-2) = 1001.407606
        Compare.Close([-1.407606, -0.407606, -2.407606, -1500, -500, 0], Compare.Run(given, [x.LogSoftmax(1)])[0], "logarithm of softmax");
    }

    [Theory]
    [InlineData(5, 7, 3)]
    [InlineData(1, 40, 17)]
    [InlineData(2, 9, 600)]
    [InlineData(3, 33, 301)]
    [InlineData(4, 50, 5)]
    [InlineData(17, 1, 33)]
    [InlineData(50, 24, 1)]
    [InlineData(49, 19, 70)]
    public void Matrix_product_agrees_with_the_reference(int m, int k, int p)
    {
        foreach ((bool ta, bool tb) in new[] { (false, false), (true, false), (false, true), (true, true) })
        {
            var given = new Sample();
            int[] right = tb ? [p, k] : [k, p];
            Tensor a = given.Input(ta ? [k, m] : [m, k]);
            Compare.WithReference(given, a.MatMul(given.Input(right), ta, tb), a.MatMul(given.Constant(right), ta, tb));
        }
    }

    [Theory]
    [InlineData(new[] { 3, 5, 7 }, new[] { 3, 7, 4 })]
    [InlineData(new[] { 3, 5, 7 }, new[] { 7, 4 })]
    [InlineData(new[] { 5, 7 }, new[] { 3, 7, 4 })]
    [InlineData(new[] { 2, 1, 5, 7 }, new[] { 3, 7, 4 })]
    [InlineData(new[] { 2, 3, 5, 7 }, new[] { 1, 3, 7, 4 })]
    [InlineData(new[] { 1, 3, 5, 7 }, new[] { 2, 1, 7, 4 })]
    public void Batches_of_matrices_broadcast(int[] a, int[] b)
    {
        var given = new Sample();
        Tensor left = given.Input(a), right = given.Input(b);
        Tensor leftFlipped = given.Input([.. a[..^2], a[^1], a[^2]]), rightFlipped = given.Input([.. b[..^2], b[^1], b[^2]]);
        Compare.WithReference(given, left.MatMul(right), leftFlipped.MatMul(right, true, false), left.MatMul(rightFlipped, false, true), leftFlipped.MatMul(rightFlipped, true, true));
    }

    [Theory]
    [InlineData(1, 7, 1030)]                                         // pieces of 256 columns
    [InlineData(3, 3, 1000)]
    [InlineData(3, 5, 11000)]                                        // pieces of 1360, and an eighth part of them
    [InlineData(4, 21, 9217)]                                        // pieces of 1024, and one column more than nine of them
    [InlineData(2, 66, 2310)]                                        // pieces of 304, with a tail
    public void A_few_rows_times_a_wide_matrix_agree_with_the_reference(int rows, int depth, int columns)
    {
        var given = new Sample();
        Tensor y = given.Input(rows, depth).MatMul(given.Constant(depth, columns));
        using var backend = new Backend(threads: 1);
        using Plan plan = backend.Compile(y);
        Assert.Equal(1, plan.Executed.Count(kernel => kernel is NarrowProduct));
        Compare.WithReference(given, y);
    }

    [Fact]
    public void No_matrices_give_none()
    {
        var given = new Sample();
        Compare.WithReference(given, given.Input(0, 5, 7).MatMul(given.Constant(7, 30)), given.Input(0, 5, 7).MatMul(given.Constant(30, 7), false, true));
    }

    [Theory]
    [InlineData(1, 13, 7, 9)]
    [InlineData(3, 53, 70, 41)]                                      // two strips of rows, the last tile of the second with five
    [InlineData(2, 97, 5, 33)]
    public void A_transposed_left_side_is_read_where_it_lies(int matrices, int m, int k, int p)
    {
        var given = new Sample();
        Tensor left = given.Input(matrices, k, m), y = left.MatMul(given.Input(matrices, k, p), true), shared = left.MatMul(given.Constant(k, p), true);
        using var backend = new Backend(threads: 1);
        using Plan plan = backend.Compile(y, shared);
        Assert.Equal(0, plan.Executed.Count(kernel => kernel is StridedCopy));
        Compare.WithReference(given, y, shared);
    }

    [Theory]
    [InlineData(5, 7, 9, false)]
    [InlineData(13, 53, 41, true)]
    [InlineData(49, 64, 96, false)]
    [InlineData(50, 33, 1100, false)]                                // sums in two chunks, the last panel with twelve columns
    [InlineData(53, 38, 2065, true)]
    [InlineData(20, 48, 48, false)]
    [InlineData(20, 48, 48, true)]
    [InlineData(215, 65, 40, true)]                                  // three panels of columns, the last with one
    [InlineData(500, 39, 40, false)]                                 // five strips of rows
    [InlineData(300, 150, 1000, false)]                              // three strips, two chunks, two groups of panels, the last of 22 columns
    [InlineData(300, 150, 784, true)]                                // a second chunk of one segment
    [InlineData(7, 40, 900, true)]                                   // fewer tiles than panels
    [InlineData(1101, 1000, 70, false)]                              // so many rows and columns of the left side that strips go in groups, the last one short
    public void A_weight_is_packed_once_for_both_directions(int rows, int depth, int columns, bool transposed)
    {
        var given = new Sample();
        Tensor weight = transposed ? given.Constant(columns, depth) : given.Constant(depth, columns);
        Tensor y = given.Input(rows, depth).MatMul(weight, false, transposed), back = given.Input(rows, columns).MatMul(weight, false, !transposed);
        using var backend = new Backend(threads: 1);
        using Plan plan = backend.Compile(y, back);
        Assert.Equal(1, plan.Executed.Count(kernel => kernel is MatrixProduct));
        Assert.Equal(1, plan.Executed.Count(kernel => kernel is TransposedProduct));
        Compare.WithReference(given, 2e-5, y, back);
    }

    [Theory]
    [InlineData(300, 150, 1024)]
    [InlineData(70, 150, 40)]
    public void A_product_the_other_way_is_the_same_on_any_number_of_threads(int rows, int depth, int columns)
    {
        var given = new Sample();
        Tensor weight = given.Constant(depth, columns), there = given.Input(rows, depth).MatMul(weight), back = given.Input(rows, columns).MatMul(weight, false, true);
        Tensor weights = given.Constant(3, depth, columns), thereByThree = given.Input(3, rows, depth).MatMul(weights), backByThree = given.Input(3, rows, columns).MatMul(weights, false, true);
        Tensor[] outputs = [there, back, thereByThree, backByThree];
        using var backend = new Backend(threads: 1);
        using Plan plan = backend.Compile(outputs);
        Assert.Equal(2, plan.Executed.Count(kernel => kernel is TransposedProduct));
        Compare.WithReference(given, 2e-5, outputs);
        float[][] alone = Compare.Run(given, outputs, threads: 1);
        for (int threads = 2; threads <= 5; threads++) Assert.Equal(alone, Compare.Run(given, outputs, threads: threads));
    }

    [Theory]
    [InlineData(13, 53, 41)]                                         // a tile with one row, a panel with few columns
    [InlineData(50, 33, 64)]
    [InlineData(5, 7, 9)]
    [InlineData(3, 40, 70)]                                          // so few rows that another kernel multiplies, which adds the bias alone
    public void A_product_adds_its_bias_and_what_is_added_to_it(int rows, int depth, int columns)
    {
        var given = new Sample();
        Tensor x = given.Input(2, rows, depth), product = x.MatMul(given.Constant(depth, columns)), skip = given.Input(2, rows, columns);
        Tensor biased = product + given.Constant(columns), both = skip + (given.Constant(1, 1, columns) + x.MatMul(given.Constant(columns, depth), false, true)), added = skip + x.MatMul(given.Constant(depth, columns));
        Tensor ofBatch = given.Input(2, rows, depth).MatMul(given.Input(2, depth, columns)) + given.Input(columns) + skip;
        using var backend = new Backend(threads: 1);
        using Plan plan = backend.Compile(biased, both, added, ofBatch);
        Assert.Equal(rows > NarrowProduct.MostRows ? 0 : 1, plan.Executed.Count(kernel => kernel is PairwiseKernel<AddFunction>));
        Compare.WithReference(given, biased, both, added, ofBatch);
    }

    [Theory]
    [InlineData(17, 5)]
    [InlineData(40, 64)]
    public void A_product_the_other_way_adds_afterwards(int depth, int columns)
    {
        var given = new Sample();
        Tensor weight = given.Constant(depth, columns), there = given.Input(6, depth).MatMul(weight), back = given.Input(6, columns).MatMul(weight, false, true) + given.Constant(depth) + given.Input(6, depth);
        using var backend = new Backend(threads: 1);
        using Plan plan = backend.Compile(there, back);
        Assert.Equal(1, plan.Executed.Count(kernel => kernel is TransposedProduct));
        Compare.WithReference(given, there, back);
    }

    [Fact]
    public void A_product_of_one_column_adds_a_number()
    {
        var given = new Sample();
        Compare.WithReference(given, given.Input(7, 20).MatMul(given.Constant(20, 1)) + given.Input());
    }

    [Theory]
    [InlineData(31)]
    [InlineData(64)]
    public void Few_tokens_are_the_same_to_the_last_bit_in_a_batch_as_alone(int columns)
    {
        var given = new Sample();
        Tensor x = given.Input(3, 2, 45), weight = given.Constant(45, columns), bias = given.Constant(columns);
        // Two rows go through one kernel, six through another.
        float[][] y = Compare.Run(given, [x.MatMul(weight) + bias, x.Slice(0, 0, 1).MatMul(weight) + bias]);
        for (int i = 0; i < 2 * (columns / Value.Block * Value.Block); i++)
        {
            (int row, int column) = Math.DivRem(i, columns / Value.Block * Value.Block);
            Assert.Equal(y[1][row * columns + column], y[0][row * columns + column]);
        }
    }

    [Fact]
    public void A_product_that_is_read_elsewhere_is_kept()
    {
        var given = new Sample();
        Tensor kept = given.Input(7, 20).MatMul(given.Constant(20, 35)), biased = given.Input(7, 20).MatMul(given.Constant(20, 35)) + given.Constant(35);
        using var backend = new Backend(threads: 1);
        using Plan plan = backend.Compile(kept, kept + given.Constant(35), biased, biased + kept);
        Assert.Equal(2, plan.Executed.Count(kernel => kernel is MatrixProduct));
        Compare.WithReference(given, kept, kept + given.Constant(35), biased, biased + kept);
        Tensor product = given.Input(7, 20).MatMul(given.Constant(20, 35)), bias = given.Constant(35);
        Compare.WithReference(given, product + bias, product.Relu(), (product + bias) + (product + bias), product + product, given.Input(7, 1).MatMul(given.Constant(1, 1)) + given.Constant(7, 3));
    }

    [Fact]
    public void Several_weights_are_packed_once_for_both_directions()
    {
        var given = new Sample();
        Tensor weights = given.Constant(3, 18, 21);
        Compare.WithReference(given, given.Input(3, 7, 18).MatMul(weights), given.Input(2, 3, 8, 21).MatMul(weights, false, true), given.Input(3, 21, 6).MatMul(weights, true, true));
    }

    [Fact]
    public void Lrn_and_its_gradient_agree_with_the_reference()
    {
        foreach (int channels in new[] { 1, 3, 16, 17, 24, 40 })
            foreach (Lrn lrn in new Lrn[] { new(5, 1.5f, 0.75f, 2), new(4, 0.7f, 0.6f, 1), new(1, 2, 1.5f, 0.5f), new(9, 3, 0.75f, 1) })
            {
                var given = new Sample();
                Tensor x = given.Input(2, channels, 3, 5), dy = given.Input(2, channels, 3, 5);
                Compare.WithReference(given, new Tensor(lrn, x), new Tensor(new LrnGradient(lrn), x, dy));
            }
    }
}
