using System.Collections.Immutable;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

/// <summary>
/// Attention that wants tokens before images stands between two transposes of rows, with a product of all rows by one matrix, and a bias, beside each. The order of rows does not matter to those, so the transposes
/// move towards the heads, where the rearrangement costs nothing (see <see cref="Lowering"/>):
/// <code>
/// [tokens, images, ·] · W + b = transpose([images, tokens, ·] · W + b)          where only rearrangements read it
/// transpose([tokens, images, ·] · W + b) = transpose([tokens, images, ·]) · W + b     where a rearrangement made it
/// </code>
/// </summary>
internal static class RowOrder
{
    public static IReadOnlyList<Tensor> Apply(IReadOnlyList<Tensor> outputs) => Move(Move(outputs, Down), Up);

    private delegate Tensor? Rule(Tensor tensor, Func<Tensor, Tensor> renewed, Func<Tensor, bool> once, ILookup<Tensor, Tensor> readers);

    private static IReadOnlyList<Tensor> Move(IReadOnlyList<Tensor> outputs, Rule rule)
    {
        Dictionary<Tensor, int> uses = Passes.Uses(outputs);
        ILookup<Tensor, Tensor> readers = Passes.Readers(Tensor.InOrder(outputs));
        var map = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance);      // old to new
        return Passes.Rewrite(outputs, (tensor, inputs) =>
        {
            for (int i = 0; i < inputs.Length; i++) map[tensor.Inputs[i]] = inputs[i];
            return rule(tensor, old => map[old], old => uses[old] == 1, readers);
        });
    }

    // At the sum with the bias, or the product if there is none: W and b applied to x, and what was done to x done to the result.
    private static Tensor? Down(Tensor tensor, Func<Tensor, Tensor> renewed, Func<Tensor, bool> once, ILookup<Tensor, Tensor> readers)
    {
        if (!readers[tensor].Any() || !readers[tensor].All(IsRearrangement)) return null;
        (Tensor product, Tensor? bias) = Unbiased(tensor, once);
        if (!IsOfRows(product)) return null;
        Tensor x = product.Inputs[0], transposed = x.Operator is Reshape && KeepsColumns(x) ? x.Inputs[0] : x;
        if (!IsOfRows(transposed, out ImmutableArray<int> axes)) return null;
        Tensor y = new(product.Operator, renewed(transposed).Inputs[0], renewed(product.Inputs[1]));
        if (bias is not null) y += renewed(bias);
        y = new Tensor(new Transpose(axes), y);
        return y.Shape == tensor.Shape ? y : new Tensor(new Reshape(tensor.Shape), y);
    }

    // At the transpose: x transposed, and W and b applied to it.
    private static Tensor? Up(Tensor tensor, Func<Tensor, Tensor> renewed, Func<Tensor, bool> once, ILookup<Tensor, Tensor> readers)
    {
        if (!IsOfRows(tensor, out ImmutableArray<int> axes)) return null;
        Tensor y = tensor.Inputs[0];
        if (!once(y)) return null;
        if (y.Operator is Reshape && KeepsColumns(y) && once(y.Inputs[0])) y = y.Inputs[0];
        (Tensor product, Tensor? bias) = Unbiased(y, once);
        if (!IsOfRows(product) || !once(product.Inputs[0]) || !(IsRearrangement(product.Inputs[0]) || product.Inputs[0].Operator is Concat)) return null;
        Shape rows = tensor.Inputs[0].Shape;
        Tensor x = new(product.Operator, Transposed(renewed(product.Inputs[0]), rows, axes), renewed(product.Inputs[1]));
        return bias is null ? x : x + renewed(bias);
    }

    // Where parts are joined each is transposed, so that each can be computed in its place.
    private static Tensor Transposed(Tensor x, Shape rows, ImmutableArray<int> axes)
    {
        Shape shape = rows.With(rows.Rank - 1, x.Shape[-1]);
        if (x.Operator is Concat concat && x.Shape == shape && concat.Axis == x.Shape.Rank - 1)
            return new Tensor(concat, [.. x.Inputs.Select(part => new Tensor(new Transpose(axes), part))]);
        return new Tensor(new Transpose(axes), x.Shape == shape ? x : new Tensor(new Reshape(shape), x));
    }

    private static bool IsRearrangement(Tensor tensor) => tensor.Operator is Reshape or Transpose or Slice;

    // A product of all rows by one matrix.
    private static bool IsOfRows(Tensor product) => product.Operator is MatMul { TransposeA: false } && product.Inputs[1].Shape.Rank == 2;

    // A transpose that leaves the columns where they are.
    private static bool IsOfRows(Tensor tensor, out ImmutableArray<int> axes)
    {
        axes = (tensor.Operator as Transpose)?.Axes ?? [];
        return axes.Length > 1 && axes[^1] == axes.Length - 1;
    }

    // The product and the bias that a tensor is the sum of, in either order; else the tensor.
    private static (Tensor Product, Tensor? Bias) Unbiased(Tensor sum, Func<Tensor, bool> once)
    {
        for (int i = 0; i < 2 && sum.Operator is Add; i++)
            if (sum.Inputs[i].Shape == sum.Shape && once(sum.Inputs[i]) && sum.Inputs[1 - i].Shape.Rank == 1) return (sum.Inputs[i], sum.Inputs[1 - i]);
        return (sum, null);
    }

    private static bool KeepsColumns(Tensor reshape) => reshape.Shape.Rank > 0 && reshape.Inputs[0].Shape.Rank > 0 && reshape.Shape[-1] == reshape.Inputs[0].Shape[-1];
}
