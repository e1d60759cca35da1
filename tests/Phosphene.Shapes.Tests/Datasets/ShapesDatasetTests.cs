using Phosphene.Images;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Numerics;
using Phosphene.Shapes.Datasets;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Shapes.Tests.Datasets;

public sealed class ShapesDatasetTests
{
    [Fact]
    public void The_dataset_has_400_images_of_each_class_in_splits_of_320_40_and_40()
    {
        var dataset = new ShapesDataset();
        Assert.Equal((24_000, 48, 3), (dataset.Count, dataset.Size, dataset.Channels));
        foreach ((ShapesSplit split, int each) in new[] { (ShapesSplit.Training, 320), (ShapesSplit.Validation, 40), (ShapesSplit.Test, 40) })
            Assert.Equal(Enumerable.Repeat(each, 60), Indices(dataset, split).CountBy(dataset.ClassOf).OrderBy(entry => entry.Key).Select(entry => entry.Value));
    }

    [Theory]
    [InlineData(24_000)]
    [InlineData(1234)]
    [InlineData(9)]
    [InlineData(1)]
    public void Every_image_is_in_one_split(int count)
    {
        var dataset = new ShapesDataset(count: count);
        (int Index, ShapesSplit Split)[] all = [.. Enum.GetValues<ShapesSplit>().SelectMany(split => Indices(dataset, split).Select(index => (index, split)))];
        Assert.Equal(Enumerable.Range(0, count), all.Select(entry => entry.Index));
        Assert.All(all, entry => Assert.Equal(entry.Split, dataset.SplitOf(entry.Index)));
        Assert.All(Enum.GetValues<ShapesSplit>(), split => Assert.True(Sizes(dataset, split).Max() - Sizes(dataset, split).Min() <= 1));
    }

    [Fact]
    public void An_image_depends_on_seed_and_index_alone()
    {
        ShapesDataset dataset = new(seed: 5), again = new(seed: 5, count: 200), other = new(seed: 6);
        float[][] images = [.. Enumerable.Range(0, 120).Select(index => Draw(dataset, index))];
        Parallel.For(0, 120, index => Assert.Equal(images[119 - index], Draw(again, 119 - index)));
        Assert.All(Enumerable.Range(0, 120), index => Assert.NotEqual(images[index], Draw(other, index)));
        Assert.NotEqual(Draw(new ShapesDataset(1UL << 32), 0), Draw(new ShapesDataset(0), 0));
    }

    [Fact]
    public void What_was_in_the_memory_before_does_not_matter()
    {
        var dataset = new ShapesDataset(size: 20);
        float[] image = [.. Enumerable.Repeat(float.NaN, dataset.ImageLength)];
        dataset.Draw(3, image);
        Assert.Equal(Draw(dataset, 3), image);
    }

    // Sums of red, green and blue: other pictures would be another dataset, whatever the tests say of their geometry.
    [Theory]
    [InlineData(19, 69.717f, 112.146f, 52.930f)]
    [InlineData(24, 126.445f, 135.512f, 143.431f)]
    [InlineData(123, 43.867f, 0f, 0f)]
    public void The_dataset_stays_the_one_it_is(int index, float red, float green, float blue)
    {
        float[] image = Draw(new ShapesDataset(7), index);
        foreach ((int channel, float sum) in new[] { (0, red), (1, green), (2, blue) }) Assert.Equal(sum, image.Skip(channel * 48 * 48).Take(48 * 48).Sum(), 0.01f);
    }

    [Theory]
    [InlineData(48, 3)]
    [InlineData(28, 1)]
    [InlineData(16, 3)]
    [InlineData(133, 1)]
    public void Every_image_is_a_shape_on_black_with_soft_edges(int size, int channels)
    {
        var dataset = new ShapesDataset(3, size, channels, 240);
        for (int index = 0; index < dataset.Count; index++)
        {
            float[] image = Draw(dataset, index);
            Assert.All(image, value => Assert.InRange(value, 0, 1));
            float[] brightness = [.. Enumerable.Range(0, size * size).Select(i => Enumerable.Range(0, channels).Max(c => image[c * size * size + i]))];
            Assert.Contains(brightness, value => value == 0);
            float most = brightness.Max();
            Assert.True(brightness.Count(value => value > 0.02f * most && value < 0.98f * most) >= size / 4);
        }
    }

    [Theory]
    [InlineData(48)]
    [InlineData(28)]
    public void Every_shape_is_whole(int size)
    {
        var random = new RandomStream(11, 0, "shapes.placement");
        float margin = 1.999f / 200 * size;
        for (int index = 0; index < 2000; index++)
        {
            ShapePlacement place = ShapePlacement.Draw(random, index, size);
            Assert.All([place.CentreY, place.CentreX], centre => Assert.InRange(centre, place.Radius + margin, size - place.Radius - margin));
            Assert.Equal(1, place.Cos * place.Cos + place.Sin * place.Sin, 1e-6f);
        }
    }

    [Fact]
    public void Another_size_shows_the_same_shapes()
    {
        ShapesDataset small = new(2, 32), large = new(2, 96);
        for (int index = 0; index < 60; index++)
        {
            float[] expected = Draw(large, index), image = Draw(small, index);
            double difference = 0;
            for (int y = 0; y < 32; y++)
                for (int x = 0; x < 32; x++)
                    for (int c = 0; c < 3; c++)
                        difference += Math.Abs(image[(c * 32 + y) * 32 + x] - Enumerable.Range(0, 9).Average(k => expected[(c * 96 + 3 * y + k / 3) * 96 + 3 * x + k % 3]));
            Assert.True(difference < 0.08 * image.Sum(), $"{ShapesDataset.ClassNames[index]}: {difference:F2} of {image.Sum():F2}");
        }
    }

