namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>x [A, R, B] to y [A, 1, B]: the index in [0, R) of the largest, of several the first or the last. One item per outermost index.</summary>
internal sealed unsafe class ArgMaxKernel(Value x, Value y, int outer, int reduced, int inner, bool last) : Kernel
{
    public override int Items(int stage) => outer;

    public override void Run<TLane>(int stage, int item)
    {
        float* from = x.Data + (long)item * reduced * inner, to = y.Data + (long)item * inner;
        for (int b = 0; b < inner; b++)
        {
            int best = 0;
            for (int r = 1; r < reduced; r++)
            {
                float value = from[(long)r * inner + b], champion = from[(long)best * inner + b];
                if (value > champion || (last && value == champion)) best = r;
            }
            to[b] = best;
        }
    }
}
