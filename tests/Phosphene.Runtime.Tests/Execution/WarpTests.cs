using System.Runtime.InteropServices;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Graphs;
using Xunit;

namespace Phosphene.Runtime.Tests.Execution;

public sealed class WarpTests
{
    private static readonly float[] ThreeByFour = [.. Enumerable.Range(1, 12).Select(i => (float)i)];

    /// <summary>A map [m00 m01 m02 | m10 m11 m12] from an image Height × Width to one OutHeight × OutWidth.</summary>
    private sealed record Case(int Height, int Width, int OutHeight, int OutWidth, params float[] Matrix);

    private static readonly Dictionary<string, Case> All = new()
    {
        ["identity"] = new(5, 7, 5, 7, 1, 0, 0, 0, 1, 0),
        ["whole shift"] = new(19, 23, 17, 25, 1, 0, 3, 0, 1, -2),
        ["whole shift up and right"] = new(9, 13, 40, 9, 1, 0, -11, 0, 1, 7),
        ["shift past the image"] = new(5, 7, 4, 6, 1, 0, 5, 0, 1, 0),
        ["half a pixel"] = new(5, 7, 6, 8, 1, 0, -0.5f, 0, 1, -0.5f),
        ["fraction of a row"] = new(18, 21, 18, 21, 1, 0, 0.3f, 0, 1, 0),
        ["smaller"] = new(31, 45, 12, 17, 2.6f, 0, -0.8f, 0, 2.6f, 0.4f),
        ["larger"] = new(9, 14, 33, 40, 0.28f, 0, -0.3f, 0, 0.33f, 0.1f),
        ["5 degrees"] = new(24, 40, 24, 40, 0.9962f, 0.0872f, -1.5f, -0.0872f, 0.9962f, 1.1f),
        ["70 degrees"] = new(24, 40, 41, 22, 0.3420f, 0.9397f, -3, -0.9397f, 0.3420f, 35),
        ["130 degrees"] = new(33, 29, 37, 41, -0.6428f, 0.7660f, 21, -0.7660f, -0.6428f, 37),
        ["half as large"] = new(37, 51, 19, 26, 2, 0, 0.5f, 0, 2, 0.5f),
        ["twice as large"] = new(19, 22, 39, 45, 0.5f, 0, -0.25f, 0, 0.5f, -0.25f),
        ["to the last row and column"] = new(9, 14, 17, 27, 0.5f, 0, 0, 0, 0.5f, 0),
        ["from the place before the first to that after the last"] = new(9, 14, 21, 31, 0.5f, 0, -1, 0, 0.5f, -1),
        ["far outside"] = new(9, 14, 12, 17, 1.03f, 0.1f, 1000.3f, -0.1f, 1.03f, -2000.7f),
        ["a corner of a large turn"] = new(40, 35, 23, 38, 0.9f, -0.5f, 30.2f, 0.5f, 0.9f, 20.7f),
        ["mirror"] = new(11, 18, 11, 18, -1, 0, 10, 0, -1, 17),
        ["mirror and a bit"] = new(11, 18, 11, 18, -1, 0, 10.25f, 0, -1, 16.5f),
        ["shear"] = new(20, 20, 20, 33, 1, 0.4f, -3, 0, 1, -5),
        ["one row everywhere"] = new(6, 9, 5, 11, 0, 0, 2.25f, 0, 1, -1),
        ["one place everywhere"] = new(6, 9, 5, 11, 0, 0, 2.25f, 0, 0, 3.5f),
        ["one pixel"] = new(1, 1, 3, 4, 1, 0, -1, 0, 0.5f, -0.75f),
        ["one row"] = new(1, 9, 4, 12, 0.5f, 0, -0.75f, 0, 0.7f, 0),
        ["one column"] = new(9, 1, 12, 4, 0.7f, 0, 0, 0, 0.5f, -0.75f),
    };

    public static TheoryData<string> Cases => [.. All.Keys];

    [Theory, MemberData(nameof(Cases))]
    public void The_result_agrees_with_the_definition(string name)
    {
        Case map = All[name];
        var given = new Sample(3);
        Tensor x = given.Input(2, 3, map.Height, map.Width), m = given.InputOf(map.Matrix, 2, 3);
        Tensor y = new(new Warp(map.OutHeight, map.OutWidth, 0.7f), x, m);
        OnAll(given, y, Reference(given.Values[x], 6, map, 0.7f));
    }

