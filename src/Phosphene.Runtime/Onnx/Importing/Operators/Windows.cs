using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx;

/// <summary>
/// Where a convolution or pooling window stands, from strides, dilations, pads, auto_pad and ceil_mode. Ceil is what ceil_mode alone added below
/// and to the right.
/// </summary>
internal readonly record struct Windows(Window Window, int CeilBottom, int CeilRight)
{
    /// <summary>Reads the attributes. Convolutions have no ceil_mode; dilations exist from some operator set on.</summary>
    public static Windows Of(ImportNode node, Shape x, int kernelY, int kernelX, bool dilates, bool ceil)
    {
        int[] strides = node.Extents("strides", 2, least: 1) ?? [1, 1];
        int[] dilations = (dilates ? node.Extents("dilations", 2, least: 1) : null) ?? [1, 1];
        int[]? pads = node.Extents("pads", 4, least: 0);
        string auto = node.Text("auto_pad", "NOTSET");
        Side y = new(x.Height, kernelY, strides[0], dilations[0]), w = new(x.Width, kernelX, strides[1], dilations[1]);

        if (auto != "NOTSET" && pads is not null && pads.Any(pad => pad != 0))
            throw node.Malformed($"has auto_pad = {Printable.Escape(auto)} and pads = [{string.Join(", ", pads)}], where only one is allowed");
        (int before, int after, int ceil)[] sides = auto switch
        {
            "NOTSET" when pads is null => [y.Padded(0, 0, ceil), w.Padded(0, 0, ceil)],
            "NOTSET" => [y.Padded(pads[0], pads[2], ceil), w.Padded(pads[1], pads[3], ceil)],
            "VALID" => [(0, 0, 0), (0, 0, 0)],
            "SAME_UPPER" => [y.Same(upper: true), w.Same(upper: true)],
            "SAME_LOWER" => [y.Same(upper: false), w.Same(upper: false)],
            _ => throw node.Malformed($"has auto_pad = {Printable.Quote(auto)}, where NOTSET, SAME_UPPER, SAME_LOWER or VALID is expected"),
        };
        ((int top, int bottom, int ceilBottom), (int left, int right, int ceilRight)) = (sides[0], sides[1]);
        return new Windows(
            new Window(kernelY, kernelX, strides[0], strides[1], top, left, bottom, right, dilations[0], dilations[1]), ceilBottom, ceilRight);
    }

    private readonly record struct Side(int Extent, int Kernel, int Stride, int Dilation)
    {
        private long Reach => (Kernel - 1L) * Dilation + 1;

        // ceil((extent + pads - reach) / stride) + 1 windows, less the last if it would start in the padding after the image (or beyond).
        public (int, int, int) Padded(int before, int after, bool ceil)
        {
            long room = Extent + before + (long)after - Reach;
            if (!ceil || room <= -Stride) return (before, after, 0);   // not even one window: the operator says so
            long windows = (room + Stride - 1) / Stride + 1;
            if ((windows - 1) * Stride >= Extent + before) windows--;
            long more = Math.Max(0, (windows - 1) * Stride + Reach - Extent - before - after);
            return (before, checked((int)(after + more)), (int)more);
        }

        // ceil(extent / stride) windows; an odd one of padding goes after (upper) or before (lower).
        public (int, int, int) Same(bool upper)
        {
            long windows = (Extent + (long)Stride - 1) / Stride;
            int total = checked((int)Math.Max(0, (windows - 1) * Stride + Reach - Extent)), less = total / 2;
            return upper ? (less, total - less, 0) : (total - less, less, 0);
        }
    }
}
