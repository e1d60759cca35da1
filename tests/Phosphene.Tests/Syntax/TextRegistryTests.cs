using System.Collections.Immutable;
using Phosphene.Syntax;
using Xunit;
using static Phosphene.Syntax.TextParameters;

namespace Phosphene.Tests.Syntax;

/// <summary>What every registry does, on one of its own with parameters of all kinds.</summary>
public sealed class TextRegistryTests
{
    private enum Norm
    {
        L1,
        L2,
    }

    private sealed record Blur(float Radius, int Every, Norm Norm, bool Wrap);

    private sealed record Weights(string File, ImmutableArray<float> Numbers, string? Layer)
    {
        public bool Equals(Weights? other) => other is not null && (File, Layer) == (other.File, other.Layer) && Numbers.SequenceEqual(other.Numbers);

        public override int GetHashCode() => File.GetHashCode(StringComparison.Ordinal);
    }

    private sealed record Flip;

    private sealed record Own(string Name);

    private static readonly TextRegistry<object> Filters = new("filter", "What filters do.", isPipeline: true)
    {
        { "blur", "A blur.", "blur(1)",
            Number("radius", "How far.", 0, 10, "px"), Whole("every", "Every how many steps.", 1, 100).Or(1), Choice("norm", "Of what.", ("l1", Norm.L1), ("l2", Norm.L2)).Or(Norm.L2), Truth("wrap", "Around the edge.").Or(false),
            (radius, every, norm, wrap) => new Blur(radius, every, norm, wrap), blur => (blur.Radius, blur.Every, blur.Norm, blur.Wrap) },
        { "weights", "Weights of a file.", "weights('a.bin', 1, 2)",
            File("file", "The file."), Numbers("numbers", "The numbers."), LayerOrNone(),
            (file, numbers, layer) => new Weights(file, numbers, layer), weights => (weights.File, weights.Numbers, weights.Layer) },
        { "flip", "A flip.", () => new Flip() },
    };

    private static TextParameter<string?> LayerOrNone() => new TextParameter<string?>("layer", "Of which layer.", "layer", (scanner, _) => scanner.Name()!, layer => Printed.Name(layer!)) { Colon = Colon.NamesWhatIsKnown }.OrNothing();

    [Theory]
    [InlineData("blur(1)", "blur(1)")]
    [InlineData("blur(1, 1, l2, false)", "blur(1)")]
    [InlineData("blur(radius: 1)", "blur(1)")]
    [InlineData("blur(1, norm: l1)", "blur(1, norm: l1)")]
    [InlineData("blur(1, 1, l1)", "blur(1, norm: l1)")]
    [InlineData("blur(1, 5, l1)", "blur(1, 5, l1)")]
    [InlineData("blur(1, 5, l2, true)", "blur(1, 5, wrap: true)")]
    [InlineData(" blur ( wrap : true , every : 5 , radius : 0.5 ) ", "blur(0.5, 5, wrap: true)")]
    [InlineData("weights(a/b.bin, 1, -2)", "weights('a/b.bin', 1, -2)")]
    [InlineData("weights(embedded:shapes-decoder, 1)", "weights('embedded:shapes-decoder', 1)")]
    [InlineData(@"weights(C:\a\b.bin, 1)", @"weights('C:\\a\\b.bin', 1)")]
    [InlineData("weights(file: a.bin, numbers: 1, 2, layer: 4c)", "weights('a.bin', 1, 2, layer: 4c)")]
    [InlineData("weights('it\\'s, really', 1, layer: 'a b')", "weights('it\\'s, really', 1, layer: 'a b')")]
    [InlineData("flip", "flip")]
    [InlineData("flip()", "flip")]
    public void Arguments_come_by_position_or_by_name_and_print_without_what_is_default(string text, string printed)
    {
        object filter = Filters.Parse(text);
        Assert.Equal(printed, Filters.Print(filter));
        Assert.Equal(filter, Filters.Parse(printed));
    }

