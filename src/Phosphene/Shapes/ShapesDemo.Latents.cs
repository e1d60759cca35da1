using System.Numerics;
using Phosphene.Datasets;
using Phosphene.Images;
using Phosphene.Latents;
using Phosphene.Objectives;
using Phosphene.Optimizers;
using Phosphene.Pages;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Shapes;

/// <summary>Decoders as learned priors.</summary>
public sealed partial class ShapesDemo
{
    private const int Starts = 50;

    /// <summary>The decoder of a variational autoencoder, a step that adapts, and a pull to where latents are likely.</summary>
    private LatentAscent Adaptive => new(_residual, _classifier) { Optimizer = new Adam(0.1f), Steps = 150, Starts = Starts, PriorWeight = 0.05f };

    /// <summary>The report's own setting: the plain autoencoder's decoder, and steps of length 100 whatever the gradient.</summary>
    private LatentAscent AsReported => new(_plain, _classifier) { Optimizer = new NormalizedAscent(100), Steps = 150, Starts = Starts };

    private void AddLatentAscent(HtmlPage page)
    {
        const int subject = 24;
        HtmlSection section = page.Section("Ascent in the latents of a decoder").Text(
            """
            A decoder makes an image of a few numbers. If the ascent may only change those numbers, only images that the decoder can make are found: the
            strongest prior there is. The report tried it, saw the latents "stay near the start" and blamed gradients that vanish on their way through 13 layers.
            """);
        IReadOnlyList<(string Layer, double Norm)> plain = AsReported.GradientNorms(Objective.Logit(subject)), residual = Adaptive.GradientNorms(Objective.Logit(subject));
        section.Lines("The norm of the gradient of a logit, layer by layer on the way through the decoder, the latents first. It does not vanish.", "layer, from the latents to the image", "norm",
            [("plain decoder", [.. plain.Select(layer => layer.Norm)]), ("residual decoder", [.. residual.Select(layer => layer.Norm)])], logarithmic: true);

        (string Name, LatentAscent Ascent)[] settings =
        [
            ("plain decoder, steps of 100 (the report)", AsReported),
            ("plain decoder, steps of 1", AsReported with { Optimizer = new NormalizedAscent(1) }),
            ("plain decoder, steps of 0.1", AsReported with { Optimizer = new NormalizedAscent(0.1f) }),
            ("plain decoder, Adam", AsReported with { Optimizer = new Adam(0.1f) }),
            ("residual decoder, Adam", Adaptive),
        ];
        LatentAscentResult[] results = [.. settings.Select(setting => setting.Ascent.Run(Objective.Logit(subject), Objective.Probability(subject), _cancellation))];
        section.Table($"{Starts} starts each, 150 steps, for \"{ClassName(subject)}\".", ["setting", "starts that end above 0.9", "mean probability", "distance moved, mean"],
            [.. settings.Zip(results, (setting, result) => (IReadOnlyList<string>)[setting.Name, $"{result.Above(0.9f)}", Percent(result.Means[^1]), Number(Moved(result, setting.Ascent.Decoder.Latents))])]);
        section.Text(
            """
            So the latents do not stay near the start: steps of length 100 throw them far from where the decoder was trained, and each step overshoots what
            the last one found. But shorter steps do not rescue the plain decoder either. Look at what it makes: six numbers hold a colour, a place and a size,
            not the thin double line that the class is about. The decoder of a variational autoencoder, with sixteen numbers, can draw it; the share of starts that
            get there is in the table. The others end on a hill of their own.
            """);
        section.Lines("The mean probability over the steps.", "step", "probability",
            [(settings[0].Name, results[0].Means), (settings[3].Name, results[3].Means), (settings[4].Name, results[4].Means)]);
        section.Comparison("Where eight of the starts end.", [.. Enumerable.Range(1, 8).Select(start => $"{start}")],
            [("the report's setting", Ends(results[0])), ("plain decoder, Adam", Ends(results[3])), ("residual decoder, Adam", Ends(results[4]))]);

        static IReadOnlyList<Figure?> Ends(LatentAscentResult result) => [.. result.Pictures.Take(8).Select((picture, n) => new Figure(picture, "", Percent(result.History[^1][n])))];
    }

    private static double Moved(LatentAscentResult result, int latents) => Enumerable.Range(0, result.Pictures.Count)
        .Average(n => Math.Sqrt(Enumerable.Range(n * latents, latents).Sum(i => Math.Pow(result.End[i] - result.Start[i], 2))));

