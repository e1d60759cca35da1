using Phosphene.Runtime.Graphs;

namespace Phosphene.Models;

/// <summary>
/// The part of the image that a position of a layer can depend on, worked out from the graph: windows of convolutions and pools composed from the layer back to the image. Position (y, x) sees the rows
/// from Top + y·StrideY on, Height of them, and the columns likewise; what lies outside the image is padding. Source: Araujo, Norris and Sim, "Computing Receptive Fields of
/// Convolutional Neural Networks", Distill 2019.
/// </summary>
/// <param name="Height">Rows that a position sees, in pixels.</param>
/// <param name="Width">Columns that it sees.</param>
/// <param name="StrideY">Pixels from a position to the one below it; 0 where all see the same.</param>
/// <param name="StrideX">Pixels from a position to the one on its right.</param>
/// <param name="Top">The first row that the position in the upper left corner sees; below 0 if it sees padding.</param>
/// <param name="Left">The first column that it sees.</param>
/// <param name="Image">The size of the image.</param>
public sealed record ReceptiveField(double Height, double Width, double StrideY, double StrideX, double Top, double Left, Images.ImageSize Image)
{
    /// <summary>The receptive field of a layer. Where positions of the layer are no places of the image, as in a list of classes, each sees the whole image.</summary>
    /// <param name="model">The model.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="height">The height of the image in pixels; by default the model's usual one.</param>
    /// <param name="width">Its width.</param>
    /// <exception cref="Phosphene.Syntax.UsageException">There is no such layer.</exception>
    public static ReceptiveField Of(Model model, Layer layer, int? height = null, int? width = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        (int usualHeight, int usualWidth) = model.UsualSize;
        var image = new Tensor(new Input(new Shape(1, model.Input.Channels, height ?? usualHeight, width ?? usualWidth), "image"));
        return Of(model.Activate(image)[layer], image);
    }

    /// <summary>The same of any tensor [N, C, H, W] that is made of an image [N, C, H, W].</summary>
    internal static ReceptiveField Of(Tensor tensor, Tensor image)
    {
        (int height, int width) = (image.Shape.Height, image.Shape.Width);
        (Reach y, Reach x) = (Reach.Of(tensor, image, 2), Reach.Of(tensor, image, 3));
        (Reach rows, Reach columns) = (y.Axis == 2 ? y : Reach.All(height), x.Axis == 3 ? x : Reach.All(width));
        return new ReceptiveField(rows.Size, columns.Size, rows.Stride, columns.Stride, rows.Start, columns.Start, new Images.ImageSize(height, width));
    }

    /// <summary>What a position sees of the image: whole pixels, at least one.</summary>
    /// <param name="y">Its row.</param>
    /// <param name="x">Its column.</param>
    public (int Top, int Left, int Height, int Width) At(int y, int x)
    {
        (int top, int height) = Inside(Top + y * StrideY, Height, Image.Height);
        (int left, int width) = Inside(Left + x * StrideX, Width, Image.Width);
        return (top, left, height, width);
    }

    private static (int First, int Count) Inside(double start, double size, int extent)
    {
        int first = Math.Clamp((int)Math.Floor(start), 0, extent - 1), end = Math.Clamp((int)Math.Ceiling(start + size), first + 1, extent);
        return (first, end - first);
    }
}
