using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Tests.Recipes;

/// <summary>Texts taken apart for forms, and put together again.</summary>
public class TextWordTests
{
    public static TheoryData<string, string> Examples
    {
        get
        {
            var examples = new TheoryData<string, string>();
            foreach (TextRegistry registry in new TextRegistry[] { Texts.Parameterizations, Texts.Transforms, Texts.Operators, Texts.Optimizers, Texts.Objectives })
                foreach (TextEntry entry in registry) examples.Add(registry.Kind, entry.Example);
            return examples;
        }
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Every_example_is_put_together_again(string kind, string example)
    {
        TextRegistry registry = Texts.All.Single(registry => registry.Kind == kind);
        IReadOnlyList<TextWord>? words = registry.TakeApart(example);
        Assert.NotNull(words);
        Assert.All(words, word => Assert.Equal(registry.Single(entry => entry.Name == word.Name).Parameters.Select(parameter => parameter.Name), word.Arguments.Keys));
        string printed = registry.PutTogether(words);
        Assert.Equal(printed, registry.PutTogether(registry.TakeApart(printed)!));
        Assert.Equal(words.Select(Shown), registry.TakeApart(printed)!.Select(Shown));
    }

    private static string Shown(TextWord word) => $"{word.Weight} {word.Name} {string.Join("; ", word.Arguments)}";

    [Fact]
    public void Defaults_are_written_in_full()
    {
        TextWord word = Assert.Single(Texts.Optimizers.TakeApart("adam(0.02)")!);
        Assert.Equal(("0.02", "0.9", "0.999", "1E-08"), (word.Arguments["rate"], word.Arguments["beta1"], word.Arguments["beta2"], word.Arguments["epsilon"]));
        Assert.Equal("adam(0.02)", Texts.Optimizers.PutTogether([word]));
    }

    [Fact]
    public void A_pipeline_is_taken_apart_in_order()
    {
        IReadOnlyList<TextWord> words = Texts.Transforms.TakeApart("pad(8)|scale(0.9, 1.1*2)|crop")!;
        Assert.Equal(["pad", "scale", "crop"], words.Select(word => word.Name));
        Assert.Equal("0.9, 1.1*2", words[1].Arguments["factors"]);
        Assert.Equal("", words[2].Arguments["size"]);
        Assert.Equal("pad(8)|scale(0.9, 1.1*2)|crop", Texts.Transforms.PutTogether(words));
        Assert.Equal("pad(8)", Texts.Transforms.PutTogether([words[0]]));
        Assert.Empty(Texts.Transforms.TakeApart("none")!);
        Assert.Equal("none", Texts.Transforms.PutTogether([]));
    }

    [Fact]
    public void A_penalty_is_a_sum_of_words()
    {
        IReadOnlyList<TextWord> words = Texts.Objectives.TakeApart("0.1*tv() - 2*(l1(0.25) - pnorm(6))")!;
        Assert.Equal([("tv", 0.1f), ("l1", -2f), ("pnorm", 2f)], words.Select(word => (word.Name, word.Weight)));
        Assert.Equal("0.1*tv() - 2*l1(0.25) + 2*pnorm(6)", Texts.Objectives.PutTogether(words));
        Assert.Equal("-tv()", Texts.Objectives.PutTogether([new TextWord("tv", new Dictionary<string, string>(), -1)]));
        Assert.Equal("", Texts.Objectives.PutTogether([]));
        Assert.Null(Texts.Objectives.TakeApart("conv1:3 - 0.1*tv()"));
    }

    [Fact]
    public void What_is_wrong_is_said()
    {
        Assert.Contains("'pixel'", Assert.Throws<UsageException>(() => Texts.Transforms.PutTogether([new TextWord("jitter", new Dictionary<string, string> { ["pixel"] = "3" })])).Message, StringComparison.Ordinal);
        Assert.Throws<TextFormatException>(() => Texts.Transforms.PutTogether([new TextWord("jitter", new Dictionary<string, string> { ["pixels"] = "three" })]));
        Assert.Throws<TextFormatException>(() => Texts.Transforms.PutTogether([new TextWord("jiter", new Dictionary<string, string>())]));
        Assert.Throws<UsageException>(() => Texts.Optimizers.PutTogether([]));
    }

    [Fact]
    public void What_adds_up_to_an_objective_adds_up_to_it()
    {
        var objective = Objective.Parse("2*(conv1:3 - 0.5*tv()) + pervalue(l1(0.5))");
        Assert.Equal([("conv1:3", 2f), ("tv()", -1f), ("pervalue(l1(0.5))", 1f)], ObjectiveTerms.Summands(objective).Select(term => (term.Term.ToString(), term.Weight)));
    }
}
