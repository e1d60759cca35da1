using System.Runtime.CompilerServices;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// x [A, Columns, B] to y [A, Rows, B]: y[a, r, :] = Σ M[r, c]·x[a, c, :], row-major. Items are runs of (a, r), grouped so that each does enough work.
/// </summary>
internal sealed unsafe class SparseKernel(Value x, Value y, SparseMatrix matrix, int outer, int inner) : Kernel
{
    private const int Grain = 1 << 13;
    private readonly int _group = Math.Max(1, Grain / Math.Max(1, inner)), _rows = outer * matrix.Rows;

    public override int Items(int stage) => (_rows + _group - 1) / _group;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        ReadOnlySpan<int> starts = matrix.Starts, columns = matrix.ColumnOf;
        ReadOnlySpan<float> weights = matrix.Weights;
        (int a, int r) = Math.DivRem(item * _group, matrix.Rows);
        for (int row = item * _group; row < Math.Min(_rows, (item + 1) * _group); row++)
        {
            float* from = x.Data + (long)a * matrix.Columns * inner, to = y.Data + (long)row * inner;
            int start = starts[r], end = starts[r + 1];
            if (inner == 1) *to = Dot(from, columns[start..end], weights[start..end]);
            else if (start == end) new Span<float>(to, inner).Clear();
            else if (end == start + 1 && weights[start] == 1) new ReadOnlySpan<float>(from + (long)columns[start] * inner, inner).CopyTo(new Span<float>(to, inner));
            else Combine<TLane>(from, to, columns[start..end], weights[start..end]);
            if (++r == matrix.Rows) (a, r) = (a + 1, 0);
        }
    }

    private static float Dot(float* from, ReadOnlySpan<int> columns, ReadOnlySpan<float> weights)
    {
        float sum = 0;
        for (int i = 0; i < columns.Length; i++) sum += weights[i] * from[columns[i]];
        return sum;
    }

    private void Combine<T>(float* from, float* to, ReadOnlySpan<int> columns, ReadOnlySpan<float> weights) where T : unmanaged, ILane<T>
    {
        int b = 0;
        for (; b <= inner - T.Width; b += T.Width)
        {
            T sum = default;
            for (int i = 0; i < columns.Length; i++) T.Accumulate(ref sum, T.Broadcast(weights[i]), T.Load(from + (long)columns[i] * inner + b));
            T.Store(to + b, sum);
        }
        for (; b < inner; b++)
        {
            float sum = 0;
            for (int i = 0; i < columns.Length; i++) sum += weights[i] * from[(long)columns[i] * inner + b];
            to[b] = sum;
        }
    }
}
