using Phosphene.Images;
using Phosphene.Parameterizations;
using Phosphene.Runtime.Graphs;
using Phosphene.Tests.Images;
using Xunit;

namespace Phosphene.Tests.Parameterizations;

public sealed class MacoTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"phosphene-maco-{Guid.NewGuid():N}.safetensors");
    private readonly ImageStatistics _statistics = ImageStatisticsTests.Of(12, (fy, fx) => 0.3 / Math.Max(0.05, double.Hypot(fy, 1.5 * fx)));

    public MacoTests() => _statistics.Save(_path);

    public void Dispose() => File.Delete(_path);

    private Maco Maco => new(new StatisticsReference(_path));

    // |rfft2| by its definition, in double precision: [height, width / 2 + 1].
    private static double[] Magnitudes(double[] plane, int height, int width)
    {
        int columns = width / 2 + 1;
        return [.. Enumerable.Range(0, height * columns).Select(at =>
        {
            double re = 0, im = 0;
            for (int i = 0; i < plane.Length; i++)
            {
                double angle = -2 * Math.PI * ((double)(at / columns) * (i / width) / height + (double)(at % columns) * (i % width) / width);
                re += plane[i] * Math.Cos(angle);
                im += plane[i] * Math.Sin(angle);
            }
            return double.Hypot(re, im);
        })];
    }

    [Theory]
    [InlineData(12, 12)]
    [InlineData(9, 14)]
    [InlineData(14, 9)]
    [InlineData(7, 11)]
    public void The_picture_before_its_colours_has_the_magnitudes_of_the_photos(int height, int width)
    {
        ParameterizedImage image = Maco.Build(new Shape(1, 3, height, width), seed: 4);
        float[] pixels = Evaluate.Of(Colour.Decorrelate(Colour.Logit(image.Image), Colour.MatrixOf(new StatisticsReference(_path))));
        float[] wanted = _statistics.MagnitudeAt(3, height, width);
        int plane = height * width, half = height * (width / 2 + 1);
        double scale = 0;
        for (int channel = 0; channel < 3; channel++)
        {
            double[] found = Magnitudes([.. pixels.Skip(channel * plane).Take(plane).Select(value => (double)value)], height, width);
            for (int i = 1; i < half; i++)
            {
                if (scale == 0) scale = found[i] / wanted[i];
                // By construction they are equal; single precision and the logarithms leave far less than 5 %.
                Assert.Equal(scale * wanted[channel * half + i], found[i], 0.005 * scale * wanted[channel * half + i]);
            }
            Assert.Equal(0, found[0], 1e-2);
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(1)]
    public void Without_a_file_the_magnitudes_are_those_of_photos(int channels)
    {
        ParameterizedImage image = new Maco().Build(new Shape(1, channels, 15, 22), seed: 4);
        Tensor before = Colour.Logit(image.Image);
        float[] pixels = Evaluate.Of(channels == 1 ? before : Colour.Decorrelate(before, Colour.MatrixOf(ImageStatistics.OfPhotos))), wanted = ImageStatistics.OfPhotos.MagnitudeAt(channels, 15, 22);
        double scale = 0;
        for (int channel = 0; channel < channels; channel++)
        {
            double[] found = Magnitudes([.. pixels.Skip(channel * 330).Take(330).Select(value => (double)value)], 15, 22);
            for (int i = 1; i < found.Length; i++)
            {
                if (scale == 0) scale = found[i] / wanted[i];
                Assert.Equal(scale * wanted[channel * found.Length + i], found[i], 0.005 * scale * wanted[channel * found.Length + i]);
            }
        }
    }

    [Fact]
    public void The_contrast_is_what_is_asked_for()
    {
        float[] pixels = Evaluate.Of((Maco with { Contrast = 0.8f }).Build(new Shape(20, 3, 16, 16), seed: 4).Image);
        // Channels are independent on average over images only.
        Assert.Equal(0.8, Math.Sqrt(pixels.Average(x => Math.Pow(Math.Log(x / (1 - x)), 2))), 0.04);
    }

    [Theory]
    [InlineData(3, 12, 12)]
    [InlineData(3, 9, 14)]
    [InlineData(1, 14, 9)]
    public void The_phases_of_an_image_that_it_made_make_that_image(int channels, int height, int width)
    {
        ParameterizedImage image = Maco.Build(new Shape(2, channels, height, width), seed: 4);
        float[] before = Evaluate.Of(image.Image);
        Tensor picture = Evaluate.Input(2, channels, height, width);
        float[] phases = Evaluate.Of(image.Inverse!(picture).Single(), (picture, before));
        phases.CopyTo(((Parameter)image.Parameters.Single().Values.Operator).Values, 0);
        float[] after = Evaluate.Of(image.Image);
        for (int i = 0; i < before.Length; i++) Assert.Equal(before[i], after[i], 2e-3f);
    }

    [Fact]
    public void Standardized_phases_have_mean_0_and_deviation_1_wherever_they_are()
    {
        ParameterizedImage image = (Maco with { Standardize = true }).Build(new Shape(1, 3, 9, 14), seed: 4);
        Assert.Null(image.Inverse);
        float[] phases = ((Parameter)image.Parameters.Single().Values.Operator).Values, before = Evaluate.Of(image.Image);
        for (int i = 0; i < phases.Length; i++) phases[i] = 3 * phases[i] + 7;
        float[] after = Evaluate.Of(image.Image);
        for (int i = 0; i < before.Length; i++) Assert.Equal(before[i], after[i], 1e-4f);
    }

    [Fact]
    public void Pixels_are_as_opaque_as_they_were_important_wholly_from_the_80th_percentile_on()
    {
        ParameterizedImage image = Maco.Build(new Shape(1, 3, 20, 30), seed: 4);
        Tensor importance = Evaluate.Input(1, 1, 20, 30);
        // It rises evenly from row to row and is smooth, so that it stays as it is but at the edges.
        float[] opacity = Evaluate.Of(image.Opacity!(importance), (importance, [.. Enumerable.Range(0, 600).Select(i => 1e-6f * (i / 30 + 0.5f))]));
        for (int row = 2; row < 18; row++) Assert.Equal(Math.Min(1, (row + 0.5) / 16.5), opacity[30 * row + 15], 0.05);
        Assert.Equal(1, opacity[19 * 30]);
        Assert.All(Evaluate.Of(image.Opacity(importance), (importance, new float[600])), value => Assert.Equal(0, value));
        Assert.Null((Maco with { Transparent = false }).Build(new Shape(1, 3, 9, 14), 4).Opacity);
    }
}
