using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Tests;
using Phosphene.Transforms;
using Phosphene.Visualization;
using Xunit;
using Shape = Phosphene.Runtime.Graphs.Shape;
using Tensor = Phosphene.Runtime.Graphs.Tensor;

namespace Phosphene.Tests.Visualization;

/// <summary>A batch of different channels of a layer costs what a batch of equal ones costs, and gives what each gives alone.</summary>
public sealed class EachBatchTests : IDisposable
{
    private const int Images = 16;

    private static readonly Recipe Batch = new()
    {
        Height = 14,
        Width = 21,
        Steps = 30,
        Seed = 7,
        Batch = Images,
        Transforms = Pipeline.Of(new Pad(2), new Jitter(4), new Scale(Draw.Between(0.9f, 1.1f)), new Rotate(Draw.Between(-5, 5)), new Crop()),
    };

    private static readonly Objective Different = Objective.Each([.. Enumerable.Range(0, Images).Select(Channel)]);

    private readonly TinyModel _tiny = new();
    private readonly Model _model;

    public EachBatchTests() => _model = _tiny.Load();

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
    }

    private static Objective Channel(int image) => Objective.Channel("relu2", image % TinyModel.Conv2Channels);

    [Fact]
    public void It_runs_the_very_plan_of_equal_channels()
    {
        using var ascent = new Ascent(_model, Batch with { RedirectSteps = 0 }, Objective.Channel("relu2", 3)) { KeepsPlans = true };
        Plan equal = ascent.Plan;
        ascent.Restart(Different);
        Assert.Same(equal, ascent.Plan);
    }

    [Fact]
    public void Each_image_is_what_it_is_alone()
    {
        Rendering together = new Visualizer(_model, Batch).Render(Different);
        for (int image = 0; image < Images; image++)
        {
            Rendering alone = new Visualizer(_model, Batch with { Batch = 1, Parameterization = new ImageOfBatch(image) }).Render(Channel(image));
            Assert.Equal(together.Values[image], alone.Value, 0.02 * Math.Abs(alone.Value));
        }
    }

    // Adam divides by a gradient plus 1e-8, in which a small one would feel it if each image had a sixteenth of its gradient in the batch.
    [Theory]
    [InlineData(1)]
    [InlineData(1e-7f)]
    public void Where_the_kernels_are_the_same_each_image_has_the_bytes_that_it_has_alone(float weight)
    {
        Rendering together = new Visualizer(_model, Batch).Render(Objective.Each([.. Enumerable.Range(0, Images).Select(image => weight * Channel(image))]));
        for (int image = 0; image < Images; image++)
            Assert.Equal(together.Pictures[image].Bytes.ToArray(),
                new Visualizer(_model, Batch with { Batch = 1, Parameterization = new ImageOfBatch(image) }).Render(weight * Channel(image)).Pictures[0].Bytes.ToArray());
    }

    public static TheoryData<string> Recipes => ["", "swift", "noise", "own noise", "each", "one start for all", "stages", "patience"];

    [Theory]
    [MemberData(nameof(Recipes))]
    public void Pictures_made_together_are_those_made_alone(string special)
    {
        Recipe recipe = special switch
        {
            "swift" => Recipe.Swift with { Height = 28, Width = 41, Steps = 20 },
            "noise" => Batch with { Transforms = Pipeline.Of(new Noise(0.1f)) },
            "own noise" => Batch with { Transforms = Pipeline.Of(new OwnNoise()) },
            "each" => Batch with { Transforms = Pipeline.Of(new PerImage(Batch.Transforms)) },
            "one start for all" => Batch with { Parameterization = new Shared(new Fourier()) },
            "stages" => Batch with { Stages = [new Stage(10) { Height = 7, Width = 10 }] },
            "patience" => Batch with { Patience = 3 },
            _ => Batch,
        };
        Objective[] objectives = [.. Enumerable.Range(0, 4).Select(Channel), Channel(4), -1f * Channel(5), .. Enumerable.Range(0, 3).Select(image => -1f * Channel(image)), .. Enumerable.Range(0, 3).Select(image => Objective.Neuron("relu2", image))];
        Rendering[] together = [.. new Visualizer(_model, recipe).RenderTogether([objectives[..4], objectives[4..6], objectives[6..9], objectives[9..]]).SelectMany(batch => batch)];
        Assert.Equal(objectives.Length, together.Length);
        foreach ((Objective objective, Rendering of) in objectives.Zip(together))
        {
            Rendering alone = new Visualizer(_model, recipe with { Batch = 1 }).Render(objective);
            Assert.Equal(alone.Provenances[0].ToJson(), of.Provenances[0].ToJson());
            Assert.Equal(Png(alone), Png(of));
            Assert.Equal(alone.Value, of.Value);
        }

        static byte[] Png(Rendering rendering)
        {
            using var stream = new MemoryStream();
            PngWriter.Write(stream, rendering.Pictures[0], rendering.Pictures[0].Texts);
            return stream.ToArray();
        }
    }

    [Fact]
    public void What_was_cut_off_is_left_out()
    {
        using var stop = new CancellationTokenSource();
        int steps = 0;
        void Stop(int first, AscentStep step)
        {
            if (++steps == Batch.Steps + 3) stop.Cancel();
        }

        Assert.Single(new Visualizer(_model, Batch).RenderTogether(Enumerable.Range(0, 6).Select(Channel).Chunk(3), Stop, stop.Token));
    }

    [SharedFact]
    public void Channels_of_GoogLeNet_made_together_are_those_made_alone()
    {
        using Model model = Model.Load(SharedData.Path("models/bvlc_googlenet.onnx"));
        foreach ((string layer, int side) in new[] { ("inception_4c/output", 128), ("inception_5b/output", 96), ("loss3/classifier", 100) })
        {
            Recipe recipe = Recipe.Lucid with { Steps = 4, Height = side, Width = side };
            Objective[] objectives = [.. Enumerable.Range(40, 4).Select(channel => Objective.Channel(layer, channel))];
            IReadOnlyList<Rendering> together = new Visualizer(model, recipe).RenderTogether([objectives]).Single();
            foreach ((Objective objective, Rendering of) in objectives.Zip(together))
                Assert.Equal(new Visualizer(model, recipe).Render(objective).Pictures[0].Bytes.ToArray(), of.Pictures[0].Bytes.ToArray());
        }
    }

    /// <summary>A transform of somebody's own, which draws apart for each image.</summary>
    private sealed record OwnNoise : ITransform
    {
        public Tensor Apply(Tensor image, RandomVariables random) => image + 0.1f * random.Normal("own", image.Shape);
    }

    /// <summary>One image with the start that it has in a batch.</summary>
    private sealed record ImageOfBatch(int Image) : IParameterization
    {
        public ParameterizedImage Build(Shape image, ulong seed)
        {
            ParameterizedImage alone = new Fourier().Build(image, seed), batch = new Fourier().Build(image.With(0, Images), seed);
            float[] start = alone.Parameters[0].Parameter.Values, all = batch.Parameters[0].Parameter.Values;
            int half = start.Length / 2;                                // of real parts, then of imaginary ones
            Array.Copy(all, Image * half, start, 0, half);
            Array.Copy(all, (Images + Image) * half, start, half, half);
            return alone;
        }
    }
}
