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

/// <summary>Stages, penalties, starts from a picture and checkpoints: an ascent in legs.</summary>
public sealed class LegTests : IDisposable
{
    private static readonly Objective Channel = Objective.Channel("relu2", 3);

    private static readonly Recipe Small = new() { Height = 14, Width = 21, Steps = 20, Seed = 7, RedirectSteps = 3, Transforms = Pipeline.Of(new Jitter(2)) };

    private static readonly Recipe Staged = Small with
    {
        Stages = [new Stage(4) { Height = 8, Width = 12 }, new Stage(5) { Optimizer = new NormalizedAscent(0.5f) }, new Stage(6) { Penalty = 0.01f * Objective.TotalVariation(), Transforms = Pipeline.None }],
    };

    private readonly TinyModel _tiny = new();
    private readonly Model _model;

    public LegTests() => _model = _tiny.Load();

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
    }

    private static byte[] Bytes(Ascent ascent) => ascent.Pictures()[0].Bytes.ToArray();

    private Ascent After(Recipe recipe, int steps, Objective? objective = null)
    {
        var ascent = new Ascent(_model, recipe, objective ?? Channel);
        for (int i = 0; i < steps; i++) ascent.Advance();
        return ascent;
    }

    [Fact]
    public void The_size_of_the_picture_is_that_of_the_stage()
    {
        using Ascent coarse = After(Staged, 4), fine = After(Staged, 5);
        Assert.Equal((8, 12), (coarse.Pictures()[0].Height, coarse.Pictures()[0].Width));
        Assert.Equal((14, 21), (fine.Pictures()[0].Height, fine.Pictures()[0].Width));
    }

    [Fact]
    public void A_larger_stage_goes_on_with_what_the_smaller_one_found()
    {
        // The step after the change is no step at all, so what is left is the small picture, enlarged.
        Recipe halves = Small with { Steps = 41, Transforms = Pipeline.None, Stages = [new Stage(40) { Height = 7, Width = 10 }], Optimizer = new Adam(1e-6f), Parameterization = new Pixels() };
        halves = halves with { Stages = [halves.Stages[0] with { Optimizer = new Adam(0.1f) }] };
        using Ascent small = After(halves, 40), large = After(halves, 41);
        Picture expected = small.Pictures()[0].Resize(14, 21), actual = large.Pictures()[0];
        for (int i = 0; i < expected.Bytes.Length; i++) Assert.Equal(expected.Bytes[i], actual.Bytes[i], 4.0);
        using Ascent noise = After(halves with { Stages = [] }, 1);
        Assert.NotEqual(Bytes(noise), Bytes(large));
    }

    [Fact]
    public void A_stage_that_changes_nothing_changes_nothing()
    {
        using Ascent plain = After(Small, 12), staged = After(Small with { Stages = [new Stage(5), new Stage(4)] }, 12);
        Assert.Equal(Bytes(plain), Bytes(staged));
    }

    [Fact]
    public void The_optimizer_of_a_stage_moves_the_parameters()
    {
        using Ascent stage = After(Small with { Stages = [new Stage(6) { Optimizer = new NormalizedAscent(0.5f) }] }, 6), whole = After(Small with { Optimizer = new NormalizedAscent(0.5f) }, 6);
        Assert.Equal(Bytes(whole), Bytes(stage));
    }

    [Fact]
    public void A_penalty_is_subtracted_and_is_no_part_of_the_value()
    {
        using Ascent apart = After(Small with { Penalty = 0.02f * Objective.TotalVariation() }, 8), within = After(Small, 8, Channel - 0.02f * Objective.TotalVariation()), without = After(Small, 8);
        Assert.Equal(Bytes(within), Bytes(apart));
        Assert.NotEqual(Bytes(without), Bytes(apart));
        Assert.True(apart.Value > within.Value);
    }

    [Fact]
    public void An_ascent_begins_from_the_picture_that_the_recipe_names()
    {
        string path = _tiny.Write("start.png", []);
        var picture = Picture.FromPlanar(Evaluate.Numbers(3 * 28 * 42, seed: 4, low: 0.1, high: 0.9), 3, 28, 42);
        picture.Save(path);
        using Ascent start = After(Small with { Start = new ImageReference(path).Pinned() }, 0);
        Picture expected = picture.Cover(14, 21), actual = start.Pictures()[0];
        for (int i = 0; i < expected.Bytes.Length; i++) Assert.Equal(expected.Bytes[i], actual.Bytes[i], 1.0);
        start.Advance();
        start.Restart(Channel);
        Assert.Equal(actual.Bytes.ToArray(), Bytes(start));
    }

    [Theory]
    [InlineData("fourier(contrast: 1.75)")]
    [InlineData("fourier(decay: 0.8, contrast: 0.1)")]
    [InlineData("pixels(decorrelate: true)")]
    [InlineData("pixels(clip: true)")]
    public void A_start_of_any_contrast_is_there_within_2_levels(string parameterization)
    {
        string path = _tiny.Write("start.png", []);
        Picture.FromPlanar([.. Enumerable.Range(0, 3 * 14 * 21).Select(i => (i / 5 % 3) / 2f)], 3, 14, 21).Save(path);
        using Ascent start = After(Small with { Parameterization = Texts.Parameterizations.Parse(parameterization), Start = new ImageReference(path) }, 0);
        Assert.All(start.Pictures()[0].Bytes.ToArray(), (level, i) => Assert.InRange(level - Picture.Load(path).Bytes[i], -2, 2));
    }

    [Fact]
    public void The_detail_of_a_start_comes_back_where_the_picture_grows()
    {
        string path = _tiny.Write("start.png", []);
        var picture = Picture.FromPlanar(Evaluate.Numbers(3 * 14 * 21, seed: 4, low: 0.1, high: 0.9), 3, 14, 21);
        picture.Save(path);
        // Steps of almost no length: what is there after the change of size is what the ascent started from, although the size before had room for a ninth of it.
        Recipe octaves = Small with { Parameterization = new Pixels(Clip: true), Optimizer = new NormalizedAscent(1e-9f), Start = new ImageReference(path), Stages = [new Stage(2) { Height = 5, Width = 7 }] };
        using Ascent large = After(octaves, 3);
        Assert.All(large.Pictures()[0].Bytes.ToArray(), (level, i) => Assert.InRange(level - picture.Bytes[i], -1, 1));
    }

    [Fact]
    public void The_images_of_a_batch_start_from_pictures_of_their_own()
    {
        string[] paths = [.. new[] { 4UL, 5UL }.Select(seed =>
        {
            string path = _tiny.Write($"start{seed}.png", []);
            Picture.FromPlanar(Evaluate.Numbers(3 * 14 * 21, (int)seed, low: 0.1, high: 0.9), 3, 14, 21).Save(path);
            return path;
        })];
        Recipe octaves = Small with
        {
            Batch = 3,
            Parameterization = new Pixels(Clip: true),
            Optimizer = new NormalizedAscent(1e-9f),
            Start = Start.From([.. paths.Select(path => new ImageReference(path))]),
            Stages = [new Stage(2) { Height = 5, Width = 7 }],
        };
        using Ascent ascent = After(octaves, 3);
        foreach ((Picture actual, int n) in ascent.Pictures().Select((picture, n) => (picture, n)))
            Assert.All(Picture.Load(paths[n % 2]).Bytes.ToArray(), (level, i) => Assert.InRange(level - actual.Bytes[i], -1, 1));
    }

    [Fact]
    public void More_pictures_than_images_are_refused()
    {
        string path = _tiny.Write("start.png", []);
        Picture.FromPlanar(new float[3 * 4 * 4], 3, 4, 4).Save(path);
        Recipe recipe = Small with { Start = Start.From(new ImageReference(path), new ImageReference(path)) };
        Assert.StartsWith("The recipe starts from 2 images and has a batch of 1", Assert.Throws<UsageException>(() => After(recipe, 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_that_has_changed_since_is_refused()
    {
        string path = _tiny.Write("start.png", []);
        Picture.FromPlanar(new float[3 * 4 * 4], 3, 4, 4).Save(path);
        ImageReference pinned = new ImageReference(path).Pinned();
        Picture.FromPlanar([.. Enumerable.Repeat(1f, 3 * 4 * 4)], 3, 4, 4).Save(path);
        Assert.Contains("SHA-256", Assert.Throws<InputFileException>(() => After(Small with { Start = pinned }, 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_decoder_is_a_parameterization_that_cannot_begin_from_a_picture()
    {
        using Model shapes = Model.Load(EmbeddedModels.Shapes, new ModelOptions { Threads = 1 });
        Recipe recipe = new() { Height = 48, Width = 48, Steps = 30, Batch = 2, Optimizer = new Adam(0.2f), Parameterization = new DecoderImage(EmbeddedModels.ShapesDecoder, Noise: 0.5f, NoiseSteps: 20, PriorWeight: 0.1f) };
        Objective square = Objective.LogProbability(24);
        double start = new Visualizer(shapes, recipe with { Steps = 0 }).Render(square).Value;
        Rendering rendering = new Visualizer(shapes, recipe).Render(square), again = new Visualizer(shapes, recipe).Render(square);
        Assert.True(rendering.Value > start + 1, $"{start} to {rendering.Value}");
        Assert.Equal(rendering.Pictures[1].Bytes.ToArray(), again.Pictures[1].Bytes.ToArray());
        Recipe larger = recipe with { Stages = [new Stage(2) { Height = 60, Width = 60 }] };
        Assert.Contains("cannot begin from an image", Assert.Throws<UsageException>(() => new Visualizer(shapes, larger).Render(square)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cut_off_at_ten_random_steps_an_ascent_goes_on_from_its_checkpoint_to_the_same_bytes()
    {
        using Ascent undisturbed = After(Staged, 20);
        byte[] expected = Bytes(undisturbed);
        string path = _tiny.Write("a.checkpoint", []);
        var random = new Random(1);
        for (int cut = 0; cut < 10; cut++)
        {
            int at = random.Next(0, 21);
            using (Ascent first = After(Staged, at)) AscentCheckpoint.Write(path, first);
            using Model reopened = _tiny.Load();
            using var second = new Ascent(reopened, Staged, Channel);
            AscentCheckpoint.Read(path, second);
            Assert.Equal(at, second.StepsDone);
            while (second.StepsDone < 20) second.Advance();
            Assert.Equal(expected, Bytes(second));
        }
    }

    [Fact]
    public void A_checkpoint_of_another_ascent_or_a_damaged_one_is_refused_by_name()
    {
        string path = _tiny.Write("a.checkpoint", []);
        using Ascent ascent = After(Small, 3), other = After(Small with { Seed = 8 }, 3);
        AscentCheckpoint.Write(path, ascent);
        Assert.Contains("another ascent", Assert.Throws<InvalidDataException>(() => AscentCheckpoint.Read(path, other)).Message, StringComparison.Ordinal);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
        byte[] before = Bytes(ascent);
        Assert.StartsWith($"Cannot resume from '{path}'", Assert.Throws<InvalidDataException>(() => AscentCheckpoint.Read(path, ascent)).Message, StringComparison.Ordinal);
        Assert.Equal(before, Bytes(ascent));
    }
}
