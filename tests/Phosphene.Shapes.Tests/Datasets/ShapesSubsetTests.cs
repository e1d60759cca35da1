using Phosphene.Shapes.Datasets;
using Xunit;

namespace Phosphene.Shapes.Tests.Datasets;

public sealed class ShapesSubsetTests
{
    [Theory]
    [InlineData(ShapesSplit.Training, 24_000)]
    [InlineData(ShapesSplit.Validation, 1230)]
    [InlineData(ShapesSplit.Test, 70)]
    [InlineData(ShapesSplit.Test, 10)]
    public void An_epoch_has_every_image_of_the_split_once(ShapesSplit split, int count)
    {
        ShapesSubset subset = new ShapesDataset(3, 8, 1, count).Split(split);
        for (int epoch = 0; epoch < 2; epoch++)
            Assert.Equal(Enumerable.Range(subset.First, subset.Count), Order(subset, epoch).Order());
    }

    [Fact]
    public void Epochs_seeds_and_splits_have_orders_of_their_own()
    {
        ShapesDataset dataset = new(3, 8, 1, 3000), other = new(4, 8, 1, 3000);
        ShapesSubset validation = dataset.Split(ShapesSplit.Validation), test = dataset.Split(ShapesSplit.Test);
        int[] order = Order(validation, 0);
        Assert.Equal(order, Order(new ShapesDataset(3, 48, 3, 3000).Split(ShapesSplit.Validation), 0));
        Assert.NotEqual(order, Order(validation, 1));
        Assert.NotEqual(order, Order(other.Split(ShapesSplit.Validation), 0));
        Assert.NotEqual(order.Select(index => index - validation.First), Order(test, 0).Select(index => index - test.First));
    }

    [Fact]
    public void An_epoch_is_well_mixed()
    {
        ShapesSubset training = new ShapesDataset(1, 8, 1).Split(ShapesSplit.Training);
        int[] order = Order(training, 0);
        // Of n images in random order the rank correlation has the standard deviation 1 / √n = 0.007, and neighbours follow each other once.
        double mean = (training.Count - 1) / 2.0, variance = (training.Count * (double)training.Count - 1) / 12;
        double correlation = Enumerable.Range(0, training.Count).Average(i => (i - mean) * (order[i] - mean)) / variance;
        Assert.Equal(0, correlation, 0.03);
        Assert.True(Enumerable.Range(1, training.Count - 1).Count(i => order[i] == order[i - 1] + 1) < 10);
        // Batches of 60 images have 60 · (1 - (59/60)^60) = 38 classes.
        Assert.Equal(38, order.Chunk(60).Average(batch => batch.Select(index => index % 60).Distinct().Count()), 1.0);
    }

    [Fact]
    public void A_batch_holds_the_images_of_its_step_also_across_the_end_of_an_epoch()
    {
        ShapesSubset training = new ShapesDataset(2, 9, 3, 60).Split(ShapesSplit.Training);      // 48 images, so step 6 of 7 has the last six and one of the next epoch
        int length = training.Dataset.ImageLength;
        float[] images = new float[7 * length], image = new float[length];
        int[] classes = new int[7];
        foreach (long step in (long[])[6, 0, 13, 6, 1_000_000_000])
        {
            training.Fill(step, 7, images, classes);
            for (int i = 0; i < 7; i++)
            {
                int index = training.IndexAt(step * 7 + i);
                training.Dataset.Draw(index, image);
                Assert.Equal(image, images[(i * length)..((i + 1) * length)]);
                Assert.Equal(index % 60, classes[i]);
            }
        }
        Assert.Equal(48, Enumerable.Range(0, 48).Select(place => training.IndexAt(place)).Distinct().Count());
    }

    [Fact]
    public void Wrong_destinations_and_empty_splits_are_refused()
    {
        var dataset = new ShapesDataset(0, 8, 1, 9);
        ArgumentException error = Assert.Throws<ArgumentException>(() => dataset.Split(ShapesSplit.Training).Fill(0, 2, new float[64], new int[2]));
        Assert.Equal("A batch of 2 images [1, 8, 8] needs 128 numbers and 2 classes; the destinations have 64 and 2.", error.Message);
        Assert.Equal("The Test split of a dataset of 9 images is empty; make a dataset of at least 10.",
            Assert.Throws<ArgumentException>(() => dataset.Split(ShapesSplit.Test).Fill(0, 1, new float[64], new int[1])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => dataset.Split(ShapesSplit.Training).Fill(-1, 1, new float[64], new int[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => dataset.Split(ShapesSplit.Training).IndexAt(-1));
    }

    private static int[] Order(ShapesSubset subset, int epoch) => [.. Enumerable.Range(0, subset.Count).Select(place => subset.IndexAt((long)epoch * subset.Count + place))];
}