    [Theory]
    [InlineData("", 0, "A filter is expected, such as blur(1); found the end of the text.")]
    [InlineData("blurr(1)", 0, "There is no filter 'blurr'; did you mean 'blur'?")]
    [InlineData("xxxxxxx(1)", 0, "There is no filter 'xxxxxxx'; there are blur, weights, flip, none.")]
    [InlineData("blur", 4, "'(' is expected after blur; found the end of the text.")]
    [InlineData("blur()", 5, "A number from 0 to 10 is expected for the radius of blur(; found ')'.")]
    [InlineData("blur(", 5, "A number from 0 to 10 is expected for the radius of blur(; found the end of the text.")]
    [InlineData("blur(11)", 5, "A number from 0 to 10 is expected for the radius of blur(; 11 is outside.")]
    [InlineData("blur(-1)", 5, "A number from 0 to 10 is expected for the radius of blur(; -1 is outside.")]
    [InlineData("blur(1", 6, "',' or ')' is expected after the radius of blur(; found the end of the text.")]
    [InlineData("blur(1 2)", 7, "',' or ')' is expected after the radius of blur(; found '2'.")]
    [InlineData("blur(1,)", 7, "An integer, 1 to 100, is expected for the every of blur(; found ')'.")]
    [InlineData("blur(1, 1, l3)", 11, "l1 or l2 is expected for the norm of blur(; found 'l3'; did you mean 'l1' or 'l2'?")]
    [InlineData("blur(1, 1, 5)", 11, "l1 or l2 is expected for the norm of blur(; found '5'.")]
    [InlineData("blur(1, wrap: yes)", 14, "true or false is expected for the wrap of blur(; found 'yes'.")]
    [InlineData("blur(1, 1, l1, true, 5)", 19, "')' is expected to close blur(; found ','.")]
    [InlineData("blur(1, norn: l1)", 8, "blur( has no parameter 'norn'; did you mean 'norm'?")]
    [InlineData("blur(1, qqqqqqq: l1)", 8, "blur( has no parameter 'qqqqqqq'; it has radius, every, norm, wrap.")]
    [InlineData("blur(1, radius: 2)", 8, "The radius of blur( is given twice.")]
    [InlineData("blur(radius: 1, 5)", 16, "The arguments behind one with a name need theirs, too; every: is one.")]
    [InlineData("blur(every: 5)", 13, "',' is expected after the every of blur(, and then the radius; found ')'.")]
    [InlineData("blur(1) x", 8, "The end of the text is expected here; found 'x'.")]
    [InlineData("weights(, 1)", 8, "The path of a file is expected for the file of weights(; found ','.")]
    [InlineData("weights('', 1)", 10, "The path of a file is expected for the file of weights(; found ','.")]
    [InlineData("weights(a.bin)", 13, "',' is expected after the file of weights(, and then the numbers; found ')'.")]
    [InlineData("weights(a.bin, 1, x)", 18, "A number is expected for number 2 of the numbers of weights(; found 'x'.")]
    [InlineData("flip(1)", 5, "')' is expected to close flip(; found '1'.")]
    [InlineData("custom('mine')", 0, "A custom filter exists only in the code that made it; it cannot be read from text.")]
    public void An_error_names_what_was_expected_and_where(string text, int position, string message)
    {
        TextFormatException error = Assert.Throws<TextFormatException>(() => Filters.Parse(text));
        Assert.Equal((message, position, text), (error.Message, error.Position, error.Text));
    }

    [Fact]
    public void What_only_code_can_make_prints_as_custom() => Assert.Equal("custom('Own { Name = it\\'s mine }')", Filters.Print(new Own("it's mine")));

    [Fact]
    public void A_pipeline_is_words_with_bars_between_them_or_none()
    {
        IReadOnlyList<object> pipeline = Filters.ParsePipeline("flip | blur(1) |flip");
        Assert.Equal([new Flip(), new Blur(1, 1, Norm.L2, false), new Flip()], pipeline);
        Assert.Equal("flip|blur(1)|flip", Filters.PrintPipeline(pipeline));
        Assert.Empty(Filters.ParsePipeline(" none "));
        Assert.Equal("none", Filters.PrintPipeline([]));
        Assert.Equal(8, Assert.Throws<TextFormatException>(() => Filters.ParsePipeline("blur(1)|none")).Position);
    }

    [Fact]
    public void A_form_learns_all_about_the_parameters()
    {
        TextEntry blur = Filters.Entries[0];
        Assert.Equal("blur(radius, every: 1, norm: l2, wrap: false)", blur.Signature);
        Assert.Equal(["number", "integer", "choice", "truth"], blur.Parameters.Select(parameter => parameter.Kind));
        Assert.Equal([true, false, false, false], blur.Parameters.Select(parameter => parameter.IsRequired));
        Assert.Equal([null, "1", "l2", "false"], blur.Parameters.Select(parameter => parameter.Default));
        TextParameter radius = blur.Parameters[0];
        Assert.Equal(("radius", "How far.", 0.0, 10.0, "px"), (radius.Name, radius.Description, radius.Least!.Value, radius.Most!.Value, radius.Unit));
        Assert.Equal(["l1", "l2"], blur.Parameters[2].Choices);
        Assert.Equal("a number from 0 to 10 px", $"a {radius}");
        Assert.Equal("", Filters.Entries[1].Parameters[2].Default);
    }
}