    [Theory, MemberData(nameof(Cases))]
    public void The_gradient_agrees_with_the_definition(string name)
    {
        Case map = All[name];
        var given = new Sample(4);
        Tensor dy = given.Input(2, 3, map.OutHeight, map.OutWidth), m = given.InputOf(map.Matrix, 2, 3);
        Tensor dx = new(new WarpGradient(new Shape(2, 3, map.Height, map.Width)), dy, m);
        OnAll(given, dx, ReferenceGradient(given.Values[dy], 6, map));
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(4), InlineData(5), InlineData(11)]
    public void Any_number_of_channels_is_warped_and_warped_back(int channels)
    {
        var map = new Case(21, 35, 26, 31, 0.94f, 0.21f, -2.3f, -0.21f, 0.94f, 3.1f);
        var given = new Sample(9);
        Tensor x = given.Input(1, channels, 21, 35), dy = given.Input(1, channels, 26, 31), m = given.InputOf(map.Matrix, 2, 3);
        OnAll(given, x.Warp(m, 26, 31, 0.7f), Reference(given.Values[x], channels, map, 0.7f));
        OnAll(given, new Tensor(new WarpGradient(x.Shape), dy, m), ReferenceGradient(given.Values[dy], channels, map));
    }

    [Fact]
    public void An_image_is_warped_alone_as_in_a_batch()
    {
        var given = new Sample(10);
        Tensor x = given.Input(3, 3, 37, 45), dy = given.Input(3, 3, 33, 41), m = given.InputOf([0.97f, 0.15f, -1.3f, -0.15f, 0.97f, 3.6f], 2, 3);
        Tensor lastX = given.InputOf(given.Values[x][^(3 * 37 * 45)..], 1, 3, 37, 45), lastDy = given.InputOf(given.Values[dy][^(3 * 33 * 41)..], 1, 3, 33, 41);
        Tensor[] outputs = [x.Warp(m, 33, 41), lastX.Warp(m, 33, 41), new Tensor(new WarpGradient(x.Shape), dy, m), new Tensor(new WarpGradient(lastX.Shape), lastDy, m)];
        float[][] values = Compare.Run(given, outputs);
        Assert.Equal(values[1], values[0][^values[1].Length..]);
        Assert.Equal(values[3], values[2][^values[3].Length..]);
    }

    [Theory, MemberData(nameof(Cases))]
    public void The_nearest_pixel_agrees_with_the_definition_and_so_does_its_gradient(string name)
    {
        Case map = All[name];
        var given = new Sample(6);
        Tensor x = given.Input(2, 3, map.Height, map.Width), dy = given.Input(2, 3, map.OutHeight, map.OutWidth), m = given.InputOf(map.Matrix, 2, 3);
        var expected = new double[6 * map.OutHeight * map.OutWidth];
        var gradient = new double[6 * map.Height * map.Width];
        float[] matrix = map.Matrix;
        for (int to = 0; to < expected.Length; to++)
        {
            (int plane, int i, int j) = (to / (map.OutHeight * map.OutWidth), to / map.OutWidth % map.OutHeight, to % map.OutWidth);
            int row = (int)Math.Floor((double)matrix[0] * i + (double)matrix[1] * j + matrix[2] + 0.5), column = (int)Math.Floor((double)matrix[3] * i + (double)matrix[4] * j + matrix[5] + 0.5);
            int from = (plane * map.Height + row) * map.Width + column;
            expected[to] = IsInside(map, row, column) ? given.Values[x][from] : 0.7f;
            if (IsInside(map, row, column)) gradient[from] += given.Values[dy][to];
        }
        Tensor y = x.Warp(m, map.OutHeight, map.OutWidth, 0.7f, nearest: true);
        OnAll(given, y, expected);
        OnAll(given, Gradients.Of((y * dy).Sum(), [x])[0], gradient);
    }

    [Fact]
    public void A_warp_to_the_nearest_pixel_is_not_merged_with_others()
    {
        // Half a pixel to the right reads the next one, twice: two pixels, where one reading of a whole pixel would be one.
        var given = new Sample();
        Tensor x = given.InputOf(ThreeByFour, 1, 1, 3, 4), half = given.InputOf([1, 0, 0, 0, 1, 0.5f], 2, 3);
        float[] moved = [3, 4, 0, 0, 7, 8, 0, 0, 11, 12, 0, 0];
        Assert.Equal(moved, Compare.Run(given, [x.Warp(half, 3, 4, nearest: true).Warp(half, 3, 4, nearest: true)])[0]);
    }

