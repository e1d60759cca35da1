using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// The heart of the gradient in a convolution's weights: neighbouring floats of the source times vectors of output gradients, summed over pixels, all
/// sums in registers.
/// <code>
/// sums[r][c] = Σ_{n, i, j} source[n·Image + i·Row + j·Step + r] · dy[n·dyImage + (i·Columns + j)·16 + c]
/// </code>
/// </summary>
[SkipLocalsInit]
internal static unsafe class WeightGradientTile
{
    /// <summary>Rows of <see cref="Pair"/> and of <see cref="Narrow"/>, and the most outputs of <see cref="Few"/>, whose rows are two vectors.</summary>
    public const int PairRows = 6, NarrowRows = 8, FewOutputs = 4;

    /// <summary>Where the pixels lie: distances in the source, in floats, and how many there are of each.</summary>
    public readonly record struct Pixels(int Images, int Rows, int Columns, nint Image, nint Row, nint Step, nint GradientImage);

    /// <summary>Six rows by two vectors, the second of which lies second floats from the first. sums: [6, 2·Width].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pair<T>(float* source, float* dy, nint second, Pixels pixels, float* sums) where T : unmanaged, ILane<T>
    {
        T c00 = default, c10 = default, c20 = default, c30 = default, c40 = default, c50 = default;
        T c01 = default, c11 = default, c21 = default, c31 = default, c41 = default, c51 = default;
        nint step = pixels.Step;
        for (int n = 0; n < pixels.Images; n++)
        {
            float* d = dy + n * pixels.GradientImage, row = source + n * pixels.Image;
            for (int i = 0; i < pixels.Rows; i++, row += pixels.Row)
            {
                float* x = row, end = d + (nint)pixels.Columns * Value.Block;
                for (; d < end; x += step, d += Value.Block)
                {
                    T w0 = T.Load(d), w1 = T.Load(d + second), v = T.Broadcast(x[0]);
                    T.Accumulate(ref c00, v, w0);
                    T.Accumulate(ref c01, v, w1);
                    v = T.Broadcast(x[1]);
                    T.Accumulate(ref c10, v, w0);
                    T.Accumulate(ref c11, v, w1);
                    v = T.Broadcast(x[2]);
                    T.Accumulate(ref c20, v, w0);
                    T.Accumulate(ref c21, v, w1);
                    v = T.Broadcast(x[3]);
                    T.Accumulate(ref c30, v, w0);
                    T.Accumulate(ref c31, v, w1);
                    v = T.Broadcast(x[4]);
                    T.Accumulate(ref c40, v, w0);
                    T.Accumulate(ref c41, v, w1);
                    v = T.Broadcast(x[5]);
                    T.Accumulate(ref c50, v, w0);
                    T.Accumulate(ref c51, v, w1);
                }
            }
        }
        int width = T.Width;
        T.Store(sums, c00); T.Store(sums + width, c01);
        T.Store(sums + 2 * width, c10); T.Store(sums + 3 * width, c11);
        T.Store(sums + 4 * width, c20); T.Store(sums + 5 * width, c21);
        T.Store(sums + 6 * width, c30); T.Store(sums + 7 * width, c31);
        T.Store(sums + 8 * width, c40); T.Store(sums + 9 * width, c41);
        T.Store(sums + 10 * width, c50); T.Store(sums + 11 * width, c51);
    }

    /// <summary>Eight rows by one vector, for panels of no more outputs. sums: [8, 2·Width], of which the second halves stay as they are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Narrow<T>(float* source, float* dy, Pixels pixels, float* sums) where T : unmanaged, ILane<T>
    {
        T c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;
        nint step = pixels.Step;
        for (int n = 0; n < pixels.Images; n++)
        {
            float* d = dy + n * pixels.GradientImage, row = source + n * pixels.Image;
            for (int i = 0; i < pixels.Rows; i++, row += pixels.Row)
            {
                float* x = row, end = d + (nint)pixels.Columns * Value.Block;
                for (; d < end; x += step, d += Value.Block)
                {
                    T w = T.Load(d);
                    T.Accumulate(ref c0, T.Broadcast(x[0]), w);
                    T.Accumulate(ref c1, T.Broadcast(x[1]), w);
                    T.Accumulate(ref c2, T.Broadcast(x[2]), w);
                    T.Accumulate(ref c3, T.Broadcast(x[3]), w);
                    T.Accumulate(ref c4, T.Broadcast(x[4]), w);
                    T.Accumulate(ref c5, T.Broadcast(x[5]), w);
                    T.Accumulate(ref c6, T.Broadcast(x[6]), w);
                    T.Accumulate(ref c7, T.Broadcast(x[7]), w);
                }
            }
        }
        int apart = 2 * T.Width;
        T.Store(sums, c0); T.Store(sums + apart, c1);
        T.Store(sums + 2 * apart, c2); T.Store(sums + 3 * apart, c3);
        T.Store(sums + 4 * apart, c4); T.Store(sums + 5 * apart, c5);
        T.Store(sums + 6 * apart, c6); T.Store(sums + 7 * apart, c7);
    }

    /// <summary>
    /// Two vectors of rows by four outputs: with so few outputs the vectors run over the rows, and none of their lanes is wasted. sums: [2·Width, 2·Width],
    /// of which the first four columns are written; aside: [4, 2·Width].
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Few<T>(float* source, float* dy, Pixels pixels, float* sums, float* aside) where T : unmanaged, ILane<T>
    {
        T c00 = default, c10 = default, c20 = default, c30 = default, c01 = default, c11 = default, c21 = default, c31 = default;
        nint step = pixels.Step;
        for (int n = 0; n < pixels.Images; n++)
        {
            float* d = dy + n * pixels.GradientImage, row = source + n * pixels.Image;
            for (int i = 0; i < pixels.Rows; i++, row += pixels.Row)
            {
                float* x = row, end = d + (nint)pixels.Columns * Value.Block;
                for (; d < end; x += step, d += Value.Block)
                {
                    T x0 = T.Load(x), x1 = T.Load(x + T.Width), g = T.Broadcast(d[0]);
                    T.Accumulate(ref c00, g, x0);
                    T.Accumulate(ref c01, g, x1);
                    g = T.Broadcast(d[1]);
                    T.Accumulate(ref c10, g, x0);
                    T.Accumulate(ref c11, g, x1);
                    g = T.Broadcast(d[2]);
                    T.Accumulate(ref c20, g, x0);
                    T.Accumulate(ref c21, g, x1);
                    g = T.Broadcast(d[3]);
                    T.Accumulate(ref c30, g, x0);
                    T.Accumulate(ref c31, g, x1);
                }
            }
        }
        int width = T.Width, apart = 2 * T.Width;
        T.Store(aside, c00); T.Store(aside + width, c01);
        T.Store(aside + 2 * width, c10); T.Store(aside + 3 * width, c11);
        T.Store(aside + 4 * width, c20); T.Store(aside + 5 * width, c21);
        T.Store(aside + 6 * width, c30); T.Store(aside + 7 * width, c31);
        for (int r = 0; r < apart; r++)
            for (int c = 0; c < FewOutputs; c++) sums[r * apart + c] = aside[c * apart + r];
    }
}
