using System.Collections.Immutable;
using Phosphene.Models;

namespace Phosphene.Evidence.Inputs;

/// <summary>The ways in which trained networks want their colours: those that have names, and values of 0 to 255 as they are, each with red first and with blue first.</summary>
internal static class UsualPreprocessings
{
    // What a network hardly notices: Caffe's mean of ImageNet and Lucid's 117 are a twentieth of the range apart.
    private const float Slight = 0.1f;

    /// <summary>All that differ from each other by more than a little.</summary>
    public static ImmutableArray<Preprocessing> All { get; } = Distinct();

    /// <summary>Whether a network would hardly notice the one in place of the other: the same order of colours, and black and white within a tenth of their distance.</summary>
    public static bool Near(Preprocessing a, Preprocessing b) => a.Bgr == b.Bgr && Enumerable.Range(0, 3).All(channel =>
    {
        (float Black, float White) one = Ends(a, channel), other = Ends(b, channel);
        return Math.Max(Math.Abs(one.Black - other.Black), Math.Abs(one.White - other.White)) <= Slight * Math.Abs(other.White - other.Black);
    });

    /// <summary>The same with red and blue exchanged.</summary>
    public static Preprocessing Swapped(Preprocessing preprocessing) =>
        preprocessing with { Bgr = !preprocessing.Bgr, Mean = [.. preprocessing.Mean.Reverse()], Deviation = [.. preprocessing.Deviation.Reverse()] };

    private static (float Black, float White) Ends(Preprocessing preprocessing, int channel)
    {
        float mean = Of(preprocessing.Mean), deviation = Of(preprocessing.Deviation);
        return (-mean / deviation, (preprocessing.Factor - mean) / deviation);

        float Of(ImmutableArray<float> numbers) => numbers[numbers.Length == 1 ? 0 : channel];
    }

    private static ImmutableArray<Preprocessing> Distinct()
    {
        Preprocessing[] named = [.. Preprocessing.Names.Select(Preprocessing.Parse), Preprocessing.Parse("rgb*255")];
        var distinct = new List<Preprocessing>();
        foreach (Preprocessing preprocessing in named.Concat(named.Select(Swapped)))
            if (!distinct.Any(earlier => Near(preprocessing, earlier))) distinct.Add(preprocessing);
        return [.. distinct];
    }
}
