using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// The heart of <see cref="GroupedKernel"/>: seven or fourteen pixels of a row times one vector of outputs, all sums in registers.
/// <code>
/// y[p] = epilogue of bias + Σ_steps Σ_k w[step][k]·take(x[p + k], step),   k in 0..taps of a step - 1
/// </code>
/// What a step takes of a pixel is one channel in all lanes (<see cref="OneChannel"/>), or for each lane a channel of its own group (<see cref="OfEachGroup"/>).
/// </summary>
[SkipLocalsInit]
internal static unsafe class GroupedTile
{
    /// <summary>How many pixels a tile has, known when it is compiled. The sides of images are often multiples of seven.</summary>
    public interface IPixels
    {
        /// <summary>7 or 14.</summary>
        static abstract int Count { get; }
    }

    /// <summary>As many pixels as AVX2 has registers for.</summary>
    public readonly struct Seven : IPixels
    {
        public static int Count => 7;
    }

    /// <summary>More, for vectors of 512 bits: so many sums never wait for each other.</summary>
    public readonly struct Fourteen : IPixels
    {
        public static int Count => 14;
    }

    /// <summary>What a step takes of a pixel.</summary>
    public interface ITaking
    {
        /// <summary>How many vectors before the weights of a step tell which lane each lane takes: none or one.</summary>
        static abstract int Patterns { get; }

        /// <summary>What is taken of the pixel.</summary>
        static abstract T Take<T>(float* pixel, T pattern) where T : unmanaged, ILane<T>;
    }

    /// <summary>One channel for all outputs of the vector: those of other groups have zeros as its weights.</summary>
    public readonly struct OneChannel : ITaking
    {
        public static int Patterns => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Take<T>(float* pixel, T pattern) where T : unmanaged, ILane<T> => T.Broadcast(*pixel);
    }

    /// <summary>For each output a channel of its own group: those of all groups of the vector are one vector.</summary>
    public readonly struct OfEachGroup : ITaking
    {
        public static int Patterns => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Take<T>(float* pixel, T pattern) where T : unmanaged, ILane<T> => T.Permute(T.Load(pixel), pattern);
    }

    /// <summary>
    /// Three taps side by side, one column apart: what is taken of a pixel serves all three. x: the pixel that the first tap of the first sum reads. steps: [count], floats from there to what
    /// each step takes. weights: [count, pattern and 3 taps, Width]. y: pixels lie place floats apart.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Three<T, TTaking, TPixels>(float* x, int* steps, int count, float* weights, float* bias, in Epilogue epilogue, float* y, nint place, int tiles)
        where T : unmanaged, ILane<T> where TTaking : ITaking where TPixels : IPixels
    {
        const int Pixel = Value.Block;
        for (; tiles > 0; tiles--, x += TPixels.Count * Pixel, y += TPixels.Count * place)
        {
            T s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13;
            s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = s8 = s9 = s10 = s11 = s12 = s13 = bias == null ? default : T.Load(bias);
            float* w = weights;
            for (int* step = steps, end = steps + count; step < end; step++)
            {
                float* p = x + *step;
                T pattern = TTaking.Patterns == 0 ? default : T.Load(w);
                w += TTaking.Patterns * T.Width;
                T w0 = T.Load(w), w1 = T.Load(w + T.Width), w2 = T.Load(w + 2 * T.Width);
                w += 3 * T.Width;
                T v = TTaking.Take(p, pattern);
                T.Accumulate(ref s0, w0, v);
                v = TTaking.Take(p + Pixel, pattern);
                T.Accumulate(ref s1, w0, v);
                T.Accumulate(ref s0, w1, v);
                v = TTaking.Take(p + 2 * Pixel, pattern);
                T.Accumulate(ref s2, w0, v);
                T.Accumulate(ref s1, w1, v);
                T.Accumulate(ref s0, w2, v);
                v = TTaking.Take(p + 3 * Pixel, pattern);
                T.Accumulate(ref s3, w0, v);
                T.Accumulate(ref s2, w1, v);
                T.Accumulate(ref s1, w2, v);
                v = TTaking.Take(p + 4 * Pixel, pattern);
                T.Accumulate(ref s4, w0, v);
                T.Accumulate(ref s3, w1, v);
                T.Accumulate(ref s2, w2, v);
                v = TTaking.Take(p + 5 * Pixel, pattern);
                T.Accumulate(ref s5, w0, v);
                T.Accumulate(ref s4, w1, v);
                T.Accumulate(ref s3, w2, v);
                v = TTaking.Take(p + 6 * Pixel, pattern);
                T.Accumulate(ref s6, w0, v);
                T.Accumulate(ref s5, w1, v);
                T.Accumulate(ref s4, w2, v);
                v = TTaking.Take(p + 7 * Pixel, pattern);
                if (TPixels.Count > Seven.Count) T.Accumulate(ref s7, w0, v);
                T.Accumulate(ref s6, w1, v);
                T.Accumulate(ref s5, w2, v);
                v = TTaking.Take(p + 8 * Pixel, pattern);
                if (TPixels.Count > Seven.Count) T.Accumulate(ref s8, w0, v);
                if (TPixels.Count > Seven.Count) T.Accumulate(ref s7, w1, v);
                T.Accumulate(ref s6, w2, v);
                if (TPixels.Count == Seven.Count) continue;
                v = TTaking.Take(p + 9 * Pixel, pattern);
                T.Accumulate(ref s9, w0, v);
                T.Accumulate(ref s8, w1, v);
                T.Accumulate(ref s7, w2, v);
                v = TTaking.Take(p + 10 * Pixel, pattern);
                T.Accumulate(ref s10, w0, v);
                T.Accumulate(ref s9, w1, v);
                T.Accumulate(ref s8, w2, v);
                v = TTaking.Take(p + 11 * Pixel, pattern);
                T.Accumulate(ref s11, w0, v);
                T.Accumulate(ref s10, w1, v);
                T.Accumulate(ref s9, w2, v);
                v = TTaking.Take(p + 12 * Pixel, pattern);
                T.Accumulate(ref s12, w0, v);
                T.Accumulate(ref s11, w1, v);
                T.Accumulate(ref s10, w2, v);
                v = TTaking.Take(p + 13 * Pixel, pattern);
                T.Accumulate(ref s13, w0, v);
                T.Accumulate(ref s12, w1, v);
                T.Accumulate(ref s11, w2, v);
                v = TTaking.Take(p + 14 * Pixel, pattern);
                T.Accumulate(ref s13, w1, v);
                T.Accumulate(ref s12, w2, v);
                v = TTaking.Take(p + 15 * Pixel, pattern);
                T.Accumulate(ref s13, w2, v);
            }
            epilogue.Store(s0, s1, s2, s3, y, place);
            epilogue.Store(s4, s5, s6, y + 4 * place, place);
            if (TPixels.Count == Seven.Count) continue;
            epilogue.Store(s7, s8, s9, s10, y + 7 * place, place);
            epilogue.Store(s11, s12, s13, y + 11 * place, place);
        }
    }

