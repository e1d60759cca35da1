using System.Runtime.InteropServices;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Graphs;
using Xunit;

namespace Phosphene.Runtime.Tests.Execution;

public sealed class FourierTests
{
    // Height, width: powers of two, every special radix, primes alone and in products, odd and even, more and fewer rows than lanes.
    public static TheoryData<int, int> Sizes => new()
    {
        { 1, 1 }, { 1, 2 }, { 2, 1 }, { 1, 3 }, { 3, 2 }, { 4, 6 }, { 5, 7 }, { 7, 5 }, { 8, 13 }, { 16, 17 }, { 9, 4 }, { 22, 26 }, { 24, 40 },
        { 33, 31 }, { 64, 50 }, { 121, 12 }, { 17, 101 }, { 70, 98 },
    };

    [Theory, MemberData(nameof(Sizes))]
    public void The_image_agrees_with_the_definition(int height, int width)
    {
        var given = new Sample(height * 1000 + width);
        Tensor s = given.Input(2, 2, 3, height, width / 2 + 1), y = new(new InverseRealFourier(width), s);
        OnAll(given, y, Synthesis(given.Values[s], 6, height, width));
    }

    [Theory, MemberData(nameof(Sizes))]
    public void The_gradient_agrees_with_the_definition(int height, int width)
    {
        var given = new Sample(height * 1000 + width);
        Tensor dy = given.Input(2, 3, height, width), ds = new(new InverseRealFourierGradient(), dy);
        OnAll(given, ds, Analysis(given.Values[dy], 6, height, width));
    }

    [Fact]
    public void An_image_of_usual_size_agrees_with_the_definition()
    {
        var given = new Sample();
        Tensor s = given.Input(2, 1, 1, 224, 113), y = new(new InverseRealFourier(224), s);
        Tensor dy = given.Input(1, 1, 224, 224), ds = new(new InverseRealFourierGradient(), dy);
        foreach (InstructionSet set in Enum.GetValues<InstructionSet>())
        {
            float[][] actual = Compare.Run(given, [y, ds], set);
            Compare.Close(Synthesis(given.Values[s], 1, 224, 224), actual[0], $"{y} on {set}");
            Compare.Close(Analysis(given.Values[dy], 1, 224, 224), actual[1], $"{ds} on {set}");
        }
    }

    [Theory, MemberData(nameof(Sizes))]
    public void The_gradient_of_the_gradient_is_the_image_again(int height, int width)
    {
        var given = new Sample(height * 1000 + width);
        Tensor dy = given.Input(2, 3, height, width), s = given.Input(2, 2, 3, height, width / 2 + 1);
        Tensor back = Gradients.Of((new Tensor(new InverseRealFourierGradient(), dy) * s).Sum(), [dy])[0];
        OnAll(given, back, Synthesis(given.Values[s], 6, height, width));
    }

    [Fact]
    public void The_gradient_is_the_adjoint()
    {
        foreach ((int height, int width) in new[] { (24, 40), (33, 31), (7, 10), (13, 22), (1, 6), (6, 1) })
        {
            var given = new Sample(width);
            Tensor s = given.Input(2, 1, 2, height, width / 2 + 1), dy = given.Input(1, 2, height, width);
            Tensor y = new(new InverseRealFourier(width), s);
            Tensor ds = Gradients.Of((y * dy).Sum(), [s])[0];
            float[][] values = Compare.Run(given, [y, ds]);
            double forward = Dot(values[0], given.Values[dy]), backward = Dot(given.Values[s], values[1]);
            // The images' numbers are about 1 / √(H·W), and the sum of H·W products about 1; rounding leaves 2^-24 of each product.
            Assert.True(Math.Abs(forward - backward) < 1e-5 * Math.Sqrt(Dot(values[0], values[0]) * Dot(given.Values[dy], given.Values[dy])),
                $"<A s, y> = {forward} and <s, Aᵀ y> = {backward} at {height} x {width}.");
        }
    }

    [Fact]
    public void One_frequency_is_one_cosine()
    {
        // Two waves down the rows, one along the columns, of an image 5 x 8: frequency (2, 1) stands for itself and its conjugate.
        const int Height = 5, Width = 8;
        var spectrum = new float[2 * Height * 5];
        spectrum[2 * 5 + 1] = 40;
        float[] image = Image(spectrum, Height, Width);
        for (int i = 0; i < Height; i++)
            for (int j = 0; j < Width; j++)
                Assert.Equal(2 * Math.Cos(2 * Math.PI * (2.0 * i / Height + 1.0 * j / Width)), image[i * Width + j], 5e-6);
    }

    [Fact]
    public void The_imaginary_part_of_a_frequency_turns_the_wave_forward()
    {
        const int Height = 4, Width = 6;
        var spectrum = new float[2 * Height * 4];
        spectrum[Height * 4 + 1 * 4 + 2] = 24;                   // i·e^(2πi·(h / 4 + 2j / 6)): minus its sine, twice
        float[] image = Image(spectrum, Height, Width);
        for (int i = 0; i < Height; i++)
            for (int j = 0; j < Width; j++)
                Assert.Equal(-2 * Math.Sin(2 * Math.PI * (i / 4.0 + 2 * j / 6.0)), image[i * Width + j], 5e-6);
    }

