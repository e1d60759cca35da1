using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>
/// Where a convolution or pooling window stands on one axis. Ceil is what ceil_mode alone added after the end; it is part of After.
/// </summary>
internal readonly record struct AxisWindow(int Kernel, int Stride, int Before, int After, int Dilation, int Ceil = 0)
{
    /// <summary>An axis that a window leaves alone.</summary>
    public static AxisWindow Whole { get; } = new(1, 1, 0, 0, 1);

    /// <summary>The extent that a window of these taps spans.</summary>
    public long Reach => (Kernel - 1L) * Dilation + 1;

    /// <summary>The window of two axes.</summary>
    public static Window Pair(AxisWindow y, AxisWindow x) =>
        new(y.Kernel, x.Kernel, y.Stride, x.Stride, y.Before, x.Before, y.After, x.After, y.Dilation, x.Dilation);
}

/// <summary>Reads where windows stand from strides, dilations, pads, auto_pad and ceil_mode.</summary>
internal static class Windows
{
    /// <summary>The kernel extents of kernel_shape, which the node needs.</summary>
    public static int[] Kernel(ImportNode node, Shape x) =>
        node.Extents("kernel_shape", x.Rank - 2, least: 1) ?? throw node.Malformed("has no kernel_shape, which it needs");

    /// <summary>The window of each axis after the channels. Convolutions have no ceil_mode; dilations exist from some operator set on.</summary>
    public static AxisWindow[] Of(ImportNode node, Shape x, int[] kernel, bool dilates, bool ceil)
    {
        int sides = x.Rank - 2;
        int[] strides = node.Extents("strides", sides, least: 1) ?? [.. Enumerable.Repeat(1, sides)];
        int[] dilations = (dilates ? node.Extents("dilations", sides, least: 1) : null) ?? [.. Enumerable.Repeat(1, sides)];
        int[]? pads = node.Extents("pads", 2 * sides, least: 0);
        string auto = node.Text("auto_pad", "NOTSET");
        if (auto != "NOTSET" && pads is not null && pads.Any(pad => pad != 0))
            throw node.Malformed($"has auto_pad = {Printable.Escape(auto)} and pads = [{string.Join(", ", pads)}], where only one is allowed");
        return [.. Enumerable.Range(0, sides).Select(i => new Side(x[2 + i], kernel[i], strides[i], dilations[i]) is var side ? auto switch
        {
            "NOTSET" => side.Padded(pads?[i] ?? 0, pads?[sides + i] ?? 0, ceil),
            "VALID" => side.Padded(0, 0, ceil),
            "SAME_UPPER" => side.Same(upper: true),
            "SAME_LOWER" => side.Same(upper: false),
            _ => throw node.Malformed($"has auto_pad = {Printable.Quote(auto)}, where NOTSET, SAME_UPPER, SAME_LOWER or VALID is expected"),
        } : default)];
    }

    private readonly record struct Side(int Extent, int Kernel, int Stride, int Dilation)
    {
        private long Reach => (Kernel - 1L) * Dilation + 1;

        // ceil((extent + pads - reach) / stride) + 1 windows, less the last if it would start in the padding after the image (or beyond).
        public AxisWindow Padded(int before, int after, bool ceil)
        {
            long room = Extent + before + (long)after - Reach;
            if (!ceil || room <= -Stride) return new(Kernel, Stride, before, after, Dilation);   // not even one window: the operator says so
            long windows = (room + Stride - 1) / Stride + 1;
            if ((windows - 1) * Stride >= Extent + before) windows--;
            long more = Math.Max(0, (windows - 1) * Stride + Reach - Extent - before - after);
            return new(Kernel, Stride, before, checked((int)(after + more)), Dilation, (int)more);
        }

        // ceil(extent / stride) windows; an odd one of padding goes after (upper) or before (lower).
        public AxisWindow Same(bool upper)
        {
            long windows = (Extent + (long)Stride - 1) / Stride;
            int total = checked((int)Math.Max(0, (windows - 1) * Stride + Reach - Extent)), less = total / 2;
            return upper ? new(Kernel, Stride, less, total - less, Dilation) : new(Kernel, Stride, total - less, less, Dilation);
        }
    }
}
