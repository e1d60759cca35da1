namespace Phosphene.Runtime.Graphs;

/// <summary>
/// y = M·x along one axis, with a matrix of constants that are mostly zero: y[.., r, ..] = Σ_c M[r, c]·x[.., c, ..]. Picking by indices, reordering,
/// continuing past an edge and resampling of every kind are this with different matrices, and each one's adjoint is the transposed matrix.
/// </summary>
public sealed record SparseProduct(int Axis, SparseMatrix Matrix) : Operator
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs) =>
        inputs[0][Axis] == Matrix.Columns
            ? inputs[0].With(Axis, Matrix.Rows)
            : throw new ArgumentException($"A matrix of {Matrix.Columns} columns along axis {Axis} of {inputs[0]} needs that extent to be {Matrix.Columns}.");
}

/// <summary>A matrix of which only the entries that are not zero are stored, row by row. Immutable.</summary>
public sealed class SparseMatrix
{
    private readonly int[] _starts, _columns;
    private readonly float[] _weights;
    private SparseMatrix? _transposed;

    private SparseMatrix(int columns, int[] starts, int[] at, float[] weights) => (Columns, _starts, _columns, _weights) = (columns, starts, at, weights);

    /// <summary>The number of rows.</summary>
    public int Rows => _starts.Length - 1;

    /// <summary>The number of columns.</summary>
    public int Columns { get; }

    /// <summary>The entries of row r are those from Starts[r] to Starts[r + 1].</summary>
    public ReadOnlySpan<int> Starts => _starts;

    /// <summary>The column of each entry.</summary>
    public ReadOnlySpan<int> ColumnOf => _columns;

    /// <summary>The value of each entry.</summary>
    public ReadOnlySpan<float> Weights => _weights;

    /// <summary>The matrix with the given entries (column, weight) in each row.</summary>
    /// <exception cref="ArgumentException">A column is outside [0, columns).</exception>
    public static SparseMatrix Of(int columns, IReadOnlyList<IReadOnlyList<(int Column, float Weight)>> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var starts = new int[rows.Count + 1];
        for (int r = 0; r < rows.Count; r++) starts[r + 1] = starts[r] + rows[r].Count;
        (int Column, float Weight)[] entries = [.. rows.SelectMany(row => row)];
        return Checked(new SparseMatrix(columns, starts, [.. entries.Select(entry => entry.Column)], [.. entries.Select(entry => entry.Weight)]));
    }

    /// <summary>The matrix that picks column picks[r] as row r; a negative number makes a row of zeros.</summary>
    /// <exception cref="ArgumentException">A pick is not below the number of columns.</exception>
    public static SparseMatrix Picking(int columns, ReadOnlySpan<int> picks)
    {
        var starts = new int[picks.Length + 1];
        var at = new List<int>(picks.Length);
        for (int r = 0; r < picks.Length; r++)
        {
            if (picks[r] >= 0) at.Add(picks[r]);
            starts[r + 1] = at.Count;
        }
        var ones = new float[at.Count];
        Array.Fill(ones, 1);
        return Checked(new SparseMatrix(columns, starts, [.. at], ones));
    }

    /// <summary>
    /// The matrix that resamples an axis by a triangle filter: linear between neighbours when enlarging, antialiased when shrinking. Pixel centres lie at
    /// whole numbers plus a half; at the edges the weights that are left are scaled to sum to 1.
    /// </summary>
    public static SparseMatrix Resampling(int from, int to)
    {
        double scale = (double)from / to, radius = Math.Max(1, scale);
        return Of(from, [.. Enumerable.Range(0, to).Select(i =>
        {
            double centre = (i + 0.5) * scale - 0.5;
            int first = Math.Max(0, (int)Math.Ceiling(centre - radius)), last = Math.Min(from - 1, (int)Math.Floor(centre + radius));
            (int Column, double Weight)[] taps = [.. Enumerable.Range(first, last - first + 1).Select(column => (column, 1 - Math.Abs(column - centre) / radius)).Where(tap => tap.Item2 > 0)];
            double sum = taps.Sum(tap => tap.Weight);
            return (IReadOnlyList<(int, float)>)[.. taps.Select(tap => (tap.Column, (float)(tap.Weight / sum)))];
        })]);
    }

    private static SparseMatrix Checked(SparseMatrix matrix)
    {
        foreach (int column in matrix._columns)
            if (column < 0 || column >= matrix.Columns) throw new ArgumentException($"A matrix of {matrix.Columns} columns has no column {column}.");
        return matrix;
    }

    /// <summary>Rows become columns. The entries of each new row are in the order of the old rows.</summary>
    public SparseMatrix Transposed()
    {
        if (_transposed is not null) return _transposed;
        var starts = new int[Columns + 1];
        foreach (int column in _columns) starts[column + 1]++;
        for (int c = 0; c < Columns; c++) starts[c + 1] += starts[c];
        int[] next = starts[..^1], at = new int[_columns.Length];
        var weights = new float[_columns.Length];
        for (int r = 0; r < Rows; r++)
            for (int i = _starts[r]; i < _starts[r + 1]; i++)
            {
                int place = next[_columns[i]]++;
                (at[place], weights[place]) = (r, _weights[i]);
            }
        return _transposed = new SparseMatrix(Rows, starts, at, weights) { _transposed = this };
    }
}
