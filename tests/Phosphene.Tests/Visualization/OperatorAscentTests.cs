using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Operators;
using Phosphene.Optimizers;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;
using Phosphene.Transforms;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Tests.Visualization;

/// <summary>Image operators between steps and gradient operators within them.</summary>
public sealed class OperatorAscentTests : IDisposable
{
    private static readonly Objective Channel = Objective.Channel("relu2", 3);

    private static readonly Recipe Small = new() { Height = 14, Width = 21, Steps = 20, Seed = 7, RedirectSteps = 3, Transforms = Pipeline.Of(new Jitter(2)), Parameterization = new Pixels() };

    private readonly TinyModel _tiny = new();
    private readonly Model _model;

    public OperatorAscentTests() => _model = _tiny.Load();

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
    }

    private static byte[] Bytes(Ascent ascent) => ascent.Pictures()[0].Bytes.ToArray();

    private static OperatorPipeline Operators(string text) => OperatorPipeline.Parse(text);

    private Ascent After(Recipe recipe, int steps, Objective? objective = null)
    {
        var ascent = new Ascent(_model, recipe, objective ?? Channel);
        for (int i = 0; i < steps; i++) ascent.Advance();
        return ascent;
    }

    [Theory]
    [InlineData("pixels(decorrelate: true)")]
    [InlineData("pixels(clip: true)")]
    [InlineData("fourier(contrast: 1.75)")]
    [InlineData("shared(fourier())")]
    public void Gradient_operators_that_change_nothing_change_nothing(string parameterization)
    {
        Recipe recipe = Small with { Parameterization = Texts.Parameterizations.Parse(parameterization), Batch = 2, Optimizer = new GradientAscent(0.5f) };
        using Ascent plain = After(recipe, 8), through = After(recipe with { GradientOperators = Operators("clip(-1e9, 1e9)") }, 8);
        Assert.All(plain.Parameter(0).ToArray().Zip(through.Parameter(0).ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void A_penalty_of_the_parameterization_is_no_matter_of_the_gradient_in_the_image()
    {
        using Model shapes = Model.Load(EmbeddedModels.Shapes, new ModelOptions { Threads = 1 });
        Recipe recipe = new() { Height = 48, Width = 48, Batch = 2, Optimizer = new GradientAscent(0.1f), Parameterization = new DecoderImage(EmbeddedModels.ShapesDecoder, Noise: 0.5f, NoiseSteps: 20, PriorWeight: 0.3f) };
        float[] After(OperatorPipeline operators)
        {
            using var ascent = new Ascent(shapes, recipe with { GradientOperators = operators }, Objective.Logit(24));
            for (int step = 0; step < 4; step++) ascent.Advance();
            return ascent.Parameter(0).ToArray();
        }
        Assert.All(After(OperatorPipeline.None).Zip(After(Operators("clip(-1e9, 1e9)"))), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        // Without any gradient in the image, latents are drawn to the middle alone: z += 0.1 · -0.3·z in each step.
        using var start = new Ascent(shapes, recipe, Objective.Logit(24));
        Assert.All(start.Parameter(0).ToArray().Zip(After(Operators("decay(1, 0)"))), pair => Assert.Equal(pair.First * MathF.Pow(1 - 0.03f, 4), pair.Second, 1e-5f));
    }

    [Fact]
    public void The_gradient_in_the_image_is_changed_before_it_goes_into_the_parameters()
    {
        // With a length of 1 and a rate of 3, clipped pixels move by 3 in all, and so does each image of the batch.
        Recipe recipe = Small with { Batch = 2, Parameterization = new Pixels(Clip: true), GradientOperators = Operators("normalize(l2)"), Optimizer = new GradientAscent(3) };
        using Ascent start = After(recipe, 0), next = After(recipe, 1);
        float[] moves = [.. next.Parameter(0).ToArray().Zip(start.Parameter(0).ToArray(), (a, b) => a - b)];
        foreach (float[] image in moves.Chunk(moves.Length / 2)) Assert.Equal(3, Math.Sqrt(Evaluate.Dot(image, image)), 1e-3);

        // Blurred, it is the blurred move.
        using Ascent plain = After(recipe with { GradientOperators = OperatorPipeline.None }, 1), blurred = After(recipe with { GradientOperators = Operators("blur(1)") }, 1);
        var shape = new Shape(2, 3, 14, 21);
        var move = new Tensor(new Input(shape, "move"));
        float[] expected = Evaluate.Of(new GaussianBlur(1).Apply(move), (move, [.. plain.Parameter(0).ToArray().Zip(start.Parameter(0).ToArray(), (a, b) => a - b)]));
        float[] actual = [.. blurred.Parameter(0).ToArray().Zip(start.Parameter(0).ToArray(), (a, b) => a - b)];
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-5f);
    }

    [Theory]
    [InlineData("pixels(decorrelate: true)")]
    [InlineData("pixels(clip: true)")]
    [InlineData("fourier()")]
    [InlineData("shared(fourier())")]
    public void An_image_operator_changes_the_image_that_the_step_left(string parameterization)
    {
        Recipe recipe = Small with { Parameterization = Texts.Parameterizations.Parse(parameterization), Batch = 2, Optimizer = new Adam(0.3f) };
        using Ascent plain = After(recipe, 3), changed = After(recipe with { ImageOperators = Operators("every(3, decay(0.5)|blur(1))") }, 3);
        Picture picture = plain.Pictures()[1], actual = changed.Pictures()[1];
        var image = new Tensor(new Input(new Shape(1, 3, 14, 21), "image"));
        byte[] expected = Picture.FromPlanar(Evaluate.Of(Operators("decay(0.5)|blur(1)").Apply(image), (image, picture.ToPlanar())), 3, 14, 21).Bytes.ToArray();
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual.Bytes[i], 2.0);
        using Ascent before = After(recipe with { ImageOperators = Operators("every(3, blur(1))") }, 2), alone = After(recipe, 2);
        Assert.Equal(Bytes(alone), Bytes(before));
    }

    [Fact]
    public void Clipping_brings_parameters_back_that_went_beyond_what_is_seen()
    {
        Recipe recipe = Small with { Parameterization = new Pixels(Clip: true), Optimizer = new SignAscent(0.4f) };
        using Ascent free = After(recipe, 6), clipped = After(recipe with { ImageOperators = Operators("clip") }, 6);
        Assert.Contains(free.Parameter(0).ToArray(), value => value > 1.5f);
        Assert.All(clipped.Parameter(0).ToArray(), value => Assert.InRange(value, -0.5f, 0.5f));
    }

    [Fact]
    public void A_parameterization_that_cannot_take_an_image_refuses_image_operators_and_takes_gradient_operators()
    {
        using Model shapes = Model.Load(EmbeddedModels.Shapes, new ModelOptions { Threads = 1 });
        Recipe recipe = new() { Height = 48, Width = 48, Parameterization = new DecoderImage(EmbeddedModels.ShapesDecoder) };
        UsageException error = Assert.Throws<UsageException>(() => new Ascent(shapes, recipe with { ImageOperators = Operators("blur(1)") }, Objective.Logit(3)));
        Assert.Contains("The image operators 'blur(1)' change the image, and the parameterization decoder(", error.Message, StringComparison.Ordinal);
        using var ascent = new Ascent(shapes, recipe with { GradientOperators = Operators("blur(1)") }, Objective.Logit(3));
        ascent.Advance();
    }

    [Fact]
    public void A_gradient_operator_acts_in_each_step_and_takes_no_every() =>
        Assert.Contains("acts in each step", Assert.Throws<UsageException>(() => After(Small with { GradientOperators = Operators("every(2, blur(1))") }, 0)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_stage_has_operators_of_its_own()
    {
        OperatorPipeline blur = Operators("blur(1)"), normalize = Operators("normalize(mean)");
        Recipe whole = Small with { ImageOperators = blur, GradientOperators = normalize, Optimizer = new GradientAscent(0.5f) };
        using Ascent all = After(whole, 6), stage = After(Small with { Optimizer = new GradientAscent(0.5f), Stages = [new Stage(6) { ImageOperators = blur, GradientOperators = normalize }] }, 6);
        Assert.Equal(Bytes(all), Bytes(stage));
        using Ascent none = After(whole with { Stages = [new Stage(6) { ImageOperators = OperatorPipeline.None, GradientOperators = OperatorPipeline.None }] }, 6), plain = After(Small with { Optimizer = new GradientAscent(0.5f) }, 6);
        Assert.Equal(Bytes(plain), Bytes(none));
    }

    public static TheoryData<string> EveryOptimizer =>
    [
        "ascent(2)", "sign(0.05)", "momentum(1, 0.9)", "momentum(1, nesterov: true)", "nadam(0.1)", "rmsprop(0.1)", "adamw(0.1, 0.1)", "normalized(0.3)",
        "cosine(adam(0.1), 15, 0.1)", "linear(momentum(1), 15)", "exponential(nadam(0.1), 12)", "drops(adam(0.1), 4)", "warmup(cosine(rmsprop(0.1), 18), 4)", "averaged(adam(0.1), 0.7)", "averaged(linear(momentum(1), 30), 0.9)",
    ];

    [Theory]
    [MemberData(nameof(EveryOptimizer))]
    public void Cut_off_anywhere_an_ascent_goes_on_to_the_same_bytes(string optimizer)
    {
        Recipe recipe = Small with
        {
            Optimizer = Texts.Optimizers.Parse(optimizer),
            ImageOperators = Operators("every(3, blur(0.6))|every(4, decay(0.1))"),
            GradientOperators = Operators("laplacian(2)"),
            Penalty = Objective.Parse("0.01*residual(soften) + 0.001*variation(2)"),
            Patience = 9,
            Stages = [new Stage(5) { Height = 8, Width = 12 }, new Stage(3) { GradientOperators = Operators("normalize(std)") }],
        };
        using Ascent undisturbed = After(recipe, 20);
        byte[] expected = Bytes(undisturbed);
        string path = _tiny.Write("a.checkpoint", []);
        foreach (int at in new[] { 0, 4, 5, 7, 8, 12, 19 })
        {
            using (Ascent first = After(recipe, at)) AscentCheckpoint.Write(path, first);
            using Model reopened = _tiny.Load();
            using var second = new Ascent(reopened, recipe, Channel);
            AscentCheckpoint.Read(path, second);
            while (second.StepsDone < 20) second.Advance();
            Assert.Equal(expected, Bytes(second));
        }
    }

    [Fact]
    public void A_stage_with_another_kind_of_schedule_begins_with_a_new_memory()
    {
        // The checkpoint has what the optimizer of its own stage remembers, and nothing of the one before.
        Recipe recipe = Small with { Optimizer = new CosineSchedule(new Adam(0.1f), 10), Stages = [new Stage(6) { Optimizer = new CosineSchedule(new Momentum(1), 10) }] };
        using Ascent whole = After(recipe, 12), part = After(recipe, 9);
        using Ascent other = After(recipe, 0);
        other.Restore(part.Snapshot());
        for (int step = 0; step < 3; step++) other.Advance();
        Assert.Equal(Bytes(whole), Bytes(other));
    }

    [Fact]
    public void Without_operators_and_patience_a_recipe_is_written_as_before() =>
        Assert.DoesNotContain(new[] { "Operators", "patience" }, word => Small.ToJson().Contains(word, StringComparison.Ordinal));
}
