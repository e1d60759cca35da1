using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Evidence.Sensitivity;

/// <summary>The gradient of an objective in one layer, on one image.</summary>
/// <param name="Layer">The layer; "image" for the image itself.</param>
/// <param name="Channels">Its channels.</param>
/// <param name="Height">Its rows of positions.</param>
/// <param name="Width">Its columns of positions.</param>
/// <param name="Size">The root mean square of the gradient.</param>
/// <param name="Checkerboard">
/// How much of the map repeats every second row or column: the power at half a cycle per position over what noise without any pattern has there, so that 1 is none. NaN for fewer than 4 rows or columns.
/// </param>
/// <param name="Quarter">The same of every fourth.</param>
/// <param name="Map">The length of the gradient over the channels at each position, [Height, Width].</param>
public sealed record LayerGradient(string Layer, int Channels, int Height, int Width, double Size, double Checkerboard, double Quarter, IReadOnlyList<float> Map)
{
    /// <summary>
    /// The gradients in the image and in all layers with positions on the way to an objective, the image first. Strided convolutions and pooling imprint a pattern in the gradient of the layer that they read.
    /// Source: the article, "The Enemy of Feature Visualization", its figure of gradient magnitudes by layer.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="picture">The image, brought to the size of the model as <see cref="Picture.Cover"/> does.</param>
    /// <param name="objective">The objective.</param>
    /// <exception cref="UsageException">The objective does not fit the model.</exception>
    public static IReadOnlyList<LayerGradient> Of(Model model, Picture picture, Objective objective)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(picture);
        (int height, int width) = model.UsualSize;
        var colours = new Tensor(new Input(new Shape(1, 3, height, width), "picture"));
        Tensor image = model.Input.FromColours(colours);
        IReadOnlyList<(string Layer, Tensor Gradient)> gradients = AttributionGraph.SlopesOf(model, image, objective);
        using Plan plan = model.Backend.Compile([.. gradients.Select(gradient => gradient.Gradient)]);
        picture.Cover(height, width).ToPlanar(plan.Input(colours));
        plan.Run();
        return [.. gradients.Select(gradient => Of(gradient.Layer, gradient.Gradient.Shape, plan.Output(gradient.Gradient)))];
    }

    private static LayerGradient Of(string layer, Shape shape, ReadOnlySpan<float> gradient)
    {
        (int channels, int height, int width) = (shape.Channels, shape.Height, shape.Width);
        float[] values = gradient.ToArray(), map = new float[height * width];
        for (int i = 0; i < values.Length; i++) map[i % map.Length] += values[i] * values[i];
        double squares = map.Sum(value => (double)value);
        for (int i = 0; i < map.Length; i++) map[i] = MathF.Sqrt(map[i]);
        return new LayerGradient(layer, channels, height, width, Math.Sqrt(squares / values.Length), Pattern(map, height, width, 2), Pattern(map, height, width, 4), map);
    }

    /// <summary>
    /// The power of what repeats every <paramref name="period"/> rows or columns, as a multiple of that of white noise, the mean of both:
    /// <code>
    /// Σ over x of |Σ over y of exp(2πi·y / period)·m[y, x]|² / Σm²
    /// </code>
    /// of the rows of the map m less its mean, and likewise of the columns; rows and columns beyond a multiple of the period are left out.
    /// </summary>
    internal static double Pattern(float[] map, int height, int width, int period)
    {
        (int rows, int columns) = (height - height % period, width - width % period);
        if (rows < 4 || columns < 4) return double.NaN;
        (double Cos, double Sin)[] wave = [.. Enumerable.Range(0, period).Select(t => (Math.Cos(2 * Math.PI * t / period), Math.Sin(2 * Math.PI * t / period)))];
        double mean = Enumerable.Range(0, rows).Average(y => map.Skip(y * width).Take(columns).Average(value => (double)value));
        double across = 0, squares = 0;
        var ofColumns = new (double Cos, double Sin)[columns];
        for (int y = 0; y < rows; y++)
        {
            (double cos, double sin) = (0, 0);
            for (int x = 0; x < columns; x++)
            {
                double value = map[y * width + x] - mean;
                squares += value * value;
                (cos, sin) = (cos + wave[x % period].Cos * value, sin + wave[x % period].Sin * value);
                ofColumns[x] = (ofColumns[x].Cos + wave[y % period].Cos * value, ofColumns[x].Sin + wave[y % period].Sin * value);
            }
            across += cos * cos + sin * sin;
        }
        double down = ofColumns.Sum(sum => sum.Cos * sum.Cos + sum.Sin * sum.Sin);
        return squares > 0 ? (down + across) / (2 * squares) : double.NaN;
    }

    /// <summary>The map as a picture, black for nothing and white for the largest, its square root so that small ones are seen; enlarged without blurring.</summary>
    /// <param name="side">The height and width of the picture, about: a whole multiple of the map's, at least 1.</param>
    public Picture Shown(int side)
    {
        float largest = MathF.Max(Map.Max(), float.Epsilon);
        int times = Math.Max(1, side / Math.Max(Height, Width));
        var bytes = new byte[Height * times * Width * times];
        for (int y = 0; y < Height * times; y++)
            for (int x = 0; x < Width * times; x++)
                bytes[y * Width * times + x] = (byte)MathF.Round(255 * MathF.Sqrt(Map[y / times * Width + x / times] / largest));
        return new Picture(Height * times, Width * times, 1, bytes);
    }
}
