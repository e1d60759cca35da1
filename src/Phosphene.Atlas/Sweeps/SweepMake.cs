using Phosphene.Syntax;

namespace Phosphene.Atlas.Sweeps;

/// <summary>What a sweep makes of a channel.</summary>
public enum SweepMake
{
    /// <summary>What excites the channel most, over all positions.</summary>
    Channel,

    /// <summary>What excites it most in the centre; only of layers with positions.</summary>
    Neuron,

    /// <summary>What it responds to least.</summary>
    Negative,

    /// <summary>Several pictures that excite the channel and differ from each other.</summary>
    Diverse,

    /// <summary>Not a picture that is made: the images of a dataset that it responds to most, least and hardly (<see cref="DatasetExamples"/>).</summary>
    Examples,
}

/// <summary>What a sweep makes, as text: "channel,negative".</summary>
public static class SweepMakes
{
    /// <summary>Reads a list of makes. Dataset examples are not among them, for they need an index.</summary>
    /// <exception cref="UsageException">A word is none.</exception>
    public static IReadOnlyList<SweepMake> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. text.Split(',', StringSplitOptions.TrimEntries).Select(One).Distinct()];

        static SweepMake One(string word) => word switch
        {
            "channel" => SweepMake.Channel,
            "neuron" => SweepMake.Neuron,
            "negative" => SweepMake.Negative,
            "diverse" => SweepMake.Diverse,
            _ => throw new UsageException($"'{word}' is nothing that a sweep makes; it makes channel, neuron, negative and diverse."),
        };
    }

    /// <summary>The word for it.</summary>
    public static string Text(this SweepMake make) => make switch
    {
        SweepMake.Channel => "channel",
        SweepMake.Neuron => "neuron",
        SweepMake.Negative => "negative",
        SweepMake.Diverse => "diverse",
        SweepMake.Examples => "examples",
        _ => throw new ArgumentOutOfRangeException(nameof(make), make, "It is not made."),
    };
}
