using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Execution;
using Phosphene.Runtime.Tests.Graphs;
using Xunit;

namespace Phosphene.Runtime.Tests.Compilation;

/// <summary>Products of attention's heads: their values, and that nothing is copied for them.</summary>
public sealed class StridedProductTests
{
    private static Plan Compile(Backend backend, params Tensor[] outputs) => backend.Compile(outputs);

    private static int Kernels<T>(Plan plan) => plan.Executed.Count(kernel => kernel is T);

    // Self-attention of x [images, tokens, width] over heads of the given size; tokens stand first inside it if they are to.
    private static Tensor Attention(Sample given, Tensor x, int heads, int size, bool tokensFirst)
    {
        int images = x.Shape[0], tokens = x.Shape[1], width = x.Shape[2], inner = heads * size;
        int first = tokensFirst ? tokens : images, second = tokensFirst ? images : tokens;
        Tensor rows = tokensFirst ? x.Transpose(1, 0, 2) : x;
        Tensor all = given.Constant(3 * inner) + rows.MatMul(given.Constant(width, 3 * inner));
        Tensor[] parts = [.. Enumerable.Range(0, 3).Select(part => Heads(all.Slice(2, part * inner, inner)))];
        Tensor weights = (parts[0] / Tensor.Constant(new Shape(), [3f])).MatMul(parts[1].Transpose(0, 2, 1)).Softmax(-1);
        Tensor mixed = weights.MatMul(parts[2]);
        mixed = tokensFirst ? mixed.Transpose(1, 0, 2) : mixed.Reshape(new Shape(images, heads, tokens, size)).Transpose(0, 2, 1, 3);
        Tensor y = (mixed.Reshape(new Shape(first * second, inner)).MatMul(given.Constant(inner, width)) + given.Constant(width)).Reshape(new Shape(first, second, width));
        return tokensFirst ? y.Transpose(1, 0, 2) : y;

        Tensor Heads(Tensor part) => tokensFirst ? part.Reshape(new Shape(tokens, images * heads, size)).Transpose(1, 0, 2) : part.Reshape(new Shape(images, tokens, heads, size)).Transpose(0, 2, 1, 3).Reshape(new Shape(images * heads, tokens, size));
    }

    [Theory]
    [InlineData(2, 53, 3, 5, true)]                                  // two strips of rows, the second short; heads narrower than a vector
    [InlineData(2, 53, 3, 5, false)]
    [InlineData(1, 7, 2, 40, true)]                                  // heads wider than a panel
    [InlineData(3, 101, 2, 16, false)]
    public void Attention_and_its_gradient_are_products_without_copies(int images, int tokens, int heads, int size, bool tokensFirst)
    {
        var given = new Sample();
        Tensor x = given.Input(images, tokens, 11), y = Attention(given, x, heads, size, tokensFirst), gradient = Gradients.Of((y * given.Input(images, tokens, 11)).Sum(), [x])[0];
        using var backend = new Backend(threads: 1);
        using Plan plan = Compile(backend, y, gradient);
        Assert.Equal(6, Kernels<StridedProduct>(plan));
        Assert.Equal(0, Kernels<StridedCopy>(plan) + Kernels<SoftmaxKernel>(plan) + Kernels<SoftmaxGradientKernel>(plan) + Kernels<PairwiseKernel<DivideFunction>>(plan));
        Compare.WithReference(given, 1e-4, y, gradient);             // a softmax amplifies what its operands are wrong by
    }

    [Fact]
    public void What_is_computed_in_its_place_is_still_copied_into_a_concatenation_that_is_not_its_only_reader()
    {
        var given = new Sample();
        Tensor beside = given.Input(7, 3, 4), product = given.Input(3, 7, 5).MatMul(given.Input(3, 5, 6)), turned = product.Transpose(1, 0, 2);
        Compare.WithReference(given, Tensor.Concat(2, beside, turned), turned.Relu());
        Compare.WithReference(given, Tensor.Concat(2, beside, turned), turned);
        Compare.WithReference(given, Tensor.Concat(2, turned, turned));
        Compare.WithReference(given, Tensor.Concat(2, beside, product.Reshape(new Shape(7, 3, 6))), product.Reshape(new Shape(7, 3, 6)).Relu());
    }

    [Fact]
    public void Rows_that_a_reshape_has_rearranged_before_they_are_transposed_are_so_before_the_product_too()
    {
        var given = new Sample();
        Tensor x = Tensor.Concat(2, given.Input(4, 6, 2), given.Input(4, 6, 3)), y = x.MatMul(given.Constant(5, 7)).Reshape(new Shape(6, 4, 7)).Transpose(1, 0, 2);
        using var backend = new Backend(threads: 1);
        Assert.Equal(y.Shape, Passes.Apply(backend, [y])[0].Shape);
        Compare.WithReference(given, y);
    }

