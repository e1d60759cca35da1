using Phosphene.Recipes;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Tests.Syntax;

public sealed class CompletionTests
{
    private static readonly CompletionNames Names = new(["inception_4c/output", "conv-1", "4c"], ["goldfish", "golden retriever", "tabby"]);

    // What could stand at the bar, and where it would begin.
    private static (int Start, string[] Texts) At(TextRegistry texts, string text)
    {
        int position = text.IndexOf('^', StringComparison.Ordinal);
        IReadOnlyList<Completion> found = texts.Complete(text.Remove(position, 1), position, Names);
        return (found.Count == 0 ? -1 : found.Select(completion => completion.Start).Distinct().Single(), [.. found.Select(completion => completion.Text)]);
    }

    [Theory]
    [InlineData("^", 0, "none", "pad(", "jitter(", "roll(", "scale(", "rotate(", "shear(", "flip(", "crop(", "resizedCrop(", "blur(", "noise(", "colour(", "erase(", "each(")]
    [InlineData("pa^", 0, "pad(")]
    [InlineData("PA^", 0, "pad(")]
    [InlineData("pad(16)|j^(3)", 8, "jitter(")]
    [InlineData("pad(16) | ^", 10, "pad(", "jitter(", "roll(", "scale(", "rotate(", "shear(", "flip(", "crop(", "resizedCrop(", "blur(", "noise(", "colour(", "erase(", "each(")]
    [InlineData("pad(^", 4, "pixels: ", "fill: ")]
    [InlineData("pad(16, r^", 8, "reflect", "random")]
    [InlineData("each(pad(16)|j^", 13, "jitter(")]
    [InlineData("pad(16^", -1)]
    [InlineData("pad(x)|^", -1)]
    [InlineData("zzz^", -1)]
    public void Pipelines_complete_words_and_parameters(string text, int start, params string[] expected) => Check(Texts.Transforms, text, start, expected);

    [Theory]
    [InlineData("ad^", 0, "adam(", "adamw(")]
    [InlineData("adam(0.05, ^", 11, "beta1: ", "beta2: ", "epsilon: ")]
    [InlineData("adam(0.05, be^", 11, "beta1: ", "beta2: ")]
    [InlineData("adam(beta2: 0.9, ^)", 17, "rate: ", "beta1: ", "epsilon: ")]
    public void Optimizers_complete_the_parameters_that_are_not_given_yet(string text, int start, params string[] expected) => Check(Texts.Optimizers, text, start, expected);

    [Theory]
    [InlineData("fourier(decorrelate: ^", 21, "true", "false")]
    [InlineData("fourier(decorrelate: f^", 21, "false")]
    [InlineData("alpha(py^", 6, "pyramid(")]
    public void Choices_are_completed(string text, int start, params string[] expected) => Check(Texts.Parameterizations, text, start, expected);

    [Theory]
    [InlineData("lo^", 0, "logit(", "logprob(")]
    [InlineData("0.5*tv() - inc^", 11, "inception_4c/output:")]
    [InlineData("con^", 0, "'conv-1':")]
    [InlineData("'con^", 0, "'conv-1':")]
    [InlineData("4^", -1)]                                             // it may become a number; the layer is offered from its letter on
    [InlineData("4c^", 0, "4c:")]
    [InlineData("logit(gold^", 6, "goldfish", "'golden retriever'")]
    [InlineData("logit('golden r^", 6, "'golden retriever'")]
    [InlineData("deepdream(^", 10, "layer: ", "inception_4c/output", "'conv-1'", "4c", "pre(", "branch(", "head(", "token(", "feature(", "code(")]
    [InlineData("each(tv(); lerp(tab^", -1)]
    [InlineData("each(tv(); logit(tab^", 17, "tabby")]
    [InlineData("4c:3@^", 5, "centre")]
    [InlineData("lerp(4c:1, 4c:2, ^", 17, "share: ")]
    [InlineData("'conv-1' and more^", -1)]
    public void Objectives_complete_words_layers_and_classes(string text, int start, params string[] expected) => Check(Texts.Objectives, text, start, expected);

    [Fact]
    public void A_completion_says_what_it_is()
    {
        Completion completion = Assert.Single(Texts.Transforms.Complete("ji", 2));
        Assert.Equal((0, "jitter(", "A shift, which costs the image as many rows and columns."), (completion.Start, completion.Text, completion.Description));
    }

    [Fact]
    public void Without_names_words_are_completed_alone() => Assert.Equal(["deepdream(", "direction(", "denoiser(", "diverse("], Texts.Objectives.Complete("d", 1).Select(completion => completion.Text));

    [Fact]
    public void Every_completion_of_every_example_leads_to_the_example()
    {
        foreach (TextRegistry texts in Texts.All)
            foreach (TextEntry entry in texts.Entries)
                Assert.Contains(texts.Complete(entry.Example, 1, Names), completion => entry.Example.StartsWith(completion.Text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    public void A_cursor_outside_the_text_is_refused(int position) => Assert.Throws<ArgumentOutOfRangeException>(() => Texts.Transforms.Complete("pad", position));

    private static void Check(TextRegistry texts, string text, int start, string[] expected)
    {
        (int foundStart, string[] found) = At(texts, text);
        Assert.Equal(expected, found);
        Assert.Equal(start, foundStart);
    }
}
