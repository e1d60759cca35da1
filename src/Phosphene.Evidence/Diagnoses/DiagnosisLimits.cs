using System.Globalization;
using Phosphene.Evidence.Stability;

namespace Phosphene.Evidence.Diagnoses;

/// <summary>Where a concern begins: the one place for the numbers, which docs/diagnosis.md gives reasons for.</summary>
public static class DiagnosisLimits
{
    /// <summary>A channel is always on if it is above 0 at this share of all positions at least.</summary>
    public const double AlwaysActive = 0.99;

    /// <summary>And if its standard deviation is at most this share of its mean, which is the evidence.</summary>
    public const double LittleVariation = 0.25;

    /// <summary>Near-duplicates have weights of this cosine at least.</summary>
    public const double WeightCosine = 0.9;

    /// <summary>And activations of this correlation at least, which is the evidence.</summary>
    public const double Correlation = 0.95;

    /// <summary>A picture is like static if its share of fine frequencies is at least this.</summary>
    public const double Static = 0.25;

    /// <summary>And at least so many times the median of its layer; the share is the evidence.</summary>
    public const double StaticTimes = 3;

    /// <summary>A channel responds to flat light if it gives at least this share of its maximum, which is the evidence.</summary>
    public const double FlatShare = 0.8;

    /// <summary>The concerns of the channels of a layer, in the order of <see cref="ConcernKind"/>. What follows from another concern is none of its own: of a dead channel there is nothing else to say, and one that is always on is so in flat light, too.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="medianFine">The median over the layer of the shares of fine frequencies; null without pictures.</param>
    public static IReadOnlyList<Concern> Of(ChannelDiagnosis channel, double? medianFine)
    {
        ArgumentNullException.ThrowIfNull(channel);
        Concern[] dead = [.. Dead(channel)];
        return dead.Length > 0 ? dead : [.. Alive(channel, medianFine)];
    }

    private static IEnumerable<Concern> Dead(ChannelDiagnosis channel)
    {
        if (channel.OnImages is { } range && (range.Maximum <= 0 || range.Maximum == range.Minimum))
            yield return new Concern(ConcernKind.DeadOnData, range.Maximum, range.Maximum <= 0 ? Text($"never above {range.Maximum:G3}") : Text($"always {range.Maximum:G3}"));
        if (channel.Picture is { Maximum: <= 0 } picture)
            yield return new Concern(ConcernKind.DeadToOptimization, picture.Maximum, Text($"{picture.Maximum:G3} after ascent"));
    }

    private static IEnumerable<Concern> Alive(ChannelDiagnosis channel, double? medianFine)
    {
        bool isOn = channel.OnImages is { } range && range.Active >= AlwaysActive && range.Deviation <= LittleVariation * range.Mean;
        if (isOn) yield return new Concern(ConcernKind.AlwaysOn, channel.OnImages!.Deviation / channel.OnImages.Mean, Text($"{channel.OnImages.Mean:G3} ± {channel.OnImages.Deviation:G2} everywhere"));
        if (channel.Duplicate is { } other && other.Weights >= WeightCosine && other.Correlation >= Correlation)
            yield return new Concern(ConcernKind.NearDuplicate, other.Correlation, Text($"like {other.Channel}: weights {other.Weights:0.00}, activations {other.Correlation:0.00}"));
        if (channel.Picture is { } picture && picture.Fine >= Static && picture.Fine >= StaticTimes * medianFine)
            yield return new Concern(ConcernKind.StaticLike, picture.Fine, Text($"{100 * picture.Fine:0} % fine, the layer {100 * medianFine:0} %"));
        if (!isOn && channel.FlatShare is { } share && share >= FlatShare)
            yield return new Concern(ConcernKind.FlatLight, share, Text($"{100 * share:0} % of its maximum for {channel.Flat!.Colour}"));
        if (channel.Recurrence is { Verdict: RecurrenceVerdict.DoesNotRecur } recurrence)
            yield return new Concern(ConcernKind.DoesNotRecur, recurrence.Median, Text($"{recurrence.Median:0.00} alike, others {recurrence.BaselineMedian:0.00}"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
