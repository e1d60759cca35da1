namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>How Resize reads: the attributes of the operator.</summary>
internal sealed record ResizeRule(string Mode, string Place, string Nearest, float CubicA = -0.75f, bool ExcludeOutside = false, bool Antialias = false)
{
    /// <summary>What is wrong with the rule, for a message.</summary>
    public string Unknown =>
        $"has mode {Printable.Quote(Mode)}, coordinate_transformation_mode {Printable.Quote(Place)} and nearest_mode {Printable.Quote(Nearest)}, of which one is not known";
}

/// <summary>
/// One axis of a Resize, from so many elements to so many. Source: ONNX operator Resize-19. Extents and positions are worked out in float32, as ONNX Runtime
/// does: 10 times what float32 has for 1.4 is 14 in float32, and a little less exactly. Where the size is given (Sized), the scale follows from it.
/// </summary>
internal sealed record ResizeAxis(int Axis, int Extent, int Output, float Scale, bool Sized, float Start, float End)
{
    /// <summary>Whether the axis stays as it is.</summary>
    public bool IsIdentity(ResizeRule rule) => Output == Extent && Scale == 1 && rule.Place != "tf_crop_and_resize";

    /// <summary>The elements that output i is made of, with their weights; none outside the region that is read; null for a rule that is not known.</summary>
    public (int Column, float Weight)[]? Taps(int i, ResizeRule rule)
    {
        if (Source(i, rule.Place) is not { } at) return null;
        if (rule.Place == "tf_crop_and_resize" && (at < 0 || at > Extent - 1)) return [];
        if (rule.Mode == "nearest") return Rounded(at, rule.Nearest) is { } nearest ? [((int)Math.Clamp(nearest, 0, Extent - 1), 1)] : null;

        // Where pixels merge, antialiasing widens the filter so that it sees all of them.
        double width = rule.Antialias ? Math.Max(1, 1 / Scale) : 1;
        (Func<double, double> Filter, double Reach)? filter = rule.Mode switch
        {
            "linear" => (distance => Math.Max(0, 1 - distance), width),
            "cubic" => (distance => Cubic(distance, rule.CubicA), 2 * width),
            _ => null,
        };
        return filter is var (weigh, reach) ? Weighed(at, distance => weigh(distance / width), reach, rule.ExcludeOutside) : null;
    }

    // Elements outside count as the nearest one inside, or not at all.
    private (int, float)[] Weighed(double at, Func<double, double> weigh, double reach, bool excludeOutside)
    {
        var weights = new SortedDictionary<int, double>();
        double total = 0;
        for (int k = (int)Math.Floor(at - reach) + 1; k <= (int)Math.Ceiling(at + reach) - 1; k++)
        {
            if (excludeOutside && (k < 0 || k >= Extent)) continue;
            double weight = weigh(Math.Abs(at - k));
            int column = Math.Clamp(k, 0, Extent - 1);
            weights[column] = weights.GetValueOrDefault(column) + weight;
            total += weight;
        }
        return [.. weights.Where(pair => pair.Value != 0).Select(pair => (pair.Key, (float)(pair.Value / total)))];
    }

    // Source: Keys 1981, with the free parameter a.
    private static double Cubic(double d, double a) =>
        d <= 1 ? ((a + 2) * d - (a + 3)) * d * d + 1 : d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;

    // Where output i lies among the inputs. Corners are aligned by the whole elements of the output, as the operator's text, ONNX Runtime and PyTorch
    // have it; but ONNX's own test data, which has it for shrinking alone, keeps the fraction of an element there.
    private float? Source(int i, string place)
    {
        float length = Sized || Scale > 1 ? Output : Scale * Extent;
        return place switch
        {
            "half_pixel" => (i + 0.5f) / Scale - 0.5f,
            "pytorch_half_pixel" => Output > 1 ? (i + 0.5f) / Scale - 0.5f : 0,
            "half_pixel_symmetric" => (float)(Extent / 2f * (1 - Output / (Scale * Extent)) + (i + 0.5) / Scale - 0.5),
            "asymmetric" => i / Scale,
            "tf_half_pixel_for_nn" => (i + 0.5f) / Scale,
            "align_corners" => length == 1 ? 0 : i * (Extent - 1f) / (length - 1),
            "tf_crop_and_resize" => Start * (Extent - 1f) + (Output > 1 ? i * (End - Start) * (Extent - 1) / (Output - 1) : (End - Start) * (Extent - 1) / 2),
            _ => null,
        };
    }

    private static float? Rounded(float at, string nearest) => nearest switch
    {
        "floor" => MathF.Floor(at),
        "ceil" => MathF.Ceiling(at),
        "round_prefer_floor" => IsHalfway(at) ? MathF.Floor(at) : MathF.Round(at),
        "round_prefer_ceil" => IsHalfway(at) ? MathF.Ceiling(at) : MathF.Round(at),
        _ => null,
    };

    // A position that a rounding or two have moved off the middle is in the middle still, as in ONNX Runtime.
    private static bool IsHalfway(float at) => MathF.Abs(at - MathF.Floor(at) - 0.5f) <= 1e-6f;
}
