namespace Phosphene.Differential.Tests.Operators;

/// <summary>Convolution and its transpose, of signals, images and volumes.</summary>
internal static class Convolutions
{
    public static readonly Entry[] Entries =
    [
        .. Enumerable.Repeat(new Entry("Conv", 7, Conv), 5),
        .. Enumerable.Repeat(new Entry("ConvTranspose", 7, ConvTranspose), 3),
    ];

    /// <summary>Images are the commonest.</summary>
    public static int Sides(Growth g) => g.One(1, 2, 2, 2, 2, 3);

    private static void Conv(Growth g)
    {
        int sides = Sides(g);
        Value x = g.Image(sides);
        int channels = x.Shape[1], groups = Groups(g, channels);
        int outputs = groups * g.Int(1, groups == 1 ? 20 : 3);
        int[] kernel = Kernel(g, x), dilations = Dilations(g, x, kernel);
        g.Node("Conv", [x, g.Weight([outputs, channels / groups, .. kernel]), g.Chance(0.6) ? g.Weight([outputs]) : null],
        [
            .. Window(g, kernel, dilations, mostPad: 3),
            ("kernel_shape", g.Maybe(Longs(kernel))), ("group", groups == 1 && g.Chance(0.5) ? null : groups),
        ]);
    }

    private static void ConvTranspose(Growth g)
    {
        int sides = Sides(g);
        Value x = g.Image(sides);
        int channels = x.Shape[1], groups = Groups(g, channels), outputs = g.Int(1, groups == 1 ? 12 : 3);
        int[] kernel = [.. Enumerable.Range(0, sides).Select(_ => g.Int(1, 4))], dilations = [.. kernel.Select(_ => g.Chance(0.8) ? 1 : 2)];
        long[]? strides = g.Chance(0.6) ? [.. kernel.Select(_ => (long)g.Int(1, 3))] : null;
        // SAME means stride times as many pixels. ONNX Runtime gives fewer where the kernel is smaller than the stride, against the operator's text.
        bool same = kernel.Select((extent, i) => (extent - 1) * dilations[i] + 1 >= (strides?[i] ?? 1)).All(fits => fits);
        string? auto = g.Chance(0.25) ? g.One([.. same ? ["SAME_UPPER", "SAME_LOWER"] : Array.Empty<string>(), "VALID", "NOTSET"]) : null;
        bool padded = auto is null or "NOTSET" && g.Chance(0.5);
        long[]? more = strides is not null && g.Chance(0.4) ? [.. strides.Select(stride => (long)g.Int(0, (int)stride - 1))] : null;
        g.Node("ConvTranspose", [x, g.Weight([channels, outputs, .. kernel]), g.Chance(0.5) ? g.Weight([outputs * groups]) : null],
            ("strides", strides), ("dilations", dilations.All(dilation => dilation == 1) ? null : Longs(dilations)), ("auto_pad", auto),
            ("pads", padded ? Pads(g, sides, [.. kernel.Select(extent => extent - 1)]) : null), ("output_padding", more),
            ("kernel_shape", g.Maybe(Longs(kernel))), ("group", groups == 1 && g.Chance(0.5) ? null : groups));
    }

    private static int Groups(Growth g, int channels) =>
        g.Chance(0.6) ? 1 : g.Chance(0.5) ? channels : g.One([.. Enumerable.Range(1, channels).Where(groups => channels % groups == 0)]);

    /// <summary>Extents of a kernel that fits.</summary>
    public static int[] Kernel(Growth g, Value x) => [.. x.Shape.Skip(2).Select(extent => g.Int(1, Math.Min(extent, g.One(3, 3, 4, 5))))];

    /// <summary>Dilations with which the kernel still fits.</summary>
    public static int[] Dilations(Growth g, Value x, int[] kernel) =>
        [.. kernel.Select((extent, i) => g.Chance(0.75) || (extent - 1) * 2 + 1 > x.Shape[2 + i] ? 1 : (extent - 1) * 3 + 1 <= x.Shape[2 + i] ? g.Int(2, 3) : 2)];

    /// <summary>Strides, dilations, pads or auto_pad.</summary>
    public static (string, object?)[] Window(Growth g, int[] kernel, int[]? dilations, int mostPad)
    {
        string? auto = g.Chance(0.3) ? g.One("SAME_UPPER", "SAME_LOWER", "VALID", "NOTSET") : null;
        bool padded = auto is null or "NOTSET" && g.Chance(0.6);
        int[] most = [.. kernel.Select((extent, i) => Math.Min(mostPad, (extent - 1) * (dilations?[i] ?? 1)))];
        return
        [
            ("strides", g.Chance(0.6) ? (long[])[.. kernel.Select(_ => (long)g.One(1, 1, 2, 3))] : null),
            ("dilations", dilations is null || dilations.All(dilation => dilation == 1) && g.Chance(0.5) ? null : Longs(dilations)),
            ("auto_pad", auto),
            ("pads", padded ? Pads(g, kernel.Length, most) : null),
        ];
    }

    /// <summary>All pads before, then all after, each up to a bound.</summary>
    public static long[] Pads(Growth g, int sides, int[] most) => [.. Enumerable.Range(0, 2 * sides).Select(i => (long)g.Int(0, most[i % sides]))];

    public static long[] Longs(IEnumerable<int> values) => [.. values.Select(value => (long)value)];
}
