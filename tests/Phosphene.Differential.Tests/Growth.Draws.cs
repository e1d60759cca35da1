using Microsoft.ML.OnnxRuntime.Tensors;

namespace Phosphene.Differential.Tests;

/// <summary>How numbers are spread.</summary>
internal enum Spread
{
    /// <summary>From -2 to 2.</summary>
    Around,

    /// <summary>From 0.2 to 3.</summary>
    Positive,

    /// <summary>From -0.9 to 0.9.</summary>
    Unit,

    /// <summary>From 0.3 to 2, of either sign.</summary>
    Apart,

    /// <summary>From 1.1 to 4.</summary>
    AboveOne,
}

/// <summary>What chance decides.</summary>
internal sealed partial class Growth
{
    public bool Chance(double probability) => _random.NextDouble() < probability;

    public int Int(int least, int most) => _random.Next(least, most + 1);

    /// <summary>A number of three digits.</summary>
    public float Float(double least, double most) => (float)Math.Round(least + (most - least) * _random.NextDouble(), 3);

    public T One<T>(params T[] of) => of[_random.Next(of.Length)];

    /// <summary>Several different ones, in any order.</summary>
    public T[] Some<T>(IEnumerable<T> of, int count) => [.. of.OrderBy(_ => _random.Next()).Take(count)];

    /// <summary>The value, or null: an attribute or input that is left out.</summary>
    public object? Maybe(object value) => Chance(0.7) ? value : null;

    /// <summary>Extents of a tensor that stays small; some are 1.</summary>
    public int[] Extents(int rank) =>
        [.. Enumerable.Range(0, rank).Select(_ => Chance(0.15) ? 1 : rank switch { <= 2 => Int(1, 19), 3 => Int(1, 11), 4 => Int(1, 8), _ => Int(1, 5) })];

    /// <summary>An axis, sometimes counted from the end where the operator set allows it.</summary>
    public long Axis(int rank, int negativeSince = 11)
    {
        int axis = Int(0, rank - 1);
        return Opset >= negativeSince && Chance(0.3) ? axis - rank : axis;
    }

    /// <summary>Different axes, some counted from the end where the operator set allows it.</summary>
    public long[] Axes(int rank, int count, int negativeSince = 11) =>
        [.. Some(Enumerable.Range(0, rank), count).Select(axis => Opset >= negativeSince && Chance(0.3) ? axis - rank : (long)axis)];

    /// <summary>A shape that broadcasts with another.</summary>
    public int[] Broadcasting(int[] shape, bool oneWay = false)
    {
        int dropped = Chance(0.3) ? Int(0, shape.Length) : 0;
        int[] kept = [.. shape.Skip(dropped).Select(extent => Chance(0.3) ? 1 : extent)];
        if (oneWay) return kept;
        kept = [.. kept.Select(extent => extent == 1 && Chance(0.3) ? Int(2, 4) : extent)];
        for (int i = 0; i < kept.Length; i++)
            if (shape[i + dropped] > 1 && kept[i] > 1) kept[i] = shape[i + dropped];
        return dropped == 0 && kept.Length < 5 && Chance(0.1) ? [Int(1, 3), .. kept] : kept;
    }

    /// <summary>Whether two shapes broadcast.</summary>
    public static bool Broadcast(int[] a, int[] b) =>
        a.Reverse().Zip(b.Reverse()).All(pair => pair.First == pair.Second || pair.First == 1 || pair.Second == 1);

    /// <summary>Real numbers; one tensor in four has few different ones, so that there are ties, and zeros where the spread has them.</summary>
    public Numbers Reals(int[] shape, Spread spread)
    {
        bool coarse = Chance(0.25);
        return Numbers.Of(shape, [.. Enumerable.Range(0, Numbers.CountOf(shape)).Select(_ => Draw(spread, coarse))]);
    }

    public Numbers Integers(int[] shape, int least, int most) =>
        Numbers.Integers(shape, [.. Enumerable.Range(0, Numbers.CountOf(shape)).Select(_ => (long)Int(least, most))]);

    public Numbers Truths(int[] shape) =>
        new(TensorElementType.Bool, shape, [.. Enumerable.Range(0, Numbers.CountOf(shape)).Select(_ => Chance(0.5) ? 1.0 : 0)]);

    private double Draw(Spread spread, bool coarse)
    {
        double u = coarse ? Int(0, 4) / 4.0 : _random.NextDouble();
        return spread switch
        {
            Spread.Around => 4 * u - 2,
            Spread.Positive => 0.2 + 2.8 * u,
            Spread.Unit => 1.8 * u - 0.9,
            Spread.Apart => (0.3 + 1.7 * u) * (Chance(0.5) ? 1 : -1),
            _ => 1.1 + 2.9 * u,
        };
    }
}
