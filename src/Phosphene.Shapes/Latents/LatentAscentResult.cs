using Phosphene.Images;

namespace Phosphene.Shapes.Latents;

/// <summary>What came of a <see cref="LatentAscent"/>.</summary>
public sealed class LatentAscentResult
{
    private readonly List<float[]> _history;
    private readonly Picture[] _pictures;
    private readonly int[] _views;

    internal LatentAscentResult(float[] start, float[] end, List<float[]> history, Picture[] pictures, int[] views)
    {
        (Start, End, _history, _pictures, _views) = (start, end, history, pictures, views);
    }

    /// <summary>The latents at the start, [starts, latents].</summary>
    public float[] Start { get; }

    /// <summary>The latents at the end.</summary>
    public float[] End { get; }

    /// <summary>
    /// For each step of each round what was measured of each start where the step's image was: near the latents if there was noise, at them at the end of a round.
    /// </summary>
    public IReadOnlyList<float[]> History => _history;

    /// <summary>The images at the end.</summary>
    public IReadOnlyList<Picture> Pictures => _pictures;

    /// <summary>For each start how many images the model saw.</summary>
    public IReadOnlyList<int> Views => _views;

    /// <summary>The mean over starts after each step.</summary>
    public IReadOnlyList<double> Means => [.. History.Select(step => step.Average(value => (double)value))];

    /// <summary>How many starts ended above a value.</summary>
    public int Above(float value) => History[^1].Count(measured => measured > value);

    internal void Note(int[] climbing, ReadOnlySpan<float> measured)
    {
        float[] all = _history.Count == 0 ? new float[_views.Length] : [.. _history[^1]];
        for (int n = 0; n < climbing.Length; n++)
        {
            all[climbing[n]] = measured[measured.Length == 1 ? 0 : n];
            _views[climbing[n]]++;
        }
        _history.Add(all);
    }

    internal void Show(int[] climbing, IReadOnlyList<Picture> pictures)
    {
        for (int n = 0; n < climbing.Length; n++) _pictures[climbing[n]] = pictures[n];
    }
}
