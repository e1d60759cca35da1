using Phosphene.Images;
using Phosphene.Objectives;
using Phosphene.Pages;
using Phosphene.Shapes.Datasets;

namespace Phosphene.Shapes.Demo;

/// <summary>The data, and what ascent in pixels shows.</summary>
public sealed partial class ShapesDemo
{
    private void AddData(HtmlPage page)
    {
        (int right, int all) = Tested();
        page.Section("The data").Text(
            $"""
            {ShapeClass.Count} classes: a line, square, circle or triangle, drawn with a single line, a double one or filled, in white, blue, green, red or all colours of the
            rainbow. Place, size and angle are random and do not matter. `phosphene shapes` makes as many as you like.

            Of {Count(all)} images that it has not been trained on, the model tells {Count(right)} right.
            """)
        .Gallery("One image of every fifth class.", Enumerable.Range(0, 12).Select(i => new Figure(_dataset.PictureOf(5 * i + i % 5), ClassName(5 * i + i % 5))));
    }

    // How many of the first test images the classifier tells right. Not to be interrupted: it takes half a second.
    private (int Right, int All) Tested()
    {
        ShapesSubset images = _dataset.Split(ShapesSplit.Test);
        int all = Math.Min(_sizes.TestImages, images.Count), right = 0;
        foreach (int[] batch in Enumerable.Range(images.First, all).Chunk(100))
        {
            float[][] logits = Logits([.. batch.Select(_dataset.PictureOf)]);
            right += batch.Zip(logits).Count(image => Array.IndexOf(image.Second, image.Second.Max()) == _dataset.ClassOf(image.First));
        }
        return (right, all);
    }

    private void AddChannels(HtmlPage page)
    {
        Objective[] channels = [.. Enumerable.Range(0, 8).Select(channel => Objective.Channel("conv3", channel))];
        (string Label, IReadOnlyList<Picture> Pictures)[] rows = [("naive", Render(Naive, channels)), ("robust", Render(Robust, channels)), ("article", Render(Article, channels))];
        _cancellation.ThrowIfCancellationRequested();
        page.Section("Channels of the third convolution").Text(
                $"""
                Each column is one channel. In the first row nothing but the channel's wish decides: the image fills with high frequencies, which no image of the
                data has. In the second, the report's, the model never sees the image twice alike: it is turned by any angle and moved by up to {Moves} pixels before each
                step, so only what survives that can grow. What is left is what the channel looks for *wherever* it stands and however it is turned. The third is
                the recipe of the article: small moves and turns, and steps in colours and frequencies that are made independent of each other.
                """)
            .Comparison($"Eight channels of `conv3`: {Count(_sizes.Steps)} steps, for the article's recipe {Count(_sizes.ArticleSteps)}.", [.. Enumerable.Range(0, 8).Select(channel => $"{channel}")],
                [.. rows.Select(row => (row.Label, (IReadOnlyList<Figure?>)[.. row.Pictures.Select(picture => new Figure(picture, ""))]))]);
    }

    private void AddClasses(HtmlPage page)
    {
        (string Label, IReadOnlyList<Picture> Pictures)[] rows =
        [
            ("example", [.. Classes.Select(index => _dataset.PictureOf(index))]),
            ("naive, logit", Render(Naive, [.. Classes.Select(Objective.Logit)])),
            ("naive, probability", Render(Naive, [.. Classes.Select(Objective.Probability)])),
            ("robust, logit", Render(Robust, [.. Classes.Select(Objective.Logit)])),
            ("robust, probability", Render(Robust, [.. Classes.Select(Objective.Probability)])),
            ("article, logit", Render(Article, [.. Classes.Select(Objective.Logit)])),
            ("article, logit, light costs", Render(Article, [.. Classes.Select(index => Objective.Logit(index) - 0.02f * Objective.L1(centre: 0))])),
        ];
        _cancellation.ThrowIfCancellationRequested();
        page.Section("Classes, before and after the softmax").Text(
                """
                The evidence for a class (its logit) can be raised by making the image more like the class. Its probability can also be raised by making the
                image *less* like all others, and it has no gradient left once it is near 1: often nothing recognizable is needed for that. The line below each
                picture is the probability that the classifier gives to the class.

                The report's turns by any angle cost it the shape. With the article's recipe strokes appear, and with a price on each bit of light, since the data is
                black but for the shape, they stand alone: straight ones for the line, a ring for the circle. Where exactly a shape closes matters
                little to the classifier: it looks for parts of it, in any place.
                """)
            .Comparison("Four classes.", [.. Classes.Select(ClassName)], [.. rows.Select(row => (row.Label, Cells(row.Pictures)))]);

        IReadOnlyList<Figure?> Cells(IReadOnlyList<Picture> pictures)
        {
            float[][] logits = Logits(pictures);
            return [.. pictures.Select((picture, n) => new Figure(picture, "", Percent(Probability(logits[n], Classes[n]))))];
        }
    }
}
