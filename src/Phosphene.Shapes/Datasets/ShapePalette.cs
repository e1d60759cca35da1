using Phosphene.Images;

namespace Phosphene.Shapes.Datasets;

/// <summary>
/// The colours of shapes in images of one size. The rainbow has the hue atan2 of the pixel about the centre of the image, red at the right and
/// on through yellow counter-clockwise, and the saturation min(1, 2r), with r = 1 in the middle of an edge. Source: the shapes experiment of
/// COMP421. In grey, a colour is its luma: 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601).
/// </summary>
internal sealed class ShapePalette
{
    private readonly int _channels;
    private readonly float[][] _solid;        // by colour, [channels]
    private readonly float[] _rainbow;        // [channels, size, size]

    public ShapePalette(int size, int channels)
    {
        _channels = channels;
        _solid = [.. new (float, float, float)[] { (1, 1, 1), (0, 0, 1), (0, 1, 0), (1, 0, 0) }.Select(Channels)];
        _rainbow = new float[channels * size * size];
        for (int y = 0; y < size; y++)
            for (int x = 0; x < size; x++)
            {
                float[] colour = Channels(Rainbow((y + 0.5) / size * 2 - 1, (x + 0.5) / size * 2 - 1));
                for (int c = 0; c < channels; c++) _rainbow[(c * size + y) * size + x] = colour[c];
            }
    }

    /// <summary>Multiplies what a shape covers of some pixels in a row by its colour in a channel; <paramref name="first"/> is y · size + x of the first.</summary>
    public void Paint(ShapeColour colour, int channel, int first, ReadOnlySpan<float> coverage, Span<float> plane)
    {
        if (colour == ShapeColour.Rainbow)
        {
            ReadOnlySpan<float> rainbow = _rainbow.AsSpan(channel * (_rainbow.Length / _channels) + first, coverage.Length);
            for (int i = 0; i < coverage.Length; i++) plane[first + i] = coverage[i] * rainbow[i];
        }
        else if (_solid[(int)colour][channel] is > 0 and float value)
        {
            for (int i = 0; i < coverage.Length; i++) plane[first + i] = coverage[i] * value;
        }
    }

    private float[] Channels((float Red, float Green, float Blue) colour) => _channels == 3
        ? [colour.Red, colour.Green, colour.Blue]
        : [Luma.Of(colour.Red, colour.Green, colour.Blue)];

    // From hue and saturation at full value: each channel is a trapezoid of the hue, a third of the circle apart from the others.
    private static (float Red, float Green, float Blue) Rainbow(double y, double x)
    {
        double hue = Math.Atan2(-y, x) / Math.Tau, saturation = Math.Min(1, 2 * Math.Sqrt(x * x + y * y));
        return (Channel(0), Channel(2 / 3.0), Channel(1 / 3.0));

        float Channel(double shift)
        {
            double turn = hue + shift;
            return (float)(1 - saturation + saturation * Math.Clamp(Math.Abs((turn - Math.Floor(turn)) * 6 - 3) - 1, 0, 1));
        }
    }
}
