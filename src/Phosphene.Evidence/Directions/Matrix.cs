using System.Numerics;
using System.Runtime.InteropServices;

namespace Phosphene.Evidence.Directions;

/// <summary>A dense matrix of doubles by rows, with the few products that finding directions needs. Each element is summed in one fixed order, whatever the threads.</summary>
internal sealed class Matrix(int rows, int columns)
{
    public int Rows => rows;

    public int Columns => columns;

    public double[] Values { get; } = new double[rows * columns];

    public Span<double> Row(int row) => Values.AsSpan(row * columns, columns);

    public double this[int row, int column]
    {
        get => Values[row * columns + column];
        set => Values[row * columns + column] = value;
    }

    /// <summary>The numbers as floats, for a file.</summary>
    public float[] ToFloats() => [.. Values.Select(value => (float)value)];

    /// <summary>this·otherᵀ, [Rows, other.Rows].</summary>
    public Matrix TimesTransposed(Matrix other)
    {
        var product = new Matrix(Rows, other.Rows);
        Parallel.For(0, Rows, i =>
        {
            for (int j = 0; j < other.Rows; j++) product[i, j] = Dot(Row(i), other.Row(j));
        });
        return product;
    }

    /// <summary>this·other, [Rows, other.Columns].</summary>
    public Matrix Times(Matrix other)
    {
        var product = new Matrix(Rows, other.Columns);
        Parallel.For(0, Rows, i =>
        {
            for (int k = 0; k < Columns; k++) Add(product.Row(i), this[i, k], other.Row(k));
        });
        return product;
    }

    /// <summary>thisᵀ·other, [Columns, other.Columns].</summary>
    public Matrix TransposedTimes(Matrix other)
    {
        // Few rows at a time, so that they stay in the cache for all columns.
        const int Part = 128;
        var product = new Matrix(Columns, other.Columns);
        for (int start = 0; start < Rows; start += Part)
        {
            int first = start, end = Math.Min(start + Part, Rows);
            Parallel.For(0, Columns, i =>
            {
                for (int row = first; row < end; row++) Add(product.Row(i), this[row, i], other.Row(row));
            });
        }
        return product;
    }

    /// <summary>Σ a·b.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        Vector<double> sums = Vector<double>.Zero;
        int i = 0;
        for (; i <= a.Length - Vector<double>.Count; i += Vector<double>.Count) sums += new Vector<double>(a[i..]) * new Vector<double>(b[i..]);
        double sum = Vector.Sum(sums);
        for (; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    /// <summary>Σ a·b of single precision: summed in parts, so that single precision is enough within one.</summary>
    public static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        const int Part = 1 << 10;
        double sum = 0;
        for (int start = 0; start < a.Length; start += Part)
        {
            ReadOnlySpan<float> left = a.Slice(start, Math.Min(Part, a.Length - start)), right = b.Slice(start, left.Length);
            ReadOnlySpan<Vector<float>> wide = MemoryMarshal.Cast<float, Vector<float>>(left), others = MemoryMarshal.Cast<float, Vector<float>>(right);
            Vector<float> products = Vector<float>.Zero;
            for (int i = 0; i < wide.Length; i++) products += wide[i] * others[i];
            sum += Vector.Sum(products);
            for (int i = wide.Length * Vector<float>.Count; i < left.Length; i++) sum += (double)left[i] * right[i];
        }
        return sum;
    }

    /// <summary>y += scale·x.</summary>
    public static void Add(Span<double> y, double scale, ReadOnlySpan<double> x)
    {
        var scales = new Vector<double>(scale);
        int i = 0;
        for (; i <= y.Length - Vector<double>.Count; i += Vector<double>.Count) (new Vector<double>(y[i..]) + scales * new Vector<double>(x[i..])).CopyTo(y[i..]);
        for (; i < y.Length; i++) y[i] += scale * x[i];
    }
}