    /// <summary>The same for one tap in each step, where pixels of x lie any number of floats apart. weights: [count, pattern and 1 tap, Width].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void One<T, TTaking, TPixels>(float* x, nint pixel, int* steps, int count, float* weights, float* bias, in Epilogue epilogue, float* y, nint place, int tiles)
        where T : unmanaged, ILane<T> where TTaking : ITaking where TPixels : IPixels
    {
        for (; tiles > 0; tiles--, x += TPixels.Count * pixel, y += TPixels.Count * place)
        {
            T s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13;
            s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = s8 = s9 = s10 = s11 = s12 = s13 = bias == null ? default : T.Load(bias);
            float* w = weights;
            for (int* step = steps, end = steps + count; step < end; step++)
            {
                float* p = x + *step, p4 = p + 4 * pixel, p8 = p4 + 4 * pixel, p12 = p8 + 4 * pixel;
                T pattern = TTaking.Patterns == 0 ? default : T.Load(w);
                w += TTaking.Patterns * T.Width;
                T w0 = T.Load(w);
                w += T.Width;
                T.Accumulate(ref s0, w0, TTaking.Take(p, pattern));
                T.Accumulate(ref s1, w0, TTaking.Take(p + pixel, pattern));
                T.Accumulate(ref s2, w0, TTaking.Take(p + 2 * pixel, pattern));
                T.Accumulate(ref s3, w0, TTaking.Take(p + 3 * pixel, pattern));
                T.Accumulate(ref s4, w0, TTaking.Take(p4, pattern));
                T.Accumulate(ref s5, w0, TTaking.Take(p4 + pixel, pattern));
                T.Accumulate(ref s6, w0, TTaking.Take(p4 + 2 * pixel, pattern));
                if (TPixels.Count == Seven.Count) continue;
                T.Accumulate(ref s7, w0, TTaking.Take(p4 + 3 * pixel, pattern));
                T.Accumulate(ref s8, w0, TTaking.Take(p8, pattern));
                T.Accumulate(ref s9, w0, TTaking.Take(p8 + pixel, pattern));
                T.Accumulate(ref s10, w0, TTaking.Take(p8 + 2 * pixel, pattern));
                T.Accumulate(ref s11, w0, TTaking.Take(p8 + 3 * pixel, pattern));
                T.Accumulate(ref s12, w0, TTaking.Take(p12, pattern));
                T.Accumulate(ref s13, w0, TTaking.Take(p12 + pixel, pattern));
            }
            epilogue.Store(s0, s1, s2, s3, y, place);
            epilogue.Store(s4, s5, s6, y + 4 * place, place);
            if (TPixels.Count == Seven.Count) continue;
            epilogue.Store(s7, s8, s9, s10, y + 7 * place, place);
            epilogue.Store(s11, s12, s13, y + 11 * place, place);
        }
    }
}
