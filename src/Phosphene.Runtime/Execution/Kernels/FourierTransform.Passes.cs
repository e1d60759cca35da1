using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// The passes of the transform. In each, p0, p1, ... are the butterfly's inputs x[(k·p + q)·r + i], and result j goes to y[(j·b + k)·r + i].
/// </summary>
internal sealed unsafe partial class FourierTransform
{
    // e^(2πi / p) = cos + i·sin, and its powers.
    private const float Sin3 = 0.866025403784438647f;
    private const float Cos5 = 0.309016994374947424f, Cos5X2 = -0.809016994374947424f, Sin5 = 0.951056516295153572f, Sin5X2 = 0.587785252292473129f;
    private const float Cos7 = 0.623489801858733531f, Cos7X2 = -0.222520933956314404f, Cos7X3 = -0.900968867902419126f;
    private const float Sin7 = 0.781831482468029809f, Sin7X2 = 0.974927912181823607f, Sin7X3 = 0.433883739117558120f;

    // The butterflies of a pass, in the order of the input: addresses of the first input and output, and the distances to the others.
    private readonly struct Walk(Pass pass, ComplexRow source, ComplexRow target, float* twiddles)
    {
        public readonly nint In = pass.Rest * source.Stride, InImaginary = (nint)(source.Im - source.Re);
        public readonly nint Out = (nint)pass.Before * pass.Rest * target.Stride, OutImaginary = (nint)(target.Im - target.Re);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float* Input(int k, int i) => source.Re + ((nint)k * pass.Radix * pass.Rest + i) * source.Stride;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float* Output(int k, int i) => target.Re + ((nint)k * pass.Rest + i) * target.Stride;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float* Twiddle(int i) => twiddles + (nint)i * 2 * (pass.Radix - 1);
    }

