using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Tests.Syntax;

public sealed class NearestNamesTests
{
    private static readonly string[] Layers = ["mixed3a", "mixed4a", "mixed4b", "mixed5b", "conv1", "softmax2"];

    [Fact]
    public void Names_with_fewer_edits_come_first() => Assert.Equal(["mixed4a", "mixed3a", "mixed4b"], NearestNames.To("mixed4aa", Layers));

    [Fact]
    public void Names_that_contain_the_word_come_before_all_others() => Assert.Equal(["mixed4a", "mixed4b"], NearestNames.To("d4", ["d5", "mixed4a", "mixed4b"], 2));

    [Fact]
    public void Case_does_not_matter() => Assert.Equal("conv1", NearestNames.To("CONV1", Layers)[0]);

    [Fact]
    public void Nothing_is_offered_where_nothing_is_alike() => Assert.Empty(NearestNames.To("xyzzy-plugh", Layers));

    [Theory]
    [InlineData("conw1", "; did you mean 'conv1'?")]
    [InlineData("mixed5a", "; did you mean 'mixed3a', 'mixed4a' or 'mixed5b'?")]
    [InlineData("qqqqqqqqqqqqqqqqqq", "")]
    public void A_question_lists_what_is_near(string name, string question) => Assert.Equal(question, NearestNames.Question(name, Layers));
}
