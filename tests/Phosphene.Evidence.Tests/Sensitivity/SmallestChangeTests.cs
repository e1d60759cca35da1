using Phosphene.Evidence.Responses;
using Phosphene.Evidence.Sensitivity;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Syntax;
using Phosphene.Tests;
using Xunit;

namespace Phosphene.Evidence.Tests.Sensitivity;

public sealed class SmallestChangeTests : IDisposable
{
    private const int Height = 24, Width = 30;

    private readonly TemporaryFolder _folder = new();
    private readonly TinyModel _tiny = new() { FixedSize = (Height, Width) };
    private readonly Model _model;
    private readonly Picture _photo = Picture.FromPlanar(Evaluate.Numbers(3 * Height * Width, seed: 4, low: 0.1, high: 0.9), 3, Height, Width);
    private readonly ImageReference _file;

    public SmallestChangeTests()
    {
        _model = _tiny.Load();
        string path = Path.Combine(_folder.Path, "photo.png");
        _photo.Save(path);
        _file = new ImageReference(path);
    }

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_channel_gives_what_is_wanted_where_it_gave_most()
    {
        using Model model = Model.Load(EmbeddedModels.Shapes);
        // Smooth, as photos are.
        const int Side = 48;
        Picture photo = Picture.FromPlanar([.. Enumerable.Range(0, 3 * Side * Side).Select(i => 0.5f + 0.3f * MathF.Sin(0.2f * (i % Side) + 0.1f * (i / Side % Side) + i / (Side * Side)))], 3, Side, Side);
        string path = Path.Combine(_folder.Path, "smooth.png");
        photo.Save(path);
        using var plan = new ResponsePlan(model, ["conv3/relu"], withClasses: false);
        LayerResponse before = plan.Of(photo).Layers[0];
        int channel = before.Top(1)[0].Channel;
        using var change = new SmallestChange(model, new ImageReference(path), before, channel);
        Assert.Equal((before.Largest(channel).Row, before.Largest(channel).Column), (change.Row, change.Column));
        Assert.Equal(before.Largest(channel).Value, change.Before, 1e-6);
        Assert.Equal(change.Before + Math.Max(change.Before / 2, before.UsualOf(channel)), change.Wanted, 1e-5);
        while (!change.IsDone) change.Advance();
        Assert.True(change.Now >= change.Wanted, $"{change.Now} after {change.Step} steps, where {change.Wanted} is wanted");
        // What is shown is rounded to 8 bits.
        Assert.Equal(change.Now, plan.Of(change.Changed()).Layers[0].Map(channel)[change.Row * before.Width + change.Column], 0.05 * change.Wanted);
        double moved = Math.Sqrt(photo.ToPlanar().Zip(change.Changed().ToPlanar(), (was, now) => (double)(now - was) * (now - was)).Average());
        Assert.InRange(moved, 0.0005, 0.1);
    }

    [Fact]
    public void A_class_rises_too()
    {
        LayerResponse before = Of("logits", _photo);
        using var change = new SmallestChange(_model, _file, before, 2);
        while (!change.IsDone) change.Advance();
        Assert.True(change.Now > change.Before);
    }

    [Fact]
    public void What_became_brighter_is_orange_and_what_became_darker_blue()
    {
        LayerResponse response = Of("relu2", _photo);
        using var change = new SmallestChange(_model, _file, response, response.Top(1)[0].Channel);
        float[] changed = change.Photo.ToPlanar();
        int pixels = Height * Width, bright = 3 * Width + 7, dark = 9 * Width + 2;
        for (int c = 0; c < 3; c++)
        {
            changed[c * pixels + bright] += 0.1f;
            changed[c * pixels + dark] -= 0.1f;
        }
        Picture difference = change.Difference(Picture.FromPlanar(changed, 3, Height, Width));
        Assert.Equal([0xc2, 0x4e, 0x1a], difference.Row(3).Slice(3 * 7, 3).ToArray());
        Assert.Equal([0x2a, 0x6d, 0xb0], difference.Row(9).Slice(3 * 2, 3).ToArray());
        Assert.Equal([128, 128, 128], difference.Row(0)[..3].ToArray());
    }

    [Fact]
    public void A_channel_that_is_not_there_is_refused()
    {
        var error = Assert.Throws<UsageException>(() => new SmallestChange(_model, _file, Of("relu2", _photo), 6));
        Assert.Equal("Layer 'relu2' has channels 0 to 5; there is no channel 6.", error.Message);
    }

    [Fact]
    public void Where_a_layer_gives_nothing_there_is_nothing_to_measure_by()
    {
        var response = new LayerResponse("relu2", 6, 12, 15, new float[6 * 12 * 15]);
        Assert.Throws<UsageException>(() => new SmallestChange(_model, _file, response, 0));
    }

    private LayerResponse Of(string layer, Picture photo)
    {
        using var plan = new ResponsePlan(_model, [layer], withClasses: false);
        return plan.Of(photo).Layers[0];
    }
}
