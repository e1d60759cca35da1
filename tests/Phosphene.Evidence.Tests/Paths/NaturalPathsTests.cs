using Phosphene.Evidence.Paths;
using Phosphene.Tests;
using Xunit;

namespace Phosphene.Evidence.Tests.Paths;

public sealed class NaturalPathsTests
{
    private const int Length = 300;

    // Images of a class share a pattern in layer 1 and not in layer 0; the pattern is as strong as all else.
    private static ImagePath Image(int seed, bool own, float strength = 1) => ImagePath.Of(
        Evaluate.Numbers(Length, 1000 + seed),
        [.. Evaluate.Numbers(Length, seed).Zip(Evaluate.Numbers(Length, 77), (noise, pattern) => noise + (own ? strength * pattern : 0))]);

    private static ImagePath[] Images(int first, int count, bool own) => [.. Enumerable.Range(first, count).Select(seed => Image(seed, own))];

    private static NaturalPaths Paths() => new(Images(0, 12, own: true), Images(100, 20, own: false));

    [Fact]
    public void Similarity_is_the_correlation_between_that_of_the_class_and_that_of_others()
    {
        ImagePath[] own = Images(0, 5, own: true), others = Images(100, 7, own: false);
        ImagePath picture = Image(50, own: true, strength: 0.5f);
        LayerSimilarity found = new NaturalPaths(own, others).Of(picture).Layers[1];
        double a = own.Average(image => image.Correlation(picture, 1)), c = own.Average(image => others.Average(other => image.Correlation(other, 1)));
        double b = Enumerable.Range(0, 5).SelectMany(i => Enumerable.Range(0, i).Select(j => own[i].Correlation(own[j], 1))).Average();
        Assert.Equal([a, b, c, (a - c) / (b - c)], [found.Picture, found.Within, found.Across, found.Similarity], (x, y) => Math.Abs(x - y) < 1e-9);
        Assert.InRange(found.Similarity, found.Low, found.High);
    }

    [Fact]
    public void A_held_out_image_of_the_class_is_near_1_and_another_near_0()
    {
        NaturalPaths paths = Paths();
        Assert.InRange(Enumerable.Range(200, 10).Average(seed => paths.Of(Image(seed, own: true)).Layers[1].Similarity), 0.85, 1.15);
        Assert.InRange(Enumerable.Range(300, 10).Average(seed => paths.Of(Image(seed, own: false)).Layers[1].Similarity), -0.15, 0.15);
        Assert.InRange(paths.Of(Image(50, own: true, strength: 0.5f)).Layers[1].Similarity, 0.3, 0.8);
    }

    [Fact]
    public void The_images_themselves_are_held_against_the_rest_and_are_1_and_0_on_average()
    {
        NaturalPaths paths = Paths();
        Assert.Equal((12, 20), (paths.LeftOut.Count, paths.Others.Count));
        Assert.Equal(1, paths.LeftOut.Average(image => image.Layers[1].Similarity), 1e-9);
        Assert.Equal(0, paths.Others.Average(image => image.Layers[1].Similarity), 1e-9);
    }

    [Fact]
    public void A_layer_that_does_not_tell_the_class_from_others_says_nothing()
    {
        LayerSimilarity found = Paths().Of(Image(50, own: true)).Layers[0];
        Assert.True(double.IsNaN(found.Similarity) && double.IsNaN(found.Low) && double.IsNaN(found.High));
        Assert.True(double.IsFinite(found.Picture - found.Within + found.Across));
    }

    // Of four layers the second and the third.
    [Fact]
    public void The_middle_half_of_the_layers_counts_by_how_well_they_tell_the_class()
    {
        ImagePath[] own = [.. Enumerable.Range(0, 8).Select(seed => Four(seed, true))], others = [.. Enumerable.Range(100, 8).Select(seed => Four(seed, false))];
        var paths = new NaturalPaths(own, others);
        ImagePath picture = Four(50, true);
        PathSimilarity found = paths.Of(picture);
        LayerSimilarity[] middle = [found.Layers[1], found.Layers[2]];
        Assert.Equal(middle.Sum(layer => layer.Picture - layer.Across) / middle.Sum(layer => layer.Within - layer.Across), found.Middle, 1e-9);
        Assert.Equal(found.Middle, paths.MiddleOf(picture), 1e-5);
        Assert.InRange(found.Middle, found.Low, found.High);

        static ImagePath Four(int seed, bool own) => ImagePath.Of([.. new[] { 1, 0.5f, 2, 3 }.Select((strength, layer) => (float[])[.. Evaluate.Numbers(Length, 10 * seed + layer).Zip(Evaluate.Numbers(Length, 7777 + layer), (noise, pattern) => noise + (own ? strength * pattern : 0))])]);
    }

    [Fact]
    public void Equal_seeds_give_equal_intervals_and_more_images_narrower_ones()
    {
        ImagePath picture = Image(50, own: true, strength: 0.5f);
        LayerSimilarity few = new NaturalPaths(Images(0, 4, own: true), Images(100, 4, own: false), seed: 3).Of(picture).Layers[1], many = new NaturalPaths(Images(0, 40, own: true), Images(100, 40, own: false), seed: 3).Of(picture).Layers[1];
        Assert.Equal(few, new NaturalPaths(Images(0, 4, own: true), Images(100, 4, own: false), seed: 3).Of(picture).Layers[1]);
        Assert.True(many.High - many.Low < 0.6 * (few.High - few.Low), $"{many} is no narrower than {few}");
    }

    [Fact]
    public void Too_few_images_are_refused() =>
        Assert.Equal("At least 3 images of the class and 3 others are needed; got 2 and 5.", Assert.Throws<ArgumentException>(() => new NaturalPaths(Images(0, 2, own: true), Images(9, 5, own: false))).Message);
}
