namespace Phosphene.Shapes.Datasets;

/// <summary>
/// The share of each pixel that a shape covers, from the pixel's depth: the distance in pixels to the outline, positive inside. A straight edge
/// at depth e covers clamp(depth - e + 1/2, 0, 1) of a pixel, which keeps areas; corners are as exact as that.
/// </summary>
internal readonly struct ShapeOutline
{
    private readonly ShapeForm _form;
    private readonly ShapePlacement _place;
    private readonly float _inside, _halfLength, _begin, _stroke;
    private readonly int _edges;

    public ShapeOutline(ShapeForm form, LineType line, ShapePlacement place, float stroke)
    {
        (_form, _place) = (form, place);
        // A line is a bar of three strokes' width, whose corners lie on the circle as those of the square and the triangle do.
        float halfBar = 1.5f * stroke;
        _halfLength = MathF.Sqrt(place.Radius * place.Radius - halfBar * halfBar);
        _inside = form switch
        {
            ShapeForm.Line => halfBar,
            ShapeForm.Square => place.Radius * float.Sqrt(0.5f),
            ShapeForm.Circle => place.Radius,
            _ => place.Radius / 2,
        };
        // Going inward, the colour begins at a depth, ends a stroke deeper, begins again a stroke deeper, and so on over all edges.
        _stroke = stroke;
        (_begin, _edges) = (form, line) switch
        {
            (_, LineType.Filled) => (0, 1),
            (ShapeForm.Line, LineType.Single) => (stroke, 1),
            (_, LineType.Single) or (ShapeForm.Line, LineType.Double) => (0, 2),
            _ => (0, 4),
        };
    }

    /// <summary>Writes what the shape covers of the pixels of row <paramref name="y"/> from column <paramref name="left"/> on.</summary>
    public void Cover(int y, int left, Span<float> coverage)
    {
        float dy = _place.CentreY - (y + 0.5f);                            // up, as angles turn counter-clockwise
        for (int i = 0; i < coverage.Length; i++)
        {
            float dx = left + i + 0.5f - _place.CentreX;
            float u = _place.Cos * dx + _place.Sin * dy, v = MathF.Abs(_place.Cos * dy - _place.Sin * dx);
            float depth = _inside - Distance(u, v) - _begin, sum = 0;
            for (int edge = _edges - 1; edge >= 0; edge--) sum = Ramp(depth - edge * _stroke) - sum;
            coverage[i] = _form == ShapeForm.Line ? sum * Ramp(_halfLength - MathF.Abs(u)) : sum;
        }
    }

    /// <summary>The distance from the centre in the shape's own measure, which is constant along its outline. v is not negative.</summary>
    private float Distance(float u, float v) => _form switch
    {
        ShapeForm.Line => v,
        ShapeForm.Square => MathF.Max(MathF.Abs(u), v),
        ShapeForm.Circle => MathF.Sqrt(u * u + v * v),
        _ => MathF.Max(-u, 0.5f * u + 0.5f * MathF.Sqrt(3) * v),           // the sides' normals are at 180 and ±60 degrees
    };

    private static float Ramp(float depth) => Math.Clamp(depth + 0.5f, 0f, 1f);
}
