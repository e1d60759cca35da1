using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Quality;
using Phosphene.Evidence.Statistics;
using Phosphene.Images;
using Phosphene.Runtime.Numerics;
using Phosphene.Runtime.Tests;
using Xunit;

namespace Phosphene.Evidence.Tests.Quality;

public sealed class NaturalImagesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Three independent channels of uncorrelated pixels.
    private static Picture Noise(int height, int width, (double Mean, double Deviation)[] channels, ulong seed = 5)
    {
        var stream = new RandomStream(seed, 0, "noise");
        return Picture.FromPlanar([.. Enumerable.Range(0, 3 * height * width).Select(i => (float)(channels[i / (height * width)].Mean + channels[i / (height * width)].Deviation * stream.Normal(i)))], 3, height, width);
    }

    private ImageStatistics Measured(params Picture[] pictures)
    {
        for (int i = 0; i < pictures.Length; i++) pictures[i].Save(_folder.At($"{i}.png"));
        return StatisticsMeasurement.Of(ImageFolder.Open(_folder.Path), pictures[0].Height)!.Statistics;
    }

    [Fact]
    public void Of_independent_channels_the_distance_is_that_of_their_means_and_deviations()
    {
        (double, double)[] natural = [(0.5, 0.1), (0.4, 0.08), (0.6, 0.05)], other = [(0.45, 0.05), (0.5, 0.1), (0.6, 0.07)];
        NaturalImages images = new NaturalImages(Measured(Noise(128, 128, natural)));
        double expected = Math.Sqrt(natural.Zip(other, (a, b) => Math.Pow(a.Item1 - b.Item1, 2) + Math.Pow(a.Item2 - b.Item2, 2)).Sum());
        Assert.Equal(expected, images.ColourDistance(Noise(128, 96, other, seed: 9)), 0.004);
    }

    [Fact]
    public void A_picture_is_at_no_distance_from_its_own_colours_and_spectrum()
    {
        Picture picture = Noise(64, 64, [(0.5, 0.1), (0.4, 0.08), (0.6, 0.05)]);
        NaturalImages images = new NaturalImages(Measured(picture));
        Assert.Equal(0, images.ColourDistance(picture), 0.001);
        Assert.Equal(0, images.MagnitudeDistance(picture), 0.01);
    }

    [Fact]
    public void Flat_grey_is_as_far_from_photos_as_these_spread()
    {
        Picture grey = Picture.FromPlanar([.. Enumerable.Range(0, 3 * 1024).Select(i => (i / 1024) switch { 0 => 0.491f, 1 => 0.462f, _ => 0.413f })], 3, 32, 32);
        Assert.Equal(Math.Sqrt(0.0727 + 0.0695 + 0.0760), NaturalImages.ImageNet.ColourDistance(grey), 0.003);
    }

    [Fact]
    public void Ten_times_too_little_contrast_is_a_distance_of_1()
    {
        (double, double)[] strong = [(0.5, 0.12), (0.5, 0.12), (0.5, 0.12)], weak = [(0.5, 0.012), (0.5, 0.012), (0.5, 0.012)];
        NaturalImages images = new NaturalImages(Measured(Noise(64, 64, strong)));
        Assert.Equal(1, images.MagnitudeDistance(Noise(64, 64, weak)), 0.03);
    }

    [SharedFact]
    public void Photos_are_near_the_constants_and_noise_is_far()
    {
        Picture[] photos = [.. Directory.EnumerateFiles(SharedData.Path("images/imagenet-sample"), "*.jpg").Order(StringComparer.Ordinal).Where((_, i) => i % 50 == 0).Select(file => Picture.Load(file).Cover(224, 224))];
        double Median(Func<Picture, double> distance) => photos.Select(distance).Order().ElementAt(photos.Length / 2);
        Assert.InRange(Median(NaturalImages.ImageNet.ColourDistance), 0.1, 0.35);
        Assert.InRange(Median(NaturalImages.ImageNet.MagnitudeDistance), 0.05, 0.25);
        Picture noise = Noise(224, 224, [(0.5, 0.2), (0.5, 0.2), (0.5, 0.2)]);
        Assert.True(NaturalImages.ImageNet.MagnitudeDistance(noise) > 0.8, $"{NaturalImages.ImageNet.MagnitudeDistance(noise)}");
    }
}
