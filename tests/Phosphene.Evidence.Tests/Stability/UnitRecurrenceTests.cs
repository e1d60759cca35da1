using Phosphene.Evidence.Stability;
using Xunit;

namespace Phosphene.Evidence.Tests.Stability;

public sealed class UnitRecurrenceTests
{
    // Pictures of a kind are this much alike, others 0.1.
    private static UnitRecurrence Of(string kinds, double alike = 0.9, double excitation = 1, params double[] baseline)
    {
        double Similarity(int a, int b) => kinds[a] == kinds[b] ? alike : 0.1;
        double[] same = [.. Enumerable.Range(0, kinds.Length).SelectMany(a => Enumerable.Range(a + 1, kinds.Length - a - 1).Select(b => Similarity(a, b)))];
        return new UnitRecurrence("layer", same, baseline.Length > 0 ? baseline : [0.2, 0.3, 0.4], excitation, Similarity, kinds.Length);
    }

    [Theory]
    [InlineData("aaaa", RecurrenceVerdict.Recurs, "4")]
    [InlineData("baaa", RecurrenceVerdict.Recurs, "3 1")]
    [InlineData("abab", RecurrenceVerdict.SeveralFacets, "2 2")]
    [InlineData("aabbcc", RecurrenceVerdict.SeveralFacets, "2 2 2")]
    [InlineData("aabc", RecurrenceVerdict.DoesNotRecur, "2 1 1")]
    [InlineData("abcd", RecurrenceVerdict.DoesNotRecur, "1 1 1 1")]
    [InlineData("aa", RecurrenceVerdict.Recurs, "2")]
    [InlineData("ab", RecurrenceVerdict.DoesNotRecur, "1 1")]
    public void The_verdict_follows_from_the_facets(string kinds, RecurrenceVerdict verdict, string facets)
    {
        UnitRecurrence recurrence = Of(kinds);
        Assert.Equal((verdict, facets), (recurrence.Verdict, string.Join(' ', recurrence.Facets)));
        for (int a = 0; a < kinds.Length; a++)
            for (int b = 0; b < kinds.Length; b++) Assert.Equal(kinds[a] == kinds[b], recurrence.FacetOf[a] == recurrence.FacetOf[b]);
    }

    [Fact]
    public void Pictures_have_to_be_more_alike_than_those_of_different_units() =>
        Assert.Equal(RecurrenceVerdict.DoesNotRecur, Of("aaaa", alike: 0.9, baseline: [0.5, 0.95, 0.96]).Verdict);

    [Fact]
    public void Pictures_that_are_hardly_alike_are_not_the_same_however_unlike_others_are() =>
        Assert.Equal(RecurrenceVerdict.DoesNotRecur, Of("aaaa", alike: 0.4, baseline: [0, 0, 0]).Verdict);

    [Fact]
    public void Pictures_that_excite_their_unit_no_more_than_others_do_are_none_of_it() =>
        Assert.Equal(RecurrenceVerdict.DoesNotRecur, Of("aaaa", excitation: 0.5).Verdict);

    [Fact]
    public void A_chain_is_no_facet()
    {
        // The first and the last have nothing in common; what lies between is like both.
        double Similarity(int a, int b) => Math.Abs(a - b) switch { 0 => 1, 1 => 0.6, _ => 0 };
        var recurrence = new UnitRecurrence("layer", [0.6, 0, 0.6], [0.1], 1, Similarity, 3);
        Assert.Equal("2 1", string.Join(' ', recurrence.Facets));
    }

    [Fact]
    public void The_probability_is_that_of_the_definition_with_ties_and_what_is_not_a_number()
    {
        double[] of = [.. Enumerable.Range(0, 37).Select(i => i * i % 11), double.NaN], over = [double.NaN, .. Enumerable.Range(0, 23).Select(i => i * i * i % 13)];
        double wins = of.Sum(a => over.Sum(b => a > b ? 1 : a == b ? 0.5 : 0));
        Assert.Equal(wins / (of.Length * over.Length), UnitRecurrence.AucOf(of, over), 1e-12);
        Assert.Equal(double.NaN, UnitRecurrence.AucOf(of, []));
    }

    [Fact]
    public void The_numbers_are_those_of_the_pairs()
    {
        UnitRecurrence recurrence = Of("aab", baseline: [0.05, 0.1, 0.2, 0.95]);
        Assert.Equal((0.1, 0.15), (recurrence.Median, recurrence.BaselineMedian), (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-12 && Math.Abs(a.Item2 - b.Item2) < 1e-12);
        // 0.9 beats three of four; 0.1, twice, one and ties with another: (3 + 1.5 + 1.5) / 12.
        Assert.Equal(0.5, recurrence.Auc, 12);
        Assert.Equal(0.2 + 0.85 * 0.75, recurrence.Threshold, 12);
    }
}
