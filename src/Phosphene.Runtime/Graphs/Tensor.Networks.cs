using System.Collections.Immutable;

namespace Phosphene.Runtime.Graphs;

/// <summary>Reductions and the layers of networks.</summary>
public sealed partial class Tensor
{
    /// <summary>The sum over the given axes (all if none), which stay with extent 1.</summary>
    public Tensor SumOver(params ReadOnlySpan<int> axes) => new(new Sum(Ascending(axes)), this);

    /// <summary>The mean over the given axes (all if none), which stay with extent 1.</summary>
    public Tensor MeanOver(params ReadOnlySpan<int> axes)
    {
        Tensor sum = SumOver(axes);
        return sum * ((float)sum.Shape.Count / Shape.Count);
    }

    /// <summary>The largest element over the given axes (all if none), which stay with extent 1.</summary>
    public Tensor MaxOver(params ReadOnlySpan<int> axes) => new(new Max(Ascending(axes)), this);

    /// <summary>The index of the largest element along an axis, which stays with extent 1.</summary>
    public Tensor ArgMaxOver(int axis, bool last = false) => new(new ArgMax(Shape.NormalizeAxis(axis), last), this);

    /// <summary>Mean 0 and variance 1 over all axes from the given one on; see <see cref="Graphs.Standardize"/>.</summary>
    public Tensor Standardize(int axis, float epsilon) => new(new Standardize(Shape.NormalizeAxis(axis), epsilon), this);

    /// <summary>The sum of all elements, a scalar.</summary>
    public Tensor Sum() => SumOver().Reshape(Shape.Scalar);

    /// <summary>The mean of all elements, a scalar.</summary>
    public Tensor Mean() => MeanOver().Reshape(Shape.Scalar);

    /// <summary>Summed over the axes that broadcasting repeated, so that the result has the given shape: the adjoint of broadcasting.</summary>
    public Tensor SumTo(Shape shape)
    {
        if (shape == Shape) return this;
        int missing = Shape.Rank - shape.Rank;
        var axes = Enumerable.Range(0, Shape.Rank).Where(axis => axis < missing || (shape[axis - missing] == 1 && Shape[axis] != 1)).ToArray();
        return (axes.Length == 0 ? this : SumOver(axes)).Reshape(shape);
    }

    /// <summary>Softmax along one axis.</summary>
    public Tensor Softmax(int axis) => new(new Softmax(Shape.NormalizeAxis(axis)), this);

    /// <summary>The logarithm of softmax along one axis.</summary>
    public Tensor LogSoftmax(int axis) => new(new LogSoftmax(Shape.NormalizeAxis(axis)), this);

    /// <summary>Matrix product over the last two axes.</summary>
    public Tensor MatMul(Tensor other, bool transposeThis = false, bool transposeOther = false) =>
        new(new MatMul(transposeThis, transposeOther), this, other);

    /// <summary>Convolution of [N, C, H, W] with weight [O, C / groups, KH, KW] and bias [O]; see <see cref="Graphs.Conv2D"/>.</summary>
    public Tensor Conv2D(Tensor weight, Tensor? bias, Window window, int groups = 1) =>
        bias is null ? new(new Conv2D(window, groups), this, weight) : new(new Conv2D(window, groups), this, weight, bias);

    /// <summary>The largest element of each window.</summary>
    public Tensor MaxPool(Window window) => new(new MaxPool2D(window), this);

    /// <summary>The mean of each window.</summary>
    public Tensor AveragePool(Window window, bool countPadding = false) => new(new AveragePool2D(window, countPadding), this);

    /// <summary>Each pixel of [N, C, H, W] repeated to a cell of factor × factor: nearest-neighbour upsampling.</summary>
    public Tensor Upsample(int factor) => new(new Upsample2D(factor, factor), this);

    private ImmutableArray<int> Ascending(ReadOnlySpan<int> axes)
    {
        if (axes.IsEmpty) return [.. Enumerable.Range(0, Shape.Rank)];
        var normal = new SortedSet<int>();
        foreach (int axis in axes) normal.Add(Shape.NormalizeAxis(axis));
        return [.. normal];
    }
}
