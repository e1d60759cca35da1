using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Operators;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Tests.Objectives;

public sealed class ObjectiveParseTests
{
    private static readonly Objective A = Objective.Channel("a", 0), B = Objective.Channel("b", 1), C = Objective.Channel("c", 2);

    public static TheoryData<string, Objective> Forms => new()
    {
        { "inception_4c/output:300", Objective.Channel("inception_4c/output", 300) },
        { "4c:300", Objective.Channel("4c", 300) },
        { "/layer3/relu:5", Objective.Channel("/layer3/relu", 5) },
        { "'a layer-name:0':5", Objective.Channel("a layer-name:0", 5) },
        { "\"it's\":5", Objective.Channel("it's", 5) },
        { @"'it\'s \\':5", Objective.Channel(@"it's \", 5) },
        { "a:7@3,4", Objective.Neuron("a", 7, 3, 4) },
        { "a:7@centre", Objective.Neuron("a", 7) },
        { "a:7@center", Objective.Neuron("a", 7) },
        { "lerp(a:7@centre, 2*b:1, 0)", Objective.Lerp(Objective.Neuron("a", 7), 2 * B, 0) },
        { "deepdream(mixed4c)", Objective.DeepDream("mixed4c") },
        { "deepdream('mixed4c')", Objective.DeepDream("mixed4c") },
        { "direction(4c, 0.1, -2, 1e-3)", Objective.Direction("4c", 0.1f, -2, 0.001f) },
        { "logit(goldfish)", Objective.Logit("goldfish") },
        { "logit(207)", Objective.Logit(207) },
        { "logit('golden retriever')", Objective.Logit("golden retriever") },
        { "probability(207)", Objective.Probability(207) },
        { "logprob(207)", Objective.LogProbability(207) },
        { "logprob(class: 'golden retriever')", Objective.LogProbability("golden retriever") },
        { "deepdream(layer: 4c)", Objective.DeepDream("4c") },
        { "direction(4c, vector: 1, 2)", Objective.Direction("4c", 1, 2) },
        { "lerp(share:1, b:1, share: 0.5)", Objective.Lerp(Objective.Channel("share", 1), B, 0.5f) },
        { "each(a:0)", Objective.Each(A) },
        { "each(a:0; b:1 - 0.5*tv(); a:7@3,4)", Objective.Each(A, B - 0.5f * Objective.TotalVariation(), Objective.Neuron("a", 7, 3, 4)) },
        { "2*each(a:0;each(b:1;c:2))", 2 * Objective.Each(A, Objective.Each(B, C)) },
        { "invert(3b, 'photo.jpg')", Objective.Invert("3b", new ImageReference("photo.jpg")) },
        { "invert(layer: 3b, photo: a/photo.jpg)", Objective.Invert("3b", new ImageReference("a/photo.jpg")) },
        { $"style(3b, file('photo.jpg', '{new string('a', 64)}'))", Objective.Style("3b", new ImageReference("photo.jpg", new string('a', 64))) },
        { "caricature(pre(4b), 'photo.jpg', 2)", Objective.Caricature(Layer.Pre("4b"), new ImageReference("photo.jpg"), 2) },
        { "caricature(4b, 'photo.jpg', power: 0.5)", Objective.Caricature("4b", new ImageReference("photo.jpg"), 0.5f) },
        { "across(a:0, 'step 1.onnx', 'step 2.onnx')", Objective.Across(A, "step 1.onnx", "step 2.onnx") },
        { "across(a:0 + b:1, models: x.onnx)", Objective.Across(A + B, "x.onnx") },
        { "grid(4c, 'photo.jpg')", Objective.Grid("4c", new ImageReference("photo.jpg")) },
        { "grid(4c, 'photo.jpg', 4)", Objective.Grid("4c", new ImageReference("photo.jpg"), 4) },
        { "guide(4c, 'a b.jpg')", Objective.Guide("4c", new ImageReference("a b.jpg")) },
        { "pre(4c):3", Objective.Channel(Layer.Pre("4c"), 3) },
        { "-pre('conv-1'):3@1,2", -Objective.Neuron(Layer.Pre("conv-1"), 3, 1, 2) },
        { "deepdream(branch(4c, 1))", Objective.DeepDream(Layer.Branch("4c", 1)) },
        { "mask(a:0, 0..0.5, 0.25..1)", Objective.Mask(A, 0, 0.5f, 0.25f, 1) },
        { "mask(a:0 + b:1, y: 0..1, x: .5..1)", Objective.Mask(A + B, 0, 1, 0.5f, 1) },
        { "a:0 + 100*diverse(4c)", A + 100 * Objective.Diversity("4c") },
        { "diverse(pre(4c), by: cosine)", Objective.Diversity(Layer.Pre("4c"), DiversityMeasure.Cosine) },
        { "varied(a:0 - b:1, 4c)", Objective.Varied(A - B, "4c") },
        { "varied(a:0, 4c, 0.2, style)", Objective.Varied(A, "4c", 0.2f, DiversityMeasure.Style) },
        { "align(3b)", Objective.Alignment("3b") },
        { "align(3b, 5, columns: 6)", Objective.Alignment("3b", 5, columns: 6) },
        { "aligned(each(a:0; b:1), 3b, columns: 2)", Objective.Aligned(Objective.Each(A, B), "3b", columns: 2) },
        { "direction(4c, random(5))", Objective.Direction("4c", Direction.Random(5)) },
        { "direction(4c, random(seed: 5), power: 2)", Objective.Direction("4c", Direction.Random(5), 2) },
        { "direction(4c, {97: 1, 143: -1})", Objective.Direction("4c", Direction.Channels(new Dictionary<int, float> { [143] = -1, [97] = 1 })) },
        { "direction(4c, {0:.5}, whiten: 'w.npy', power: 1)", Objective.Direction("4c", Direction.Channels(new Dictionary<int, float> { [0] = 0.5f }), 1, "w.npy") },
        { "direction(4c, 'a b.npy')", Objective.Direction("4c", Direction.File("a b.npy")) },
        { "direction(4c, 'a.npy', power: 2, row: 3)", Objective.Direction("4c", Direction.File("a.npy", 3), 2) },
        { "direction(4c, vector: 'a.npy', row: 0)", Objective.Direction("4c", Direction.File("a.npy", 0)) },
        { "direction(4c, image('photo.jpg'))", Objective.Direction("4c", Direction.MeanOf(new Phosphene.Images.ImageReference("photo.jpg"))) },
        { "direction(pre(4c), 1, -2, power: 0.5)", Objective.Direction(Layer.Pre("4c"), Direction.Of(1, -2), 0.5f) },
        { "feature(4c, 'sae.npy'):17", Objective.Channel(Layer.Feature("4c", "sae.npy"), 17) },
        { "feature(4c, 'sae.npy', 17)", Objective.Channel(Layer.Feature("4c", "sae.npy"), 17) },
        { "feature(4c, sae.npy, channel: 17)", Objective.Channel(Layer.Feature("4c", "sae.npy"), 17) },
        { "code(4c, 'sae.safetensors'):17@3,4", Objective.Neuron(Layer.Code("4c", "sae.safetensors"), 17, 3, 4) },
        { "code(4c, 'sae.safetensors', 17) - tv()", Objective.Channel(Layer.Code("4c", "sae.safetensors"), 17) - Objective.TotalVariation() },
        { "-pre(code(4c, 'sae.safetensors')):17", -Objective.Channel(Layer.Pre(Layer.Code("4c", "sae.safetensors")), 17) },
        { "direction(code(4c, 'a.npy'), {3: 1})", Objective.Direction(Layer.Code("4c", "a.npy"), Direction.Channels(new Dictionary<int, float> { [3] = 1 })) },
        { "tv()", Objective.TotalVariation() },
        { "variation(1.5)", Objective.Variation(1.5f) },
        { "linf(centre: 0)", Objective.LargestDistance(0) },
        { "pnorm(6)", Objective.Norm(6) },
        { "pnorm(power: 3, centre: 0.1)", Objective.Norm(3, 0.1f) },
        { "a:0 - 0.1*residual(blur(1)|bilateral(3, 0.1))", A - 0.1f * Objective.Residual(new GaussianBlur(1), new BilateralFilter(3, 0.1f)) },
        { "residual(operators: soften)", Objective.Residual(new Soften()) },
        { "boundary(5)", Objective.Boundary(5) },
        { "colours()", Objective.Colours() },
        { "opacity()", Objective.Opacity() },
        { "denoiser('a b.onnx')", Objective.Denoiser("a b.onnx") },
        { "0.02*denoiser(d.onnx)", 0.02f * Objective.Denoiser("d.onnx") },
        { "prototypes('p.safetensors')", Objective.Prototypes("p.safetensors") },
        { "logit(3) + 20*prototypes(p.safetensors)", Objective.Logit(3) + 20f * Objective.Prototypes("p.safetensors") },
        { "patches('p.safetensors')", Objective.Patches("p.safetensors") },
        { "pervalue(patches(p.safetensors, step: 3))", Objective.PerValue(Objective.Patches("p.safetensors", 3)) },
        { "pervalue(2*l1() + colours())", Objective.PerValue(2 * Objective.L1() + Objective.Colours()) },
        { "l1()", Objective.L1() },
        { "l1(0)", Objective.L1(0) },
        { "l2(-0.25)", Objective.L2(-0.25f) },
        { "lerp(a:0, b:1, 0.3)", Objective.Lerp(A, B, 0.3f) },
        { "lerp(a:0 + b:1, -c:2, 1)", Objective.Lerp(A + B, -C, 1) },
        { "a:0 + b:1", A + B },
        { "a:0+b:1-c:2", A + B - C },
        { "a:0 - (b:1 - c:2)", A - (B - C) },
        { "-a:0", -A },
        { "-a:0 + b:1", -A + B },
        { "-(a:0 + b:1)", -(A + B) },
        { "a:0 - -b:1", A - -B },
        { "0.5*a:0", 0.5f * A },
        { "a:0*0.5", 0.5f * A },
        { "-0.5*a:0", -0.5f * A },
        { "-a:0*2", 2 * -A },
        { "2*3*a:0", 6 * A },
        { "2*a:0*3", 3 * (2 * A) },
        { "2*(a:0 + b:1)", 2 * (A + B) },
        { ".5*a:0", 0.5f * A },
        { "1e-05*a:0", 1e-5f * A },
        { "  logit( goldfish )\t- 0.5 *\n tv( ) ", Objective.Logit("goldfish") - 0.5f * Objective.TotalVariation() },
        { "((((a:0))))", A },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Every_documented_form_is_read(string text, Objective expected) => Assert.Equal(expected, Objective.Parse(text));

    [Theory]
    [InlineData("", 0, "An objective is expected, such as layer:3, logit(goldfish) or 0.001*tv(); found the end of the text.")]
    [InlineData("  ", 2, "An objective is expected, such as layer:3, logit(goldfish) or 0.001*tv(); found the end of the text.")]
    [InlineData("4c", 0, "'4c' is a layer without a channel; write 4c:0 for its channel 0, or deepdream(4c) for all of it.")]
    [InlineData("'a b' + a:0", 0, "'a b' is a layer without a channel; write 'a b':0 for its channel 0, or deepdream('a b') for all of it.")]
    [InlineData("block-1:3", 0, "'block' is a layer without a channel; write block:0 for its channel 0, or deepdream(block) for all of it. A name with other characters than letters, digits, _ . and / needs quotes.")]
    [InlineData("a:0 - tv", 6, "'tv' is a layer without a channel; a word is written with its arguments, tv(...).")]
    [InlineData("a:", 2, "An integer, 0 or more, is expected for the channel; found the end of the text.")]
    [InlineData("a:b", 2, "An integer, 0 or more, is expected for the channel; found 'b'.")]
    [InlineData("a:-1", 2, "An integer, 0 or more, is expected for the channel; found '-'.")]
    [InlineData("a:1.5", 2, "An integer, 0 or more, is expected for the channel; found '1.5'.")]
    [InlineData("a:3b", 2, "An integer, 0 or more, is expected for the channel; found '3b'.")]
    [InlineData("a:99999999999", 2, "An integer, 0 or more, is expected for the channel; 99999999999 is outside.")]
    [InlineData("a/b:0:3", 5, "An operator (+ - *) or the end is expected here; found ':'. A name with other characters than letters, digits, _ . and / needs quotes.")]
    [InlineData("a:0@", 4, "An integer, 0 or more, is expected for the y of the neuron; found the end of the text.")]
    [InlineData("a:0@3", 5, "',' is expected between the y and the x of the neuron, as in @3,4; found the end of the text.")]
    [InlineData("a:0@middle", 4, "The position of a neuron is y,x or centre; found 'middle'.")]
    [InlineData("a:0@3,-4", 6, "An integer, 0 or more, is expected for the x of the neuron; found '-'.")]
    [InlineData("a:0 b:0", 4, "An operator (+ - *) or the end is expected here; found 'b'.")]
    [InlineData("a:0 +", 5, "An objective is expected, such as layer:3, logit(goldfish) or 0.001*tv(); found the end of the text.")]
    [InlineData("a:0 / 2", 4, "An operator (+ - *) or the end is expected here; found '/'.")]
    [InlineData("a:0 # b", 4, "An operator (+ - *) or the end is expected here; found '#'.")]
    [InlineData("a:0 \u0001", 4, "An operator (+ - *) or the end is expected here; found the character U+0001.")]
    [InlineData("a:0)", 3, "An operator (+ - *) or the end is expected here; found ')'.")]
    [InlineData("(a:0", 4, "')' is expected to close the parenthesis; found the end of the text.")]
    [InlineData("()", 1, "An objective is expected, such as layer:3, logit(goldfish) or 0.001*tv(); found ')'.")]
    [InlineData("0.5", 0, "A number alone is no objective, it can only scale one, as in 0.001*tv().")]
    [InlineData("a:0 + 2", 6, "A number alone is no objective, it can only scale one, as in 0.001*tv().")]
    [InlineData("a:0 * b:0", 6, "An objective can be multiplied by a number, not by another objective.")]
    [InlineData("a/b:97,98", 6, "One channel is expected after a layer. For a picture of several at once add them, a/b:97 + a/b:98; for a picture of each, render each, or each(a/b:97; a/b:98) with a batch of 2.")]
    [InlineData("1e39*a:0", 0, "The number for a weight is beyond 3.4028235E+38, the largest there is.")]
    [InlineData("a:0 + 1e30*1e30*a:0", 6, "The product of the numbers that begin here is beyond the largest number there is.")]
    [InlineData("300:5", 0, "A name that reads as a number needs quotes, as in '300':5.")]
    [InlineData("'abc:5", 0, "The quote ' that begins here has no end.")]
    [InlineData("a:0 + logit('abc\\", 12, "The quote ' that begins here has no end.")]
    [InlineData("deepdrem(x)", 0, "There is no objective 'deepdrem'; did you mean 'deepdream'?")]
    [InlineData("a:0 + zzzzzz(x)", 6, "There is no objective 'zzzzzz'; there are logit, probability, logprob, deepdream, direction, invert, caricature, style, guide, prototypes, grid, tv, variation, l1, l2, linf, pnorm, residual, boundary, colours, denoiser, patches, opacity, pervalue, lerp, mask, each, across, diverse, varied, align, aligned, pre, branch, head, token, feature, code.")]
    [InlineData("2*custom('brightest corner')", 2, "A custom objective exists only in the code that made it; it cannot be read from text.")]
    [InlineData("deepdream()", 10, "The name of a layer is expected for the layer of deepdream(; found ')'.")]
    [InlineData("deepdream(a:3)", 10, "The name of a layer is expected for the layer of deepdream(, without a channel. A name with other characters than letters, digits, _ . and / needs quotes.")]
    [InlineData("deepdream(300)", 10, "A name that reads as a number needs quotes, as in '300'.")]
    [InlineData("deepdream(a, b)", 11, "')' is expected to close deepdream(; found ','.")]
    [InlineData("logit()", 6, "A class, by number or by label, as in 207 or 'golden retriever', is expected for the class of logit(; found ')'.")]
    [InlineData("logit(golden retriever)", 6, "One class, by number or by label, is expected for the class of logit(; a label with blanks needs quotes, as in 'golden retriever'.")]
    [InlineData("logit(-1)", 6, "A class, by number or by label, as in 207 or 'golden retriever', is expected for the class of logit(; found '-'.")]
    [InlineData("logit(1.5)", 6, "One class, by number or by label, is expected for the class of logit(; a label with blanks needs quotes, as in 'golden retriever'.")]
    [InlineData("direction(a)", 11, "',' is expected after the layer of direction(, and then the vector; found ')'.")]
    [InlineData("direction(a, 1, x)", 16, "A number is expected for number 2 of the vector of direction(; found 'x'.")]
    [InlineData("direction(a, x)", 13, "A direction is expected for the vector of direction(: numbers, {97: 1, 143: -1}, random(5), 'file.npy' or image('photo.jpg'); found 'x'.")]
    [InlineData("direction(a, ramdom(5))", 13, "There is no direction 'ramdom'; did you mean 'random'?")]
    [InlineData("direction(a, {})", 14, "An integer, 0 or more, is expected for a channel of the vector of direction(; found '}'.")]
    [InlineData("direction(a, {3})", 15, "':' is expected between channel 3 and its weight; found '}'.")]
    [InlineData("direction(a, {3: 1, 3: 2})", 20, "Channel 3 is given twice in the vector of direction(.")]
    [InlineData("direction(a, {3: 1", 18, "'}' is expected to close {; found the end of the text.")]
    [InlineData("tv() - direction(a, random(5), row: 3)", 7, "A row is one of a file with vectors, as in direction(a, 'a.npy', row: 3); got random(5).")]
    [InlineData("direction(a, 1, power: -1)", 23, "A number of at least 0 is expected for the power of direction(; -1 is outside.")]
    [InlineData("direction(a, file('x.npy', 'abc'))", 13, "A path and a SHA-256, 64 hexadecimal digits, are expected in file(.")]
    [InlineData("direction(a, '')", 13, "The path of a file, in quotes, is expected for the vector of direction(; found '''.")]
    [InlineData("feature(a, )", 11, "The path of a file, in quotes, is expected for the file of feature(; found ')'.")]
    [InlineData("feature(a, 'b.npy')", 0, "'feature(a, 'b.npy')' is a layer without a channel; write feature(a, 'b.npy'):0 for its channel 0, or deepdream(feature(a, 'b.npy')) for all of it.")]
    [InlineData("deepdream(feature(a, 'b.npy', 17))", 10, "The name of a layer is expected for the layer of deepdream(, without a channel; leave the 17 out.")]
    [InlineData("direction(a, 1 2)", 15, "',' is expected between the numbers of the vector of direction(; found '2'.")]
    [InlineData("tv(1)", 3, "')' is expected to close tv(; found '1'.")]
    [InlineData("l1(x)", 3, "A number is expected for the centre of l1(; found 'x'.")]
    [InlineData("l2(NaN)", 3, "A number is expected for the centre of l2(; found 'NaN'.")]
    [InlineData("lerp(a:0, 0.5)", 10, "A number alone is no objective, it can only scale one, as in 0.001*tv().")]
    [InlineData("lerp(a:0 b:0, 0.5)", 9, "',' is expected after the first of lerp(, and then the second; found 'b'.")]
    [InlineData("lerp(a:0, b:0)", 13, "',' is expected after the second of lerp(, and then the share; found ')'.")]
    [InlineData("lerp(a:0, b:0, c)", 15, "A number is expected for the share of lerp(; found 'c'.")]
    [InlineData("lerp(a:0, b:0, c:0)", 15, "lerp( has no parameter 'c'; it has first, second, share.")]
    [InlineData("lerp(a:0, b:0, 0.5, share: 0.5)", 18, "')' is expected to close lerp(; found ','.")]
    [InlineData("each()", 5, "An objective is expected, such as layer:3, logit(goldfish) or 0.001*tv(); found ')'.")]
    [InlineData("each(a:0, b:0)", 8, "';' is expected between the objectives of each(; found ','.")]
    [InlineData("each(a:0;)", 9, "An objective is expected, such as layer:3, logit(goldfish) or 0.001*tv(); found ')'.")]
    [InlineData("diverse(a, by: gra)", 15, "gram, cosine or style is expected for the by of diverse(; found 'gra'; did you mean 'gram'?")]
    [InlineData("align(a, 0.5)", 9, "A number of at least 1 is expected for the ratio of align(; 0.5 is outside.")]
    [InlineData("a:0; b:0", 3, "An operator (+ - *) or the end is expected here; found ';'.")]
    public void An_error_names_what_was_expected_and_where(string text, int position, string message)
    {
        TextFormatException error = Assert.Throws<TextFormatException>(() => Objective.Parse(text));
        Assert.Equal((message, position, text), (error.Message, error.Position, error.Text));
    }

    [Fact]
    public void Several_stand_with_semicolons_between_them()
    {
        Assert.Equal([A, B - 0.5f * C], Objective.ParseSeveral(" a:0; b:1 - 0.5*c:2 "));
        TextFormatException error = Assert.Throws<TextFormatException>(() => Objective.ParseSeveral("a:0; b:1)"));
        Assert.Equal(("';' and another objective, or the end, is expected here; found ')'.", 8), (error.Message, error.Position));
    }

    [Fact]
    public void The_excerpt_has_a_caret_under_the_place() =>
        Assert.Equal("deepdream(4c) + lgit(3)\n                ^", Assert.Throws<TextFormatException>(() => Objective.Parse("deepdream(4c) + lgit(3)")).Excerpt);

    [Fact]
    public void The_excerpt_of_a_long_text_shows_the_part_around_the_place()
    {
        string text = string.Concat(Enumerable.Repeat("a:0 + ", 100)) + "?" + string.Concat(Enumerable.Repeat(" + a:0", 100));
        string[] lines = Assert.Throws<TextFormatException>(() => Objective.Parse(text)).Excerpt.Split('\n');
        Assert.Equal('?', lines[0][lines[1].IndexOf('^', StringComparison.Ordinal)]);
        Assert.True(lines[0].Length <= 108);
    }

    [Fact]
    public void The_excerpt_stays_two_lines_whatever_the_text_holds() =>
        Assert.Equal("a:0   b\n      ^", Assert.Throws<TextFormatException>(() => Objective.Parse("a:0\n\tb".Replace("\n\t", "\n\t ", StringComparison.Ordinal))).Excerpt);

    [Theory]
    [InlineData("(", ")")]
    [InlineData("-", "")]
    [InlineData("lerp(a:0, ", ", 1)")]
    public void Nesting_is_bounded(string before, string after)
    {
        string Nested(int depth) => string.Concat(Enumerable.Repeat(before, depth)) + "a:0" + string.Concat(Enumerable.Repeat(after, depth));
        Assert.NotNull(Objective.Parse(Nested(100)));
        TextFormatException error = Assert.Throws<TextFormatException>(() => Objective.Parse(Nested(101)));
        Assert.Equal(("The objective nests more than 100 deep here.", 100 * before.Length), (error.Message, error.Position));
        Assert.Throws<TextFormatException>(() => Objective.Parse(Nested(100_000)));
    }

    [Fact]
    public void The_number_of_operations_is_bounded()
    {
        string Sum(int operations) => "a:0" + string.Concat(Enumerable.Repeat("+a:0", operations));
        Objective most = Objective.Parse(Sum(1000));
        Assert.Equal(most, Objective.Parse(most.ToString()));
        TextFormatException error = Assert.Throws<TextFormatException>(() => Objective.Parse(Sum(1001)));
        Assert.Equal(("The objective has more than 1000 operations (+ - *).", 3 + 4 * 1000), (error.Message, error.Position));
    }

    [Fact]
    public void A_text_beyond_a_megabyte_is_refused() =>
        Assert.Contains("at most 1048576", Assert.Throws<TextFormatException>(() => Objective.Parse(new string(' ', (1 << 20) + 1))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_neuron_has_both_coordinates_or_none() =>
        Assert.Equal("A neuron has a y and an x, or neither for the middle; got y 3 and x null.", Assert.Throws<UsageException>(() => Objective.Neuron("a", 7, 3)).Message);

    [Fact]
    public void The_classes_of_an_objective_are_those_of_all_its_parts() =>
        Assert.Equal(["goldfish", "207", "tabby"], Objective.Parse("logit(goldfish) - 2*(probability(207) + a:0) - lerp(tv(), logit(tabby), 0.5)").Classes);
}
