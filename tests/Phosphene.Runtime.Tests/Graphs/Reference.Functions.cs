using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Tests.Graphs;

/// <summary>Special functions, statistics and sparse matrices.</summary>
internal static partial class Reference
{
    // Φ(x), the normal distribution.
    private static double Normal(double x) => (1 + Erf(x / Math.Sqrt(2))) / 2;

    // erf x = 2/√π · Σ (-1)^n x^(2n+1) / (n!·(2n+1)), which converges everywhere; beyond 6 it is 1 to the last digit.
    private static double Erf(double x)
    {
        if (Math.Abs(x) > 6) return Math.Sign(x);
        double sum = 0, power = x;
        for (int n = 0; n < 200; n++)
        {
            sum += power / (2 * n + 1);
            power *= -x * x / (n + 1);
        }
        return 2 / Math.Sqrt(Math.PI) * sum;
    }

    // With dy, the gradient by the chain rule through mean and variance.
    private static double[] Standardize(Standardize op, Shape shape, double[] x, double[]? dy)
    {
        int length = shape.CountOf(op.Axis, shape.Rank);
        var result = new double[x.Length];
        for (int start = 0; start < x.Length; start += length)
        {
            double[] row = x[start..(start + length)];
            double mean = row.Average(), deviation = Math.Sqrt(row.Average(value => (value - mean) * (value - mean)) + op.Epsilon);
            double[] y = [.. row.Select(value => (value - mean) / deviation)];
            for (int i = 0; i < length; i++)
            {
                if (dy is null) result[start + i] = y[i];
                else
                    for (int k = 0; k < length; k++)
                        result[start + i] += dy[start + k] * ((i == k ? 1 : 0) - 1.0 / length - y[k] * y[i] / length) / deviation;
            }
        }
        return result;
    }

    private static double[] Sparse(SparseProduct op, Shape yShape, Shape xShape, double[] x) => Gathered(Indices(yShape).Select(index =>
    {
        int row = index[op.Axis];
        double sum = 0;
        for (int i = op.Matrix.Starts[row]; i < op.Matrix.Starts[row + 1]; i++)
            sum += op.Matrix.Weights[i] * x[At(xShape, Moved(index, op.Axis, _ => op.Matrix.ColumnOf[i]))];
        return sum;
    }));

    // How many of the row are less, or equal and before it.
    private static double[] Ranked(Shape shape, double[] x) => Gathered(Indices(shape).Select(index =>
    {
        int own = index[^1];
        double[] row = [.. Enumerable.Range(0, shape[shape.Rank - 1]).Select(i => x[At(shape, Moved(index, shape.Rank - 1, _ => i))])];
        return (double)Enumerable.Range(0, row.Length).Count(i => row[i] < row[own] || (row[i] == row[own] && i < own));
    }));

    private static double[] Place(ArgMax op, Shape yShape, Shape xShape, double[] x) => Gathered(Indices(yShape).Select(index =>
    {
        double[] along = [.. Enumerable.Range(0, xShape[op.Axis]).Select(i => x[At(xShape, Moved(index, op.Axis, _ => i))])];
        return op.Last ? Array.LastIndexOf(along, along.Max()) : (double)Array.IndexOf(along, along.Max());
    }));
}
