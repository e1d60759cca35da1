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
    /// How strongly latents are drawn to the middle of a standard normal prior: this times ½·Σz² is subtracted from the objective of each image.
    /// </summary>
    public float PriorWeight { get; init; }

    /// <summary>Runs the ascent.</summary>
    /// <param name="objective">What is made large.</param>
    /// <param name="measure">A number to follow for each image, such as the probability of a class; the objective if null.</param>
    /// <param name="cancellation">Ends the ascent between two steps.</param>
    public LatentAscentResult Run(Objective objective, Objective? measure = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(objective);
        var values = new float[Starts * Decoder.Latents];
        Decoder.Prior.Draw(new RandomStream(Seed, 0, "latent.start"), 0, values);
        float[] start = [.. values];
        var latents = new Tensor(new Parameter(new Shape(Starts, Decoder.Latents), values, "latents"));
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
            plan.Run();
            history.Add(plan.Output(measured).ToArray());
            if (step == Steps || cancellation.IsCancellationRequested) break;
            state.Next();
            for (int n = 0; n < Starts; n++)
                state.Ascend(n, 0, values.AsSpan(n * Decoder.Latents, Decoder.Latents), plan.Output(gradient).Slice(n * Decoder.Latents, Decoder.Latents));
        }
        int pixels = image.Shape.CountOf(1, 4);
        return new LatentAscentResult(start, values, history,
            [.. Enumerable.Range(0, Starts).Select(n => Picture.FromPlanar(plan.Output(image).Slice(n * pixels, pixels), 3, image.Shape.Height, image.Shape.Width))]);
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
/// <param name="History">For each step from the start to the end what was measured of each image.</param>
/// <param name="Pictures">The images at the end.</param>
public sealed record LatentAscentResult(float[] Start, float[] End, IReadOnlyList<float[]> History, IReadOnlyList<Picture> Pictures)
{
    /// <summary>How many starts ended above a value.</summary>
    public int Above(float value) => History[^1].Count(measured => measured > value);

    /// <summary>The mean over starts after each step.</summary>
    public IReadOnlyList<double> Means => [.. History.Select(step => step.Average(value => (double)value))];
}
