using System.Numerics;
using Phosphene.Images;
using Phosphene.Objectives;
using Phosphene.Pages;
using Phosphene.Recipes;
using Phosphene.Shapes.Datasets;
using Phosphene.Shapes.Latents;

namespace Phosphene.Shapes.Demo;

/// <summary>The regularizers side by side, with a number for each.</summary>
public sealed partial class ShapesDemo
{
    private void AddRegularizers(HtmlPage page)
    {
        Objective[] logits = [.. Classes.Select(Objective.Logit)];
        Recipe fourier = Naive with { Parameterization = new Parameterizations.Fourier() };
        (string Name, IReadOnlyList<Picture> Pictures)[] ways =
        [
            ("none", Render(Naive, logits)),
            ("frequencies penalized", Render(Naive, [.. logits.Select(logit => logit - 0.05f * Objective.TotalVariation())])),
            ("Fourier space", Render(fourier, logits)),
            ("robustness", Render(Robust, logits)),
            ("learned prior", [.. Classes.Select(index => Likeliest(Ascended(index)))]),
        ];
        float[][][] said = [.. ways.Select(way => Logits(way.Pictures))];
        int compared = Math.Min(_sizes.TrainingImages, _dataset.Split(ShapesSplit.Training).Count);
        double[][] distances = [.. DistancesToData([.. ways.SelectMany(way => way.Pictures.Select(Seen))], compared).Chunk(Classes.Length)];
        _cancellation.ThrowIfCancellationRequested();
        string highest = ways[Enumerable.Range(0, ways.Length).MaxBy(i => Mean(n => said[i][n][Classes[n]]))].Name, farthest = ways[Enumerable.Range(0, ways.Length).MaxBy(i => Mean(n => distances[i][n]))].Name;
        page.Section("Four regularizers side by side").Text(
                $"""
                The same four wishes, with less and less freedom. The highest logits are reached with *{highest}*, and farthest from all data are the images of *{farthest}*:
                the optimum of the model is not what it was made for. *Frequencies penalized* subtracts the total variation of the image; *Fourier space* leaves the wish as it
                is, but moves all frequencies alike, in decorrelated colours; *robustness* turns and moves the image before each step; the *learned prior* is the
                decoder of the section before. Below each picture: the logit reached, the probability, and the distance to the nearest of {Count(compared)} training images, as the
                root of the mean squared difference of a pixel.
                """)
            .Comparison("Four classes.", [.. Classes.Select(ClassName)], [.. ways.Select((way, i) => (way.Name, (IReadOnlyList<Figure?>)[.. way.Pictures.Select((picture, n) =>
                new Figure(picture, "", $"{Number(said[i][n][Classes[n]])} · {Percent(Probability(said[i][n], Classes[n]))} · {Number(distances[i][n])}"))]))])
            .Table("The means over the four classes.", ["regularizer", "logit reached", "probability", "distance to the data"],
                [.. ways.Select((way, i) => (IReadOnlyList<string>)[way.Name, Number(Mean(n => said[i][n][Classes[n]])), Percent(Mean(n => Probability(said[i][n], Classes[n]))), Number(Mean(n => distances[i][n]))])]);

        static Picture Likeliest(LatentAscentResult result) => result.Pictures[Array.IndexOf(result.History[^1], result.History[^1].Max())];
        static double Mean(Func<int, double> ofClass) => Enumerable.Range(0, Classes.Length).Average(ofClass);
    }

    // Of each picture from the nearest of the first training images. Each of those is drawn once.
    private double[] DistancesToData(IReadOnlyList<Picture> pictures, int compared)
    {
        float[][] given = [.. pictures.Select(picture => picture.ToPlanar())];
        double[] least = [.. given.Select(_ => double.PositiveInfinity)];
        var other = new float[_dataset.ImageLength];
        int first = _dataset.Split(ShapesSplit.Training).First;
        for (int index = first; index < first + compared && !_cancellation.IsCancellationRequested; index++)
        {
            _dataset.Draw(index, other);
            for (int n = 0; n < given.Length; n++) least[n] = Math.Min(least[n], SquaredDistance(given[n], other));
        }
        return [.. least.Select(squares => Math.Sqrt(squares / other.Length))];
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
}
