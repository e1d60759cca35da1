using Phosphene.Images;
using Phosphene.Objectives;
using Phosphene.Optimizers;
using Phosphene.Pages;
using Phosphene.Parameterizations;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Shapes.Latents;

namespace Phosphene.Shapes.Demo;

/// <summary>What lies between images in the latents.</summary>
public sealed partial class ShapesDemo
{
    private void AddWalk(HtmlPage page)
    {
        IReadOnlyList<Picture> walk = Walk();
        _cancellation.ThrowIfCancellationRequested();
        page.Section("A walk through the latents").Text(
                """
                The variational decoder was trained on blurred latents, so that neighbours make neighbouring images. Its corners are the latents that come nearest to
                one image of the data each, found by ascent as above; between them lies a straight line. All along it are whole shapes: the square's corners
                round off into a circle, the circle grows three.
                """)
            .Strip("From a double line to a square, a circle, a triangle, and back.", walk);
    }

    private IReadOnlyList<Picture> Walk()
    {
        float[][] corners = Corners();
        var walk = new List<float[]>();
        for (int corner = 0; corner < corners.Length; corner++)
            for (int stop = 0; stop < _sizes.Stops; stop++)
            {
                float t = (float)stop / _sizes.Stops;
                walk.Add([.. corners[corner].Zip(corners[(corner + 1) % corners.Length], (a, b) => (1 - t) * a + t * b)]);
            }
        return Decode(_residual, walk);
    }

    // For each class, the latents that make the image most like its first in the dataset.
    private float[][] Corners() => [.. Classes.Select(index =>
    {
        var ascent = new LatentAscent(_residual, _classifier) { Optimizer = new Adam(0.1f), Cooling = true, Steps = _sizes.LatentSteps, Starts = _sizes.CornerStarts };
        LatentAscentResult result = ascent.Run(Likeness(_dataset.PictureOf(index)), cancellation: _cancellation);
        int best = Enumerable.Range(0, ascent.Starts).MaxBy(n => result.History[^1][n]);
        return result.End[(best * _residual.Latents)..((best + 1) * _residual.Latents)];
    })];

    // How near an image is to a given one: -Σ (x - p)².
    private static Objective Likeness(Picture picture) => Objective.From("likeness", activations =>
        -L1Objective.Total((activations.Image - Tensor.Constant(new Shape(1, 3, picture.Height, picture.Width), picture.ToPlanar())).Square()));

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
