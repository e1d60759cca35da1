using Phosphene.Shapes.Datasets;
using Xunit;

namespace Phosphene.Shapes.Tests.Datasets;

/// <summary>What a shape at a known place covers.</summary>
public sealed class ShapeOutlineTests
{
    private const int Height = 45, Width = 60;
    private const float Radius = 17.3f, Stroke = 1.9f;

    // Off centre, y apart from x; an angle of 0.4.
    private static readonly ShapePlacement Place = new(20.3f, 34.8f, Radius, MathF.Cos(0.4f), MathF.Sin(0.4f));

    public static IEnumerable<object[]> Kinds => from form in Enum.GetValues<ShapeForm>() from line in Enum.GetValues<LineType>() select new object[] { form, line };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_pixel_is_near_the_share_that_a_fine_grid_counts(ShapeForm form, LineType line)
    {
        float[] coverage = Cover(form, line, Place);
        double error = 0;
        for (int y = 0; y < Height; y++)
            for (int x = 0; x < Width; x++)
            {
                double difference = Math.Abs(coverage[y * Width + x] - Counted(form, line, y, x));
                error += difference;
                // A straight edge is off by at most 0.06 of a pixel where it runs diagonally and the grid by as much; a stroke has two edges.
                Assert.True(difference < 0.3, $"{line} {form}: {coverage[y * Width + x]} at y {y}, x {x}, off by {difference:F3}");
            }
        Assert.True(error < 0.03 * coverage.Sum(), $"{line} {form}: off by {error:F2} pixels in all, of {coverage.Sum():F2}");
    }

    [Theory]
    [InlineData(ShapeForm.Circle, LineType.Filled, Math.PI * Radius * Radius)]
    [InlineData(ShapeForm.Circle, LineType.Single, Math.PI * (2 * Radius - Stroke) * Stroke)]
    [InlineData(ShapeForm.Circle, LineType.Double, Math.PI * ((2 * Radius - Stroke) + (2 * Radius - 5 * Stroke)) * Stroke)]
    [InlineData(ShapeForm.Square, LineType.Filled, 2 * Radius * Radius)]
    [InlineData(ShapeForm.Triangle, LineType.Filled, 1.299038 * Radius * Radius)]           // 3√3 / 4
    public void The_area_is_that_of_geometry(ShapeForm form, LineType line, double area) => Assert.Equal(1, Cover(form, line, Place).Sum() / area, 0.005);

    [Fact]
    public void A_line_is_one_stroke_two_strokes_or_a_bar_of_three()
    {
        double length = 2 * Math.Sqrt(Radius * Radius - 2.25 * Stroke * Stroke);
        foreach ((LineType line, int strokes) in new[] { (LineType.Single, 1), (LineType.Double, 2), (LineType.Filled, 3) })
            Assert.Equal(1, Cover(ShapeForm.Line, line, Place).Sum() / (strokes * Stroke * length), 0.005);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_shape_lies_in_its_circle_and_touches_it(ShapeForm form, LineType line)
    {
        float[] coverage = Cover(form, line, Place);
        double farthest = Enumerable.Range(0, Height * Width).Where(i => coverage[i] > 0)
            .Max(i => Math.Sqrt(Math.Pow(i / Width + 0.5 - Place.CentreY, 2) + Math.Pow(i % Width + 0.5 - Place.CentreX, 2)));
        // The ends of a single line are narrower than the bar whose corners touch the circle; antialiasing reaches a pixel past a sharp corner.
        Assert.InRange(farthest, Radius - 1, Radius + 1.2);
    }

    [Theory]
    [InlineData(1, 0, 0, 1)]              // the angle 0: the first corner is to the right
    [InlineData(0, 1, -1, 0)]             // 90 degrees: above
    [InlineData(-1, 0, 0, -1)]
    [InlineData(0, -1, 1, 0)]
    public void Angles_turn_counter_clockwise(int cos, int sin, int down, int right)
    {
        float[] coverage = Cover(ShapeForm.Triangle, LineType.Filled, new ShapePlacement(20.5f, 34.5f, Radius, cos, sin));
        Assert.Equal(1, At(0.8f));
        Assert.Equal(0, At(-0.6f));

        float At(float share) => coverage[(20 + (int)(down * share * Radius)) * Width + 34 + (int)(right * share * Radius)];
    }

    private static float[] Cover(ShapeForm form, LineType line, ShapePlacement place)
    {
        float[] coverage = new float[Height * Width];
        var outline = new ShapeOutline(form, line, place, Stroke);
        // In two parts, the second not at the left end.
        for (int y = 0; y < Height; y++)
        {
            outline.Cover(y, 0, coverage.AsSpan(y * Width, 23));
            outline.Cover(y, 23, coverage.AsSpan(y * Width + 23, Width - 23));
        }
        Assert.All(coverage, value => Assert.InRange(value, 0, 1));
        return coverage;
    }

    private static double Counted(ShapeForm form, LineType line, int y, int x)
    {
        const int Grid = 8;
        int inside = 0;
        for (int i = 0; i < Grid * Grid; i++)
            if (Inside(form, line, y + (i / Grid + 0.5) / Grid, x + (i % Grid + 0.5) / Grid)) inside++;
        return inside / (double)(Grid * Grid);
    }

    // By the corners of polygons: an outline shrunk by d has its corners nearer to the centre by d over the cosine of half the angle between sides.
    private static bool Inside(ShapeForm form, LineType line, double y, double x)
    {
        double right = x - Place.CentreX, up = Place.CentreY - y;
        if (form == ShapeForm.Line)
        {
            double along = right * Math.Cos(0.4) + up * Math.Sin(0.4), across = Math.Abs(up * Math.Cos(0.4) - right * Math.Sin(0.4));
            double from = line == LineType.Double ? 0.5 * Stroke : 0, to = line == LineType.Single ? 0.5 * Stroke : 1.5 * Stroke;
            return across >= from && across <= to && along * along <= Radius * Radius - 2.25 * Stroke * Stroke;
        }
        bool[] within = [.. Enumerable.Range(0, 4).Select(edge => Enclosed(form, edge * Stroke, right, up))];
        return line switch { LineType.Filled => within[0], LineType.Single => within[0] && !within[1], _ => (within[0] && !within[1]) || (within[2] && !within[3]) };
    }

    private static bool Enclosed(ShapeForm form, double inset, double right, double up)
    {
        if (form == ShapeForm.Circle) return right * right + up * up <= (Radius - inset) * (Radius - inset);
        int corners = form == ShapeForm.Square ? 4 : 3;
        double radius = Radius - inset / Math.Cos(Math.PI / corners), first = form == ShapeForm.Square ? Math.PI / 4 : 0;
        if (radius <= 0) return false;
        (double X, double Y)[] corner = [.. Enumerable.Range(0, corners + 1).Select(k => 0.4 + first + Math.Tau * k / corners).Select(a => (radius * Math.Cos(a), radius * Math.Sin(a)))];
        return Enumerable.Range(0, corners).All(k =>
            (corner[k + 1].X - corner[k].X) * (up - corner[k].Y) - (corner[k + 1].Y - corner[k].Y) * (right - corner[k].X) >= 0);
    }
}
