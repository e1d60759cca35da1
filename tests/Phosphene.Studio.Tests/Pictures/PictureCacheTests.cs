using Phosphene.Studio.Pictures;
using Phosphene.Studio.Streams;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Studio.Tests.Pictures;

public sealed class PictureCacheTests
{
    private static readonly PictureKind Refined = new(48, true);

    [Fact]
    public void Those_that_nobody_asked_for_the_longest_go()
    {
        var cache = new PictureCache(3 * Picture(0).Bytes);
        for (int channel = 0; channel < 3; channel++) cache.Add(Key(channel), Picture(channel));
        Assert.NotNull(cache.Find(Key(0)));                          // which is the latest then
        cache.Add(Key(3), Picture(3));
        Assert.Equal([true, false, true, true], Enumerable.Range(0, 4).Select(channel => cache.Find(Key(channel)) is not null));
    }

    [Fact]
    public void One_that_takes_the_place_of_another_frees_its_room()
    {
        var cache = new PictureCache(2 * Picture(0).Bytes);
        cache.Add(Key(0), Picture(0));
        for (int i = 0; i < 5; i++) cache.Add(Key(1), Picture(1));
        Assert.NotNull(cache.Find(Key(0)));
    }

    [Fact]
    public void Other_kinds_and_models_are_others()
    {
        var cache = new PictureCache();
        cache.Add(Key(0), Picture(0));
        Assert.Null(cache.Find(Key(0) with { Kind = Refined with { Size = 64 } }));
        Assert.Null(cache.Find(Key(0) with { Model = "other" }));
    }

    [Theory]
    [InlineData("conv1/relu:3", "conv1/relu", 3)]
    [InlineData("a:b:0", "a:b", 0)]
    public void A_unit_is_a_layer_and_a_channel(string text, string layer, int channel)
    {
        Assert.Equal(new Unit(layer, channel), Unit.Parse(text));
        Assert.Equal(text, Unit.Parse(text).ToString());
    }

    [Theory]
    [InlineData("conv1")]
    [InlineData(":3")]
    [InlineData("conv1:")]
    [InlineData("conv1:-1")]
    [InlineData("conv1:1e3")]
    [InlineData("conv1:99999999999")]
    [InlineData(null)]
    public void Anything_else_is_none(string? text) => Assert.Throws<UsageException>(() => Unit.Parse(text));

    private static PictureCache.Key Key(int channel) => new("model", new Unit("relu", channel), Refined);

    private static MadePicture Picture(int channel) => new("model", $"relu:{channel}", 128, 128, 1, 48, new EncodedPicture(new byte[1000], "image/jpeg"), true, null);
}
