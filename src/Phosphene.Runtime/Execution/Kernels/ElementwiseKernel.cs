using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>y[i] = f(x[i]) over two unbroken runs of the same length and layout.</summary>
internal sealed unsafe class ElementwiseKernel<TFunction>(Value x, Value y, TFunction function) : Kernel
    where TFunction : struct, IFunction
{
    private readonly long _count = Value.Size(x.Shape, x.Layout);

    private int Chunk => _count <= Strips.Alone ? Strips.Alone : Strips.Share;

    public override int Items(int stage) => (int)((_count + Chunk - 1) / Chunk);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        long start = (long)item * Chunk;
        int count = (int)Math.Min(Chunk, _count - start), i = 0;
        float* from = x.Data + start, to = y.Data + start;
        TFunction f = function;
        for (; i <= count - TLane.Width; i += TLane.Width) TLane.Store(to + i, f.Apply(TLane.Load(from + i)));
        for (; i < count; i++) Lane1.Store(to + i, f.Apply(Lane1.Load(from + i)));
    }
}
