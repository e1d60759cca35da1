using Phosphene.Runtime.Graphs;

namespace Phosphene.Transforms;

/// <summary>Builds the matrices [2, 3] with which <see cref="Tensor.Warp"/> reads an image.</summary>
internal static class Affine
{
    /// <summary>The value of everything outside an image: mid-grey, the mean of what a start looks like.</summary>
    public const float Grey = 0.5f;

    /// <summary>
    /// The map with the linear part [[yy, yx], [xy, xx]] that keeps the centre of an image of this height and width where it is:
    /// output pixel p reads centre + A·(p - centre).
    /// </summary>
    public static Tensor AboutCentre(Tensor yy, Tensor yx, Tensor xy, Tensor xx, int height, int width)
    {
        float cy = (height - 1) / 2f, cx = (width - 1) / 2f;
        return Rows(yy, yx, cy - yy * cy - yx * cx, xy, xx, cx - xy * cy - xx * cx);
    }

    private static Tensor Rows(params ReadOnlySpan<Tensor> elements)
    {
        var cells = new Tensor[elements.Length];
        for (int i = 0; i < cells.Length; i++) cells[i] = elements[i].Reshape(new Shape(1));
        return Tensor.Concat(0, cells).Reshape(new Shape(2, 3));
    }
}
