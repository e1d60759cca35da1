using Phosphene.Evidence.Datasets;
using Phosphene.Images;
using Phosphene.Shapes.Datasets;
using Xunit;

namespace Phosphene.Shapes.Tests.Datasets;

public sealed class ShapesImagesTests
{
    [Fact]
    public void They_are_the_images_of_the_dataset_with_their_classes()
    {
        var shapes = new ShapesDataset(seed: 3, size: 16, count: 130);
        var images = new ShapesImages(shapes);
        Assert.Equal((130, "129", "embedded:shapes (130 RGB images of 16 x 16 pixels with seed 3)"), (images.Files.Count, images.Files[129], images.Name));
        Assert.Equal(shapes.PictureOf(85).Bytes, images.Read("85").Bytes);
        Assert.Equal((ShapesDataset.ClassNames[25], null), (images.ClassOf("85"), images.PathOf("85")));
        ImageBatch batch = new ImageBatches(images, 8, 8, 60).Read(120).Single();
        Assert.Equal(shapes.PictureOf(121).Cover(8, 8).Bytes, batch.Images[1].Picture.Bytes);
        Assert.Equal((121, new ImageSize(16, 16)), (batch.Images[1].Number, batch.Images[1].Original));
    }
}
