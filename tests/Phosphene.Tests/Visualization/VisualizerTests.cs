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

public sealed class VisualizerTests : IDisposable
{
    private static readonly Objective Channel = Objective.Channel("relu2", 3);

    private static readonly Recipe Small = new()
    {
        Height = 14,
        Width = 21,
        Steps = 20,
        Seed = 7,
        Transforms = Pipeline.Of(new Pad(2), new Jitter(4), new Scale(Draw.Between(0.9f, 1.1f)), new Rotate(Draw.Between(-5, 5)), new Crop()),
    };

    private readonly TinyModel _tiny = new();
    private readonly Model _model;

    public VisualizerTests() => _model = _tiny.Load();

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
    }

    [Fact]
    public void The_objective_rises_and_the_picture_has_the_size_asked_for()
    {
        double start = new Visualizer(_model, Small with { Steps = 0 }).Render(Channel).Value;
        Rendering rendering = new Visualizer(_model, Small).Render(Channel);
        Assert.True(rendering.Value > 1.1 * start && start > 0, $"{start} to {rendering.Value}");
        Assert.Equal((14, 21, 3), (rendering.Pictures[0].Height, rendering.Pictures[0].Width, rendering.Pictures[0].Channels));
        Assert.Equal(20, rendering.Steps);
        Assert.Null(rendering.Fit);
        Assert.Null(rendering.Divergence);
    }

    [Fact]
    public void A_picture_is_saved_with_its_recipe()
    {
        string file = _tiny.Write("saved.png", []);
        Rendering rendering = new Visualizer(_model, Recipe.Lucid with { Height = 14, Width = 21, Steps = 2, Batch = 2 }).Render(Channel);
        rendering.Pictures[1].Save(file);
        Provenance provenance = Provenance.Read(file);
        Assert.Equal(("tiny.onnx", _model.Sha256, "relu2:3", 1, 2), (provenance.ModelFile, provenance.ModelSha256, provenance.Objective, provenance.Image, provenance.Step));
        Assert.Equal(rendering.Values[1], provenance.Value);
        Assert.Equal(Recipe.Lucid with { Height = 14, Width = 21, Steps = 2, Batch = 2 }, provenance.Recipe);

        rendering.Pictures[1].Save(file, []);
        Assert.Throws<InputFileException>(() => Provenance.Read(file));
        rendering.Pictures[1].CenterCrop(8, 9).Save(file);
        Assert.Throws<InputFileException>(() => Provenance.Read(file));
    }

    [Fact]
    public void A_step_saves_what_an_ascent_of_as_many_steps_would()
    {
        string file = _tiny.Write("step.png", []);
        Recipe recipe = Recipe.Lucid with { Height = 14, Width = 21, Steps = 5, Batch = 2 };
        foreach (AscentStep step in new Visualizer(_model, recipe).Ascend(Channel))
            if (step.Index == 3) step.Save(file, image: 1);
        Rendering rendering = new Visualizer(_model, recipe with { Steps = 3 }).Render(Channel);
        Provenance provenance = Provenance.Read(file);
        Assert.Equal(rendering.Pictures[1].Bytes, Picture.Load(file).Bytes);
        Assert.Equal(("relu2:3", 1, 3, 5), (provenance.Objective, provenance.Image, provenance.Step, provenance.Recipe.Steps));
        Assert.Equal(rendering.Values[1], provenance.Value);
    }

    [Fact]
    public void An_objective_of_ones_own_is_saved_by_its_name()
    {
        string file = _tiny.Write("saved.png", []);
        _model.Visualize(Objective.From("corner", t => t["relu2"].Channel(3).Mean()), Small with { Steps = 1 }).Save(file);
        Assert.Equal("custom('corner')", Provenance.Read(file).Objective);
    }

    [Fact]
    public void The_opposite_of_an_objective_falls()
    {
        double start = new Visualizer(_model, Small with { Steps = 0 }).Render(Channel).Value;
        Assert.True(-new Visualizer(_model, Small).Render(-Channel).Value < 0.9 * start);
    }

    [Fact]
    public void Subtracting_the_total_variation_calms_the_image()
    {
        double Noise(int steps) => -new Visualizer(_model, Small with { Parameterization = new Pixels(1), Steps = steps }).Render(-Objective.TotalVariation()).Value;
        Assert.True(Noise(20) < 0.8 * Noise(0));
    }

    [Fact]
    public void The_value_is_that_of_the_final_picture_without_transforms()
    {
        Rendering rendering = new Visualizer(_model, Small).Render(Channel);
        var image = Evaluate.Input(1, 3, 14, 21);
        float[] value = Evaluate.Of(Channel.Build(_model.Activate(image)), (image, rendering.Pictures[0].ToPlanar()));
        // The picture is rounded to 256 levels.
        Assert.Equal(rendering.Value, value[0], 0.01 * rendering.Value);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_others()
    {
        Picture first = new Visualizer(_model, Small).Render(Channel).Pictures[0], second = new Visualizer(_model, Small).Render(Channel).Pictures[0];
        Assert.Equal(first.Bytes.ToArray(), second.Bytes.ToArray());
        Assert.NotEqual(first.Bytes.ToArray(), new Visualizer(_model, Small with { Seed = 8 }).Render(Channel).Pictures[0].Bytes.ToArray());
    }

    [Fact]
    public void The_number_of_threads_does_not_change_the_bytes()
    {
        using Model two = _tiny.Load(new ModelOptions { Threads = 2 }), three = _tiny.Load(new ModelOptions { Threads = 3 });
        byte[] Of(Model model) => new Visualizer(model, Small with { Batch = 2 }).Render(Channel).Pictures[1].Bytes.ToArray();
        Assert.Equal(Of(_model), Of(two));
        Assert.Equal(Of(_model), Of(three));
    }

    [Fact]
    public void The_images_of_a_batch_differ_and_have_values_of_their_own()
    {
        Rendering rendering = new Visualizer(_model, Small with { Batch = 2 }).Render(Channel);
        Assert.Equal((2, 2), (rendering.Pictures.Count, rendering.Values.Count));
        Assert.NotEqual(rendering.Pictures[0].Bytes.ToArray(), rendering.Pictures[1].Bytes.ToArray());
        Assert.NotEqual(rendering.Values[0], rendering.Values[1]);
        Assert.Equal(rendering.Values.Average(), rendering.Value, 1e-9);
    }

    [Fact]
    public void Steps_are_taken_only_when_asked_for()
    {
        // Were they taken at once, this would not end.
        IEnumerable<AscentStep> endless = new Visualizer(_model, Small with { Steps = int.MaxValue }).Ascend(Channel);
        Assert.Equal([1, 2, 3], endless.Take(3).Select(step => step.Index));

        IEnumerable<AscentStep> ascent = new Visualizer(_model, Small with { Steps = 100 }).Ascend(Channel);
        byte[] third = ascent.Skip(2).First().Pictures()[0].Bytes.ToArray(), render = new Visualizer(_model, Small with { Steps = 3 }).Render(Channel).Pictures[0].Bytes.ToArray();
        Assert.Equal(render, third);
    }

    [Fact]
    public void Every_enumeration_starts_anew()
    {
        IEnumerable<AscentStep> ascent = new Visualizer(_model, Small with { Steps = 5 }).Ascend(Channel);
        Assert.Equal(ascent.Select(step => step.Value).ToArray(), ascent.Select(step => step.Value).ToArray());
    }

    [Fact]
    public void A_step_shows_its_value_its_pictures_and_its_clean_values()
    {
        var values = new List<float>();
        var clean = new List<double>();
        foreach (AscentStep step in new Visualizer(_model, Small with { Transforms = Pipeline.None, Steps = 4 }).Ascend(Channel))
        {
            values.Add(step.Value);
            clean.Add(step.CleanValues()[0]);
            Assert.Equal((14, 21), (step.Pictures()[0].Height, step.Pictures()[0].Width));
        }
        // Without transforms, the value that a step starts from is the clean value after the step before.
        for (int i = 1; i < 4; i++) Assert.Equal(clean[i - 1], values[i], 1e-5 * clean[i - 1]);
        Assert.True(clean[3] > clean[0]);
    }

    [Fact]
    public void A_cancelled_ascent_returns_what_was_reached()
    {
        using var stop = new CancellationTokenSource();
        Rendering stopped = new Visualizer(_model, Small).Render(Channel, step =>
        {
            if (step.Index == 3) stop.Cancel();
        }, stop.Token);
        Assert.Equal(3, stopped.Steps);
        Assert.Equal(new Visualizer(_model, Small with { Steps = 3 }).Render(Channel).Pictures[0].Bytes.ToArray(), stopped.Pictures[0].Bytes.ToArray());
        Assert.Equal(0, new Visualizer(_model, Small).Render(Channel, cancellation: new CancellationToken(canceled: true)).Steps);
    }

    [Fact]
    public void An_ascent_without_end_can_be_asked_for()
    {
        using var stop = new CancellationTokenSource();
        Assert.Equal(2, new Visualizer(_model, Small with { Steps = int.MaxValue }).Render(Channel, step =>
        {
            if (step.Index == 2) stop.Cancel();
        }, stop.Token).Steps);
    }

    [Fact]
    public void A_step_allocates_next_to_nothing()
    {
        using IEnumerator<AscentStep> ascent = new Visualizer(_model, Small with { Steps = 100 }).Ascend(Channel).GetEnumerator();
        for (int i = 0; i < 30; i++) ascent.MoveNext();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++) ascent.MoveNext();
        long each = (GC.GetAllocatedBytesForCurrentThread() - before) / 50;
        // The names of five random numbers and an enumerator; the image alone is 3,528 bytes.
        Assert.InRange(each, 0, 1500);
    }

    [Fact]
    public void The_learning_rate_is_the_recipes()
    {
        double Reached(float rate) => new Visualizer(_model, Small with { Optimizer = new Adam(rate), Steps = 5 }).Render(Channel).Value;
        Assert.True(Reached(0.05f) > Reached(0.001f));
    }

    [Fact]
    public void A_recipe_without_a_size_is_refused()
    {
        foreach (Recipe recipe in new[] { Small with { Height = 0 }, Small with { Width = -1 }, Small with { Batch = 0 } })
            Assert.Throws<UsageException>(() => new Visualizer(_model, recipe).Render(Channel));
    }
}
