namespace Phosphene.Runtime.Graphs;

/// <summary>Views, cuts and joins.</summary>
public sealed partial class Tensor
{
    /// <summary>The same elements under another shape of the same count; this tensor itself if it has that shape.</summary>
    public Tensor Reshape(Shape shape) => shape == Shape ? this : new(new Reshape(shape), this);

    /// <summary>Repeated to the given shape by NumPy's broadcasting rule.</summary>
    public Tensor BroadcastTo(Shape shape) => shape == Shape ? this : new(new BroadcastTo(shape), this);

    /// <summary>Axis i of the result is axis axes[i] of this.</summary>
    public Tensor Transpose(params ReadOnlySpan<int> axes) => new(new Transpose([.. axes]), this);

    /// <summary>Length elements of one axis, from start, each step-th.</summary>
    public Tensor Slice(int axis, int start, int length, int step = 1)
    {
        axis = Shape.NormalizeAxis(axis);
        return start == 0 && step == 1 && length == Shape[axis] ? this : new(new Slice(axis, start, length, step), this);
    }

    /// <summary>The matrix times this along one axis.</summary>
    public Tensor Times(SparseMatrix matrix, int axis) => new(new SparseProduct(Shape.NormalizeAxis(axis), matrix), this);

    /// <summary>The elements of one axis at the given indices, in their order; zeros for a negative one.</summary>
    public Tensor Pick(int axis, ReadOnlySpan<int> indices) => Times(SparseMatrix.Picking(Shape[axis], indices), axis);

    /// <summary>0, 1, 2, ... along one axis; all others have extent 1.</summary>
    internal static Tensor Counting(int extent, int axis, int rank)
    {
        var extents = new int[rank];
        Array.Fill(extents, 1);
        extents[axis] = extent;
        return Tensor.Constant(new Shape(extents), [.. Enumerable.Range(0, extent).Select(i => (float)i)]);
    }

    /// <summary>A window of [N, C, H, W]: the given rows and columns, all by default.</summary>
    public Tensor Slice(Range? y = null, Range? x = null)
    {
        (int top, int height) = (y ?? ..).GetOffsetAndLength(Shape.Height);
        (int left, int width) = (x ?? ..).GetOffsetAndLength(Shape.Width);
        return Slice(2, top, height).Slice(3, left, width);
    }

    /// <summary>One channel of [N, C, ...], kept as [N, 1, ...].</summary>
    public Tensor Channel(int channel) => Slice(1, channel, 1);

    /// <summary>A channel of each image of [N, C, ...] by numbers [N] that are known when the plan runs, kept as [N, 1, ...].</summary>
    public Tensor Channel(Tensor channels) => new(new ChannelPick(), this, channels);

    /// <summary>Elements of the third axis of [B, O, P, S] by numbers [B, M] or [1, M] that are known when the plan runs; see <see cref="Graphs.Take"/>.</summary>
    public Tensor Take(Tensor at) => new(new Take(), this, at);

    /// <summary>The rank of each element along the last axis; see <see cref="Graphs.Ranks"/>.</summary>
    public Tensor Ranks() => new(new Ranks(), this);

    /// <summary>The elements along the last axis in ascending order. The gradient goes back to where each came from.</summary>
    public Tensor Sorted()
    {
        // Each element is sent to the place that its rank says: the adjoint of taking it from there.
        int places = Shape[Shape.Rank - 1], rows = places == 0 ? 0 : Shape.Count / places;
        return new Tensor(new TakeGradient(places), Reshape(new Shape(rows, 1, places, 1)), Ranks().Reshape(new Shape(rows, places))).Reshape(Shape);
    }

    /// <summary>One image of [N, ...], kept as [1, ...].</summary>
    public Tensor Image(int index) => Slice(0, index, 1);

    /// <summary>A constant border around the last two axes of [N, C, H, W].</summary>
    public Tensor Pad(int top, int left, int bottom, int right, float value = 0) =>
        new(new Pad([0, 0, top, left], [0, 0, bottom, right], PadMode.Constant, value), this);

    /// <summary>The tensors one after another along an axis.</summary>
    public static Tensor Concat(int axis, params ReadOnlySpan<Tensor> parts) =>
        parts.Length == 1 ? parts[0] : new(new Concat(parts[0].Shape.NormalizeAxis(axis)), parts);

    /// <summary>
    /// This image [N, C, H, W] read through an affine map [2, 3] (see <see cref="Graphs.Warp"/>). A warp of a warp with the same fill is one
    /// warp of the original image, so that a chain of spatial transforms reads the image once; what the first one cut off is then still there
    /// for the second to see. A warp that reads the nearest pixel stays for itself.
    /// </summary>
    public Tensor Warp(Tensor matrix, int height, int width, float fill = 0, bool nearest = false)
    {
        if (!nearest && Operator is Warp { Nearest: false } inner && inner.Fill.Equals(fill))
            return Inputs[0].Warp(ComposeAffine(Inputs[1], matrix), height, width, fill);
        return new(new Warp(height, width, fill, nearest), this, matrix);
    }

    // inner ∘ outer: [A | a] and [B | b] make [A·B | A·b + a].
    private static Tensor ComposeAffine(Tensor inner, Tensor outer)
    {
        Tensor linear = inner.Slice(1, 0, 2), offset = inner.Slice(1, 2, 1);
        Tensor product = linear.MatMul(outer);
        return Concat(1, product.Slice(1, 0, 2), product.Slice(1, 2, 1) + offset);
    }

    /// <summary>An image [N, C, H, W] brought to another size, linearly between pixels; antialiased when shrunk. See <see cref="SparseMatrix.Resampling"/>.</summary>
    public Tensor Resize(int height, int width)
    {
        Tensor rows = height == Shape.Height ? this : Times(SparseMatrix.Resampling(Shape.Height, height), 2);
        return width == Shape.Width ? rows : rows.Times(SparseMatrix.Resampling(Shape.Width, width), 3);
    }

    /// <summary>A window of [N, C, H, W] whose upper left corner is given by two scalars, in pixels; outside the image is fill.</summary>
    public Tensor Crop(Tensor top, Tensor left, int height, int width, float fill = 0)
    {
        var single = new Shape(1, 1);
        Tensor offset = Concat(0, top.Reshape(single), left.Reshape(single));
        return Warp(Concat(1, Constant(new Shape(2, 2), 1, 0, 0, 1), offset), height, width, fill);
    }
}
