using System.Numerics;
using System.Runtime.InteropServices;
using Phosphene.Images;

namespace Phosphene.Pages;

/// <summary>An order of pictures in which neighbours look alike.</summary>
internal static class Looks
{
    // Cells a side for colour, and how much strokes count beside it.
    private const int Cells = 4, Colours = 3;
    private const float Texture = 2;

    /// <summary>How many numbers tell how a picture looks.</summary>
    public const int Length = (Colours + 2) * Cells * Cells;

    /// <summary>The places of pictures in the order: from each to the one most like it that is left, from the darkest on. What is not there comes last.</summary>
    public static int[] Order(IReadOnlyList<float[]?> looks)
    {
        var left = Enumerable.Range(0, looks.Count).Where(i => looks[i] is not null).ToHashSet();
        var order = new List<int>();
        int next = left.Count == 0 ? -1 : left.MinBy(i => (looks[i]!.Take(Cells * Cells).Sum(), i));
        while (next >= 0)
        {
            order.Add(next);
            left.Remove(next);
            float[] here = looks[next]!;
            next = left.Count == 0 ? -1 : left.MinBy(i => (Distance(here, looks[i]!), i));
        }
        return [.. order, .. Enumerable.Range(0, looks.Count).Where(i => looks[i] is null)];
    }

    /// <summary>How a picture looks: lightness and two differences of colours in each cell, and how strongly the lightness changes across and down.</summary>
    public static float[] Of(Picture picture)
    {
        var look = new float[Length];
        var counts = new int[Cells * Cells];
        var above = new float[picture.Width];
        for (int y = 0; y < picture.Height; y++)
        {
            ReadOnlySpan<byte> row = picture.Row(y);
            float before = 0;
            for (int x = 0; x < picture.Width; x++)
            {
                (float r, float g, float b) = picture.Channels == 1 ? (row[x], row[x], row[x]) : (row[x * picture.Channels], row[x * picture.Channels + 1], row[x * picture.Channels + 2]);
                int cell = y * Cells / picture.Height * Cells + x * Cells / picture.Width;
                float lightness = (r + g + b) / (3 * 255);
                Add(0, lightness);
                Add(1, (r - g) / 255);
                Add(2, (r + g - 2 * b) / (2 * 255));
                if (x > 0) Add(Colours, Texture * Math.Abs(lightness - before));
                if (y > 0) Add(Colours + 1, Texture * Math.Abs(lightness - above[x]));
                counts[cell]++;
                (before, above[x]) = (lightness, lightness);

                void Add(int kind, float value) => look[kind * Cells * Cells + cell] += value;
            }
        }
        for (int i = 0; i < look.Length; i++) look[i] /= Math.Max(1, counts[i % counts.Length]);
        return look;
    }

    /// <summary>How much there is to see in a picture: how strongly its lightness changes from pixel to pixel.</summary>
    public static float TextureOf(float[] look) => look.AsSpan(Colours * Cells * Cells).ToArray().Sum();

    /// <summary>How unlike two pictures look: the sum of the squares of the differences.</summary>
    public static float Distance(float[] a, float[] b)
    {
        ReadOnlySpan<Vector<float>> left = MemoryMarshal.Cast<float, Vector<float>>(a.AsSpan()), right = MemoryMarshal.Cast<float, Vector<float>>(b.AsSpan());
        Vector<float> sum = Vector<float>.Zero;
        for (int i = 0; i < left.Length; i++)
        {
            Vector<float> difference = left[i] - right[i];
            sum += difference * difference;
        }
        float total = Vector.Sum(sum);
        for (int i = left.Length * Vector<float>.Count; i < a.Length; i++) total += (a[i] - b[i]) * (a[i] - b[i]);
        return total;
    }
}
