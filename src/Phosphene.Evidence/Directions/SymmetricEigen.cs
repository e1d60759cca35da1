namespace Phosphene.Evidence.Directions;

/// <summary>
/// The eigenvalues and eigenvectors of a symmetric matrix: Householder reflections to a tridiagonal one, then QL steps with implicit shifts.
/// Source: Bowdler, Martin, Reinsch and Wilkinson, Handbook for Automatic Computation II (EISPACK's tred2 and tql2).
/// </summary>
internal sealed class SymmetricEigen
{
    private const double Rounding = 2.220446049250313e-16;           // of a double around 1

    private readonly int _n;
    private readonly double[] _d, _e;                                // the diagonal, and what stands beside it
    private readonly Matrix _v;                                      // row j is column j of the handbook's V, so that inner loops run along memory

    private SymmetricEigen(Matrix symmetric)
    {
        _n = symmetric.Rows;
        (_d, _e, _v) = (new double[_n], new double[_n], new Matrix(_n, _n));
        symmetric.Values.CopyTo(_v.Values.AsSpan());
    }

    /// <summary>The eigenvalues, falling, and the eigenvectors of length 1 as rows.</summary>
    public static (double[] Values, Matrix Vectors) Of(Matrix symmetric)
    {
        var eigen = new SymmetricEigen(symmetric);
        if (eigen._n > 0)
        {
            eigen.Tridiagonalize();
            eigen.Diagonalize();
        }
        int[] order = [.. Enumerable.Range(0, eigen._n).OrderByDescending(i => eigen._d[i])];
        var vectors = new Matrix(eigen._n, eigen._n);
        for (int i = 0; i < order.Length; i++) eigen._v.Row(order[i]).CopyTo(vectors.Row(i));
        return ([.. order.Select(i => eigen._d[i])], vectors);
    }

    private void Tridiagonalize()
    {
        (int n, double[] d, double[] e, Matrix v) = (_n, _d, _e, _v);
        for (int j = 0; j < n; j++) d[j] = v[j, n - 1];
        for (int i = n - 1; i > 0; i--)
        {
            double scale = 0, h = 0;
            for (int k = 0; k < i; k++) scale += Math.Abs(d[k]);
            if (scale == 0)
            {
                e[i] = d[i - 1];
                for (int j = 0; j < i; j++) (d[j], v[j, i], v[i, j]) = (v[j, i - 1], 0, 0);
            }
            else
            {
                for (int k = 0; k < i; k++) h += (d[k] /= scale) * d[k];
                double f = d[i - 1], g = f > 0 ? -Math.Sqrt(h) : Math.Sqrt(h);
                (e[i], d[i - 1]) = (scale * g, f - g);
                h -= f * g;
                e.AsSpan(0, i).Clear();
                for (int j = 0; j < i; j++)
                {
                    f = v[i, j] = d[j];
                    Span<double> below = v.Row(j)[(j + 1)..i];
                    e[j] += v[j, j] * f + Matrix.Dot(below, d.AsSpan((j + 1)..i));
                    Matrix.Add(e.AsSpan((j + 1)..i), f, below);
                }
                f = 0;
                for (int j = 0; j < i; j++) f += (e[j] /= h) * d[j];
                Matrix.Add(e.AsSpan(0, i), -f / (h + h), d.AsSpan(0, i));
                for (int j = 0; j < i; j++)
                {
                    Span<double> column = v.Row(j)[j..i];
                    (f, g) = (d[j], e[j]);
                    Matrix.Add(column, -f, e.AsSpan(j..i));
                    Matrix.Add(column, -g, d.AsSpan(j..i));
                    (d[j], v[j, i]) = (v[j, i - 1], 0);
                }
            }
            d[i] = h;
        }
        for (int i = 0; i < n - 1; i++)
        {
            (v[i, n - 1], v[i, i]) = (v[i, i], 1);
            Span<double> reflected = v.Row(i + 1)[..(i + 1)];
            if (d[i + 1] is var h && h != 0)
                for (int j = 0; j <= i; j++)
                {
                    Span<double> column = v.Row(j)[..(i + 1)];
                    Matrix.Add(column, -Matrix.Dot(reflected, column) / h, reflected);
                }
            reflected.Clear();
        }
        for (int j = 0; j < n; j++) (d[j], v[j, n - 1]) = (v[j, n - 1], 0);
        (v[n - 1, n - 1], e[0]) = (1, 0);
    }

    private void Diagonalize()
    {
        (int n, double[] d, double[] e) = (_n, _d, _e);
        e.AsSpan(1).CopyTo(e);
        e[n - 1] = 0;
        double shifted = 0, size = 0;
        for (int l = 0; l < n; l++)
        {
            size = Math.Max(size, Math.Abs(d[l]) + Math.Abs(e[l]));
            int m = l;
            while (m < n - 1 && Math.Abs(e[m]) > Rounding * size) m++;
            while (m > l && Math.Abs(e[l]) > Rounding * size) shifted += Step(l, m);
            d[l] += shifted;
            e[l] = 0;
        }
    }

    // A QL step on the rows l to m; the shift.
    private double Step(int l, int m)
    {
        (int n, double[] d, double[] e, Matrix v) = (_n, _d, _e, _v);
        double g = d[l], p = (d[l + 1] - g) / (2 * e[l]), r = Math.CopySign(double.Hypot(p, 1), p);
        (d[l], d[l + 1]) = (e[l] / (p + r), e[l] * (p + r));
        double next = d[l + 1], shift = g - d[l];
        for (int i = l + 2; i < n; i++) d[i] -= shift;
        p = d[m];
        double c = 1, c2 = 1, c3 = 1, beside = e[l + 1], s = 0, s2 = 0;
        for (int i = m - 1; i >= l; i--)
        {
            (c3, c2, s2) = (c2, c, s);
            double h = c * p;
            g = c * e[i];
            r = double.Hypot(p, e[i]);
            e[i + 1] = s * r;
            (s, c) = (e[i] / r, p / r);
            p = c * d[i] - s * g;
            d[i + 1] = h + s * (c * g + s * d[i]);
            Span<double> upper = v.Row(i), lower = v.Row(i + 1);
            for (int k = 0; k < n; k++) (upper[k], lower[k]) = (c * upper[k] - s * lower[k], s * upper[k] + c * lower[k]);
        }
        p = -s * s2 * c3 * beside * e[l] / next;
        (e[l], d[l]) = (s * p, c * p);
        return shift;
    }
}
