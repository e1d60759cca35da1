using Phosphene.Atlas.Units;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Tests;
using Phosphene.Transforms;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Atlas.Tests.Units;

public sealed class UnitRendererTests : IDisposable
{
    private static readonly Recipe Small = Recipe.Lucid with { Height = 20, Width = 24, Steps = 6, Transforms = Pipeline.Of(new Jitter(2)), Seed = 3 };

    private readonly TinyModel _tiny = new();
    private readonly Model _model;

    public UnitRendererTests() => _model = _tiny.Load();

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
    }

    [Fact]
    public void Every_channel_gets_a_picture_in_batches_of_one_size()
    {
        var sizes = new List<int>();
        int[] channels = [0, 1, 2, 4, 5];
        UnitPicture[] pictures = [.. new UnitRenderer(_model, Small, batch: 3).Render("relu2", channels).SelectMany(batch =>
        {
            sizes.Add(batch.Count);
            return batch;
        })];
        Assert.Equal([3, 2], sizes);
        Assert.Equal(channels, pictures.Select(picture => picture.Channel));
        Assert.All(pictures, picture => Assert.Equal((20, 24, null), (picture.Picture.Height, picture.Picture.Width, picture.Failure)));
        Assert.Equal(5, pictures.Select(picture => Convert.ToHexString(picture.Picture.Bytes)).Distinct().Count());
    }

    [Fact]
    public void Each_picture_excites_its_own_channel_and_tells_by_how_much()
    {
        Recipe longer = Small with { Steps = 40 };
        foreach (UnitPicture unit in new UnitRenderer(_model, longer).Render("conv2", [0, 3, 5]).SelectMany(batch => batch))
        {
            double[] values = [.. Enumerable.Range(0, TinyModel.Conv2Channels).Select(channel => Value(unit, channel))];
            double start = Value(new UnitRenderer(_model, Small with { Steps = 1 }).Render("conv2", [unit.Channel]).Single().Single(), unit.Channel);
            Assert.InRange(values[unit.Channel], start + 0.1, 1000);
            Assert.Equal(unit.Value!.Value, values[unit.Channel], Math.Abs(0.02 * unit.Value.Value) + 0.02);      // the picture has 8 bits
        }
    }

    [Fact]
    public void The_recipe_of_a_picture_makes_its_bytes_again()
    {
        UnitPicture[] pictures = [.. new UnitRenderer(_model, Small, batch: 2).Render("relu2", [1, 4, 5]).SelectMany(batch => batch)];
        foreach (UnitPicture unit in pictures)
        {
            Provenance provenance = Provenance.FromJson(unit.Provenance.ToJson());
            Rendering again = new Visualizer(_model, provenance.Recipe).Render(Objective.Parse(provenance.Objective));
            Assert.Equal(unit.Picture.Bytes.ToArray(), again.Pictures[provenance.Image].Bytes.ToArray());
            Assert.Equal(unit.Value, again.Values[again.Values.Count == 1 ? 0 : provenance.Image]);
        }
    }

    [Fact]
    public void A_layer_is_compiled_once_for_all_its_channels()
    {
        long Compiled(int[] channels)
        {
            using Model model = _tiny.Load();
            foreach (IReadOnlyList<UnitPicture> _ in new UnitRenderer(model, Small, batch: 2).Render("relu2", channels)) { }
            return model.Backend.Compilations;
        }
        Assert.Equal(Compiled([0, 1]), Compiled([0, 1, 2, 3, 4, 5]));
    }

    [Fact]
    public void A_cancelled_sequence_ends_with_the_last_batch_that_is_whole()
    {
        using var cancellation = new CancellationTokenSource();
        int steps = 0;
        var pictures = new UnitRenderer(_model, Small, batch: 2).Render("relu2", [0, 1, 2, 3], (channels, step) =>
        {
            if (++steps == Small.Steps + 2) cancellation.Cancel();
        }, cancellation.Token).SelectMany(batch => batch).ToArray();
        Assert.Equal([0, 1], pictures.Select(picture => picture.Channel));
    }

    [Fact]
    public void A_channel_that_diverges_says_why_and_leaves_the_others_of_its_batch_alone()
    {
        // The mean of channel 0 overflows, that of the others does not.
        using var tiny = new TinyModel { Conv1Weight = 3e38f };
        using Model model = tiny.Load();
        UnitPicture[] pictures = [.. new UnitRenderer(model, Small, batch: 3).Render("conv1", [0, 1, 2]).SelectMany(batch => batch)];
        Assert.Equal([0, 1, 2], pictures.Select(picture => picture.Channel));
        Assert.NotNull(pictures[0].Failure);
        Assert.All(pictures[1..], picture => Assert.Equal((null, Small.Steps), (picture.Failure, picture.Provenance.Step)));
    }

    private double Value(UnitPicture unit, int channel)
    {
        // The channel of the picture itself, by an evaluation of one step that starts from it.
        string path = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.png");
        try
        {
            unit.Picture.Save(path);
            var recipe = new Recipe { Height = 20, Width = 24, Steps = 1, Parameterization = new Parameterizations.Pixels(), Start = new Images.ImageReference(path), Optimizer = new Optimizers.Adam(1e-9f), RedirectSteps = 0 };
            return new Visualizer(_model, recipe).Render(Objective.Channel(unit.Layer, channel)).Value;
        }
        finally
        {
            File.Delete(path);
        }
    }
}