    [Theory, MemberData(nameof(Cases))]
    public void The_gradient_is_the_adjoint_and_the_fill_is_no_part_of_it(string name)
    {
        Case map = All[name];
        var given = new Sample(5);
        Tensor x = given.Input(2, 3, map.Height, map.Width), m = given.InputOf(map.Matrix, 2, 3), dy = given.Input(2, 3, map.OutHeight, map.OutWidth);
        Tensor y = x.Warp(m, map.OutHeight, map.OutWidth, 0.7f), ofZero = (0 * x).Warp(m, map.OutHeight, map.OutWidth, 0.7f);
        Tensor dx = Gradients.Of((y * dy).Sum(), [x])[0];
        float[][] values = Compare.Run(given, [y - ofZero, dx]);
        double forward = Dot(values[0], given.Values[dy]), backward = Dot(given.Values[x], values[1]);
        // Weights are rounded to 2^-24; the sums have up to 6000 products of about 0.1.
        Assert.Equal(forward, backward, 1e-4);
    }

    [Fact]
    public void A_shift_reads_further_down_and_right_and_fills_what_is_outside()
    {
        Assert.Equal([7, 8, 0.5f, 11, 12, 0.5f, 0.5f, 0.5f, 0.5f], Warp(3, 3, 0.5f, 1, 0, 1, 0, 1, 2));
        Assert.Equal([0, 0, 0, 0, 0, 1, 2, 3, 0, 5, 6, 7], Warp(3, 4, 0, 1, 0, -1, 0, 1, -1));
    }

    [Fact]
    public void A_quarter_turn_takes_rows_to_columns()
    {
        // Pixel (i, j) of the 4 x 3 result reads row j, column 3 - i: counter-clockwise.
        Assert.Equal([4, 8, 12, 3, 7, 11, 2, 6, 10, 1, 5, 9], Warp(4, 3, 0, 0, 1, 0, -1, 0, 3));
    }

    [Fact]
    public void Between_pixels_the_four_neighbours_blend()
    {
        // A quarter down and half to the right of 1 2 / 5 6.
        Assert.Equal([1 + 0.25f * 4 + 0.5f], Warp(1, 1, 0, 1, 0, 0.25f, 0, 1, 0.5f));
    }

    [Fact]
    public void At_the_rim_the_image_blends_with_the_fill()
    {
        // A quarter of a pixel outside the upper left corner in each direction: 9/16 of pixel 1, the rest is fill.
        Assert.Equal([0.5625f * 1 + 0.4375f * 8], Warp(1, 1, 8, 1, 0, -0.25f, 0, 1, -0.25f));
        Assert.Equal([0.75f * 12 + 0.25f * 8], Warp(1, 1, 8, 1, 0, 2.25f, 0, 1, 3));
    }

    [Fact]
    public void A_crop_starts_at_the_given_row_and_column()
    {
        var given = new Sample();
        Tensor x = given.InputOf(ThreeByFour, 1, 1, 3, 4), top = given.InputOf([1]), left = given.InputOf([2]);
        Assert.Equal([7, 8, 11, 12], Compare.Run(given, [x.Crop(top, left, 2, 2)])[0]);
    }

    [Fact]
    public void A_warp_of_a_warp_is_one_warp_by_the_product_of_the_maps()
    {
        var given = new Sample();
        Tensor x = given.Input(1, 2, 12, 17);
        Tensor inner = given.InputOf([0.9f, 0.2f, -1, -0.1f, 1.1f, 0.5f], 2, 3), outer = given.InputOf([1.2f, -0.3f, 2, 0.25f, 0.8f, -1.5f], 2, 3);
        Tensor y = x.Warp(inner, 15, 19, 0.25f).Warp(outer, 10, 13, 0.25f);
        Assert.Same(x, y.Inputs[0]);

        // inner ∘ outer, multiplied out in the order of the matrices' entries.
        var product = new Case(12, 17, 10, 13, 0.9f * 1.2f + 0.2f * 0.25f, 0.9f * -0.3f + 0.2f * 0.8f, 0.9f * 2 + 0.2f * -1.5f - 1,
            -0.1f * 1.2f + 1.1f * 0.25f, -0.1f * -0.3f + 1.1f * 0.8f, -0.1f * 2 + 1.1f * -1.5f + 0.5f);
        // The product's entries are rounded once more, to 2^-24 of about 3 pixels; neighbouring pixels differ by about 1.
        Compare.Close(Reference(given.Values[x], 2, product, 0.25f), Compare.Run(given, [y])[0], "product", 2e-5);
    }

    [Fact]
    public void A_warp_with_another_fill_is_not_merged()
    {
        var given = new Sample();
        Tensor x = given.InputOf(ThreeByFour, 1, 1, 3, 4);
        Tensor right = given.InputOf([1, 0, 0, 0, 1, -2], 2, 3), left = given.InputOf([1, 0, 0, 0, 1, 2], 2, 3);
        Tensor y = x.Warp(right, 3, 4, 0.25f).Warp(left, 3, 4, 0.75f);
        Assert.Equal([1, 2, 0.75f, 0.75f, 5, 6, 0.75f, 0.75f, 9, 10, 0.75f, 0.75f], Compare.Run(given, [y])[0]);
    }

