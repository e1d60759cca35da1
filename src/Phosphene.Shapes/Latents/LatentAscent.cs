using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Optimizers;
using Phosphene.Parameterizations;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;

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
        int[] going = [.. Enumerable.Range(0, Starts)];
        for (int round = 0; round < Rounds && going.Length > 0; round++)
        {
            Climb(going, round, result, objective, measure ?? objective, cancellation);
            going = [.. going.Where(n => !(result.History[^1][n] > Goal))];
            if (cancellation.IsCancellationRequested) break;
        }
        return result;
    }

    // A round of some of the starts. Those that are not in it keep what was measured of them last.
    private void Climb(int[] going, int round, LatentAscentResult result, Objective objective, Objective measure, CancellationToken cancellation)
    {
        int length = Decoder.Latents;
        float[] values = [.. going.SelectMany(n => result.End[(n * length)..((n + 1) * length)]).Select(z => round == 0 ? z : Return * z)], seen = new float[values.Length];
        var latents = new Tensor(new Parameter(new Shape(going.Length, length), seen, "latents"));
        Tensor image = Decoder.Decode(latents).Clip(0, 1);
        Activations activations = Model.Activate(image);
        Tensor each = objective.Build(activations), measured = ReferenceEquals(measure, objective) ? each : measure.Build(activations);
        Tensor total = PriorWeight == 0 ? each.Sum() : each.Sum() - 0.5f * PriorWeight * latents.Square().Sum();
        Tensor gradient = Gradients.Of(total, [latents])[0];
        using Plan plan = Model.Backend.Compile(measured, gradient, image);
        // Each start is a parameter of its own to the optimizer, so that rules with norms look at one start.
        IOptimizerState state = Optimizer.Start([.. Enumerable.Repeat(length, going.Length)]);
        for (int step = 0; ; step++)
        {
            bool last = step == Steps || cancellation.IsCancellationRequested;
            Look(going, values, seen, round * (Steps + 1L) + step, last ? 0 : Noise * NoiseLeft(step));
            plan.Run();
            result.Note(going, plan.Output(measured));
            if (last) break;
            values.CopyTo(seen, 0);
            state.Next();
            for (int n = 0; n < going.Length; n++)
                state.Ascend(n, 0, values.AsSpan(n * length, length), plan.Output(gradient).Slice(n * length, length));
            if (Cooling) Shorten(seen, values, StepLeft(step));
        }
        for (int n = 0; n < going.Length; n++) values.AsSpan(n * length, length).CopyTo(result.End.AsSpan(going[n] * length));
        result.Show(going, plan.Output(image), image.Shape);
    }

    // Where the gradient is taken: at the latents, or near them.
    private void Look(int[] going, ReadOnlySpan<float> latents, Span<float> seen, long step, float deviation)
    {
        latents.CopyTo(seen);
        if (deviation == 0) return;
        var stream = new RandomStream(Seed, step, "latent.noise");
        // The noise of a start does not depend on which others are still going.
        for (int i = 0; i < seen.Length; i++) seen[i] += deviation * stream.Normal((long)going[i / Decoder.Latents] * Decoder.Latents + i % Decoder.Latents);
    }

    // 1 at the start, 0 from four fifths of the steps on.
    private float NoiseLeft(int step) => Math.Max(0, 1 - step / (0.8f * Steps));

    // 1 at the start, 1/50 at the end, along half a cosine.
    private float StepLeft(int step) => 0.02f + 0.98f * (0.5f + 0.5f * MathF.Cos(MathF.PI * step / Steps));

    private static void Shorten(ReadOnlySpan<float> before, Span<float> after, float share)
    {
        for (int i = 0; i < after.Length; i++) after[i] = before[i] + share * (after[i] - before[i]);
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
