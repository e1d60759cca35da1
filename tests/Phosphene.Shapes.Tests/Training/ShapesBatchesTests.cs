using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Training;
using Phosphene.Shapes.Datasets;
using Phosphene.Shapes.Training;
using Xunit;

namespace Phosphene.Shapes.Tests.Training;

public sealed class ShapesBatchesTests
{
    private const int Size = 5, Latents = 600;

    [Fact]
    public void A_batch_is_a_function_of_its_step()
    {
        ShapesBatches batches = new(new ShapesDataset(3).Split(ShapesSplit.Validation)), again = new(new ShapesDataset(3).Split(ShapesSplit.Validation));
        var batch = Batch();
        float[][] seventh = Filled(batches, 7, batch);
        float[][] eighth = Filled(batches, 8, batch);
        Assert.Equal(seventh, Filled(batches, 7, batch));            // whatever was in the batch before
        Assert.Equal(seventh, Filled(again, 7, Batch()));
        for (int i = 0; i < seventh.Length; i++) Assert.NotEqual(seventh[i], eighth[i]);
        Assert.NotEqual(seventh[2], Filled(new(new ShapesDataset(4).Split(ShapesSplit.Validation)), 7, Batch())[2]);
    }

    [Fact]
    public void A_batch_has_the_images_and_classes_of_its_places()
    {
        ShapesSubset images = new ShapesDataset(3).Split(ShapesSplit.Test);
        float[][] filled = Filled(new ShapesBatches(images), 7, Batch());
        int length = images.Dataset.ImageLength;
        var expected = new float[length];
        for (int n = 0; n < Size; n++)
        {
            int index = images.IndexAt(7 * Size + n);
            images.Dataset.Draw(index, expected);
            Assert.Equal(expected, filled[0][(n * length)..((n + 1) * length)]);
            Assert.Equal(index % 60, filled[1][n]);
        }
    }

    [Fact]
    public void Noise_is_standard_normal()
    {
        float[] noise = Filled(new ShapesBatches(new ShapesDataset(3).Split(ShapesSplit.Test)), 0, Batch())[2];
        // Of n = 3000 numbers the mean has the standard deviation 0.018, the variance 0.026.
        Assert.Equal(0, noise.Average(), 0.08f);
        Assert.Equal(1, noise.Average(x => x * x), 0.12f);
        Assert.Equal(Size * Latents, noise.Distinct().Count());
    }

    [Fact]
    public void A_model_of_images_alone_gets_images_alone()
    {
        var batch = new Batch([Input("image", Size, 3, 48, 48)]);
        var batches = new ShapesBatches(new ShapesDataset(3).Split(ShapesSplit.Test));
        batches.Fill(7, batch);
        Assert.Equal(Filled(batches, 7, Batch())[0], batch["image"].ToArray());
        Assert.Equal("Test split of 24000 RGB images of 48 x 48 pixels with seed 3", batches.Description);
    }

    private static Batch Batch() => new([Input("image", Size, 3, 48, 48), Input("class", Size), Input("noise", Size, Latents)]);

    private static float[][] Filled(ShapesBatches batches, long step, Batch batch)
    {
        batches.Fill(step, batch);
        return [batch["image"].ToArray(), batch["class"].ToArray(), batch["noise"].ToArray()];
    }

    private static Tensor Input(string name, params int[] extents) => new(new Input(new Shape(extents), name));
}
