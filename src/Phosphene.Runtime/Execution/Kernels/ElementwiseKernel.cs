using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>y[i] = f(x[i]) over two unbroken runs of the same length and layout. A value does not depend on its place: the tail goes through whole vectors too, for a single float rounds otherwise.</summary>
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
        if (i == count) return;
        float* tail = stackalloc float[Value.Block];
        new ReadOnlySpan<float>(from + i, count - i).CopyTo(new Span<float>(tail, Value.Block));
        TLane.Store(tail, f.Apply(TLane.Load(tail)));
        new ReadOnlySpan<float>(tail, count - i).CopyTo(new Span<float>(to + i, count - i));
    }
}