    [Fact]
    public void The_gradient_agrees_with_central_differences()
    {
        var given = new Sample(8);
        Tensor x = given.Input(1, 2, 5, 7), m = given.InputOf([0.9f, 0.3f, -0.6f, -0.2f, 1.1f, 0.7f], 2, 3);
        Tensor objective = (x.Warp(m, 6, 5, 0.5f).Square() * 0.5f).Sum(), gradient = Gradients.Of(objective, [x])[0];
        float[] analytic = Compare.Run(given, [gradient])[0], values = given.Values[x];
        for (int i = 0; i < values.Length; i++)
        {
            // The objective is a quadratic function, so a long step costs no accuracy: what is left is rounding of numbers of about 10.
            float at = values[i];
            values[i] = at + 0.5f;
            float above = Compare.Run(given, [objective])[0][0];
            values[i] = at - 0.5f;
            float below = Compare.Run(given, [objective])[0][0];
            values[i] = at;
            Assert.Equal(above - below, analytic[i], 2e-5);
        }
    }

    [Fact]
    public void No_gradient_flows_to_the_matrix()
    {
        var given = new Sample();
        Tensor m = given.InputOf([1, 0, 0.5f, 0, 1, 0.5f], 2, 3);
        Tensor y = given.Input(1, 1, 3, 4).Warp(m, 3, 4);
        Assert.Equal(new float[6], Compare.Run(given, [Gradients.Of(y.Sum(), [m])[0]])[0]);
    }

    [Theory]
    [InlineData(float.NaN), InlineData(float.PositiveInfinity), InlineData(float.NegativeInfinity)]
    [InlineData(float.MaxValue), InlineData(-float.MaxValue), InlineData(1e10f)]
    [InlineData(-2147483648f), InlineData(2147483648f), InlineData(3000000000f)]
    public void Places_that_are_no_number_or_far_away_read_the_fill(float value)
    {
        foreach (int entry in new[] { 2, 5 })
        {
            float[] matrix = [1, 0, 0, 0, 1, 0];
            matrix[entry] = value;
            Assert.All(Warp(4, 5, 0.25f, matrix), pixel => Assert.Equal(0.25f, pixel));
            Assert.All(WarpBack(4, 5, matrix), pixel => Assert.Equal(0, pixel));
            Assert.All(Warp(4, 5, 0.25f, matrix, nearest: true), pixel => Assert.Equal(0.25f, pixel));
            Assert.All(WarpBack(4, 5, matrix, nearest: true), pixel => Assert.Equal(0, pixel));
        }
    }

    [Theory]
    [InlineData(float.NaN), InlineData(float.PositiveInfinity), InlineData(float.NegativeInfinity), InlineData(float.MaxValue), InlineData(-1e20f)]
    public void A_wild_linear_part_reads_the_image_or_the_fill(float value)
    {
        foreach (int entry in new[] { 0, 1, 3, 4 })
        {
            float[] matrix = [1, 0, 0, 0, 1, 0];
            matrix[entry] = value;
            Assert.All(Warp(4, 5, 0.25f, matrix), pixel => Assert.Contains(pixel, ThreeByFour.Append(0.25f)));
            Assert.All(WarpBack(4, 5, matrix), pixel => Assert.InRange(pixel, 0, 4));
            Assert.All(Warp(4, 5, 0.25f, matrix, nearest: true), pixel => Assert.Contains(pixel, ThreeByFour.Append(0.25f)));
            Assert.All(WarpBack(4, 5, matrix, nearest: true), pixel => Assert.InRange(pixel, 0, 4));
        }
    }

    /// <summary>Ramps of all steepnesses, a fifth of them through whole numbers, where the interval ends exactly at a place.</summary>
    private static Arbitrary<(double Start, double Step)> Ramps() => Arb.From(
        Gen.Frequency(
            (4, from start in Around0(-3, 4) from step in Around0(-20, 19) select (start, step)),
            (1, from start in Gen.Choose(-9, 9) from step in Gen.Choose(-2, 2) select ((double)start, (double)step))),
        ramp => new[] { (Math.Truncate(ramp.Item1), ramp.Item2), (ramp.Item1, Math.Truncate(ramp.Item2)) }.Where(simpler => simpler != ramp));

