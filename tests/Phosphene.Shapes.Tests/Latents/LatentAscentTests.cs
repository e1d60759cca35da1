using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Optimizers;
using Phosphene.Parameterizations;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Writing;
using Phosphene.Runtime.Training;
using Phosphene.Shapes.Latents;
using Phosphene.Tests;
using Xunit;

namespace Phosphene.Shapes.Tests.Latents;

/// <summary>Ascent and search with a decoder whose images are known: latent 0 is the red of all pixels, latent 1 the green.</summary>
public sealed class LatentAscentTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("phosphene-latents-").FullName;
    private readonly TinyModel _tiny = new();
    private readonly Model _model;
    private readonly Decoder _decoder;

    // How red the image is: what is maximized here needs no model.
    private static readonly Objective Red = Objective.From("red", activations => activations.Image.Channel(0).MeanOver(1, 2, 3).Reshape(new Shape(activations.Image.Shape.Batch)));

    public LatentAscentTests()
    {
        _model = _tiny.Load();
        _decoder = Decoder.Load(Written("0.2..0.4 0..1"));
    }

    public void Dispose()
    {
        _decoder.Dispose();
        _model.Dispose();
        _tiny.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Written(string prior)
    {
        var model = new TrainableModel("colours", seed: 1);
        TrainableLayer image = model.Input("latent", 1, 2).Dense("colour", 3).Reshape(3, 1, 1).Upsample(8);
        float[] weight = model.Values("colour/weight");                 // [3, 2]
        weight.AsSpan().Clear();
        (weight[0], weight[3]) = (1, 1);
        string path = Path.Combine(_folder, $"colours-{Guid.NewGuid():N}.onnx");
        new OnnxExport("colours", image) { Metadata = [new(LatentPrior.MetadataKey, prior)] }.Write(path);
        return path;
    }

    [Fact]
    public void Each_start_climbs_in_the_latent_that_counts_and_in_no_other()
    {
        LatentAscentResult result = (new LatentAscent(_decoder, _model) { Starts = 5, Steps = 8, Optimizer = new Adam(0.05f) }).Run(Red);
        for (int n = 0; n < 5; n++)
        {
            Assert.Equal(0.4, result.End[2 * n] - result.Start[2 * n], 0.01);     // eight steps of about the rate
            Assert.Equal(result.Start[2 * n + 1], result.End[2 * n + 1]);
            Assert.Equal(result.Start[2 * n], result.History[0][n], 1e-5);
            Assert.Equal(result.End[2 * n], result.History[^1][n], 1e-5);
            Assert.Equal((int)Math.Round(255 * result.End[2 * n]), result.Pictures[n].Bytes[0], 1.0);
        }
        Assert.Equal(9, result.History.Count);
        Assert.Equal(result.History[^1].Count(value => value > 0.7f), result.Above(0.7f));
    }

    [Fact]
    public void A_normalized_step_has_the_given_length_whatever_the_gradient()
    {
        LatentAscentResult result = (new LatentAscent(_decoder, _model) { Starts = 3, Steps = 1, Optimizer = new NormalizedAscent(0.25f) }).Run(1e-6f * Red);
        for (int n = 0; n < 3; n++) Assert.Equal(0.25, result.End[2 * n] - result.Start[2 * n], 1e-5);
    }

    [Fact]
    public void Where_the_image_is_white_the_clipped_gradient_is_zero_and_nothing_moves()
    {
        LatentAscentResult result = (new LatentAscent(_decoder, _model) { Starts = 2, Steps = 3, Optimizer = new NormalizedAscent(100) }).Run(Red);
        Assert.All(Enumerable.Range(0, 2), n => Assert.Equal(result.Start[2 * n] + 100, result.End[2 * n], 1e-3));
    }

    [Fact]
    public void The_pull_to_the_prior_draws_latents_to_zero()
    {
        LatentAscentResult result = (new LatentAscent(_decoder, _model) { Starts = 4, Steps = 200, Optimizer = new Adam(0.05f), PriorWeight = 100 }).Run(Red);
        for (int n = 0; n < 4; n++) Assert.InRange(result.End[2 * n + 1], -0.05, 0.05);
    }

    // Red with a ripple: a hill every tenth, from which a small step leads down.
    private static readonly Objective Rippled = Objective.From("rippled red", activations =>
    {
        Tensor red = Red.Build(activations);
        return red + 0.05f * (20 * MathF.PI * red).Sin();
    });

    [Fact]
    public void Without_noise_an_ascent_is_stuck_on_the_first_hill_and_with_noise_it_is_not()
    {
        var ascent = new LatentAscent(_decoder, _model) { Starts = 20, Steps = 500, Optimizer = new Adam(0.015f), Cooling = true };
        Assert.Equal(0, ascent.Run(Rippled, Red).Above(0.9f));
        LatentAscentResult result = (ascent with { Noise = 0.1f }).Run(Rippled, Red);
        Assert.Equal(20, result.Above(0.9f));
        for (int n = 0; n < 20; n++) Assert.Equal(Math.Min(1, result.End[2 * n]), result.History[^1][n], 1e-5);       // at the end without noise
        Assert.NotEqual(result.Start[0], result.History[0][0], 1e-4);
        Assert.Equal(result.End, (ascent with { Noise = 0.1f }).Run(Rippled, Red).End);
        Assert.NotEqual(result.End, (ascent with { Noise = 0.1f, Seed = 1 }).Run(Rippled, Red).End);
    }

    [Fact]
    public void A_start_that_has_not_arrived_goes_on_from_where_it_is_and_the_others_stay()
    {
        var once = new LatentAscent(_decoder, _model) { Starts = 6, Steps = 8, Optimizer = new NormalizedAscent(0.05f), Goal = 0.7f };
        LatentAscentResult first = once.Run(Red), result = (once with { Rounds = 3 }).Run(Red);
        int[] arrived = [.. Enumerable.Range(0, 6).Where(n => first.History[^1][n] > 0.7f)];
        Assert.InRange(arrived.Length, 1, 5);
        for (int n = 0; n < 6; n++)
        {
            int rounds = arrived.Contains(n) ? 1 : 2;
            Assert.Equal(first.Start[2 * n] + rounds * 0.4, result.End[2 * n], 1e-4);
            Assert.Equal(9 * rounds, result.Views[n]);
            Assert.Equal((int)Math.Round(255 * Math.Min(1, result.End[2 * n])), result.Pictures[n].Bytes[0], 1.0);
        }
        Assert.Equal(6, result.Above(0.7f));
        Assert.Equal(18, result.History.Count);                            // the third round had nothing to do
    }

    [Fact]
    public void A_round_may_begin_nearer_to_the_middle()
    {
        var ascent = new LatentAscent(_decoder, _model) { Starts = 3, Steps = 2, Optimizer = new NormalizedAscent(0.05f), Rounds = 2, Return = 0.5f };
        LatentAscentResult result = ascent.Run(Red);
        for (int n = 0; n < 3; n++) Assert.Equal((result.Start[2 * n] + 0.1) * 0.5 + 0.1, result.End[2 * n], 1e-5);
    }

    [Fact]
    public void With_cooling_steps_shorten_along_half_a_cosine()
    {
        var ascent = new LatentAscent(_decoder, _model) { Starts = 3, Steps = 50, Optimizer = new NormalizedAscent(0.01f), Cooling = true };
        LatentAscentResult result = ascent.Run(Red);
        Assert.Equal(0.01, result.History[1][0] - result.History[0][0], 1e-5);
        Assert.Equal(0.01 * 0.51, result.History[26][0] - result.History[25][0], 1e-4);
        Assert.Equal(0.01 * 0.02, result.History[50][0] - result.History[49][0], 2e-5);
    }

    [Fact]
    public void Gradient_norms_are_named_by_layer_and_worth_what_the_chain_rule_says()
    {
        IReadOnlyList<(string Layer, double Norm)> norms = (new LatentAscent(_decoder, _model) { Starts = 4 }).GradientNorms(Red);
        Assert.Equal("latents", norms[0].Layer);
        Assert.Equal(1, norms[0].Norm, 1e-5);                              // the mean of red is latent 0
        Assert.Equal(1 / Math.Sqrt(64), norms[^1].Norm, 1e-5);             // of each of the 64 pixels a 64th
    }

    [Fact]
    public void A_search_keeps_the_best_of_all_in_order_whatever_the_batch()
    {
        (Objective, int)[] wanted = [(Red, 3), (-Red, 1)];
        IReadOnlyList<IReadOnlyList<LatentFind>> found = (new LatentSearch(_decoder, _model) { Samples = 1000, Batch = 64 }).Run(wanted);
        IReadOnlyList<IReadOnlyList<LatentFind>> same = (new LatentSearch(_decoder, _model) { Samples = 1000, Batch = 7 }).Run(wanted);
        Assert.Equal([3, 1], found.Select(finds => finds.Count));
        Assert.True(found[0][0].Value > found[0][1].Value && found[0][1].Value > found[0][2].Value && found[0][2].Value > 0.395f);
        Assert.InRange(-found[1][0].Value, 0.2f, 0.205f);
        Assert.Equal(found[0].Select(find => find.Latents[0]), same[0].Select(find => find.Latents[0]));
        Assert.Equal(found[0][0].Value, found[0][0].Latents[0], 1e-5);
        Assert.Equal((int)Math.Round(255 * found[0][0].Value), found[0][0].Picture.Bytes[0], 1.0);
    }

    [Fact]
    public void A_model_that_makes_no_images_is_no_decoder()
    {
        var error = Assert.Throws<ModelFormatException>(() => Decoder.Load(_tiny.Write()));
        Assert.Contains("a decoder has one, [N, latents]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_prior_that_cannot_be_read_is_refused_with_its_key()
    {
        string path = Written("gamma");
        var error = Assert.Throws<ModelFormatException>(() => Decoder.Load(path));
        Assert.Equal($"Model '{path}', metadata phosphene.latents: 'gamma' does not say where 2 latents lie; expected normal or 2 ranges such as -1.5..2.", error.Message);
    }
}
