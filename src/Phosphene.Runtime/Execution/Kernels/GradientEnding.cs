using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// What becomes of a gradient once it is computed, while it is in the cache: where the way there had a batch normalization and a ReLU, it goes back through these, and another gradient of the same
/// tensor is added.
/// <code>
/// dx[n, c, pixel] = (0 &lt; z &lt; Ceiling ? dx[n, c, pixel] : 0) + addend[n, c, pixel],   z = x[n, c, pixel]·scale[n, c] + offset[n, c]
/// </code>
/// Scale, offset and ceiling (0 for none) are those of the map, which is applied to x anew, so that its result need not be kept. Without a map nothing is masked, without an addend nothing is added.
/// All are [N, C, H, W] in blocks.
/// </summary>
internal sealed unsafe record GradientEnding(ChannelMap? Map, Value? X, Value? Addend)
{
    /// <summary>What it reads.</summary>
    public IEnumerable<Value> Values => [.. Map?.Values ?? [], .. new[] { X, Addend }.OfType<Value>()];

    /// <summary>Applies it to one vector of channels, the first of which is given, of so many pixels of an image of dx.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<T>(Value dx, int image, int channel, int first, int count) where T : unmanaged, ILane<T>
    {
        float* to = At(dx), x = X is null ? to : At(X), addend = Addend is null ? to : At(Addend);
        bool masks = Map is not null, adds = Addend is not null;
        T factor = default, offset = default, limit = T.Broadcast(Epilogue.LimitOf(Map?.Ceiling ?? 0));
        if (masks)
        {
            float* factors = stackalloc float[Value.Block], offsets = stackalloc float[Value.Block];
            Map!.OfBlock(image, channel / Value.Block, dx.Shape.Channels, factors, offsets);
            (factor, offset) = (T.Load(factors + channel % Value.Block), T.Load(offsets + channel % Value.Block));
        }
        for (int i = 0; i < count * Value.Block; i += Value.Block)
        {
            T d = T.Load(to + i);
            if (masks)
            {
                T z = T.MultiplyAdd(T.Load(x + i), factor, offset);
                d = T.IfGreater(z, limit, default, T.IfGreater(z, default, d, default));
            }
            T.Store(to + i, adds ? d + T.Load(addend + i) : d);
        }

        float* At(Value value) => value.Data + image * value.ImageStride + channel / Value.Block * value.BlockStride + (long)first * Value.Block + channel % Value.Block;
    }
}
