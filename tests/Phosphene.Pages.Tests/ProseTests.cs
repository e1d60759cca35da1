using Xunit;

namespace Phosphene.Pages.Tests;

public sealed class ProseTests
{
    [Theory]
    [InlineData("the `conv3:5` of *this* model", "the <code>conv3:5</code> of <em>this</em> model", "the conv3:5 of this model")]
    [InlineData("*two words*, *a `code` in it*", "<em>two words</em>, <em>a <code>code</code> in it</em>", "two words, a code in it")]
    [InlineData("`a*b*c` and `<b>`", "<code>a*b*c</code> and <code>&lt;b&gt;</code>", "a*b*c and <b>")]
    [InlineData("3 * 4 * 5 and 3*4*5", "3 * 4 * 5 and 3*4*5", "3 * 4 * 5 and 3*4*5")]
    [InlineData("a lone ` or *", "a lone ` or *", "a lone ` or *")]
    [InlineData("`` ** ***", "`` ** ***", "`` ** ***")]
    [InlineData("(*x*)", "(<em>x</em>)", "(x)")]
    [InlineData("", "", "")]
    public void Code_and_emphasis_are_marked_up(string text, string markup, string plain)
    {
        Assert.Equal(markup, Prose.Of(text).ToString());
        Assert.Equal(plain, Prose.Plain(text));
    }

    [Fact]
    public void Empty_lines_part_paragraphs()
    {
        Assert.Equal(["<p>one\nline</p>", "<p>two</p>", "<p>three</p>"], Prose.Paragraphs("\n\none\nline\n\n  \ntwo\r\n\r\nthree\n").Select(part => part.ToString()));
        Assert.Empty(Prose.Paragraphs("  \n\n "));
    }
}
