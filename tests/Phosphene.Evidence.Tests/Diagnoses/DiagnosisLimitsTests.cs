using Phosphene.Evidence.Diagnoses;
using Phosphene.Images;
using Xunit;

namespace Phosphene.Evidence.Tests.Diagnoses;

public sealed class DiagnosisLimitsTests
{
    private static readonly Picture s_picture = new(1, 1, 3, [0, 0, 0]);

    private static readonly ChannelDiagnosis s_sound = new(3)
    {
        OnImages = new ChannelRange(10, 4, 0, 0.5, 1, 0.3),
        Flat = new FlatResponse("red", 1),
        Picture = new ChannelPicture(s_picture, 5, 0.1),
        Duplicate = new NearDuplicate(8, 0.95, 0.2),
    };

    private static string Kinds(ChannelDiagnosis channel, double medianFine = 0.1) => string.Join(' ', DiagnosisLimits.Of(channel, medianFine).Select(concern => concern.Kind));

    [Fact]
    public void A_sound_channel_has_no_concern() => Assert.Equal("", Kinds(s_sound));

    [Fact]
    public void What_is_dead_has_no_other_concern()
    {
        ChannelDiagnosis dead = s_sound with { OnImages = new ChannelRange(10, 0, 0, 0, 0, 0), Picture = new ChannelPicture(s_picture, 0, 0.9), Duplicate = new NearDuplicate(8, 1, 1) };
        Assert.Equal("DeadOnData DeadToOptimization", Kinds(dead));
        Assert.Equal("DeadOnData", Kinds(s_sound with { OnImages = new ChannelRange(10, 2, 2, 2, 0, 1) }));
        Assert.Equal("DeadToOptimization", Kinds(s_sound with { Picture = new ChannelPicture(s_picture, -0.1, 0.1) }));
    }

    [Fact]
    public void Always_on_is_nearly_everywhere_and_nearly_the_same_and_then_flat_light_says_nothing()
    {
        ChannelDiagnosis on = s_sound with { OnImages = new ChannelRange(10, 4, 0, 3, 0.6, 0.995), Flat = new FlatResponse("red", 4.9f) };
        Assert.Equal("AlwaysOn", Kinds(on));
        Assert.Equal(0.2, DiagnosisLimits.Of(on, 0.1)[0].Evidence, 1e-12);
        Assert.Equal("FlatLight", Kinds(on with { OnImages = on.OnImages! with { Active = 0.98 } }));
        Assert.Equal("FlatLight", Kinds(on with { OnImages = on.OnImages! with { Deviation = 0.8 } }));
    }

    [Fact]
    public void Near_duplicates_need_weights_and_activations()
    {
        Assert.Equal("NearDuplicate", Kinds(s_sound with { Duplicate = new NearDuplicate(8, 0.91, 0.96) }));
        Assert.Equal("", Kinds(s_sound with { Duplicate = new NearDuplicate(8, 0.89, 0.96) }));
        Assert.Equal("", Kinds(s_sound with { Duplicate = new NearDuplicate(8, 0.99, double.NaN) }));
    }

    [Fact]
    public void Static_is_much_fine_and_much_more_than_the_layer_has()
    {
        ChannelDiagnosis fine = s_sound with { Picture = new ChannelPicture(s_picture, 5, 0.4) };
        Assert.Equal("StaticLike", Kinds(fine));
        Assert.Equal("", Kinds(fine, medianFine: 0.2));
        Assert.Equal("", Kinds(s_sound with { Picture = new ChannelPicture(s_picture, 5, 0.2) }, medianFine: 0.05));
    }

    [Fact]
    public void Flat_light_is_held_against_the_largest_that_is_known()
    {
        Assert.Equal("FlatLight", Kinds(s_sound with { Flat = new FlatResponse("red", 4.1f) }));          // of 5 on its picture
        Assert.Equal("", Kinds(s_sound with { Flat = new FlatResponse("red", 3.9f) }));
        Assert.Equal(1, (s_sound with { Flat = new FlatResponse("red", 9) }).FlatShare);
    }
}
