using Phosphene.Evidence.Statistics;
using Phosphene.Models;

namespace Phosphene.Evidence.Diagnoses;

/// <summary>What is known of the channels of a layer.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Channels">Its channels, in order.</param>
public sealed record LayerDiagnosis(Layer Layer, IReadOnlyList<ChannelDiagnosis> Channels)
{
    /// <summary>The same with the concerns that follow from what is known.</summary>
    public LayerDiagnosis Judged()
    {
        double[] fine = [.. Channels.Select(channel => channel.Picture).OfType<ChannelPicture>().Where(picture => picture.Maximum > 0).Select(picture => picture.Fine)];
        double? median = fine.Length == 0 ? null : Quantile.Of(fine, 0.5);
        return this with { Channels = [.. Channels.Select(channel => channel with { Concerns = DiagnosisLimits.Of(channel, median) })] };
    }
}
