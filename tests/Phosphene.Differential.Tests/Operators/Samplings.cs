using Microsoft.ML.OnnxRuntime.Tensors;

namespace Phosphene.Differential.Tests.Operators;

/// <summary>Positions and places that are computed; signals; numbers in bytes; losses.</summary>
internal static class Samplings
{
    public static readonly Entry[] Entries =
    [
        new("GridSample", 16, GridSample), new("GridSample", 16, GridSample),
        new("AffineGrid", 20, AffineGrid),
        new("RoiAlign", 10, RoiAlign),
        new("Gather", 11, g => Looked(g, "Gather")), new("GatherElements", 11, g => Looked(g, "GatherElements")),
        new("DeformConv", 19, DeformConv),
        new("NonMaxSuppression", 10, NonMaxSuppression),
        new("Col2Im", 18, Col2Im),
        new("CenterCropPad", 18, CenterCropPad),
        new("Det", 11, Det),
    ];

    private static void GridSample(Growth g)
    {
        int sides = g.Opset >= 20 && g.Chance(0.3) ? 3 : 2;
        Value x = g.Image(sides);
        string mode = g.One(g.Opset >= 20 ? "linear" : "bilinear", "nearest", sides == 3 ? "nearest" : g.Opset >= 20 ? "cubic" : "bicubic");
        int[] made = sides == 3 ? [g.Int(1, 4), g.Int(1, 4), g.Int(1, 4)] : [g.Int(1, 8), g.Int(1, 8)];
        g.Node("GridSample", [x, g.Weight([x.Shape[0], .. made, sides])], ("mode", mode), ("padding_mode", g.Maybe(g.One("zeros", "border", "reflection"))), ("align_corners", g.Maybe(g.Int(0, 1))));
    }

    private static void AffineGrid(Growth g)
    {
        int sides = g.Int(2, 3), batch = g.Int(1, 3);
        int[] theta = [batch, sides, sides + 1];
        g.Node("AffineGrid", [g.Real(value => value.Shape.SequenceEqual(theta), () => theta), g.Known([batch, g.Int(1, 4), .. Enumerable.Range(0, sides).Select(_ => (long)g.Int(2, 6))])],
            ("align_corners", g.Maybe(g.Int(0, 1))));
    }

    private static void RoiAlign(Growth g)
    {
        Value x = g.Image(2);
        int count = g.Int(1, 4);
        var corners = new double[count * 4];
        for (int i = 0; i < count; i++)
            for (int axis = 0; axis < 2; axis++)
            {
                corners[4 * i + axis] = g.Float(-1, x.Shape[3 - axis] - 1);
                corners[4 * i + 2 + axis] = corners[4 * i + axis] + g.Float(0.3, x.Shape[3 - axis]);
            }
        g.Node("RoiAlign", [x, g.Known(Numbers.Of([count, 4], corners)), g.Known(g.Integers([count], 0, x.Shape[0] - 1))],
            ("output_height", g.Maybe(g.Int(1, 4))), ("output_width", g.Maybe(g.Int(1, 4))), ("sampling_ratio", g.Int(1, 3)), ("spatial_scale", g.Maybe(g.Float(0.3, 1.2))),
            ("coordinate_transformation_mode", g.Opset >= 16 ? g.Maybe(g.One("half_pixel", "output_half_pixel")) : null));
    }

    // By the places of the largest elements.
    private static void Looked(Growth g, string name)
    {
        Value x = g.Real(value => value.Rank == 3, () => g.Extents(3));
        Value at = g.Node("ArgMax", [x], ("axis", 1), ("keepdims", name == "Gather" ? g.Int(0, 1) : 1));
        g.Node(name, [x, at], ("axis", 1));
    }

    private static void DeformConv(Growth g)
    {
        int groups = g.Int(1, 2), shifted = g.Int(1, 2), outputs = groups * g.Int(1, 2), kernel = g.Int(1, 3), width = g.Int(1, 2), stride = g.Int(1, 2);
        int channels = 2 * g.Int(1, 2), extent = 2 * stride + kernel, rows = (extent - kernel) / stride + 1, columns = (extent - width) / stride + 1, taps = kernel * width;
        Value x = g.Given(g.Reals([2, channels, extent, extent], Spread.Around), Place.Input);
        g.Node("DeformConv",
        [
            x, g.Weight([outputs, channels / groups, kernel, width]), g.Weight([2, shifted * taps * 2, rows, columns]), g.Chance(0.5) ? g.Weight([outputs]) : null,
            g.Chance(0.5) ? g.Weight([2, shifted * taps, rows, columns], Spread.Positive) : null,
        ], ("group", groups), ("offset_group", shifted), ("strides", new long[] { stride, stride }), ("kernel_shape", new long[] { kernel, width }));
    }

    private static void NonMaxSuppression(Growth g)
    {
        int boxes = g.Int(1, 8), classes = g.Int(1, 3);
        g.Node("NonMaxSuppression", [g.Known(g.Reals([2, boxes, 4], Spread.Positive)), g.Known(g.Reals([2, classes, boxes], Spread.Unit)), g.Known(g.Int(1, boxes)), g.Known(Numbers.Of([1], 0.35)), g.Known(Numbers.Of([1], -0.37))],
            ("center_point_box", g.Maybe(g.Int(0, 1))));
    }

    private static void Col2Im(Growth g)
    {
        int[] kernel = [g.Int(1, 3), g.Int(1, 3)], stride = [g.Int(1, 2), g.Int(1, 2)], pad = [g.Int(0, kernel[0] - 1), g.Int(0, kernel[1] - 1)], windows = [g.Int(1, 4), g.Int(1, 4)];
        long[] image = [.. Enumerable.Range(0, 2).Select(i => (long)(windows[i] - 1) * stride[i] + kernel[i] - 2 * pad[i])];
        if (image.Any(extent => extent < 1)) throw new UnfitException("nothing is left");
        int[] columns = [g.Int(1, 2), g.Int(1, 3) * kernel[0] * kernel[1], windows[0] * windows[1]];
        g.Node("Col2Im", [g.Real(value => value.Shape.SequenceEqual(columns), () => columns), g.Known(image), g.Known(kernel[0], kernel[1])],
            ("strides", new long[] { stride[0], stride[1] }), ("pads", new long[] { pad[0], pad[1], pad[0], pad[1] }));
    }

    private static void CenterCropPad(Growth g)
    {
        Value x = g.OfRank(1, 4);
        long[] axes = g.Axes(x.Rank, g.Int(1, x.Rank));
        g.Node("CenterCropPad", [x, g.Known(axes.Select(_ => (long)g.Int(1, 9)))], ("axes", axes));
    }

    private static void Det(Growth g)
    {
        int rows = g.Int(1, 5);
        g.Node("Det", [g.Real(value => value.Rank >= 2 && value.Shape[^1] == value.Shape[^2], () => [g.Int(1, 3), rows, rows])]);
    }
}
