using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// Rows of x [R, L] to mean 0 and variance 1: y = (x - mean)·s with s = 1 / √(variance + ε). With dy, the gradient
/// dx = s·(dy - mean(dy) - y·mean(dy·y)). The variance is taken about the mean, in a second pass: it keeps its digits where the mean is large.
/// One item per row.
/// </summary>
internal sealed unsafe class StandardizeKernel(Value x, Value? dy, Value result, int rows, int length, float epsilon) : Kernel
{
    public override int Items(int stage) => rows;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        float* from = x.Data + (long)item * length, to = result.Data + (long)item * length;
        float mean = Sum<TLane>(from, length) / length;
        float scale = 1 / MathF.Sqrt(SumOfSquares<TLane>(from, mean) / length + epsilon);
        if (dy is null) Combine<TLane>(from, from, to, mean, scale, 0, 0);
        else
        {
            float* given = dy.Data + (long)item * length;
            (float sum, float product) = Sums<TLane>(from, given, mean);
            // dy·s - s·mean(dy) - (x - mean)·s³·mean(dy·(x - mean))
            Combine<TLane>(from, given, to, mean, -scale * scale * scale * product / length, scale, -scale * sum / length);
        }
    }

    private static float Sum<T>(float* from, int count) where T : unmanaged, ILane<T>
    {
        T sums = default;
        int i = 0;
        for (; i <= count - T.Width; i += T.Width) sums += T.Load(from + i);
        float sum = T.Sum(sums);
        for (; i < count; i++) sum += from[i];
        return sum;
    }

    private float SumOfSquares<T>(float* from, float mean) where T : unmanaged, ILane<T>
    {
        T sums = default, means = T.Broadcast(mean);
        int i = 0;
        for (; i <= length - T.Width; i += T.Width)
        {
            T apart = T.Load(from + i) - means;
            T.Accumulate(ref sums, apart, apart);
        }
        float sum = T.Sum(sums);
        for (; i < length; i++) sum += (from[i] - mean) * (from[i] - mean);
        return sum;
    }

    // Σ dy and Σ dy·(x - mean)
    private (float, float) Sums<T>(float* from, float* given, float mean) where T : unmanaged, ILane<T>
    {
        T sums = default, products = default, means = T.Broadcast(mean);
        int i = 0;
        for (; i <= length - T.Width; i += T.Width)
        {
            T d = T.Load(given + i);
            sums += d;
            T.Accumulate(ref products, d, T.Load(from + i) - means);
        }
        (float sum, float product) = (T.Sum(sums), T.Sum(products));
        for (; i < length; i++)
        {
            sum += given[i];
            product += given[i] * (from[i] - mean);
        }
        return (sum, product);
    }

    // (x - mean)·factor + given·scale + offset
    private void Combine<T>(float* from, float* given, float* to, float mean, float factor, float scale, float offset) where T : unmanaged, ILane<T>
    {
        T means = T.Broadcast(mean), factors = T.Broadcast(factor), scales = T.Broadcast(scale), offsets = T.Broadcast(offset);
        int i = 0;
        for (; i <= length - T.Width; i += T.Width)
            T.Store(to + i, T.MultiplyAdd(T.Load(from + i) - means, factors, T.MultiplyAdd(T.Load(given + i), scales, offsets)));
        for (; i < length; i++) to[i] = (from[i] - mean) * factor + (given[i] * scale + offset);
    }
}
