using Phosphene.Atlas.Units;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Atlas.Tests.Units;

public sealed class ChannelChoiceTests
{
    [Theory]
    [InlineData("0..3", "0,1,2,3")]
    [InlineData("7", "7")]
    [InlineData("3, 8,10..12, 3", "3,8,10,11,12")]
    public void Ranges_name_both_their_ends(string text, string channels) => Assert.Equal(channels, string.Join(',', ChannelChoice.Parse(text).Of("conv", 20, 0)));

    [Theory]
    [InlineData("")]
    [InlineData("3..1")]
    [InlineData("-1")]
    [InlineData("1..2..3")]
    [InlineData("all")]
    [InlineData("1,,2")]
    public void What_is_no_range_is_answered_with_what_is(string text) =>
        Assert.Equal($"'{text}' names no channels: numbers and ranges are expected, both ends included, such as 0..31 or 3,8,100..107.", Assert.Throws<UsageException>(() => ChannelChoice.Parse(text)).Message);

    [Fact]
    public void A_channel_that_a_layer_does_not_have_is_refused_with_those_it_has() =>
        Assert.Equal("Layer 'conv' has channels 0 to 19; there is no channel 20. Give --channels that all layers have, or --random N.",
            Assert.Throws<UsageException>(() => ChannelChoice.Parse("0..20").Of("conv", 20, 0)).Message);

    [Fact]
    public void Random_channels_are_distinct_in_order_and_those_of_their_seed_and_layer()
    {
        IReadOnlyList<int> drawn = ChannelChoice.Random(8).Of("conv", 512, 1);
        Assert.Equal(8, drawn.Distinct().Count());
        Assert.Equal(drawn.Order(), drawn);
        Assert.All(drawn, channel => Assert.InRange(channel, 0, 511));
        Assert.Equal(drawn, ChannelChoice.Random(8).Of("conv", 512, 1));
        Assert.NotEqual(drawn, ChannelChoice.Random(8).Of("conv", 512, 2));
        Assert.NotEqual(drawn, ChannelChoice.Random(8).Of("other", 512, 1));
        Assert.Equal([0, 1, 2], ChannelChoice.Random(8).Of("conv", 3, 1));
    }
}
