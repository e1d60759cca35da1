using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Optimizers;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Syntax;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Tests.Visualization;

public sealed class ZoomTests : IDisposable
{
    private static readonly Objective Channel = Objective.Channel("relu2", 3);

    private static readonly Recipe Small = new() { Height = 20, Width = 31, Steps = 2, Parameterization = new Pixels(Clip: true), Optimizer = new NormalizedAscent(0.05f, ByMean: true), RedirectSteps = 0 };

    private readonly TinyModel _tiny = new();
    private readonly Model _model;

    public ZoomTests() => _model = _tiny.Load();

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
    }

    [Fact]
    public void Each_picture_starts_from_the_middle_of_the_one_before()
    {
        // Steps of almost no length: what is there is what each started from. 20 x 31 pixels by 1.25 are 16 x 25.
        var zoom = new Zoom(_model, Small with { Optimizer = new NormalizedAscent(1e-9f), Start = new ImageReference(Noise()) }, Channel) { Factor = 1.25 };
        Picture[] pictures = [.. zoom.Pictures().Take(3)];
        for (int i = 1; i < 3; i++)
        {
            Picture expected = pictures[i - 1].CenterCrop(16, 25).Resize(20, 31);
            Assert.All(pictures[i].Bytes.ToArray(), (level, at) => Assert.InRange(level - expected.Bytes[at], -1, 1));
        }
    }

    [Fact]
    public void Each_picture_rises_above_what_it_started_from()
    {
        List<float> values = [];
        _ = new Zoom(_model, Small, Channel).Pictures(step => values.Add(step.Value)).Take(3).Count();
        Assert.Equal(6, values.Count);
        Assert.All(Enumerable.Range(0, 3), picture => Assert.True(values[2 * picture + 1] > values[2 * picture]));
    }

    [Fact]
    public void It_is_the_same_again_and_ends_when_it_is_cancelled()
    {
        byte[] Second() => new Zoom(_model, Small, Channel).Pictures().ElementAt(1).Bytes.ToArray();
        Assert.Equal(Second(), Second());
        using var cancellation = new CancellationTokenSource();
        int steps = 0;
        Assert.Equal(2, new Zoom(_model, Small, Channel).Pictures(_ => { if (++steps == 5) cancellation.Cancel(); }, cancellation.Token).Count());
    }

    [Fact]
    public void What_is_no_zoom_is_refused()
    {
        Assert.Equal("A zoom goes in: by a factor above 1, such as 1.05; got 1.", Assert.Throws<UsageException>(() => new Zoom(_model, Small, Channel) { Factor = 1 }.Pictures().First()).Message);
        Assert.Equal("A zoom is of one image; the recipe has a batch of 2.", Assert.Throws<UsageException>(() => new Zoom(_model, Small with { Batch = 2 }, Channel).Pictures().First()).Message);
    }

    private string Noise()
    {
        string path = _tiny.Write("start.png", []);
        Picture.FromPlanar(Evaluate.Numbers(3 * 20 * 31, seed: 4, low: 0.1, high: 0.9), 3, 20, 31).Save(path);
        return path;
    }
}
