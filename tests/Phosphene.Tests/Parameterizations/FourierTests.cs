using Phosphene.Parameterizations;
using Phosphene.Runtime.Graphs;
using Xunit;

namespace Phosphene.Tests.Parameterizations;

public sealed class FourierTests
{
    // The images start with a contrast of 0.3 to 2: a limit of 0.2 makes all of them weaker, one of 50 none.
    public static TheoryData<int, int, float, bool, float, bool> Sizes => new()
    {
        { 9, 14, 1, true, 0, false }, { 14, 9, 1, true, 0, false }, { 7, 5, 1, false, 0, false }, { 8, 6, 1, true, 0, false }, { 6, 10, 0, true, 0, false }, { 5, 12, 1.5f, true, 0, false }, { 1, 8, 1, true, 0, false }, { 7, 1, 1, true, 0, false },
        { 9, 14, 1, true, 0.2f, false }, { 7, 5, 1, false, 0.2f, false }, { 6, 10, 0, true, 0.2f, false }, { 9, 14, 1, true, 50, false },
        { 9, 14, 1, true, 1.2f, true }, { 7, 5, 1.2f, false, 50, true }, { 6, 10, 0, true, 0.2f, true },
    };

    [Theory, MemberData(nameof(Sizes))]
    public void The_image_agrees_with_the_definition(int height, int width, float decay, bool decorrelate, float contrast, bool exact)
    {
        (Tensor image, float[] spectrum) = Start(new Fourier(Decay: decay, Decorrelate: decorrelate, Contrast: contrast, Exact: exact), height, width);
        float[] pixels = Evaluate.Of(image);
        double[] expected = FourierReference.Image([.. spectrum.Select(x => (double)x)], 3, height, width, decay, decorrelate, contrast, exact);
        Assert.Equal(new Shape(1, 3, height, width), image.Shape);
        // Values in [0, 1] from sums of some 100 terms below 1: single precision keeps them to 1e-6.
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], pixels[i], 2e-6);
        Assert.True(pixels.Max() - pixels.Min() > 0.1);
    }

    [Theory, MemberData(nameof(Sizes))]
    public void The_gradient_agrees_with_central_differences(int height, int width, float decay, bool decorrelate, float contrast, bool exact)
    {
        (Tensor image, float[] spectrum) = Start(new Fourier(Decay: decay, Decorrelate: decorrelate, Contrast: contrast, Exact: exact), height, width, out Tensor parameter);
        float[] probe = Evaluate.Numbers(image.Shape.Count, seed: 4);
        float[] gradient = Evaluate.Of(Gradients.Of((image * Tensor.Constant(image.Shape, probe)).Sum(), [parameter])[0]);
        double typical = Math.Sqrt(gradient.Average(g => (double)g * g));
        foreach (int at in Enumerable.Range(0, 25).Select(i => i * 37 % gradient.Length))
        {
            // In double precision a step of 1e-4 leaves an error of 1e-8; what is left is the single precision of the gradient.
            double difference = (Probed(at, 1e-4) - Probed(at, -1e-4)) / 2e-4;
            Assert.True(Math.Abs(difference - gradient[at]) < 1e-5 * typical + 1e-5 * Math.Abs(difference), $"Number {at} is {gradient[at]}, should be {difference}.");
        }

        double Probed(int at, double step)
        {
            double[] moved = [.. spectrum.Select(x => (double)x)];
            moved[at] += step;
            return FourierReference.Image(moved, 3, height, width, decay, decorrelate, contrast, exact).Zip(probe, (x, p) => x * p).Sum();
        }
    }

    [Theory]
    [InlineData(64, 64, 0.0173)]
    [InlineData(128, 128, 0.0188)]
    [InlineData(224, 224, 0.0199)]
    [InlineData(64, 96, 0.0181)]
    public void A_start_is_almost_flat_grey(int height, int width, double deviation)
    {
        // Without colours the image is sigmoid(x). The deviation of x is 0.01 · √(Σ weight²) over all frequencies; the column of frequency 0 across
        // counts once, for only its real part shows. (Counted twice, as by Parseval's theorem alone, these were 0.018, 0.0195 and 0.0206.)
        // The lowest frequencies are few and strong: a single plane is off by 6 %, 48 together by 1 %.
        ParameterizedImage start = new Fourier(Decorrelate: false).Build(new Shape(16, 3, height, width), seed: 5);
        float[] image = Evaluate.Of(start.Image);
        double[] x = [.. image.Select(p => Math.Log(p / (1.0 - p)))];
        Assert.Equal(0.5, image.Average(p => (double)p), 0.002);
        Assert.Equal(deviation, Math.Sqrt(x.Average(value => value * value)), 0.03 * deviation);
    }

    [Fact]
    public void The_start_is_normal_noise_of_the_given_deviation()
    {
        var start = (Parameter)new Fourier(StandardDeviation: 0.25f).Build(new Shape(2, 3, 33, 50), seed: 1).Parameters.Single().Values.Operator;
        Assert.Equal(new Shape(2, 2, 3, 33, 26), start.Shape);
        // 10,296 draws: the mean is within 3 · 0.25 / 101, the deviation within 3 · 0.25 / 143.
        Assert.Equal(0f, start.Values.Average(), 0.0075f);
        Assert.Equal(0.25, Math.Sqrt(start.Values.Average(x => (double)x * x)), 0.0053);
    }

    [Fact]
    public void A_seed_gives_one_start_and_another_seed_another()
    {
        Shape shape = new(1, 3, 9, 14);
        float[] Of(ulong seed) => Evaluate.Of(new Fourier().Build(shape, seed).Image);
        Assert.Equal(Of(1), Of(1));
        Assert.NotEqual(Of(1), Of(2));
        Assert.NotEqual(Of(1), Of(1UL << 32 | 1));
    }

    [Fact]
    public void The_images_of_a_batch_start_apart()
    {
        float[] images = Evaluate.Of(new Fourier().Build(new Shape(2, 3, 9, 14), seed: 1).Image);
        Assert.NotEqual(images[..378], images[378..]);
    }

    [Fact]
    public void A_lone_frequency_makes_a_wave_across_the_width()
    {
        // Column 1, row 0: cos(2πx / W) in every row. Rows and columns mixed up would make it run down.
        var spectrum = new Tensor(new Input(new Shape(2, 1, 1, 6, 5), "spectrum"));
        float[] values = new float[60];
        values[1] = 1;
        float[] image = Evaluate.Of(new Fourier(Decorrelate: false).Image(spectrum, 8), (spectrum, values));
        // 1 stands for both halves of the cosine: 2 / (H·W) · scale / 4, scale = √(H·W) / (1 / 8).
        double amplitude = 2.0 / 48 * (Math.Sqrt(48) * 8) / 4;
        for (int y = 0; y < 6; y++)
            for (int x = 0; x < 8; x++)
                Assert.Equal(1 / (1 + Math.Exp(-amplitude * Math.Cos(2 * Math.PI * x / 8))), image[y * 8 + x], 1e-6);
    }

    [Fact]
    public void A_wave_with_too_much_contrast_has_as_much_as_there_may_be()
    {
        // The wave above a hundred times as strong. The root mean square of a cosine is its amplitude / √2, so a contrast of 1.5 leaves the amplitude 1.5 · √2.
        var spectrum = new Tensor(new Input(new Shape(2, 1, 1, 6, 5), "spectrum"));
        float[] values = new float[60];
        values[1] = 100;
        float[] image = Evaluate.Of(new Fourier(Decorrelate: false, Contrast: 1.5f).Image(spectrum, 8), (spectrum, values));
        for (int y = 0; y < 6; y++)
            for (int x = 0; x < 8; x++)
                Assert.Equal(1 / (1 + Math.Exp(-1.5 * Math.Sqrt(2) * Math.Cos(2 * Math.PI * x / 8))), image[y * 8 + x], 1e-6);
    }

    [Fact]
    public void Within_its_limit_contrast_changes_no_bit_of_image_and_gradient()
    {
        float[][] Of(float contrast)
        {
            (Tensor image, _) = Start(new Fourier(Contrast: contrast), 9, 14, out Tensor parameter);
            return Evaluate.All([image, Gradients.Of((image * Tensor.Constant(image.Shape, Evaluate.Numbers(image.Shape.Count, seed: 4))).Sum(), [parameter])[0]]);
        }
        Assert.Equal(Of(0), Of(50));
        Assert.NotEqual(Of(0)[0], Of(0.2f)[0]);
    }

    [Fact]
    public void At_its_limit_no_gradient_asks_for_more_contrast()
    {
        (Tensor image, float[] spectrum) = Start(new Fourier(Contrast: 0.2f), 9, 14, out Tensor parameter);
        float[] gradient = Evaluate.Of(Gradients.Of((image * Tensor.Constant(image.Shape, Evaluate.Numbers(image.Shape.Count, seed: 4))).Sum(), [parameter])[0]);
        double along = gradient.Zip(spectrum, (g, s) => (double)g * s).Sum(), sizes = Math.Sqrt(gradient.Sum(g => (double)g * g) * spectrum.Sum(s => (double)s * s));
        Assert.True(sizes > 0);
        Assert.InRange(along / sizes, -1e-5, 1e-5);
    }

    [Fact]
    public void Each_image_of_a_batch_has_the_limit_for_itself()
    {
        // The first is 1000 times as strong as the second, which has less than there may be.
        var spectrum = new Tensor(new Input(new Shape(2, 2, 3, 6, 5), "spectrum"));
        float[] values = [.. Evaluate.Numbers(2 * 2 * 3 * 6 * 5, seed: 3).Select((x, i) => i / 90 % 2 == 0 ? 10 * x : 0.01f * x)];
        float[] limited = Evaluate.Of(new Fourier(Contrast: 1).Image(spectrum, 8), (spectrum, values)), free = Evaluate.Of(new Fourier().Image(spectrum, 8), (spectrum, values));
        Assert.Equal(1, ContrastOf(limited[..144]), 1e-4);
        Assert.True(ContrastOf(free[..144]) > 1);
        Assert.Equal(free[144..], limited[144..]);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void A_start_that_is_all_grey_has_a_gradient(bool exact)
    {
        ParameterizedImage start = new Fourier(StandardDeviation: 0, Contrast: 1, Exact: exact).Build(new Shape(1, 3, 9, 14), seed: 2);
        float[] gradient = Evaluate.Of(Gradients.Of((start.Image * Tensor.Constant(start.Image.Shape, Evaluate.Numbers(378, seed: 4))).Sum(), [start.Parameters.Single().Values])[0]);
        Assert.All(gradient, g => Assert.True(float.IsFinite(g)));
        Assert.Contains(gradient, g => g != 0);
    }

    [Fact]
    public void An_exact_contrast_is_that_of_every_image_and_a_longer_spectrum_is_the_same_image()
    {
        (Tensor image, _) = Start(new Fourier(Contrast: 1.2f, Exact: true), 9, 14, out _);
        Assert.Equal(1.2, ContrastOf(Evaluate.Of(image)), 1e-4);
        var spectrum = new Tensor(new Input(new Shape(2, 1, 3, 6, 5), "spectrum"));
        float[] values = Evaluate.Numbers(180, seed: 3);
        float[] Of(float factor) => Evaluate.Of(new Fourier(Contrast: 1, Exact: true).Image(spectrum, 8), (spectrum, [.. values.Select(value => factor * value)]));
        foreach ((float one, float other) in Of(0.01f).Zip(Of(20))) Assert.Equal(one, other, 2e-6f);
    }

    [Fact]
    public void An_exact_contrast_becomes_that_of_a_start_up_or_down()
    {
        float[] strong = [0.9f, 0.1f, 0.9f, 0.1f], weak = [0.6f, 0.4f, 0.6f, 0.4f];
        Assert.Equal(Math.Log(9), ((Fourier)new Fourier(Contrast: 1.2f, Exact: true).WideEnoughFor(strong)).Contrast, 1e-4);
        Assert.Equal(Math.Log(1.5), ((Fourier)new Fourier(Contrast: 1.2f, Exact: true).WideEnoughFor(weak)).Contrast, 1e-4);
        Assert.Equal(1.2f, ((Fourier)new Fourier(Contrast: 1.2f).WideEnoughFor(weak)).Contrast);
    }

    private static double ContrastOf(float[] image) => Math.Sqrt(image.Average(x => Math.Pow(Math.Log(x / (1.0 - x)), 2)));

    private static (Tensor Image, float[] Spectrum) Start(Fourier fourier, int height, int width) => Start(fourier, height, width, out _);

    // A start strong enough to leave the linear part of the sigmoid.
    private static (Tensor Image, float[] Spectrum) Start(Fourier fourier, int height, int width, out Tensor parameter)
    {
        ParameterizedImage start = (fourier with { StandardDeviation = 0.7f }).Build(new Shape(1, 3, height, width), seed: 2);
        parameter = start.Parameters.Single().Values;
        return (start.Image, ((Parameter)parameter.Operator).Values);
    }
}