    // Result j of butterfly i, turned by its twiddle factor, which is 1 for i = 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<T>(ComplexLane<T> value, in Walk walk, float* to, int j, int i, float* twiddle) where T : unmanaged, ILane<T>
    {
        if (i != 0) value = value.Times(twiddle + 2 * (j - 1));
        value.Store(to + j * walk.Out, walk.OutImaginary);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Two<T>(Pass pass, ComplexRow source, ComplexRow target) where T : unmanaged, ILane<T>
    {
        var walk = new Walk(pass, source, target, _at + pass.Twiddles);
        for (int k = 0; k < pass.Before; k++)
            for (int i = 0; i < pass.Rest; i++)
            {
                float* from = walk.Input(k, i), to = walk.Output(k, i), w = walk.Twiddle(i);
                var p0 = ComplexLane<T>.Load(from, walk.InImaginary);
                var p1 = ComplexLane<T>.Load(from + walk.In, walk.InImaginary);
                (p0 + p1).Store(to, walk.OutImaginary);
                Put(p0 - p1, walk, to, 1, i, w);
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Three<T>(Pass pass, ComplexRow source, ComplexRow target) where T : unmanaged, ILane<T>
    {
        var walk = new Walk(pass, source, target, _at + pass.Twiddles);
        T half = T.Broadcast(-0.5f), sin = T.Broadcast(Sin3);
        for (int k = 0; k < pass.Before; k++)
            for (int i = 0; i < pass.Rest; i++)
            {
                float* from = walk.Input(k, i), to = walk.Output(k, i), w = walk.Twiddle(i);
                var p0 = ComplexLane<T>.Load(from, walk.InImaginary);
                var p1 = ComplexLane<T>.Load(from + walk.In, walk.InImaginary);
                var p2 = ComplexLane<T>.Load(from + 2 * walk.In, walk.InImaginary);
                ComplexLane<T> sum = p1 + p2, turn = (p1 - p2) * sin;
                (p0 + sum).Store(to, walk.OutImaginary);
                p0 = p0.Plus(sum, half);
                Put(p0.PlusI(turn), walk, to, 1, i, w);
                Put(p0.MinusI(turn), walk, to, 2, i, w);
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Four<T>(Pass pass, ComplexRow source, ComplexRow target) where T : unmanaged, ILane<T>
    {
        var walk = new Walk(pass, source, target, _at + pass.Twiddles);
        for (int k = 0; k < pass.Before; k++)
            for (int i = 0; i < pass.Rest; i++)
            {
                float* from = walk.Input(k, i), to = walk.Output(k, i), w = walk.Twiddle(i);
                var p0 = ComplexLane<T>.Load(from, walk.InImaginary);
                var p1 = ComplexLane<T>.Load(from + walk.In, walk.InImaginary);
                var p2 = ComplexLane<T>.Load(from + 2 * walk.In, walk.InImaginary);
                var p3 = ComplexLane<T>.Load(from + 3 * walk.In, walk.InImaginary);
                ComplexLane<T> even = p0 + p2, odd = p1 + p3;
                (even + odd).Store(to, walk.OutImaginary);
                Put(even - odd, walk, to, 2, i, w);
                even = p0 - p2;
                odd = p1 - p3;
                Put(even.PlusI(odd), walk, to, 1, i, w);
                Put(even.MinusI(odd), walk, to, 3, i, w);
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Five<T>(Pass pass, ComplexRow source, ComplexRow target) where T : unmanaged, ILane<T>
    {
        var walk = new Walk(pass, source, target, _at + pass.Twiddles);
        T c1 = T.Broadcast(Cos5), c2 = T.Broadcast(Cos5X2), s1 = T.Broadcast(Sin5), s2 = T.Broadcast(Sin5X2), minus = T.Broadcast(-Sin5);
        for (int k = 0; k < pass.Before; k++)
            for (int i = 0; i < pass.Rest; i++)
            {
                float* from = walk.Input(k, i), to = walk.Output(k, i), w = walk.Twiddle(i);
                var p0 = ComplexLane<T>.Load(from, walk.InImaginary);
                var p1 = ComplexLane<T>.Load(from + walk.In, walk.InImaginary);
                var p2 = ComplexLane<T>.Load(from + 2 * walk.In, walk.InImaginary);
                var p3 = ComplexLane<T>.Load(from + 3 * walk.In, walk.InImaginary);
                var p4 = ComplexLane<T>.Load(from + 4 * walk.In, walk.InImaginary);
                ComplexLane<T> sum1 = p1 + p4, sum2 = p2 + p3, turn1 = p1 - p4, turn2 = p2 - p3;
                (p0 + sum1 + sum2).Store(to, walk.OutImaginary);
                ComplexLane<T> sum = p0.Plus(sum1, c1).Plus(sum2, c2), turn = (turn1 * s1).Plus(turn2, s2);
                Put(sum.PlusI(turn), walk, to, 1, i, w);
                Put(sum.MinusI(turn), walk, to, 4, i, w);
                sum = p0.Plus(sum1, c2).Plus(sum2, c1);
                turn = (turn1 * s2).Plus(turn2, minus);
                Put(sum.PlusI(turn), walk, to, 2, i, w);
                Put(sum.MinusI(turn), walk, to, 3, i, w);
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Seven<T>(Pass pass, ComplexRow source, ComplexRow target) where T : unmanaged, ILane<T>
    {
        var walk = new Walk(pass, source, target, _at + pass.Twiddles);
        for (int k = 0; k < pass.Before; k++)
            for (int i = 0; i < pass.Rest; i++)
            {
                float* from = walk.Input(k, i), to = walk.Output(k, i), w = walk.Twiddle(i);
                var p0 = ComplexLane<T>.Load(from, walk.InImaginary);
                var p1 = ComplexLane<T>.Load(from + walk.In, walk.InImaginary);
                var p2 = ComplexLane<T>.Load(from + 2 * walk.In, walk.InImaginary);
                var p3 = ComplexLane<T>.Load(from + 3 * walk.In, walk.InImaginary);
                var p4 = ComplexLane<T>.Load(from + 4 * walk.In, walk.InImaginary);
                var p5 = ComplexLane<T>.Load(from + 5 * walk.In, walk.InImaginary);
                var p6 = ComplexLane<T>.Load(from + 6 * walk.In, walk.InImaginary);
                ComplexLane<T> sum1 = p1 + p6, sum2 = p2 + p5, sum3 = p3 + p4, turn1 = p1 - p6, turn2 = p2 - p5, turn3 = p3 - p4;
                (p0 + sum1 + sum2 + sum3).Store(to, walk.OutImaginary);
                ComplexLane<T> sum = p0.Plus(sum1, T.Broadcast(Cos7)).Plus(sum2, T.Broadcast(Cos7X2)).Plus(sum3, T.Broadcast(Cos7X3));
                ComplexLane<T> turn = (turn1 * T.Broadcast(Sin7)).Plus(turn2, T.Broadcast(Sin7X2)).Plus(turn3, T.Broadcast(Sin7X3));
                Put(sum.PlusI(turn), walk, to, 1, i, w);
                Put(sum.MinusI(turn), walk, to, 6, i, w);
                sum = p0.Plus(sum1, T.Broadcast(Cos7X2)).Plus(sum2, T.Broadcast(Cos7X3)).Plus(sum3, T.Broadcast(Cos7));
                turn = (turn1 * T.Broadcast(Sin7X2)).Plus(turn2, T.Broadcast(-Sin7X3)).Plus(turn3, T.Broadcast(-Sin7));
                Put(sum.PlusI(turn), walk, to, 2, i, w);
                Put(sum.MinusI(turn), walk, to, 5, i, w);
                sum = p0.Plus(sum1, T.Broadcast(Cos7X3)).Plus(sum2, T.Broadcast(Cos7)).Plus(sum3, T.Broadcast(Cos7X2));
                turn = (turn1 * T.Broadcast(Sin7X3)).Plus(turn2, T.Broadcast(-Sin7)).Plus(turn3, T.Broadcast(Sin7X2));
                Put(sum.PlusI(turn), walk, to, 3, i, w);
                Put(sum.MinusI(turn), walk, to, 4, i, w);
            }
    }

    // X[j] and X[p - j] = x[0] + Σ_q cos(2πjq / p)·(x[q] + x[p - q]) ± i·Σ_q sin(2πjq / p)·(x[q] - x[p - q]),   q in 1..(p - 1) / 2.
    // sums: the pairs' sums and differences, p - 1 complex vectors.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Odd<T>(Pass pass, ComplexRow source, ComplexRow target, float* sums) where T : unmanaged, ILane<T>
    {
        var walk = new Walk(pass, source, target, _at + pass.Twiddles);
        float* roots = _at + pass.Roots;
        int pairs = pass.Radix / 2, pair = 4 * T.Width;
        for (int k = 0; k < pass.Before; k++)
            for (int i = 0; i < pass.Rest; i++)
            {
                float* from = walk.Input(k, i), to = walk.Output(k, i), w = walk.Twiddle(i);
                var p0 = ComplexLane<T>.Load(from, walk.InImaginary);
                ComplexLane<T> total = p0;
                for (int q = 1; q <= pairs; q++)
                {
                    var a = ComplexLane<T>.Load(from + q * walk.In, walk.InImaginary);
                    var b = ComplexLane<T>.Load(from + (pass.Radix - q) * walk.In, walk.InImaginary);
                    (a + b).Store(sums + (q - 1) * pair, T.Width);
                    (a - b).Store(sums + (q - 1) * pair + 2 * T.Width, T.Width);
                    total += a + b;
                }
                total.Store(to, walk.OutImaginary);
                for (int j = 1; j <= pairs; j++)
                {
                    ComplexLane<T> sum = p0, turn = default;
                    int power = 0;
                    for (float* at = sums, end = sums + pairs * pair; at < end; at += pair)
                    {
                        power += j;
                        if (power >= pass.Radix) power -= pass.Radix;
                        sum = sum.Plus(ComplexLane<T>.Load(at, T.Width), T.Broadcast(roots[2 * power]));
                        turn = turn.Plus(ComplexLane<T>.Load(at + 2 * T.Width, T.Width), T.Broadcast(roots[2 * power + 1]));
                    }
                    Put(sum.PlusI(turn), walk, to, j, i, w);
                    Put(sum.MinusI(turn), walk, to, pass.Radix - j, i, w);
                }
            }
    }
}
