using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// x [A, R, B] to y of the same extents: e^(x - max) / Σ e^(x - max) over the middle extent, or its logarithm x - max - ln Σ e^(x - max).
/// One item per (a, b).
/// </summary>
internal sealed unsafe class SoftmaxKernel(Value x, Value y, int outer, int reduced, int inner, bool logarithm) : Kernel
{
    public override int Items(int stage) => outer * inner;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int a, int b) = Math.DivRem(item, inner);
        float* from = x.Data + (long)a * reduced * inner + b, to = y.Data + (long)a * reduced * inner + b;
        float max = float.NegativeInfinity, total = 0;
        for (int r = 0; r < reduced; r++) max = MathF.Max(max, from[(long)r * inner]);
        for (int r = 0; r < reduced; r++) total += to[(long)r * inner] = MathF.Exp(from[(long)r * inner] - max);
        float logTotal = MathF.Log(total);
        for (int r = 0; r < reduced; r++)
            to[(long)r * inner] = logarithm ? from[(long)r * inner] - max - logTotal : to[(long)r * inner] / total;
    }
}
