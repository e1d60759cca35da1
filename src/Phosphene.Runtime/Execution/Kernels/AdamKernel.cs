using System.Numerics;
using System.Runtime.InteropServices;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>Adam's arithmetic, in place: for parameters where they are, and by <see cref="AdamKernel"/> for any other value.</summary>
internal static class AdamArithmetic
{
    /// <summary>Moves x along its gradient, and brings both running means up to date. False if something is not finite afterwards.</summary>
    public static bool Move(this AdamStep adam, float step, float rate, Span<float> x, ReadOnlySpan<float> gradient, Span<float> means, Span<float> squares)
    {
        (float beta1, float beta2, float epsilon) = (adam.Beta1, adam.Beta2, adam.Epsilon);
        float correct1 = (float)(1 / (1 - Math.Pow(beta1, step))), correct2 = (float)(1 / (1 - Math.Pow(beta2, step)));
        Span<Vector<float>> xs = MemoryMarshal.Cast<float, Vector<float>>(x), ms = MemoryMarshal.Cast<float, Vector<float>>(means), vs = MemoryMarshal.Cast<float, Vector<float>>(squares);
        ReadOnlySpan<Vector<float>> gs = MemoryMarshal.Cast<float, Vector<float>>(gradient);
        Vector<float> sums = default;
        for (int i = 0; i < xs.Length; i++)
        {
            ms[i] = beta1 * ms[i] + (1 - beta1) * gs[i];
            vs[i] = beta2 * vs[i] + (1 - beta2) * gs[i] * gs[i];
            xs[i] += rate * correct1 * ms[i] / (Vector.SquareRoot(vs[i] * correct2) + new Vector<float>(epsilon));
            sums += (xs[i] + vs[i]) * 0;
        }
        float sum = Vector.Sum(sums);
        for (int i = xs.Length * Vector<float>.Count; i < x.Length; i++)
        {
            means[i] = beta1 * means[i] + (1 - beta1) * gradient[i];
            squares[i] = beta2 * squares[i] + (1 - beta2) * gradient[i] * gradient[i];
            x[i] += rate * correct1 * means[i] / (MathF.Sqrt(squares[i] * correct2) + epsilon);
            sum += (x[i] + squares[i]) * 0;
        }
        return sum == 0;                                             // 0 times what is not finite is NaN, which survives addition
    }
}

/// <summary>y [3, ...] = x', m' and v' of <see cref="AdamStep"/>.</summary>
internal sealed unsafe class AdamKernel(AdamStep adam, Value x, Value means, Value squares, Value gradient, Value step, Value rate, Value y) : Kernel
{
    public override int Items(int stage) => 1;

    public override void Run<TLane>(int stage, int item)
    {
        int count = x.Shape.Count;
        Span<float> to = new(y.Data, 3 * count), moved = to[..count], newMeans = to[count..(2 * count)], newSquares = to[(2 * count)..];
        new ReadOnlySpan<float>(x.Data, count).CopyTo(moved);
        new ReadOnlySpan<float>(means.Data, count).CopyTo(newMeans);
        new ReadOnlySpan<float>(squares.Data, count).CopyTo(newSquares);
        adam.Move(*step.Data, *rate.Data, moved, new ReadOnlySpan<float>(gradient.Data, count), newMeans, newSquares);
    }
}
