using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Optimizers;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Latents;

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
    /// How strongly latents are drawn to the middle of a standard normal prior: this times ½·Σz² is subtracted from the objective of each image.
    /// </summary>
    public float PriorWeight { get; init; }

    /// <summary>
    /// The ascent that gets there from almost every start: Adam at 0.1, at first on a blurred view and with long steps. Measured on the shapes:
    /// docs/shapes.md.
    /// </summary>
    public static LatentAscent Annealed(Decoder decoder, Model model) => new(decoder, model) { Optimizer = new Adam(0.1f, Beta2: 0.99f), Noise = 0.7f, Cooling = true };

    /// <summary>Runs the ascent.</summary>
    /// <param name="objective">What is made large.</param>
    /// <param name="measure">A number to follow for each image, such as the probability of a class; the objective if null.</param>
    /// <param name="cancellation">Ends the ascent between two steps.</param>
    public LatentAscentResult Run(Objective objective, Objective? measure = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(objective);
        float[] values = new float[Starts * Decoder.Latents], seen = new float[values.Length];
        Decoder.Prior.Draw(new RandomStream(Seed, 0, "latent.start"), 0, values);
        float[] start = [.. values];
        var latents = new Tensor(new Parameter(new Shape(Starts, Decoder.Latents), seen, "latents"));
        Tensor image = Decoder.Decode(latents).Clip(0, 1);
        Activations activations = Model.Activate(image);
        Tensor each = objective.Build(activations), measured = measure?.Build(activations) ?? each;
        Tensor total = PriorWeight == 0 ? each.Sum() : each.Sum() - 0.5f * PriorWeight * latents.Square().Sum();
        Tensor gradient = Gradients.Of(total, [latents])[0];
        using Plan plan = Model.Backend.Compile(measured, gradient, image);
        // Each start is a parameter of its own to the optimizer, so that rules with norms look at one start.
        IOptimizerState state = Optimizer.Start([.. Enumerable.Repeat(Decoder.Latents, Starts)]);
        var history = new List<float[]>();
        for (int step = 0; ; step++)
        {
            bool last = step == Steps || cancellation.IsCancellationRequested;
            Look(values, seen, step, last ? 0 : Noise * NoiseLeft(step));
            plan.Run();
            history.Add(plan.Output(measured).ToArray());
            if (last) break;
            values.CopyTo(seen, 0);
            state.Next();
            for (int n = 0; n < Starts; n++)
                state.Ascend(n, 0, values.AsSpan(n * Decoder.Latents, Decoder.Latents), plan.Output(gradient).Slice(n * Decoder.Latents, Decoder.Latents));
            if (Cooling) Shorten(seen, values, StepLeft(step));
        }
        int pixels = image.Shape.CountOf(1, 4);
        return new LatentAscentResult(start, values, history,
            [.. Enumerable.Range(0, Starts).Select(n => Picture.FromPlanar(plan.Output(image).Slice(n * pixels, pixels), 3, image.Shape.Height, image.Shape.Width))]);
    }

    // Where the gradient is taken: at the latents, or near them.
    private void Look(ReadOnlySpan<float> latents, Span<float> seen, int step, float deviation)
    {
        latents.CopyTo(seen);
        if (deviation == 0) return;
        var stream = new RandomStream(Seed, step, "latent.noise");
        for (int i = 0; i < seen.Length; i++) seen[i] += deviation * stream.Normal(i);
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

/// <summary>What came of a <see cref="LatentAscent"/>.</summary>
/// <param name="Start">The latents at the start, [starts, latents].</param>
/// <param name="End">The latents at the end.</param>
/// <param name="History">For each step from the start to the end what was measured of each image, near the latents where there is noise; the last entry is without.</param>
/// <param name="Pictures">The images at the end.</param>
public sealed record LatentAscentResult(float[] Start, float[] End, IReadOnlyList<float[]> History, IReadOnlyList<Picture> Pictures)
{
    /// <summary>How many starts ended above a value.</summary>
    public int Above(float value) => History[^1].Count(measured => measured > value);

    /// <summary>The mean over starts after each step.</summary>
    public IReadOnlyList<double> Means => [.. History.Select(step => step.Average(value => (double)value))];
}
