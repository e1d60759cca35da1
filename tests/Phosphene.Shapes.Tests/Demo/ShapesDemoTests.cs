using Phosphene.Images;
using Phosphene.Pages;
using Phosphene.Shapes.Demo;
using Xunit;

namespace Phosphene.Shapes.Tests.Demo;

public sealed class ShapesDemoTests
{
    [Fact]
    public void The_first_picture_is_no_noise_and_no_plain_field()
    {
        using var demo = new ShapesDemo(threads: 2);
        Picture first = demo.First();
        Assert.Equal((68, 68), (first.Height, first.Width));
        float[] pixels = first.ToPlanar();
        float mean = pixels.Average();
        Assert.InRange(pixels.Average(pixel => (pixel - mean) * (pixel - mean)), 1e-3, 0.25);
    }

    [Theory]
    [InlineData("the data", 12)]
    [InlineData("channels", 24)]
    [InlineData("what next", 0)]
    public void An_experiment_adds_its_section_with_its_pictures(string name, int pictures)
    {
        using var demo = new ShapesDemo(threads: 2);
        HtmlPage page = ShapesDemo.NewPage();
        string before = page.ToHtml();
        demo.Experiments.Single(experiment => experiment.Name == name).Add(page);
        Assert.Equal(pictures, Count(page.ToHtml(), "<img") - Count(before, "<img"));
        Assert.Equal(1, Count(page.ToHtml(), "<h2") - Count(before, "<h2"));
    }

    [Fact]
    public void A_cancelled_demo_does_not_go_on_searching()
    {
        using var end = new CancellationTokenSource();
        end.Cancel();
        using var demo = new ShapesDemo(threads: 2, end.Token);
        int searched = 0;
        demo.Searching += (done, _) => searched = done;
        HtmlPage page = ShapesDemo.NewPage();
        Assert.Throws<OperationCanceledException>(() => demo.Experiments.Single(experiment => experiment.Name == "random search").Add(page));
        Assert.Equal(0, searched);
        Assert.Equal(ShapesDemo.NewPage().ToHtml(), page.ToHtml());
    }

    private static int Count(string text, string part) => (text.Length - text.Replace(part, "", StringComparison.Ordinal).Length) / part.Length;
}
