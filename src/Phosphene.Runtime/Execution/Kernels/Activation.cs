using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>A smooth activation f with f(0) = 0, which kernels apply to what they have just computed, while it is in the cache.</summary>
internal enum Activation
{
    None,

    /// <summary>x·σ(x), also called swish.</summary>
    Silu,

    /// <summary>x·min(max(x / 6 + 1/2, 0), 1).</summary>
    HardSwish,

    /// <summary>x·Φ(x), see <see cref="Graphs.Gelu"/>.</summary>
    Gelu,
}

/// <summary>f(x), and f(x) with its derivative f'(x), on whole vectors.</summary>
internal interface IActivation : IFunction
{
    T Apply<T>(T x, out T slope) where T : unmanaged, ILane<T>;
}

/// <summary>f = x·σ with σ = 1 / (1 + e^-x);  f' = σ + f·(1 - σ).</summary>
internal readonly struct SiluFunction : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply<T>(T x) where T : unmanaged, ILane<T> => x / (T.Broadcast(1) + NaturalPower.Bounded(default(T) - x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply<T>(T x, out T slope) where T : unmanaged, ILane<T>
    {
        T sigmoid = new SigmoidFunction().Apply(x), y = x * sigmoid;
        slope = T.MultiplyAdd(y, T.Broadcast(1) - sigmoid, sigmoid);
        return y;
    }
}

/// <summary>f = x·h with h = min(max(x / 6 + 1/2, 0), 1);  f' = h + x / 6 where 0 &lt; h &lt; 1, else h.</summary>
internal readonly struct HardSwishFunction : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply<T>(T x) where T : unmanaged, ILane<T> => x * Gate(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply<T>(T x, out T slope) where T : unmanaged, ILane<T>
    {
        T gate = Gate(x);
        slope = gate + new ClipGradientFunction(0, 1).Apply(gate, x * T.Broadcast(1f / 6));
        return x * gate;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Gate<T>(T x) where T : unmanaged, ILane<T> => new ClipFunction(0, 1).Apply(T.MultiplyAdd(x, T.Broadcast(1f / 6), T.Broadcast(0.5f)));
}

/// <summary>dy·f'(x).</summary>
internal readonly struct ActivationGradientFunction<TActivation>(TActivation activation) : IPairFunction where TActivation : struct, IActivation
{
    public T Apply<T>(T x, T dy) where T : unmanaged, ILane<T>
    {
        activation.Apply(x, out T slope);
        return dy * slope;
    }
}

/// <summary>An activation in place: sums become f(sum), and f'(sum) is put aside if a gradient will ask for it.</summary>
internal static unsafe class ActivationLoop
{
    /// <summary>count vectors, step floats apart. slopes: the distance from a sum to where its slope goes, in floats; 0 for nowhere. streams: whether they go there past the caches.</summary>
    public static void Run<T>(Activation activation, float* sums, nint slopes, int count, int step, bool streams) where T : unmanaged, ILane<T>
    {
        switch (activation)
        {
            case Activation.Silu: Run<T, SiluFunction>(default, sums, slopes, count, step, streams); break;
            case Activation.HardSwish: Run<T, HardSwishFunction>(default, sums, slopes, count, step, streams); break;
            case Activation.Gelu: Run<T, GeluFunction>(default, sums, slopes, count, step, streams); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<T, TActivation>(TActivation f, float* sums, nint slopes, int count, int step, bool streams) where T : unmanaged, ILane<T> where TActivation : struct, IActivation
    {
        if (slopes == 0)
            for (; count > 0; count--, sums += step) T.Store(sums, f.Apply(T.Load(sums)));
        else if (streams)
            for (; count > 0; count--, sums += step)
            {
                T.Store(sums, f.Apply(T.Load(sums), out T slope));
                T.Stream(sums + slopes, slope);
            }
        else
            for (; count > 0; count--, sums += step)
            {
                T.Store(sums, f.Apply(T.Load(sums), out T slope));
                T.Store(sums + slopes, slope);
            }
    }
}

/// <summary>
/// The same as a pass of its own, after kernels that do not end with an activation: y [N, C, H, W] in blocks becomes f(y), the slopes f'(y). One item per image, part of
/// its rows and block.
/// </summary>
internal sealed unsafe class ActivationKernel(Value y, ActivationValues activation) : Kernel
{
    private readonly int _parts = Math.Min(8, y.Shape.Height);

    public override int Items(int stage) => y.Shape.Batch * _parts * y.Blocks;

    public override void Run<TLane>(int stage, int item)
    {
        (int image, int part, int block) = Strips.RowsFirst(item, _parts, y.Blocks);
        int first = y.Shape.Height * part / _parts, end = y.Shape.Height * (part + 1) / _parts, row = y.Shape.Width * Value.Block;
        float* from = y.Data + image * y.ImageStride + block * y.BlockStride + (long)first * row;
        ActivationLoop.Run<TLane>(activation.Function, from, activation.Distance(y, image), (end - first) * row / TLane.Width, TLane.Width, activation.Streams);
    }
}

/// <summary>The activation that a kernel ends with, and where its slopes go, [N, C, H, W] in blocks; null for nowhere.</summary>
internal sealed record ActivationValues(Activation Function, Value? Slopes)
{
    /// <summary>The values that there are.</summary>
    public IEnumerable<Value> Values => new[] { Slopes }.OfType<Value>();

    // Floats of slopes that have left the caches until a gradient reads them: written past them, their lines are not read first.
    private const int FarSlopes = 1 << 20;

    /// <summary>Whether the slopes go past the caches.</summary>
    public bool Streams => Slopes is not null && Slopes.Storage.Floats >= FarSlopes;

    /// <summary>The distance from a place of one image's output to that of its slope, in floats.</summary>
    public nint Distance(Value y, int image) => EpilogueValues.Distance(Slopes, y, image);

    /// <inheritdoc cref="EpilogueValues.Distance(Value?, float*, int, long)"/>
    public unsafe nint Distance(float* target, int image, long place) => EpilogueValues.Distance(Slopes, target, image, place);
}
