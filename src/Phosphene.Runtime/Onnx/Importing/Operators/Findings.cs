using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>
/// What is found in numbers: so many results as there are finds. Since shapes are static, the numbers must be known at import, as they are where a file works
/// out shapes and indices.
/// </summary>
internal static class Findings
{
    public static readonly OnnxOperator[] Entries =
    [
        OnnxOperator.Value("NonZero", 9, 1, 1, NonZero),
        new("Unique", 11, 1, 1, Unique),
        OnnxOperator.Value("NonMaxSuppression", 10, 2, 5, NonMaxSuppression),
    ];

    private static double[] Numbers(ImportNode node, int input)
    {
        if (node.Value(input) is IntegerValue known) return [.. known.Values.Select(value => (double)value)];
        return KnownValue.Of(node.AnyTensor(input)) is { } values
            ? [.. MemoryMarshal.ToEnumerable(values).Select(value => (double)value)]
            : throw node.Unsupported($"has as many results as it finds in input {input}, which is computed; shapes are fixed before anything runs, so only numbers known at import are searched");
    }

    // The index of each number that is not 0, a column: [rank, finds].
    private static IntegerValue NonZero(ImportNode node)
    {
        Shape shape = Constants.Known(node, node.ShapeOf(0));
        double[] numbers = Numbers(node, 0);
        int[] found = [.. Enumerable.Range(0, numbers.Length).Where(i => numbers[i] != 0)];
        Shape result = Constants.Known(node, new Shape(shape.Rank, found.Length));
        return new IntegerValue(result, [.. Enumerable.Range(0, shape.Rank).SelectMany(axis => found.Select(i => (long)(i / shape.CountOf(axis + 1, shape.Rank) % shape[axis])))]);
    }

    // The different numbers, or the different parts of an axis, sorted or as they come; where each is first, which one each is, and how often it occurs.
    private static ImportedValue[] Unique(ImportNode node)
    {
        Shape shape = Constants.Known(node, node.ShapeOf(0));
        double[] numbers = Numbers(node, 0);
        int? axis = node.Integer("axis") is { } given ? node.Axis(given, shape.Rank) : null;
        int outer = axis is { } a ? shape.CountOf(0, a) : 1, count = axis is { } b ? shape[b] : numbers.Length, inner = axis is { } c ? shape.CountOf(c + 1, shape.Rank) : 1;
        double[][] parts = [.. Enumerable.Range(0, count).Select(i => Enumerable.Range(0, outer * inner).Select(k => numbers[(k / inner * count + i) * inner + k % inner]).ToArray())];
        Comparer<double[]> order = Comparer<double[]>.Create((x, y) => x.Zip(y, (p, q) => p.CompareTo(q)).FirstOrDefault(sign => sign != 0));
        var groups = Enumerable.Range(0, count).GroupBy(i => parts[i], EqualityComparer<double[]>.Create((x, y) => order.Compare(x, y) == 0, part => part.Length == 0 ? 0 : part[0].GetHashCode())).ToArray();
        if (node.Flag("sorted", absent: true)) groups = [.. groups.OrderBy(group => group.Key, order)];

        Shape found = axis is { } along ? shape.With(along, groups.Length) : new Shape(groups.Length);
        var values = new double[found.Count];
        for (int g = 0; g < groups.Length; g++)
            for (int k = 0; k < outer * inner; k++) values[(k / inner * groups.Length + g) * inner + k % inner] = groups[g].Key[k];
        var which = new long[count];
        for (int g = 0; g < groups.Length; g++)
            foreach (int i in groups[g]) which[i] = g;
        ImportedValue unique = node.TypeOf(0).IsInteger() ? new IntegerValue(found, [.. values.Select(value => (long)value)], node.TypeOf(0))
            : new TensorValue(Tensor.Constant(found, [.. values.Select(value => (float)value)]), node.TypeOf(0));
        return [unique, IntegerValue.Vector([.. groups.Select(group => (long)group.First())]), IntegerValue.Vector([.. which]), IntegerValue.Vector([.. groups.Select(group => (long)group.Count())])];
    }

    // Of boxes [B, N, 4] those with the best scores [B, C, N] that do not overlap a better one of their class by more than a share of their union: (batch, class, box).
    private static IntegerValue NonMaxSuppression(ImportNode node)
    {
        Shape shape = node.ShapeOf(0), scored = node.ShapeOf(1);
        if (shape.Rank != 3 || shape[2] != 4 || scored.Rank != 3 || scored[0] != shape[0] || scored[2] != shape[1]) throw node.Mismatch($"needs boxes [B, N, 4] and scores [B, C, N]; got {shape} and {scored}");
        double[] boxes = Numbers(node, 0), scores = Numbers(node, 1);
        bool centred = node.Flag("center_point_box");
        int count = shape[1], most = (int)Math.Clamp(node.OptionalIntegers(2) is [var given] ? given : 0, 0, count);
        float overlap = node.OptionalScalar(3) ?? 0, least = node.OptionalScalar(4) ?? float.NegativeInfinity;
        var found = ImmutableArray.CreateBuilder<long>();
        for (int row = 0; row < scored[0] * scored[1]; row++)
        {
            int batch = row / scored[1];
            var kept = new List<int>();
            foreach (int box in Enumerable.Range(0, count).Where(i => scores[row * count + i] > least).OrderByDescending(i => scores[row * count + i]))
            {
                if (kept.Count == most) break;
                if (kept.Any(better => Overlap(Corners(batch, better), Corners(batch, box)) > overlap)) continue;
                kept.Add(box);
                found.AddRange(batch, row % scored[1], box);
            }
        }
        return new IntegerValue(Constants.Known(node, new Shape(found.Count / 3, 3)), found.DrainToImmutable());

        (double Top, double Left, double Bottom, double Right) Corners(int batch, int box)
        {
            ReadOnlySpan<double> b = boxes.AsSpan((batch * count + box) * 4, 4);
            return centred
                ? (b[1] - b[3] / 2, b[0] - b[2] / 2, b[1] + b[3] / 2, b[0] + b[2] / 2)
                : (Math.Min(b[0], b[2]), Math.Min(b[1], b[3]), Math.Max(b[0], b[2]), Math.Max(b[1], b[3]));
        }
    }

    // The area that two boxes share, as a part of what they cover together.
    private static double Overlap((double Top, double Left, double Bottom, double Right) a, (double Top, double Left, double Bottom, double Right) b)
    {
        double shared = Math.Max(0, Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Top, b.Top)) * Math.Max(0, Math.Min(a.Right, b.Right) - Math.Max(a.Left, b.Left));
        double together = (a.Bottom - a.Top) * (a.Right - a.Left) + (b.Bottom - b.Top) * (b.Right - b.Left) - shared;
        return together > 0 ? shared / together : 0;
    }
}
