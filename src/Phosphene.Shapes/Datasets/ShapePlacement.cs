using Phosphene.Runtime.Numerics;

namespace Phosphene.Shapes.Datasets;

/// <summary>
/// Where a shape lies in its image, in pixels: the centre from the upper left corner of the image, the radius of the circle around the shape,
/// and the direction of its first corner (of a line, its end), counter-clockwise from the right.
/// </summary>
internal readonly record struct ShapePlacement(float CentreY, float CentreX, float Radius, float Cos, float Sin)
{
    // Source: the shapes experiment of COMP421, drawn at 200 pixels: the radius is 48 to 72, and 2 pixels at least are left around it.
    private const double Canvas = 200, LeastRadius = 48, MostRadius = 72, Margin = 2;

    /// <summary>The width of a stroke and of the gap between two, in pixels of an image of the given size: 8 of 200.</summary>
    public static float Stroke(int size) => (float)(8 / Canvas * size);

    /// <summary>The placement of image <paramref name="index"/>: four uniform draws of its own, one block of the generator.</summary>
    public static ShapePlacement Draw(RandomStream random, int index, int size)
    {
        long first = 4L * index;
        double radius = LeastRadius + (MostRadius - LeastRadius) * random.Uniform(first);
        double room = Canvas - 2 * (radius + Margin);
        double y = radius + Margin + room * random.Uniform(first + 1), x = radius + Margin + room * random.Uniform(first + 2);
        (double sin, double cos) = Math.SinCos(Math.PI * (2 * random.Uniform(first + 3) - 1));
        double scale = size / Canvas;
        return new((float)(y * scale), (float)(x * scale), (float)(radius * scale), (float)cos, (float)sin);
    }
}
