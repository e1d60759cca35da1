using Phosphene.Runtime.Graphs;

namespace Phosphene.Operators;

/// <summary>How large an image is: one number for each image of [N, C, H, W], as [N, 1, 1, 1].</summary>
internal static class Measure
{
    // An image of nothing stays one: 0 / 0 would be NaN.
    private const float Least = 1e-30f;

    /// <summary>√Σx².</summary>
    public static Tensor Length(Tensor x) => x.Square().SumOver(1, 2, 3).Sqrt();

    /// <summary>√(mean of x²).</summary>
    public static Tensor RootMeanSquare(Tensor x) => x.Square().MeanOver(1, 2, 3).Sqrt();

    /// <summary>The mean of |x|.</summary>
    public static Tensor MeanOfAbsolutes(Tensor x) => x.Abs().MeanOver(1, 2, 3);

    /// <summary>√(mean of (x - mean of x)²).</summary>
    public static Tensor Deviation(Tensor x) => RootMeanSquare(x - x.MeanOver(1, 2, 3));

    /// <summary>x / size, 0 where both are.</summary>
    public static Tensor Divided(Tensor x, Tensor size) => x / Tensor.Max(size, Tensor.Constant(Least));
}
