namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>y [N, 1, ...] = channel channels[n] of each image of x [N, C, ...], in blocks or row-major; y is row-major.</summary>
internal sealed unsafe class ChannelPickKernel(Value x, Value channels, Value y) : Kernel
{
    public override int Items(int stage) => x.Shape.Batch;

    public override void Run<TLane>(int stage, int item)
    {
        int channel = ChannelOf(channels, item, x.Shape.Channels), pixels = y.Shape.CountOf(1, y.Shape.Rank);
        float* from = x.Data + item * x.ImageStride, to = y.Data + item * y.ImageStride;
        if (x.Layout == Layout.Plain)
        {
            new ReadOnlySpan<float>(from + (long)channel * pixels, pixels).CopyTo(new Span<float>(to, pixels));
            return;
        }
        from += channel / Value.Block * x.BlockStride + channel % Value.Block;
        for (int i = 0; i < pixels; i++) to[i] = from[(long)i * Value.Block];
    }

    /// <summary>The channel of an image, once it is known to exist: a wrong number must not read beyond the activations.</summary>
    public static int ChannelOf(Value channels, int image, int count)
    {
        float number = channels.Data[image];
        return number >= 0 && number < count ? (int)number
            : throw new ArgumentOutOfRangeException(nameof(image), $"Image {image} asks for channel {number}; there are channels 0 to {count - 1}.");
    }
}

/// <summary>dx [N, C, ...] = zeros with dy [N, 1, ...], row-major, in channel channels[n] of each image. An item is a block of 16 channels of an image.</summary>
internal sealed unsafe class ChannelPickGradientKernel(Value dy, Value channels, Value dx) : Kernel
{
    private readonly int _blocks = Value.BlocksOf(dx.Shape.Channels), _pixels = dy.Shape.CountOf(1, dy.Shape.Rank);

    public override int Items(int stage) => dx.Shape.Batch * _blocks;

    public override void Run<TLane>(int stage, int item)
    {
        (int n, int block) = Math.DivRem(item, _blocks);
        int channel = ChannelPickKernel.ChannelOf(channels, n, dx.Shape.Channels) - block * Value.Block, count = Math.Min(Value.Block, dx.Shape.Channels - block * Value.Block);
        float* from = dy.Data + n * dy.ImageStride, to = dx.Data + n * dx.ImageStride;
        bool plain = dx.Layout == Layout.Plain, here = channel >= 0 && channel < count;
        to += plain ? (long)block * Value.Block * _pixels : block * dx.BlockStride;
        new Span<float>(to, plain ? count * _pixels : checked((int)dx.BlockStride)).Clear();
        if (!here) return;
        if (plain) new ReadOnlySpan<float>(from, _pixels).CopyTo(new Span<float>(to + (long)channel * _pixels, _pixels));
        else
            for (int i = 0; i < _pixels; i++) to[(long)i * Value.Block + channel] = from[i];
    }
}