    [Fact]
    public void The_first_number_is_the_mean_and_its_imaginary_part_is_ignored()
    {
        var spectrum = new float[2 * 3 * 3];
        (spectrum[0], spectrum[9]) = (12, 7);
        Assert.All(Image(spectrum, 3, 4), pixel => Assert.Equal(1, pixel, 1e-6));
    }

    [Fact]
    public void A_column_that_is_its_own_mirror_counts_once_and_gets_no_imaginary_gradient_in_its_first_row()
    {
        var spectrum = new float[2 * 1 * 3];
        (spectrum[2], spectrum[5]) = (4, 9);                     // column 2 of an image 1 x 4
        Assert.Equal([1, -1, 1, -1], Image(spectrum, 1, 4));

        var given = new Sample();
        Tensor dy = given.InputOf([1, 2, 3, 5], 1, 1, 1, 4);
        Assert.Equal([11 / 4f, 2 * -2 / 4f, -3 / 4f, 0, 2 * 3 / 4f, 0], Compare.Run(given, [new Tensor(new InverseRealFourierGradient(), dy)])[0]);
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Going_to_the_spectrum_and_back_is_the_identity_and_keeps_the_energy(int height, int width)
    {
        // The spectrum of an image is H·W / v times the adjoint, v = 1 for columns that are their own mirrors, else 2.
        int half = width / 2 + 1;
        var given = new Sample();
        Tensor x = given.Input(1, 2, height, width);
        float[] factors = [.. Enumerable.Range(0, half).Select(k => height * width / (float)Weight(k, width))];
        Tensor spectrum = new Tensor(new InverseRealFourierGradient(), x) * Tensor.Constant(new Shape(1, 1, 1, 1, half), factors);
        float[][] values = Compare.Run(given, [new Tensor(new InverseRealFourier(width), spectrum), spectrum]);
        Compare.Close([.. given.Values[x].Select(v => (double)v)], values[0], $"{height} x {width}");

        double energy = values[1].Select((v, at) => Weight(at % half, width) * (double)v * v).Sum() / (height * width);
        Assert.Equal(1, energy / Dot(given.Values[x], given.Values[x]), 1e-5);
    }

    [Fact]
    public void The_work_may_be_divided_among_more_threads_than_there_are_groups()
    {
        var given = new Sample();
        Tensor s = given.Input(2, 1, 1, 3, 3), y = new(new InverseRealFourier(5), s);
        Compare.Close(Synthesis(given.Values[s], 1, 3, 5), Compare.Run(given, [y], threads: 7)[0], "7 threads");
    }

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

    private static float[] Image(float[] spectrum, int height, int width)
    {
        var given = new Sample();
        return Compare.Run(given, [new Tensor(new InverseRealFourier(width), given.InputOf(spectrum, 2, 1, 1, height, width / 2 + 1))])[0];
    }

    private static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();

    private static int Weight(int k, int width) => k == 0 || 2 * k == width ? 1 : 2;

    // The formulas at the top of FourierKernel, term by term. s: [2, planes, H, K]; the result is [planes, H, W].
    private static double[] Synthesis(float[] s, int planes, int height, int width)
    {
        int half = width / 2 + 1;
        var y = new double[planes * height * width];
        var x = new (double Re, double Im)[half];
        for (int plane = 0; plane < planes; plane++)
            for (int h = 0; h < height; h++)
            {
                for (int k = 0; k < half; k++)
                {
                    x[k] = default;
                    for (int m = 0; m < height; m++)
                    {
                        int at = (plane * height + m) * half + k;
                        (double sin, double cos) = Root((long)h * m, height);
                        float re = s[at], im = s[at + planes * height * half];
                        x[k] = (x[k].Re + re * cos - im * sin, x[k].Im + re * sin + im * cos);
                    }
                }
                for (int j = 0; j < width; j++)
                {
                    double sum = 0;
                    for (int k = 0; k < half; k++)
                    {
                        (double sin, double cos) = Root((long)j * k, width);
                        sum += Weight(k, width) * (x[k].Re * cos - (Weight(k, width) == 1 ? 0 : x[k].Im * sin));
                    }
                    y[(plane * height + h) * width + j] = sum / height / width;
                }
            }
        return y;
    }

    // dy: [planes, H, W]; the result is [2, planes, H, K].
    private static double[] Analysis(float[] dy, int planes, int height, int width)
    {
        int half = width / 2 + 1;
        var ds = new double[2 * planes * height * half];
        var d = new (double Re, double Im)[height];
        for (int plane = 0; plane < planes; plane++)
            for (int k = 0; k < half; k++)
            {
                for (int h = 0; h < height; h++)
                {
                    d[h] = default;
                    for (int j = 0; j < width; j++)
                    {
                        (double sin, double cos) = Root((long)j * k, width);
                        double v = Weight(k, width) * dy[(plane * height + h) * width + j] / (double)(height * width);
                        d[h] = (d[h].Re + v * cos, d[h].Im - (Weight(k, width) == 1 ? 0 : v * sin));
                    }
                }
                for (int m = 0; m < height; m++)
                    for (int h = 0; h < height; h++)
                    {
                        (double sin, double cos) = Root((long)h * m, height);
                        int at = (plane * height + m) * half + k;
                        ds[at] += d[h].Re * cos + d[h].Im * sin;
                        ds[at + planes * height * half] += d[h].Im * cos - d[h].Re * sin;
                    }
            }
        return ds;
    }

    private static (double Sin, double Cos) Root(long part, int whole) => Math.SinCos(2 * Math.PI * (part % whole) / whole);
}
