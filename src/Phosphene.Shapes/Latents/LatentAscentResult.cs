using Phosphene.Images;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Shapes.Latents;

/// <summary>What came of a <see cref="LatentAscent"/>.</summary>
public sealed class LatentAscentResult
{
    private readonly List<float[]> _history;
    private readonly Picture[] _pictures;
    private readonly int[] _looks;

    internal LatentAscentResult(float[] start, float[] end, List<float[]> history, Picture[] pictures, int[] looks)
    {
        (Start, End, _history, _pictures, _looks) = (start, end, history, pictures, looks);
    }

    /// <summary>The latents at the start, [starts, latents].</summary>
    public float[] Start { get; }

    /// <summary>The latents at the end.</summary>
    public float[] End { get; }

    /// <summary>
    /// For each step of each round what was measured of each start where the step looked: near the latents if there was noise, at them at the end of a round.
    /// </summary>
    public IReadOnlyList<float[]> History => _history;

    /// <summary>The images at the end.</summary>
    public IReadOnlyList<Picture> Pictures => _pictures;

    /// <summary>For each start how many images were looked at.</summary>
    public IReadOnlyList<int> Looks => _looks;

    /// <summary>The mean over starts after each step.</summary>
    public IReadOnlyList<double> Means => [.. History.Select(step => step.Average(value => (double)value))];

    /// <summary>How many starts ended above a value.</summary>
    public int Above(float value) => History[^1].Count(measured => measured > value);

    internal void Note(int[] going, ReadOnlySpan<float> measured)
    {
        float[] all = _history.Count == 0 ? new float[_looks.Length] : [.. _history[^1]];
        for (int n = 0; n < going.Length; n++)
        {
            all[going[n]] = measured[n];
            _looks[going[n]]++;
        }
        _history.Add(all);
    }

    internal void Show(int[] going, ReadOnlySpan<float> pixels, Shape image)
    {
        int length = image.CountOf(1, 4);
        for (int n = 0; n < going.Length; n++) _pictures[going[n]] = Picture.FromPlanar(pixels.Slice(n * length, length), 3, image.Height, image.Width);
    }
}
