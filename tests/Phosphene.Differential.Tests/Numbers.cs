using System.Globalization;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Phosphene.Differential.Tests;

/// <summary>
/// A tensor of numbers of any type, row-major, each as a double: float32, the integers drawn here and truth values (1 or 0) are exact in it.
/// </summary>
internal sealed record Numbers(TensorElementType Type, int[] Shape, double[] Values)
{
    public int Count => Values.Length;

    public int Rank => Shape.Length;

    public bool IsReal => Type == TensorElementType.Float;

    /// <summary>The elements that a shape has.</summary>
    public static int CountOf(IEnumerable<int> shape) => shape.Aggregate(1, (count, extent) => checked(count * extent));

    public static Numbers Of(int[] shape, params double[] values) =>
        values.Length == CountOf(shape)
            ? new Numbers(TensorElementType.Float, shape, [.. values.Select(value => (double)(float)value)])
            : throw new ArgumentException($"{values.Length} numbers do not fill {Text(shape)}.");

    /// <summary>A list of int64.</summary>
    public static Numbers Integers(params IEnumerable<long> values) => Integers([values.Count()], values);

    public static Numbers Integers(int[] shape, IEnumerable<long> values) => new(TensorElementType.Int64, shape, [.. values.Select(value => (double)value)]);

    public static Numbers Integer(long value) => Integers([], [value]);

    public static string Text(int[] shape) => $"[{string.Join(", ", shape)}]";

    /// <summary>Type and shape.</summary>
    public string Form => $"{Type} {Text(Shape)}";

    public override string ToString()
    {
        const int Shown = 24;
        string values = string.Join(", ", Values.Take(Shown).Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
        return $"{Form} {{ {values}{(Count > Shown ? ", ..." : "")} }}";
    }
}
