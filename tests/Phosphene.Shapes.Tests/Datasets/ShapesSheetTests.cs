using Phosphene.Images;
using Phosphene.Shapes.Datasets;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Shapes.Tests.Datasets;

public sealed class ShapesSheetTests
{
    [Fact]
    public void Rows_are_forms_and_line_types_and_columns_are_colours()
    {
        var dataset = new ShapesDataset(3, 48, 3, 120);
        Picture sheet = ShapesSheet.Of(dataset, examples: 2);
        Assert.Equal((4 * (3 * 48 + 4) + 3 * 10, 5 * (2 * 48 + 2) + 4 * 10), (sheet.Height, sheet.Width));

        // The second example of the red double circle: form 2, line type 1, colour 3.
        Picture picture = dataset.PictureOf(60 + 38);
        int top = 2 * (3 * 48 + 4 + 10) + 50, left = 3 * (2 * 48 + 2 + 10) + 50;
        for (int y = 0; y < 48; y++) Assert.Equal(picture.Row(y).ToArray(), sheet.Row(top + y).Slice(3 * left, 3 * 48).ToArray());
    }

    [Fact]
    public void A_dataset_without_enough_images_is_refused() =>
        Assert.Equal("A contact sheet of 3 examples of each class needs 180 images; the dataset has 179.",
            Assert.Throws<UsageException>(() => ShapesSheet.Of(new ShapesDataset(count: 179))).Message);
}
