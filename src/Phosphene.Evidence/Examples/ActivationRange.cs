using System.Numerics;

namespace Phosphene.Evidence.Examples;

/// <summary>The largest, the smallest and the mean of the numbers of a map.</summary>
internal readonly record struct ActivationRange(float Maximum, float Minimum, float Mean)
{
    /// <summary>Whether all numbers of the map are finite.</summary>
    public bool IsFinite => float.IsFinite(Maximum) && float.IsFinite(Minimum) && float.IsFinite(Mean);

    /// <summary>Of at least one number.</summary>
    public static ActivationRange Of(ReadOnlySpan<float> map)
    {
        float maximum = map[0], minimum = map[0], sum = 0;
        int i = 0;
        if (map.Length >= Vector<float>.Count)
        {
            Vector<float> high = new(map), low = high, total = Vector<float>.Zero;
            for (; i <= map.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                var next = new Vector<float>(map[i..]);
                (high, low, total) = (Vector.Max(high, next), Vector.Min(low, next), total + next);
            }
            for (int lane = 0; lane < Vector<float>.Count; lane++) (maximum, minimum) = (MathF.Max(maximum, high[lane]), MathF.Min(minimum, low[lane]));
            sum = Vector.Sum(total);
        }
        for (; i < map.Length; i++)
        {
            (maximum, minimum) = (MathF.Max(maximum, map[i]), MathF.Min(minimum, map[i]));
            sum += map[i];
        }
        return new ActivationRange(maximum, minimum, sum / map.Length);
    }
}
