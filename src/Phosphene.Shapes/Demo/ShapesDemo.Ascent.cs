using Phosphene.Objectives;
using Phosphene.Optimizers;
using Phosphene.Pages;
using Phosphene.Parameterizations;
using Phosphene.Runtime.Graphs;
using Phosphene.Shapes.Latents;
using Phosphene.Visualization;

namespace Phosphene.Shapes.Demo;

/// <summary>Decoders as learned priors: ascent in their latents, as it failed and as it works.</summary>
public sealed partial class ShapesDemo
{
    private const int Subject = 24, Shown = 8;

    // The length of the report's steps.
    private const float ReportedStep = 100;

    private readonly Dictionary<int, LatentAscentResult> _ascended = [];

    /// <summary>What works: the decoder of a variational autoencoder, and an ascent in rounds that begin with a blurred view and long steps.</summary>
    private LatentAscent Annealed => LatentAscent.Annealed(_residual, _classifier) with { Rounds = _sizes.Rounds };

    /// <summary>The report's own setting: the plain autoencoder's decoder, and long steps of one length whatever the gradient.</summary>
    private LatentAscent AsReported => new(_plain, _classifier) { Optimizer = new NormalizedAscent(ReportedStep), Steps = _sizes.LatentSteps, Starts = _sizes.Starts };

    // The ascents of one class are asked for by several parts of the page.
    // What climbs is the log-probability, which has a gradient wherever the class is not certain: the probability itself is flat where it is near 0, and the
    // logit may grow with those of other classes.
    private LatentAscentResult Ascended(int index)
    {
        if (_ascended.TryGetValue(index, out LatentAscentResult? known)) return known;
        LatentAscent ascent = Annealed with { Starts = index == Subject ? _sizes.Starts : _sizes.StartsOfOthers };
        return _ascended[index] = ascent.Run(Objective.LogProbability(index), Objective.Probability(index), _cancellation);
    }

    private void AddLatentAscent(HtmlPage page)
    {
        IReadOnlyList<(string Layer, double Norm)> plain = AsReported.GradientNorms(Objective.Logit(Subject)), residual = Annealed.GradientNorms(Objective.Logit(Subject));
        LatentAscent adam = AsReported with { Optimizer = new Adam(0.1f) };
        (string Name, LatentAscent Ascent, LatentAscentResult Result)[] settings =
        [
            Setting($"plain decoder, steps of {ReportedStep} (the report)", AsReported),
            Setting("plain decoder, steps of 1", AsReported with { Optimizer = new NormalizedAscent(1) }),
            Setting("plain decoder, Adam", adam),
            Setting("residual decoder, Adam", adam with { Decoder = _residual }),
            ("residual decoder, annealed", Annealed, Ascended(Subject)),
        ];
        LatentAscentResult[] others = [.. Classes.Where(index => index != Subject).Select(Ascended)];
        _cancellation.ThrowIfCancellationRequested();
        HtmlSection section = page.Section("Ascent in the latents of a decoder").Text(
            """
            A decoder makes an image of a few numbers, its latents. If the ascent may change only those, only images that the decoder can make are found: the
            strongest prior there is. The report tried it, saw the latents "stay near the start" and blamed gradients that vanish on their way through 13 layers.
            """);
        section.Lines($"The norm of the gradient of a logit, layer by layer on the way through the decoder, the latents first. In the latents it is {Number(Kept(plain))} times what it is in the image for the plain decoder, {Number(Kept(residual))} times for the residual one.", "layer, from the latents to the image", "norm",
            [("plain decoder", [.. plain.Select(layer => layer.Norm)]), ("residual decoder", [.. residual.Select(layer => layer.Norm)])], logarithmic: true);
        section.Table($"{_sizes.Starts} random starts each, for \"{ClassName(Subject)}\".", ["setting", "starts that end above 0.9", "mean probability", "images looked at, mean", "distance moved, mean"],
            [.. settings.Select(setting => (IReadOnlyList<string>)[setting.Name, $"{setting.Result.Above(0.9f)}", Percent(setting.Result.Means[^1]), Number(setting.Result.Views.Average()), Number(Moved(setting.Result, setting.Ascent.Decoder.Latents))])]);
        section.Text(
            $"""
            So the latents do not stay near the start: steps of length {ReportedStep} throw them far from where the decoder was trained, and each step overshoots what
            the last one found. Shorter steps do not rescue the plain decoder. Look at what it makes: {_plain.Latents} numbers hold a colour, a place and a size, not the
            thin double line that the class is about. The decoder of a variational autoencoder can draw it. But of its latents, too, {_sizes.Starts - settings[3].Result.Above(0.9f)} of {_sizes.Starts} ascents end on a hill
            between classes, from which every small step leads down.

            What helps is to *look from farther away*: take the gradient at a random place near the latents, another at each step, so that small hills blur away; then
            look closer and step shorter. It is the robustness of the sections above, applied to latents. A start that has not arrived after {Annealed.Steps} such steps
            goes back to {Annealed.Return} times its latents and tries again: {Annealed.Rounds} rounds at most.
            """);
        section.Comparison($"Where {Math.Min(Shown, _sizes.Starts)} of the starts end.", [.. Enumerable.Range(1, Math.Min(Shown, _sizes.Starts)).Select(start => $"{start}")], [.. settings.Where((_, i) => i != 1).Select(setting => (setting.Name, Ends(setting.Result)))]);
        section.Lines("The share of starts above 0.9 after each round of the annealed ascent.", "round", "share", [.. Classes.Select(index => (ClassName(index), Arrived(Ascended(index))))]);
        section.Comparison($"The other three classes: {Math.Min(Shown, _sizes.StartsOfOthers)} of their annealed starts.", [.. Enumerable.Range(1, Math.Min(Shown, _sizes.StartsOfOthers)).Select(start => $"{start}")],
            [.. Classes.Where(index => index != Subject).Zip(others, (index, result) => ($"{ClassName(index)}: {result.Above(0.9f)} of {_sizes.StartsOfOthers}", Ends(result)))]);

        (string, LatentAscent, LatentAscentResult) Setting(string name, LatentAscent ascent) => (name, ascent, ascent.Run(Objective.LogProbability(Subject), Objective.Probability(Subject), _cancellation));
        static IReadOnlyList<Figure?> Ends(LatentAscentResult result) => [.. result.Pictures.Take(Shown).Select((picture, n) => new Figure(picture, "", Percent(result.History[^1][n])))];
    }

    // At the beginning and at the end of each round; who has arrived stays so.
    private IReadOnlyList<double> Arrived(LatentAscentResult result) =>
        [.. Enumerable.Range(0, Annealed.Rounds + 1).Select(round => Math.Clamp(round * (Annealed.Steps + 1) - 1, 0, result.History.Count - 1))
            .Select(step => result.History[step].Average(probability => probability > 0.9f ? 1.0 : 0))];

    // The norm of a gradient in the latents as a share of that in the image.
    private static double Kept(IReadOnlyList<(string Layer, double Norm)> norms) => norms[0].Norm / norms[^1].Norm;

    private static double Moved(LatentAscentResult result, int latents) => Enumerable.Range(0, result.Pictures.Count)
        .Average(n => Math.Sqrt(Enumerable.Range(n * latents, latents).Sum(i => Math.Pow(result.End[i] - result.Start[i], 2))));
}
