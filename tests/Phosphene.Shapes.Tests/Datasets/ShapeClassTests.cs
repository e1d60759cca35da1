using Phosphene.Shapes.Datasets;
using Xunit;

namespace Phosphene.Shapes.Tests.Datasets;

public sealed class ShapeClassTests
{
    [Theory]
    [InlineData(0, "white single line")]
    [InlineData(4, "rainbow single line")]
    [InlineData(9, "rainbow double line")]
    [InlineData(10, "white filled line")]
    [InlineData(24, "rainbow double square")]
    [InlineData(39, "rainbow double circle")]
    [InlineData(54, "rainbow double triangle")]
    [InlineData(58, "red filled triangle")]
    public void A_class_is_named_by_colour_line_type_and_form(int index, string name)
    {
        Assert.Equal(name, ShapesDataset.ClassNames[index]);
        Assert.Equal(index, ShapeClass.Of(index).Index);
    }

    [Fact]
    public void Sixty_classes_have_sixty_names() => Assert.Equal(60, ShapesDataset.ClassNames.Distinct().Count());

    [Theory]
    [InlineData(-1)]
    [InlineData(60)]
    public void A_class_that_does_not_exist_is_refused(int index) => Assert.Throws<ArgumentOutOfRangeException>(() => ShapeClass.Of(index));
}
