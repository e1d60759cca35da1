using Phosphene.Images;
using Phosphene.Latents;
using Phosphene.Pages;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Shapes;

/// <summary>What lies between.</summary>
public sealed partial class ShapesDemo
{
    private const int Stops = 8;                                     // from one corner of the walk to the next

    private void AddWalk(HtmlPage page)
    {
        IReadOnlyList<Picture> walk = Walk();
        _cancellation.ThrowIfCancellationRequested();
        page.Section("A walk through the latents").Text(
                """
                The variational decoder was trained on blurred latents, so that neighbours make neighbouring images: a straight way from one class to the next. Where it leads
                far from the middle, from the triangle back to the line, shapes are bent: there the decoder has seen little.
                """)
            .Strip("From a double line to a square, a circle, a triangle, and back.", walk);
    }

    private IReadOnlyList<Picture> Walk()
    {
        float[][] corners = Corners();
        var walk = new List<float[]>();
        for (int corner = 0; corner < corners.Length; corner++)
            for (int stop = 0; stop < Stops; stop++)
            {
                float t = (float)stop / Stops;
                walk.Add([.. corners[corner].Zip(corners[(corner + 1) % corners.Length], (a, b) => (1 - t) * a + t * b)]);
            }
        return Decode(_residual, walk);
    }

    // An end of the ascent for each class: for the first the likeliest, for the others of the certain ones that which is nearest to the one before.
    private float[][] Corners()
    {
        var corners = new List<float[]>();
        foreach (int index in Classes)
        {
            LatentAscentResult result = Ascended(index);
            float[][] ends = [.. result.End.Chunk(_residual.Latents)];
            float certain = Math.Min(0.9f, result.History[^1].Max());
            corners.Add(ends.Where((_, n) => result.History[^1][n] >= certain).MinBy(end => corners.Count == 0 ? end.Sum(z => z * z) : Distance(end, corners[^1]))!);
        }
        return [.. corners];

        static double Distance(float[] a, float[] b) => a.Zip(b, (x, y) => (double)(x - y) * (x - y)).Sum();
    }

    private IReadOnlyList<Picture> Decode(Decoder decoder, List<float[]> latents)
    {
        var input = new Tensor(new Input(new Shape(latents.Count, decoder.Latents), "latents"));
        Tensor image = decoder.Decode(input).Clip(0, 1);
        using Plan plan = _classifier.Backend.Compile(image);
        for (int n = 0; n < latents.Count; n++) latents[n].CopyTo(plan.Input(input)[(n * decoder.Latents)..]);
        plan.Run();
        int pixels = image.Shape.CountOf(1, 4);
        return [.. Enumerable.Range(0, latents.Count).Select(n => Picture.FromPlanar(plan.Output(image).Slice(n * pixels, pixels), 3, 48, 48))];
    }
}