    [Fact]
    public void Places_sizes_and_angles_vary_over_their_whole_range()
    {
        // Of a filled white circle (class 40), the centre of mass is the centre and the area tells the radius.
        var dataset = new ShapesDataset(4, 100, 1, 60 * 300);
        (double Y, double X, double Radius)[] circles = [.. Enumerable.Range(0, 300).Select(i => Moments(Draw(dataset, 60 * i + 40), 100))];
        Assert.InRange(circles.Min(circle => circle.Radius), 23.8, 24.3);
        Assert.InRange(circles.Max(circle => circle.Radius), 35.7, 36.2);
        Assert.Equal(30, circles.Average(circle => circle.Radius), 0.8);
        foreach (double[] centres in new double[][] { [.. circles.Select(circle => circle.Y)], [.. circles.Select(circle => circle.X)] })
        {
            Assert.Equal(50, centres.Average(), 2.5);
            Assert.True(centres.Min() < 33 && centres.Max() > 67);
        }
        // The places of y and x are drawn apart.
        Assert.True(circles.Count(circle => circle.Y > 50 == circle.X > 50) is > 110 and < 190);

        // A white filled line (class 10) points anywhere: each quarter of the half circle gets its share.
        int[] quarters = [.. Enumerable.Range(0, 300).Select(i => Direction(Draw(dataset, 60 * i + 10), 100)).Select(angle => (int)Math.Floor((angle + Math.PI / 2) / (Math.PI / 4)) % 4).CountBy(k => k).Select(entry => entry.Value)];
        Assert.Equal(4, quarters.Length);
        Assert.All(quarters, count => Assert.InRange(count, 45, 105));
    }

    [Fact]
    public void The_picture_of_an_image_is_the_image_in_eight_bits()
    {
        var dataset = new ShapesDataset(1, 24);
        Assert.Equal(Picture.FromPlanar(Draw(dataset, 24), 3, 24, 24).Bytes.ToArray(), dataset.PictureOf(24).Bytes.ToArray());
        Assert.Equal(1, new ShapesDataset(1, 24, 1).PictureOf(24).Channels);
    }

    [Fact]
    public void Drawing_allocates_nothing()
    {
        var dataset = new ShapesDataset();
        float[] image = new float[dataset.ImageLength];
        for (int index = 0; index < 60; index++) dataset.Draw(index, image);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int index = 0; index < 60; index++) dataset.Draw(index, image);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(7, 3, 1, "Images of shapes have 8 to 1024 pixels a side; got 7.")]
    [InlineData(1025, 3, 1, "Images of shapes have 8 to 1024 pixels a side; got 1025.")]
    [InlineData(48, 2, 1, "Images of shapes have 1 (grey) or 3 (RGB) channels; got 2.")]
    [InlineData(48, 3, 0, "A dataset of shapes has 1 to 10000000 images; got 0.")]
    public void What_cannot_be_drawn_is_refused(int size, int channels, int count, string message) =>
        Assert.Equal(message, Assert.Throws<UsageException>(() => new ShapesDataset(0, size, channels, count)).Message);

    [Fact]
    public void An_image_that_does_not_exist_and_a_wrong_destination_are_refused()
    {
        var dataset = new ShapesDataset(count: 70);
        Assert.StartsWith("The dataset has images 0 to 69; there is no image 70.", Assert.Throws<ArgumentOutOfRangeException>(() => dataset.PictureOf(70)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => dataset.ClassOf(-1));
        Assert.StartsWith("An image [3, 48, 48] has 6912 numbers; the destination has 10.", Assert.Throws<ArgumentException>(() => dataset.Draw(0, new float[10])).Message, StringComparison.Ordinal);
    }

    private static IEnumerable<int> Indices(ShapesDataset dataset, ShapesSplit split) => Enumerable.Range(dataset.Split(split).First, dataset.Split(split).Count);

    private static IEnumerable<int> Sizes(ShapesDataset dataset, ShapesSplit split) =>
        Enumerable.Range(0, 60).Select(index => Indices(dataset, split).Count(image => dataset.ClassOf(image) == index));

    private static float[] Draw(ShapesDataset dataset, int index)
    {
        float[] image = new float[dataset.ImageLength];
        dataset.Draw(index, image);
        return image;
    }

    private static (double Y, double X, double Radius) Moments(float[] image, int size)
    {
        double area = image.Sum(), y = 0, x = 0;
        for (int i = 0; i < image.Length; i++) (y, x) = (y + image[i] * (i / size + 0.5), x + image[i] * (i % size + 0.5));
        return (y / area, x / area, Math.Sqrt(area / Math.PI));
    }

    // The direction of the longest axis, from -90 to 90 degrees, by second moments.
    private static double Direction(float[] image, int size)
    {
        (double cy, double cx, _) = Moments(image, size);
        double yy = 0, xx = 0, xy = 0;
        for (int i = 0; i < image.Length; i++)
        {
            double up = cy - (i / size + 0.5), right = i % size + 0.5 - cx;
            (yy, xx, xy) = (yy + image[i] * up * up, xx + image[i] * right * right, xy + image[i] * up * right);
        }
        return 0.5 * Math.Atan2(2 * xy, xx - yy);
    }
}
