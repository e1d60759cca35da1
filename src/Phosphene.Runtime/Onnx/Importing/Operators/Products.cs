using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>Matrix products.</summary>
internal static class Products
{
    public static readonly OnnxOperator[] Entries =
    [
        OnnxOperator.Of("Gemm", 1, 2, 3, Gemm),
        OnnxOperator.Of("MatMul", 1, 2, node => Product(node.Tensor(0), node.Tensor(1))),
        OnnxOperator.Of("Det", 11, 1, Determinant),
    ];

    // y = alpha·A·B + beta·C, with A and B transposed on request and C broadcast; C became optional with 11.
    private static Tensor Gemm(ImportNode node)
    {
        Tensor a = node.Tensor(0), b = node.Tensor(1);
        if (a.Shape.Rank != 2 || b.Shape.Rank != 2) throw node.Mismatch($"needs two matrices, its inputs are {a.Shape} and {b.Shape}");
        if (node.Opset < 11 && !node.Has(2)) throw node.Malformed($"has no third input, which operator set {node.Opset} requires");
        if (node.Opset < 7) node.Accept("broadcast");
        float alpha = node.Real("alpha", 1), beta = node.Real("beta", 1);
        Tensor product = a.MatMul(b, node.Flag("transA"), node.Flag("transB"));
        if (alpha != 1) product *= alpha;
        if (node.OptionalTensor(2) is not { } c || beta == 0) return product;
        if (Shape.Broadcast(c.Shape, product.Shape) != product.Shape)
            throw node.Mismatch($"adds a third input {c.Shape}, which does not broadcast to the product {product.Shape}");
        return product + (beta == 1 ? c : c * beta);
    }

    /// <summary>NumPy's rule: a vector counts as one row on the left and as one column on the right, and that axis goes again.</summary>
    public static Tensor Product(Tensor a, Tensor b)
    {
        bool row = a.Shape.Rank == 1, column = b.Shape.Rank == 1;
        if (row) a = a.Reshape(new Shape(1, a.Shape[0]));
        if (column) b = b.Reshape(new Shape(b.Shape[0], 1));
        (b, bool transposed) = column ? (b, false) : Patterns.Untransposed(b);
        Tensor product = a.MatMul(b, transposeOther: transposed);
        if (!row && !column) return product;
        ReadOnlySpan<int> extents = product.Shape.Extents;
        int[] outer = [.. extents[..^2]];
        return product.Reshape(row && column ? new Shape(outer) : row ? new Shape([.. outer, extents[^1]]) : new Shape([.. outer, extents[^2]]));
    }

    // Each elimination is a few nodes for a row.
    private const int MostRows = 64;

    // Of matrices [..., M, M]: the product of the pivots of Gauss's elimination, of which each row that changes its place turns the sign. In each column the largest
    // number is the pivot; its row is exchanged with the first one by a matrix of zeros and ones.
    private static Tensor Determinant(ImportNode node)
    {
        Tensor x = node.Tensor(0);
        if (x.Shape.Rank < 2 || x.Shape[-1] != x.Shape[-2] || x.Shape[-1] is 0 or > MostRows) throw node.Mismatch($"needs square matrices of 1 to {MostRows} rows, its input is {x.Shape}");
        int rows = x.Shape[-1], batch = x.Shape.Count / (rows * rows);
        Tensor rest = x.Reshape(new Shape(batch, rows, rows));
        Tensor determinant = Tensor.Constant(1).BroadcastTo(new Shape(batch, 1, 1));
        for (; rows > 1; rows--)
        {
            Tensor chosen = rest.Slice(2, 0, 1).Abs().ArgMaxOver(1), places = Tensor.Counting(rows, 1, 3);
            Tensor atPivot = places.EqualTo(chosen);
            Tensor pivotRow = rest.KeepWhere(atPivot).SumOver(1), firstRow = rest.Slice(1, 0, 1), pivot = pivotRow.Slice(2, 0, 1);
            Tensor swapped = Tensor.Where(atPivot, firstRow.BroadcastTo(rest.Shape), rest).Slice(1, 1, rows - 1);
            determinant = determinant * pivot * (2f * chosen.EqualTo(0) - 1f);
            Tensor shares = (swapped.Slice(2, 0, 1) / pivot).KeepWhere(pivot.Abs());
            rest = (swapped - shares * pivotRow).Slice(2, 1, rows - 1);
        }
        return (determinant * rest).Reshape(new Shape(x.Shape.Extents[..^2]));
    }
}
