using Phosphene.Images;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Tests.Images;

public sealed class LayoutTests
{
    private static Picture Grey(byte level) => new(8, 12, 1, [.. Enumerable.Repeat(level, 96)]);

    [Fact]
    public void Images_stand_row_by_row_with_white_between_them()
    {
        Picture all = new Layout(2).Of([Grey(10), Grey(20), Grey(30)]);
        Assert.Equal((8 + 4 + 8, 12 + 4 + 12, 1), (all.Height, all.Width, all.Channels));
        Assert.Equal([10, 255, 20], new[] { all.Row(0)[0], all.Row(0)[12], all.Row(0)[16] });
        Assert.Equal([255, 30, 255], new[] { all.Row(8)[0], all.Row(12)[0], all.Row(12)[16] });
    }

    [Fact]
    public void A_strip_is_one_row_and_a_grid_has_about_as_many_rows_as_columns()
    {
        Assert.Equal(7, Layout.Strip(7).Columns);
        Assert.Equal([1, 2, 2, 2, 3, 3, 4], new[] { 1, 2, 3, 4, 5, 9, 10 }.Select(images => Layout.Grid(images).Columns));
    }

    [Fact]
    public void A_caption_is_written_below_its_image_in_letters_of_five_by_seven()
    {
        var layout = new Layout(1) { Captions = ["", "L"] };
        Picture all = layout.Of([Grey(10), Grey(20)]);
        Assert.Equal((8 + 13 + 4 + 8 + 13, 12), (all.Height, all.Width));
        // An L: its stroke is seven rows high and on the left, its foot is in the seventh row and five columns wide.
        int top = 8 + 13 + 4 + 8 + 3;
        byte foot = 255;
        for (int y = 0; y < 7; y++)
        {
            if (y == 6) foot = 0;
            Assert.Equal([0, foot, foot, 255], new[] { all.Row(top + y)[0], all.Row(top + y)[1], all.Row(top + y)[4], all.Row(top + y)[5] });
        }
        Assert.Equal(255, all.Row(top + 7)[0]);
        for (int y = 8; y < 8 + 13; y++) Assert.Equal(-1, all.Row(y).IndexOfAnyExcept((byte)255));
    }

    [Fact]
    public void A_caption_too_long_for_its_image_goes_on_in_another_line()
    {
        Assert.Equal(["ab cd", "ef", "+", "ghijk", "lm", ""], Lettering.Lines("ab cd ef\n+ ghijklm\n", 5));
        // Two letters fit on twelve pixels: the caption has two lines.
        Assert.Equal(8 + 2 * 10 + 3, new Layout(1) { Captions = ["abc"] }.Of([Grey(1)]).Height);
    }

    [Fact]
    public void Every_printable_character_has_letters_of_its_own_and_others_are_question_marks()
    {
        byte[] Written(char c)
        {
            byte[] bytes = [.. Enumerable.Repeat((byte)255, 6 * 8 * 3)];
            Lettering.Write(bytes, 6, 3, $"{c}", 0, 0);
            return bytes;
        }
        string[] all = [.. Enumerable.Range(' ', 95).Select(c => Convert.ToHexString(Written((char)c)))];
        Assert.Equal(95, all.Distinct().Count());
        Assert.Equal(Written('?'), Written('é'));
        Assert.Equal(Written('?'), Written('\t'));
    }

    [Fact]
    public void Layouts_are_equal_by_what_they_say()
    {
        Assert.Equal(new Layout(2) { Captions = ["a"] }, new Layout(2) { Captions = ["a"] });
        Assert.NotEqual(new Layout(2) { Captions = ["a"] }, new Layout(2));
        Assert.Equal("A layout needs at least one image in a row; got 0.", Assert.Throws<UsageException>(() => new Layout(0)).Message);
    }
}
