using System.Globalization;
using Phosphene.Parameterizations;
using Phosphene.Runtime.Numerics;
using Xunit;

namespace Phosphene.Tests.Parameterizations;

public sealed class LatentPriorTests
{
    private static readonly RandomStream Stream = new(7, 0, "test");

    [Theory]
    [InlineData("normal")]
    [InlineData("-3.5..4 0.25..2")]
    public void Its_text_is_read_back(string text)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = new NumberFormatInfo { NumberDecimalSeparator = ",", NumberGroupSeparator = "." } };
            Assert.Equal(text, LatentPrior.Parse(text, 2).ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("uniform")]
    [InlineData("1..2")]
    [InlineData("1..2 3..4 5..6")]
    [InlineData("2..1 3..4")]
    [InlineData("NaN..1 3..4")]
    [InlineData("1..2 x")]
    public void Any_other_text_is_refused_with_what_is_expected(string text)
    {
        var error = Assert.Throws<FormatException>(() => LatentPrior.Parse(text, 2));
        Assert.Equal($"'{text}' does not say where 2 latents lie; expected normal or 2 ranges such as -1.5..2.", error.Message);
    }

    [Fact]
    public void Uniform_latents_fill_their_own_ranges()
    {
        var latents = new float[2000];
        LatentPrior.Uniform([(-1, 0), (5, 9)]).Draw(Stream, 0, latents);
        float[] first = [.. latents.Where((_, i) => i % 2 == 0)], second = [.. latents.Where((_, i) => i % 2 == 1)];
        Assert.All(first, value => Assert.InRange(value, -1, 0));
        Assert.All(second, value => Assert.InRange(value, 5, 9));
        Assert.InRange(first.Average(), -0.55, -0.45);
        Assert.InRange(second.Max() - second.Min(), 3.9, 4);
    }

    [Fact]
    public void Normal_latents_have_mean_0_and_deviation_1()
    {
        var latents = new float[20_000];
        LatentPrior.Normal.Draw(Stream, 0, latents);
        Assert.InRange(latents.Average(), -0.03, 0.03);
        Assert.InRange(latents.Average(value => value * value), 0.96, 1.04);
    }

    [Fact]
    public void What_is_drawn_depends_on_the_place_and_not_on_the_call()
    {
        var whole = new float[12];
        var part = new float[4];
        LatentPrior.Normal.Draw(Stream, 0, whole);
        LatentPrior.Normal.Draw(Stream, 8, part);
        Assert.Equal(whole[8..], part);
    }
}
