using Phosphene.Evidence.Stability;

namespace Phosphene.Evidence.Diagnoses;

/// <summary>What is known of a channel.</summary>
/// <param name="Channel">The channel.</param>
public sealed record ChannelDiagnosis(int Channel)
{
    /// <summary>What it gives over images; null without images.</summary>
    public ChannelRange? OnImages { get; init; }

    /// <summary>What it gives for images of one colour.</summary>
    public FlatResponse? Flat { get; init; }

    /// <summary>The channel whose weights are most like its own, where they are alike enough to ask; null otherwise, without images, and in layers without weights of their own.</summary>
    public NearDuplicate? Duplicate { get; init; }

    /// <summary>Its picture; null where none was made.</summary>
    public ChannelPicture? Picture { get; init; }

    /// <summary>Whether its picture comes again with other seeds; null where that was not tried.</summary>
    public UnitRecurrence? Recurrence { get; init; }

    /// <summary>The response to flat light as a share of the largest activation that is known: on images, on its picture, or in flat light; from 0 to 1. Null where nothing excites it, or neither images nor a picture were tried.</summary>
    public double? FlatShare
    {
        get
        {
            if (Flat is null || (OnImages is null && Picture is null)) return null;
            double[] known = [OnImages?.Maximum ?? 0, Picture?.Maximum ?? 0, Flat.Value];
            double largest = known.Where(double.IsFinite).DefaultIfEmpty().Max();
            return largest > 0 ? Math.Max(0, Flat.Value) / largest : null;
        }
    }

    /// <summary>What is the matter with it, the gravest first; nothing of most.</summary>
    public IReadOnlyList<Concern> Concerns { get; init; } = [];
}
