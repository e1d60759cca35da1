namespace Phosphene.Differential.Tests.Operators;

/// <summary>Pooling over windows and over whole images.</summary>
internal static class Poolings
{
    public static readonly Entry[] Entries =
    [
        new("MaxPool", 7, MaxPool), new("MaxPool", 7, MaxPool),
        new("AveragePool", 7, AveragePool), new("AveragePool", 7, AveragePool),
        new("LpPool", 7, LpPool),
        new("GlobalAveragePool", 7, g => g.Node("GlobalAveragePool", [g.Image(Convolutions.Sides(g))])),
        new("GlobalMaxPool", 7, g => g.Node("GlobalMaxPool", [g.Image(Convolutions.Sides(g))])),
        new("GlobalLpPool", 7, g => g.Node("GlobalLpPool", [g.Image(Convolutions.Sides(g))], ("p", g.Maybe(g.Int(1, 3))))),
        new("MaxUnpool", 9, MaxUnpool),
    ];

    private static void MaxPool(Growth g)
    {
        Value x = g.Image(Convolutions.Sides(g));
        int[] kernel = Convolutions.Kernel(g, x);
        int[]? dilations = g.Opset >= 10 ? Convolutions.Dilations(g, x, kernel) : null;
        bool places = g.Opset >= 8 && x.Rank < 5 && g.Chance(0.3);
        g.Nodes("MaxPool", [x], places ? 2 : 1,
            [.. Window(g, kernel, dilations), ("storage_order", places && g.Chance(0.3) ? 1 : null)]);
    }

    private static void AveragePool(Growth g)
    {
        Value x = g.Image(Convolutions.Sides(g));
        int[] kernel = Convolutions.Kernel(g, x);
        g.Node("AveragePool", [x], [.. Window(g, kernel, g.Opset >= 19 ? Convolutions.Dilations(g, x, kernel) : null), ("count_include_pad", g.Maybe(g.Int(0, 1)))]);
    }

    private static void LpPool(Growth g)
    {
        Value x = g.Image(Convolutions.Sides(g));
        int[] kernel = Convolutions.Kernel(g, x);
        g.Node("LpPool", [x], [.. Window(g, kernel, g.Opset >= 18 ? Convolutions.Dilations(g, x, kernel) : null, ceilSince: 18), ("p", g.Maybe(g.Int(1, 3)))]);
    }

    private static (string, object?)[] Window(Growth g, int[] kernel, int[]? dilations, int ceilSince = 10)
    {
        (string Name, object? Value)[] window = Convolutions.Window(g, kernel, dilations, mostPad: 2);
        // ONNX Runtime forgets the dilations where it works out the pads of SAME itself, against the operator's text.
        if (window[2].Value is "SAME_UPPER" or "SAME_LOWER") window[1].Value = null;
        // Nor does it bound such pads by 0, where a stride is larger than the kernel.
        if (window[0].Value is long[] strides && strides.Select((stride, i) => stride > kernel[i]).Any(larger => larger)) window[2].Value = null;
        // A pad is less than the kernel itself, however dilated.
        if (window[3].Value is long[] pads) window[3].Value = (long[])[.. pads.Select((pad, i) => Math.Min(pad, kernel[i % kernel.Length] - 1))];
        return [.. window, ("kernel_shape", Convolutions.Longs(kernel)), ("ceil_mode", g.Opset >= ceilSince && g.Chance(0.4) ? 1 : null)];
    }

    // The places must be known at import, each once.
    private static void MaxUnpool(Growth g)
    {
        int sides = g.Int(1, 2);
        int[] extents = [.. Enumerable.Range(0, sides).Select(_ => g.Int(1, 4))], kernel = [.. extents.Select(_ => g.Int(1, 3))];
        Value x = g.Given(g.Reals([g.Int(1, 2), g.Int(1, 3), .. extents], Spread.Around), Place.Input);
        int whole = x.Shape[0] * x.Shape[1] * extents.Zip(kernel, (extent, taps) => extent * taps).Aggregate(1, (a, b) => a * b);
        Value places = g.Known(Numbers.Integers(x.Shape, g.Some(Enumerable.Range(0, whole).Select(place => (long)place), x.Count)));
        g.Node("MaxUnpool", [x, places], ("kernel_shape", Convolutions.Longs(kernel)), ("strides", Convolutions.Longs(kernel)));
    }
}
