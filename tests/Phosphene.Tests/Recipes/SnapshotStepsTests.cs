using Phosphene.Recipes;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Tests.Recipes;

public sealed class SnapshotStepsTests
{
    [Fact]
    public void Steps_are_listed_in_any_order() => Assert.Equal([1, 4, 48], SnapshotSteps.Parse(" 48, 1,4,1", 48));

    [Theory]
    [InlineData("1,49", 2, "An integer, 1 to 48, is expected for a step to keep the picture of; 49 is outside.")]
    [InlineData("0", 0, "An integer, 1 to 48, is expected for a step to keep the picture of; 0 is outside.")]
    [InlineData("1,,2", 2, "An integer, 1 to 48, is expected for a step to keep the picture of; found ','.")]
    [InlineData("1;2", 1, "',' and another step, or the end, is expected here; found ';'.")]
    [InlineData("", 0, "An integer, 1 to 48, is expected for a step to keep the picture of; found the end of the text.")]
    public void An_error_is_where_the_text_is_wrong(string text, int position, string message)
    {
        TextFormatException error = Assert.Throws<TextFormatException>(() => SnapshotSteps.Parse(text, 48));
        Assert.Equal((message, position), (error.Message, error.Position));
    }
}
