using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Optimizers;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Syntax;
using Phosphene.Transforms;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Tests.Visualization;

public sealed class AscentTests : IDisposable
{
    private static readonly Recipe Small = new()
    {
        Height = 14,
        Width = 21,
        Steps = 20,
        Seed = 7,
        RedirectSteps = 5,
        Transforms = Pipeline.Of(new Pad(2), new Jitter(4), new Scale(Draw.Between(0.9f, 1.1f)), new Rotate(Draw.Between(-5, 5)), new Crop()),
    };

    private readonly TinyModel _tiny = new();
    private readonly Model _model;

    public AscentTests() => _model = _tiny.Load();

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
    }

    private static Objective Channel(int channel) => Objective.Channel("relu2", channel);

    private static void Advance(Ascent ascent, int steps)
    {
        for (int i = 0; i < steps; i++) ascent.Advance();
    }

    private static byte[] Bytes(Ascent ascent) => ascent.Pictures()[0].Bytes.ToArray();

    [Fact]
    public void A_step_that_is_given_up_has_moved_nothing()
    {
        using Ascent disturbed = new(_model, Small, Channel(3)), undisturbed = new(_model, Small, Channel(3));
        foreach (Ascent ascent in new[] { disturbed, undisturbed }) Advance(ascent, 6);
        for (int i = 0; i < 3; i++) Assert.False(disturbed.TryAdvance(new CancellationToken(canceled: true)));
        Assert.Equal((6, 6), (disturbed.StepsDone, undisturbed.StepsDone));
        foreach (Ascent ascent in new[] { disturbed, undisturbed }) Advance(ascent, 3);
        Assert.Equal(Bytes(undisturbed), Bytes(disturbed));
    }

    [Theory]
    [InlineData(1, 16384, 16384, "An image of 16384 x 16384 pixels has 805306368 numbers, where at most 715827882 are possible; choose a smaller size.")]
    [InlineData(64, 2048, 4096, "A batch of 64 images of 2048 x 4096 pixels has 1610612736 numbers, where at most 715827882 are possible; choose a smaller size or a smaller batch.")]
    public void A_size_that_no_array_holds_is_refused_with_its_numbers(int batch, int height, int width, string expected) =>
        Assert.Equal(expected, Assert.Throws<InsufficientMemoryException>(() => new Ascent(_model, Small with { Batch = batch, Height = height, Width = width }, Channel(3)).Dispose()).Message);

    // So that what there is no memory for is refused at once, when the step is compiled.
    [Fact]
    public void What_an_image_starts_from_is_not_drawn_before_it_is_asked_for()
    {
        var image = new Runtime.Graphs.Shape(1, 3, 1024, 2048);
        foreach (IParameterization parameterization in new IParameterization[] { new Fourier(), new Pixels() })
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            using ParameterizedImage built = parameterization.Build(image, 1);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before, values = sizeof(float) * (long)image.Count;
            Assert.True(allocated < values / 2, $"{parameterization} allocates {allocated} bytes, where the values take {values}.");
        }
    }

    [Fact]
    public void Channels_of_a_layer_one_after_the_other_compile_once_and_give_the_pictures_that_each_gives_alone()
    {
        Objective[] channels = [.. Enumerable.Range(0, 6).Select(Channel)];
        long before = _model.Backend.Compilations;
        byte[][] together = [.. new Visualizer(_model, Small).RenderEach(channels).Select(rendering => rendering.Pictures[0].Bytes.ToArray())];
        // The step with redirected ReLUs, the plain one, the clean values and the pictures.
        Assert.Equal(4, _model.Backend.Compilations - before);
        Assert.Equal([.. channels.Select(channel => new Visualizer(_model, Small).Render(channel).Pictures[0].Bytes.ToArray())], together);
        Assert.Equal(6, together.Select(Convert.ToHexString).Distinct().Count());
    }

    [Fact]
    public void An_objective_of_another_form_is_compiled_anew()
    {
        Objective[] objectives = [Channel(1), Objective.Channel("relu1", 1), 2f * Channel(1), Objective.Logit(2), Objective.Logit(3), Channel(2) - 0.01f * Objective.TotalVariation()];
        Rendering[] together = [.. new Visualizer(_model, Small).RenderEach(objectives)];
        for (int i = 0; i < objectives.Length; i++)
        {
            Rendering alone = new Visualizer(_model, Small).Render(objectives[i]);
            Assert.Equal(alone.Value, together[i].Value);
            Assert.Equal(alone.Pictures[0].Bytes.ToArray(), together[i].Pictures[0].Bytes.ToArray());
        }
    }

    [Fact]
    public void A_restart_with_another_seed_begins_where_that_seed_begins()
    {
        using var ascent = new Ascent(_model, Small, Channel(3)) { KeepsPlans = true };
        Advance(ascent, 9);
        ascent.Restart(Channel(3), seed: 8);
        Assert.Equal(0, ascent.StepsDone);
        Advance(ascent, 9);
        using var other = new Ascent(_model, Small with { Seed = 8 }, Channel(3));
        Advance(other, 9);
        Assert.Equal(Bytes(other), Bytes(ascent));
        Assert.Equal(other.Value, ascent.Value);
    }

    [Fact]
    public void A_restart_with_an_objective_that_does_not_fit_changes_nothing()
    {
        using Ascent ascent = new(_model, Small, Channel(3)), undisturbed = new(_model, Small, Channel(3));
        Advance(ascent, 7);
        Assert.Throws<UsageException>(() => ascent.Restart(Channel(99)));
        Advance(ascent, 7);
        Advance(undisturbed, 14);
        Assert.Equal(Bytes(undisturbed), Bytes(ascent));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(12)]
    public void Restored_from_a_snapshot_it_goes_on_to_the_same_bytes(int at)
    {
        AscentSnapshot snapshot;
        using (var cutOff = new Ascent(_model, Small with { Batch = 2 }, Channel(3)))
        {
            Advance(cutOff, at);
            snapshot = cutOff.Snapshot();
            Advance(cutOff, 2);                                      // what comes after it does not change it
        }
        using Ascent resumed = new(_model, Small with { Batch = 2 }, Channel(3)), undisturbed = new(_model, Small with { Batch = 2 }, Channel(3));
        Advance(resumed, 1);
        resumed.Restore(snapshot);
        Assert.Equal(at, resumed.StepsDone);
        Advance(resumed, 20 - at);
        Advance(undisturbed, 20);
        Assert.Equal(undisturbed.Pictures()[1].Bytes.ToArray(), resumed.Pictures()[1].Bytes.ToArray());
        Assert.Equal((undisturbed.Value, undisturbed.RedirectedSteps), (resumed.Value, resumed.RedirectedSteps));
    }

    [Fact]
    public void A_snapshot_of_another_ascent_is_refused_and_nothing_changes()
    {
        using Ascent ascent = new(_model, Small, Channel(3)), larger = new(_model, Small with { Height = 20 }, Channel(3)), other = new(_model, Small with { Optimizer = new NormalizedAscent(1) }, Channel(3));
        Advance(ascent, 2);
        byte[] before = Bytes(ascent);
        Assert.Contains("another ascent", Assert.Throws<UsageException>(() => ascent.Restore(larger.Snapshot())).Message);
        Assert.Contains("means", Assert.Throws<UsageException>(() => ascent.Restore(other.Snapshot())).Message);
        Assert.Equal(2, ascent.StepsDone);
        Assert.Equal(before, Bytes(ascent));
    }

    [Fact]
    public void Previews_are_compiled_once()
    {
        using var ascent = new Ascent(_model, Small with { RedirectSteps = 0 }, Channel(3));
        Advance(ascent, 1);
        long before = _model.Backend.Compilations;
        for (int i = 0; i < 5; i++)
        {
            ascent.Advance();
            ascent.Pictures();
            ascent.CleanValues();
        }
        Assert.Equal(2, _model.Backend.Compilations - before);
    }

    [Fact]
    public void What_is_watched_is_told_and_does_not_change_the_ascent()
    {
        using Ascent watching = new(_model, Small with { Batch = 2, Transforms = Pipeline.None }, Channel(3), Channel(3), Objective.Probability(1)), plain = new(_model, Small with { Batch = 2, Transforms = Pipeline.None }, Channel(3));
        Advance(watching, 6);
        Advance(plain, 6);
        Assert.Equal(Bytes(plain), Bytes(watching));
        Assert.Equal(watching.Values.ToArray(), watching.WatchedValues(0).ToArray());
        Assert.All(watching.WatchedValues(1).ToArray(), probability => Assert.InRange(probability, 0.001f, 0.999f));
        double[] clean = [.. watching.CleanWatchedValues(1)];
        watching.Advance();
        for (int n = 0; n < 2; n++) Assert.Equal(clean[n], watching.WatchedValues(1)[n], 1e-6);
    }

    [Fact]
    public async Task Two_ascents_of_one_model_at_once_give_what_each_gives_alone()
    {
        byte[] Alone(int channel) => new Visualizer(_model, Small).Render(Channel(channel)).Pictures[0].Bytes.ToArray();
        byte[][] alone = [Alone(1), Alone(3)];
        byte[][] atOnce = await Task.WhenAll(Task.Run(() => Alone(1)), Task.Run(() => Alone(3)));
        Assert.Equal(alone, atOnce);
    }

    [Fact]
    public void Any_optimizer_climbs()
    {
        double start = new Visualizer(_model, Small with { Steps = 0 }).Render(Channel(3)).Value;
        Assert.True(new Visualizer(_model, Small with { Optimizer = new NormalizedAscent(0.5f) }).Render(Channel(3)).Value > 1.1 * start);
    }

    [Fact]
    public void The_images_of_a_batch_with_channels_of_their_own_are_those_of_each_alone_but_for_their_starts()
    {
        Objective each = Objective.From("each", t => t.Channels(t["relu2"], "relu2", image => 2 + image).MeanOver(1, 2, 3));
        Rendering rendering = new Visualizer(_model, Small with { Batch = 2, Steps = 200 }).Render(each);
        for (int image = 0; image < 2; image++)
        {
            double alone = new Visualizer(_model, Small with { Steps = 200 }).Render(Channel(2 + image)).Value;
            Assert.InRange(rendering.Values[image], 0.8 * alone, 1.25 * alone);
        }
    }
}
