using Phosphene.Latents;
using Phosphene.Objectives;
using Phosphene.Optimizers;
using Phosphene.Pages;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Shapes;

/// <summary>Decoders as learned priors: ascent in their latents, as it failed and as it works.</summary>
public sealed partial class ShapesDemo
{
    private const int Starts = 40;
    private readonly Dictionary<int, LatentAscentResult> _ascended = [];

    /// <summary>What works: the decoder of a variational autoencoder, and an ascent that begins with a blurred view and long steps.</summary>
    private LatentAscent Annealed => LatentAscent.Annealed(_residual, _classifier) with { Starts = Starts };

    /// <summary>The report's own setting: the plain autoencoder's decoder, and steps of length 100 whatever the gradient.</summary>
    private LatentAscent AsReported => new(_plain, _classifier) { Optimizer = new NormalizedAscent(100), Steps = Annealed.Steps, Starts = Starts };

    // It has a gradient wherever the class is not certain: the probability itself is flat where it is near 0, the logit may grow with those of other classes.
    private static Objective LogProbability(int index) => Objective.From($"log-probability of class {index}", activations =>
    {
        Tensor logits = activations[activations.Model.LogitsLayer];
        return logits.LogSoftmax(1).Channel(index).Reshape(new Shape(logits.Shape.Batch));
    });

    // The ascents of one class are asked for by several parts of the page.
    private LatentAscentResult Ascended(int index)
    {
        if (_ascended.TryGetValue(index, out LatentAscentResult? known)) return known;
        return _ascended[index] = Annealed.Run(LogProbability(index), Objective.Probability(index), _cancellation);
    }

    private void AddLatentAscent(HtmlPage page)
    {
        const int subject = 24;
        IReadOnlyList<(string Layer, double Norm)> plain = AsReported.GradientNorms(Objective.Logit(subject)), residual = Annealed.GradientNorms(Objective.Logit(subject));
        LatentAscent adam = AsReported with { Optimizer = new Adam(0.1f) };
        (string Name, LatentAscent Ascent, LatentAscentResult Result)[] settings =
        [
            Setting("plain decoder, steps of 100 (the report)", AsReported),
            Setting("plain decoder, steps of 1", AsReported with { Optimizer = new NormalizedAscent(1) }),
            Setting("plain decoder, Adam", adam),
            Setting("residual decoder, Adam", adam with { Decoder = _residual }),
            ("residual decoder, annealed", Annealed, Ascended(subject)),
        ];
        var shown = settings.Where((_, i) => i != 1);
        LatentAscentResult[] others = [.. Classes.Where(index => index != subject).Select(Ascended)];
        _cancellation.ThrowIfCancellationRequested();
        HtmlSection section = page.Section("Ascent in the latents of a decoder").Text(
            """
            A decoder makes an image of a few numbers, its latents. If the ascent may change only those, only images that the decoder can make are found: the
            strongest prior there is. The report tried it, saw the latents "stay near the start" and blamed gradients that vanish on their way through 13 layers.
            """);
        section.Lines("The norm of the gradient of a logit, layer by layer on the way through the decoder, the latents first. It does not vanish.", "layer, from the latents to the image", "norm",
            [("plain decoder", [.. plain.Select(layer => layer.Norm)]), ("residual decoder", [.. residual.Select(layer => layer.Norm)])], logarithmic: true);
        section.Table($"{Annealed.Starts} random starts each, {Annealed.Steps} steps, for \"{ClassName(subject)}\".", ["setting", "starts that end above 0.9", "mean probability", "distance moved, mean"],
            [.. settings.Select(setting => (IReadOnlyList<string>)[setting.Name, $"{setting.Result.Above(0.9f)}", Percent(setting.Result.Means[^1]), Number(Moved(setting.Result, setting.Ascent.Decoder.Latents))])]);
        section.Text(
            """
            So the latents do not stay near the start: steps of length 100 throw them far from where the decoder was trained, and each step overshoots what
            the last one found. Shorter steps do not rescue the plain decoder. Look at what it makes: six numbers hold a colour, a place and a size, not the
            thin double line that the class is about. The decoder of a variational autoencoder can draw it. But of its latents, too, many ascents end on a hill
            between classes, from which every small step leads down. What helps is to *look from farther away*: take the gradient at a random place near the
            latents, another at each step, so that small hills blur away; then look closer and step shorter. It is the robustness of the sections above, applied to latents.
            """);
        section.Lines("The mean probability over the steps. With noise it is measured where the step looked.", "step", "probability",
            [.. shown.Select(setting => (setting.Name, setting.Result.Means))]);
        section.Comparison("Where eight of the starts end.", [.. Enumerable.Range(1, 8).Select(start => $"{start}")], [.. shown.Select(setting => (setting.Name, Ends(setting.Result)))]);
        section.Comparison("The same for the other three classes: eight of the annealed starts.", [.. Enumerable.Range(1, 8).Select(start => $"{start}")],
            [.. Classes.Where(index => index != subject).Zip(others, (index, result) => ($"{ClassName(index)}: {result.Above(0.9f)} of {Annealed.Starts} above 0.9", Ends(result)))]);

        (string, LatentAscent, LatentAscentResult) Setting(string name, LatentAscent ascent) => (name, ascent, ascent.Run(LogProbability(subject), Objective.Probability(subject), _cancellation));
        static IReadOnlyList<Figure?> Ends(LatentAscentResult result) => [.. result.Pictures.Take(8).Select((picture, n) => new Figure(picture, "", Percent(result.History[^1][n])))];
    }

    private static double Moved(LatentAscentResult result, int latents) => Enumerable.Range(0, result.Pictures.Count)
        .Average(n => Math.Sqrt(Enumerable.Range(n * latents, latents).Sum(i => Math.Pow(result.End[i] - result.Start[i], 2))));
}