    private void AddWalk(HtmlPage page)
    {
        const int stops = 8;
        float[][] corners = [.. Classes.Select(index =>
        {
            LatentAscentResult result = (Adaptive with { Starts = 16 }).Run(Objective.Logit(index), Objective.Probability(index), _cancellation);
            int best = Array.IndexOf(result.History[^1], result.History[^1].Max());
            return result.End.AsSpan(best * _residual.Latents, _residual.Latents).ToArray();
        })];
        var walk = new List<float[]>();
        for (int corner = 0; corner < corners.Length; corner++)
            for (int stop = 0; stop < stops; stop++)
            {
                float t = (float)stop / stops;
                walk.Add([.. corners[corner].Zip(corners[(corner + 1) % corners.Length], (a, b) => (1 - t) * a + t * b)]);
            }
        page.Section("A walk through the latents").Text(
                """
                The variational decoder was trained on blurred latents, so that neighbours make neighbouring images: a straight way from one class to the next.
                """)
            .Strip("From a double line to a square, a circle, a triangle, and back.", Decode(_residual, walk));
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

    private void AddSearch(HtmlPage page)
    {
        const int subject = 24, samples = 500_000;
        (Objective, int)[] wanted = [(Objective.Logit(subject), 8), .. Enumerable.Range(0, 8).Select(channel => (Objective.Channel("conv3", channel), 4))];
        var search = new LatentSearch(_plain, _classifier) { Samples = samples };
        IReadOnlyList<IReadOnlyList<LatentFind>> found = search.Run(wanted, done => Searching?.Invoke(done, samples), _cancellation);
        if (_cancellation.IsCancellationRequested) return;
        page.Section("Random search instead").Text(
                """
                The report's way out: draw 500,000 latents at random, look at each image once and keep the best. For a class that works as well as an ascent. For a
                channel the prior is a burden: it wants a pattern, and gets the whole shape that happens to have most of it.
                """)
            .Gallery($"The best eight of 500,000 for \"{ClassName(subject)}\".", found[0].Select(find => new Figure(find.Picture, "", $"logit {Number(find.Value)}")))
            .Comparison("The best four for each of eight channels of `conv3`.", ["1st", "2nd", "3rd", "4th"],
                [.. found.Skip(1).Select((best, channel) => ($"channel {channel}", (IReadOnlyList<Figure?>)[.. best.Select(find => new Figure(find.Picture, "", Number(find.Value)))]))]);
    }

    private void AddRegularizers(HtmlPage page)
    {
        const int subject = 24;
        Objective logit = Objective.Logit(subject);
        Recipe fourier = Naive with { Parameterization = new Parameterizations.Fourier() };
        LatentAscentResult latent = Adaptive.Run(logit, Objective.Probability(subject), _cancellation);
        int best = Array.IndexOf(latent.History[^1], latent.History[^1].Max());
        (string Name, Picture Picture)[] ways =
        [
            ("none", Render(Naive, "none", [logit])[0]),
            ("frequencies: decorrelated Fourier space", Render(fourier, "frequencies", [logit])[0]),
            ("robustness: moved and turned", Render(Robust, "robustness", [logit])[0]),
            ("learned prior: a decoder", latent.Pictures[best]),
        ];
        float[][] logits = Logits([.. ways.Select(way => way.Picture)]);
        page.Section("Four regularizers side by side").Text(
                $"""
                The same wish, "{ClassName(subject)}", with less and less freedom. Without a regularizer the logit is highest and the image farthest from all data:
                the optimum of the network is not what it was made for. The last column is the distance to the nearest of the 19,200 training images, as the
                root of the mean squared difference of a pixel.
                """)
            .Gallery("", ways.Select(way => new Figure(way.Picture, way.Name)))
            .Table("", ["regularizer", "logit reached", "probability", "distance to the data"],
                [.. ways.Select((way, n) => (IReadOnlyList<string>)[way.Name, Number(logits[n][subject]), Percent(Probability(logits[n], subject)), Number(DistanceToData(Seen(way.Picture)))])]);
    }

    private double DistanceToData(Picture picture)
    {
        float[] given = picture.ToPlanar(), other = new float[given.Length];
        ShapesSubset training = _dataset.Split(ShapesSplit.Training);
        double least = double.PositiveInfinity;
        for (int index = training.First; index < training.First + training.Count; index++)
        {
            _dataset.Draw(index, other);
            least = Math.Min(least, SquaredDistance(given, other));
        }
        return Math.Sqrt(least / given.Length);
    }

    private static double SquaredDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sums = Vector<float>.Zero;
        int i = 0;
        for (; i <= a.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> difference = new Vector<float>(a[i..]) - new Vector<float>(b[i..]);
            sums += difference * difference;
        }
        double sum = Vector.Sum(sums);
        for (; i < a.Length; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
        return sum;
    }

    private static void AddNext(HtmlPage page) => page.Section("Now your own network")
        .Text("Any image classifier in ONNX will do, from PyTorch, Keras or .NET. These go on from here:")
        .Command("phosphene layers model.onnx")
        .Command("phosphene render model.onnx LAYER:CHANNEL -o channel.png")
        .Command("phosphene render embedded:shapes \"logit('rainbow filled circle')\" -o circle.png")
        .Command("phosphene train shapes-classifier -o my-classifier.onnx");
}