    private static Gen<double> Around0(int leastPower, int greatestPower) =>
        from part in Gen.Choose(-500_000, 500_000) from power in Gen.Choose(leastPower, greatestPower) select part / 1e6 * Math.Pow(10, power);

    [Property(MaxTest = 10_000)]
    public Property A_ramp_is_narrowed_to_exactly_the_places_inside_the_interval() => Prop.ForAll(Ramps(), Ranges.Of((-2, 8), (-2, 19), (0, 4), (0, 29)), (line, ends) =>
    {
        (int low, int high, int first, int end) = (ends[0], ends[1], ends[2], ends[3]);
        var ramp = new Ramp(line.Start, line.Step);
        (int from, int to) = (first, end);
        ramp.Narrow(low, high, ref from, ref to);
        for (int j = first; j < end; j++)
            Assert.True((j >= from && j < to) == (ramp[j] >= low && ramp[j] < high), $"{line.Start} + {line.Step}·{j} in [{low}, {high}), narrowed to [{from}, {to}).");
    });

    // Checks a tensor on every instruction set; one, two and three threads must give the same bytes.
    private static void OnAll(Sample given, Tensor y, double[] expected)
    {
        foreach (InstructionSet set in Enum.GetValues<InstructionSet>())
        {
            float[] one = Compare.Run(given, [y], set, threads: 1)[0];
            Compare.Close(expected, one, $"{y} on {set}");
            foreach (int threads in new[] { 2, 3 })
                Assert.True(MemoryMarshal.AsBytes<float>(one).SequenceEqual(MemoryMarshal.AsBytes<float>(Compare.Run(given, [y], set, threads)[0])));
        }
    }

    // 1 2 3 4 / 5 6 7 8 / 9 10 11 12 through a map.
    private static float[] Warp(int height, int width, float fill, params float[] matrix) => Warp(height, width, fill, matrix, nearest: false);

    private static float[] Warp(int height, int width, float fill, float[] matrix, bool nearest)
    {
        var given = new Sample();
        Tensor x = given.InputOf(ThreeByFour, 1, 1, 3, 4), m = given.InputOf(matrix, 2, 3);
        return Compare.Run(given, [x.Warp(m, height, width, fill, nearest)])[0];
    }

    // The gradient in a 3 x 4 image where that in the result is 1 everywhere.
    private static float[] WarpBack(int height, int width, float[] matrix, bool nearest = false)
    {
        var given = new Sample();
        Tensor dy = given.InputOf([.. Enumerable.Repeat(1f, height * width)], 1, 1, height, width), m = given.InputOf(matrix, 2, 3);
        return Compare.Run(given, [new Tensor(new WarpGradient(new Shape(1, 1, 3, 4), nearest), dy, m)])[0];
    }

    private static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();

    // x: [planes, Height, Width]; the result is [planes, OutHeight, OutWidth].
    private static double[] Reference(float[] x, int planes, Case map, double fill)
    {
        var y = new double[planes * map.OutHeight * map.OutWidth];
        Visit(planes, map, (plane, to, row, column, weight) =>
            y[to] += weight * (IsInside(map, row, column) ? x[(plane * map.Height + row) * map.Width + column] : fill));
        return y;
    }

    private static double[] ReferenceGradient(float[] dy, int planes, Case map)
    {
        var dx = new double[planes * map.Height * map.Width];
        Visit(planes, map, (plane, from, row, column, weight) =>
        {
            if (IsInside(map, row, column)) dx[(plane * map.Height + row) * map.Width + column] += weight * dy[from];
        });
        return dx;
    }

    private static bool IsInside(Case map, int row, int column) => row >= 0 && row < map.Height && column >= 0 && column < map.Width;

    // The four pixels that each pixel of the result reads, with their weights.
    private static void Visit(int planes, Case map, Action<int, int, int, int, double> visit)
    {
        float[] m = map.Matrix;
        for (int plane = 0; plane < planes; plane++)
            for (int i = 0; i < map.OutHeight; i++)
                for (int j = 0; j < map.OutWidth; j++)
                {
                    double row = (double)m[0] * i + (double)m[1] * j + m[2], column = (double)m[3] * i + (double)m[4] * j + m[5];
                    (int r, int c) = ((int)Math.Floor(row), (int)Math.Floor(column));
                    for (int dr = 0; dr < 2; dr++)
                        for (int dc = 0; dc < 2; dc++)
                        {
                            double weight = (1 - Math.Abs(row - r - dr)) * (1 - Math.Abs(column - c - dc));
                            visit(plane, (plane * map.OutHeight + i) * map.OutWidth + j, r + dr, c + dc, weight);
                        }
                }
    }
}
