using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Optimizers;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Runtime.Training;
using Phosphene.Visualization;

namespace Phosphene.Shapes.Latents;

/// <summary>
/// Gradient ascent in the latents of a decoder: latents → image → model → objective, and back. Many starts are moved at once, each for itself.
/// <para>
/// Between two classes the objective has hills of its own, on which an ascent is stuck. <see cref="Noise"/> takes the gradient not where the latents are
/// but at a random place nearby, another at each step: what climbs is the mean over a neighbourhood, in which small hills vanish. The neighbourhood
/// shrinks as the ascent goes on. It is to latents what moving and turning is to images.
/// </para>
/// </summary>
/// <param name="Decoder">What makes images of latents.</param>
/// <param name="Model">What looks at them.</param>
public sealed record LatentAscent(Decoder Decoder, Model Model)
{
    /// <summary>How latents move: <see cref="Adam"/>, or <see cref="NormalizedAscent"/> as in the report.</summary>
    public IOptimizer Optimizer { get; init; } = new Adam(0.05f);

    /// <summary>The number of steps.</summary>
    public int Steps { get; init; } = 300;

    /// <summary>How many starts, drawn from the decoder's prior.</summary>
    public int Starts { get; init; } = 100;

    /// <summary>What the starts come from.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// The standard deviation of what is added to the latents before a step looks at them. It falls evenly and is 0 in the last fifth of the steps.
    /// </summary>
    public float Noise { get; init; }

    /// <summary>Whether steps become shorter along half a cosine, to a fiftieth at the end: first far, then exact.</summary>
    public bool Cooling { get; init; }

    /// <summary>
    /// How often a start may climb. A start that has not reached the <see cref="Goal"/> at the end of a round begins another, with the noise and the long
    /// steps of the beginning; the others stay where they are.
    /// </summary>
    public int Rounds { get; init; } = 1;

    /// <summary>
    /// Where a start begins another round: what its latents are multiplied by. 1 goes on from where it is stuck; less takes it back towards the middle of a
    /// standard normal prior, which the decoder knows best.
    /// </summary>
    public float Return { get; init; } = 1;

    /// <summary>What the measure must exceed for a start to have arrived.</summary>
    public float Goal { get; init; } = 0.9f;

    /// <summary>
    /// How strongly latents are drawn to the middle of a standard normal prior: this times ½·Σz² is subtracted from the objective of each image.
    /// </summary>
    public float PriorWeight { get; init; }

    /// <summary>
    /// The ascent that gets there from almost every start: up to thirty rounds of 80 steps, each at first on a blurred view and with long steps. It is made
    /// for objectives such as a log-probability, whose measure, the probability, can arrive. Measured on the shapes: docs/shapes.md.
    /// </summary>
    public static LatentAscent Annealed(Decoder decoder, Model model) => new(decoder, model)
    {
        Optimizer = new Adam(0.2f, Beta2: 0.99f),
        Noise = 0.7f,
        Cooling = true,
        PriorWeight = 0.5f,
        Steps = 80,
        Rounds = 30,
        Return = 0.3f,
    };

    /// <summary>Runs the ascent.</summary>
    /// <param name="objective">What is made large.</param>
    /// <param name="measure">A number to follow for each image, such as the probability of a class; the objective if null.</param>
    /// <param name="cancellation">Ends the ascent between two steps.</param>
    public LatentAscentResult Run(Objective objective, Objective? measure = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(objective);
        var values = new float[Starts * Decoder.Latents];
        Decoder.Prior.Draw(new RandomStream(Seed, 0, "latent.start"), 0, values);
        var result = new LatentAscentResult([.. values], values, [], new Picture[Starts], new int[Starts]);
        int[] climbing = [.. Enumerable.Range(0, Starts)];
        for (int round = 0; round < Rounds && climbing.Length > 0; round++)
        {
            Climb(climbing, round, result, objective, measure ?? objective, cancellation);
            climbing = [.. climbing.Where(n => !(result.History[^1][n] > Goal))];
            if (cancellation.IsCancellationRequested) break;
        }
        return result;
    }

    // A round of some of the starts. Those that are not in it keep what was measured of them last.
    private void Climb(int[] climbing, int round, LatentAscentResult result, Objective objective, Objective measure, CancellationToken cancellation)
    {
        int length = Decoder.Latents;
        float[] start = [.. climbing.SelectMany(n => result.End[(n * length)..((n + 1) * length)]).Select(z => round == 0 ? z : Return * z)];
        Shape image = Decoder.ImageShape(climbing.Length);
        var recipe = new Recipe
        {
            Parameterization = new RoundOfStarts(this, climbing, round, start),
            Optimizer = Cooling ? new CosineSchedule(Optimizer, Steps, final: 0.02f) : Optimizer,
            Steps = Steps,
            Seed = Seed,
            Height = image.Height,
            Width = image.Width,
            Batch = climbing.Length,
            RedirectSteps = 0,
        };
        using var ascent = new Ascent(Model, recipe, objective, measure);
        while (ascent.StepsDone < Steps && !cancellation.IsCancellationRequested)
        {
            ascent.Advance();
            result.Note(climbing, ascent.WatchedValues(0));
        }
        result.Note(climbing, [.. ascent.CleanWatchedValues(0).Select(value => (float)value)]);
        for (int n = 0; n < climbing.Length; n++) ascent.Parameter(0).Slice(n * length, length).CopyTo(result.End.AsSpan(climbing[n] * length));
        result.Show(climbing, ascent.Pictures());
    }

    // The latents of a round, and the noise around them, which for each start does not depend on which others climb with it.
    private sealed class RoundOfStarts(LatentAscent ascent, int[] climbing, int round, float[] start) : IParameterization
    {
        public ParameterizedImage Build(Shape image, ulong seed) =>
            new DecoderImage(ascent.Decoder.Path, null, ascent.Noise, ascent.Steps * 4 / 5, ascent.PriorWeight)
                .Build(ascent.Decoder, image, [.. start], $"latent.noise.{round}", n => climbing[n]);
    }

    /// <summary>
    /// The norms of the gradient of an objective in each layer on the way back from the image to the latents, at starts drawn from the prior: the root of
    /// the mean over starts of Σg². If gradients vanished, it would be small in the latents.
    /// </summary>
    /// <param name="objective">What is differentiated.</param>
    public IReadOnlyList<(string Layer, double Norm)> GradientNorms(Objective objective)
    {
        ArgumentNullException.ThrowIfNull(objective);
        var latents = new Tensor(new Input(new Shape(Starts, Decoder.Latents), "latents"));
        var layers = Decoder.Layers(latents);
        string[] names = [.. Decoder.LayerNames.Where(name => layers[name].Shape.Rank is 2 or 4)];
        Tensor[] variables = [latents, .. names.Select(name => layers[name])];
        Tensor value = objective.Build(Model.Activate(layers[names[^1]])).Sum();
        Tensor[] norms = [.. Gradients.Of(value, variables).Select(gradient => gradient.Square().Sum())];
        using Plan plan = Model.Backend.Compile(norms);
        Decoder.Prior.Draw(new RandomStream(Seed, 0, "latent.start"), 0, plan.Input(latents));
        plan.Run();
        return [.. norms.Select((norm, i) => (i == 0 ? "latents" : names[i - 1], Math.Sqrt(plan.Output(norm)[0] / Starts)))];
    }
}
