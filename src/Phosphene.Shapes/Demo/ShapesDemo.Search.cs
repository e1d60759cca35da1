using Phosphene.Objectives;
using Phosphene.Pages;
using Phosphene.Shapes.Latents;

namespace Phosphene.Shapes.Demo;

/// <summary>The report's way out: a random search.</summary>
public sealed partial class ShapesDemo
{
    private void AddSearch(HtmlPage page)
    {
        int samples = _sizes.Samples;
        (Objective, int)[] wanted = [(Objective.Logit(Subject), 8), .. Enumerable.Range(0, 8).Select(channel => (Objective.Channel("conv3", channel), 4))];
        var search = new LatentSearch(_plain, _classifier) { Samples = samples };
        IReadOnlyList<IReadOnlyList<LatentFind>> found = search.Run(wanted, done => Searching?.Invoke(done, samples), _cancellation);
        _cancellation.ThrowIfCancellationRequested();
        double example = Logits([_dataset.PictureOf(Subject)])[0][Subject];
        page.Section("Random search instead").Text(
                $"""
                The report's way out: draw {Count(samples)} latents at random, look at each image once and keep the best. For the class the highest logit found is
                {Number(found[0][0].Value)}, where an image of the data has {Number(example)}, and it is that of a blob: {_plain.Latents}
                numbers do not hold a thin double line. For a channel the prior is a burden: it wants a pattern, and gets the whole shape that happens to have most of it.
                """)
            .Gallery($"The best eight of {Count(samples)} for \"{ClassName(Subject)}\".", found[0].Select(find => new Figure(find.Picture, "", $"logit {Number(find.Value)}")))
            .Comparison("The best four for each of eight channels of `conv3`.", ["1st", "2nd", "3rd", "4th"],
                [.. found.Skip(1).Select((best, channel) => ($"channel {channel}", (IReadOnlyList<Figure?>)[.. best.Select(find => new Figure(find.Picture, "", Number(find.Value)))]))]);
    }

    private static void AddNext(HtmlPage page) => page.Section("Now your own model")
        .Text("Any image classifier in ONNX will do, from PyTorch, Keras or .NET. These go on from here:")
        .Command("phosphene layers model.onnx")
        .Command("phosphene render model.onnx LAYER:CHANNEL -o channel.png")
        .Command("phosphene render embedded:shapes \"logit('rainbow filled circle')\" -o circle.png")
        .Command("phosphene train shapes-classifier -o my-classifier.onnx");
}