    [Fact]
    public void The_factor_of_a_constant_too_large_to_be_folded_is_kept()
    {
        var given = new Sample();
        Tensor a = given.Input(300, 5, 128), b = Tensor.Constant(new Shape(300, 128, 128), [.. Enumerable.Range(0, 300 * 128 * 128).Select(i => (float)(i % 7))]);
        Assert.All(Compare.Run(given, [a.MatMul(2 * b)])[0].Zip(Compare.Run(given, [2 * a.MatMul(b)])[0]), pair => Assert.Equal(pair.Second, pair.First, 0.01f));
    }

    [Fact]
    public void Parts_that_something_else_reads_have_memory_of_their_own()
    {
        var given = new Sample();
        Tensor x = given.Input(9, 2, 20), left = x.Slice(2, 0, 10).Transpose(1, 0, 2), right = x.Slice(2, 10, 10).Transpose(1, 2, 0), product = left.MatMul(right);
        Compare.WithReference(given, product, left, right.Relu(), product.Transpose(1, 0, 2), product.Softmax(-1));
        Compare.WithReference(given, left.MatMul(right).Transpose(2, 1, 0).Relu(), left.Sum());
        Compare.WithReference(given, x.Transpose(1, 0, 2).Reshape(new Shape(2, 18, 10)).MatMul(given.Input(2, 10, 7)));      // a reshape that cuts through rows
        Compare.WithReference(given, x.Slice(0, 1, 8).Reshape(new Shape(8, 5, 8)).MatMul(x.Slice(0, 0, 8).Reshape(new Shape(8, 5, 8)), true));
    }

    [Fact]
    public void A_concatenation_has_some_parts_in_place_and_others_copied()
    {
        var given = new Sample();
        Tensor a = given.Input(3, 7, 5), b = given.Input(3, 5, 6), beside = given.Input(7, 3, 4);
        Tensor joined = Tensor.Concat(2, beside, a.MatMul(b).Transpose(1, 0, 2), beside * beside, (a * a).MatMul(b).Transpose(1, 0, 2));
        using var backend = new Backend(threads: 1);
        using Plan plan = Compile(backend, joined.Relu());
        Assert.Equal(2, Kernels<StridedCopy>(plan));
        Compare.WithReference(given, joined, joined.Relu());
    }

    [Fact]
    public void Results_go_where_their_transposes_belong()
    {
        var given = new Sample();
        Tensor a = given.Input(3, 50, 9), b = given.Input(3, 9, 13), y = a.MatMul(b).Transpose(0, 2, 1).Reshape(new Shape(39, 50)).Sigmoid();
        using var backend = new Backend(threads: 1);
        using Plan plan = Compile(backend, y);
        Assert.Equal(0, Kernels<StridedCopy>(plan));
        Compare.WithReference(given, y, (2 * a).MatMul(b / Tensor.Constant(new Shape(), [4f])), a.MatMul(b) * Tensor.Constant(new Shape(), [0.3f]));
    }

    [Fact]
    public void Endings_belong_to_the_last_axis_and_to_products_that_nothing_else_reads()
    {
        var given = new Sample();
        Tensor product = given.Input(2, 19, 6).MatMul(given.Input(2, 6, 21)), other = given.Input(2, 19, 5).MatMul(given.Input(2, 5, 21)), shared = given.Input(2, 19, 4).MatMul(given.Input(2, 4, 21));
        using var backend = new Backend(threads: 1);
        using Plan plan = Compile(backend, product.Softmax(-1), other.Softmax(1), shared.Softmax(-1), shared);
        Assert.Equal(2, Kernels<SoftmaxKernel>(plan));
        Compare.WithReference(given, 1e-4, product.Softmax(-1), other.Softmax(1), shared.Softmax(-1), shared);
    }

    [Fact]
    public void A_transpose_of_rows_stays_where_nothing_else_is_rearranged()
    {
        var given = new Sample();
        Tensor x = given.Input(3, 7, 5), w = given.Constant(5, 6), b = given.Constant(6);
        Tensor before = (x.Transpose(1, 0, 2).MatMul(w) + b).Relu(), after = (x.Relu().MatMul(w) + b).Transpose(1, 0, 2);
        Compare.WithReference(given, before, after, (x.MatMul(w) + b).Reshape(new Shape(21, 6)).Transpose(1, 0), (b + x.Transpose(1, 0, 2).MatMul(w)).Slice(0, 2, 3));
        Tensor product = x.Transpose(1, 0, 2).Reshape(new Shape(21, 5)).MatMul(w) + b;
        Compare.WithReference(given, product, product.Reshape(new Shape(7, 3, 6)).Transpose(1, 0, 2), product.Reshape(new Shape(7, 18)));
    }
}
