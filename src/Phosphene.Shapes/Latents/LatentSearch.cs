using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Parameterizations;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;

namespace Phosphene.Shapes.Latents;

/// <summary>
/// Random search instead of ascent: latents drawn from the prior, each decoded and looked at once, the best kept for each of several objectives.
/// Source: COMP421 report, section 3.5.
/// </summary>
/// <param name="Decoder">What makes images of latents.</param>
/// <param name="Model">What looks at them.</param>
public sealed record LatentSearch(Decoder Decoder, Model Model)
{
    /// <summary>How many latents are drawn.</summary>
    public int Samples { get; init; } = 500_000;

    /// <summary>How many are decoded at once. With 48 the images of a batch stay in the caches: fewer cost more turns, twice as many a fifth more time.</summary>
    public int Batch { get; init; } = 48;

    /// <summary>What they come from.</summary>
    public ulong Seed { get; init; }

    /// <summary>The best images for each objective, the best first.</summary>
    /// <param name="objectives">What is looked for, and how many are kept.</param>
    /// <param name="progress">Told how many latents are done.</param>
    /// <param name="cancellation">Ends the search; the result is the best so far.</param>
    public IReadOnlyList<IReadOnlyList<LatentFind>> Run(IReadOnlyList<(Objective Objective, int Keep)> objectives, Action<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(objectives);
        var latents = new Tensor(new Input(new Shape(Batch, Decoder.Latents), "latents"));
        Tensor image = Decoder.Decode(latents).Clip(0, 1);
        Activations activations = Model.Activate(image);
        Tensor[] values = CellForm.Of(objectives.Select(objective => objective.Objective.Build(activations)));
        using Plan plan = Model.Backend.Compile(values), pictures = Model.Backend.Compile(image);
        var best = objectives.Select(objective => new SortedSet<(float Value, int Index)>()).ToArray();
        var stream = new RandomStream(Seed, 0, "latent.search");
        for (int first = 0; first < Samples && !cancellation.IsCancellationRequested; first += Batch)
        {
            Decoder.Prior.Draw(stream, (long)first * Decoder.Latents, plan.Input(latents));
            plan.Run();
            for (int i = 0; i < values.Length; i++)
            {
                ReadOnlySpan<float> found = plan.Output(values[i]);
                for (int n = 0; n < Math.Min(Batch, Samples - first); n++)
                {
                    if (best[i].Count == objectives[i].Keep && !(found[n] > best[i].Min.Value)) continue;
                    best[i].Add((found[n], first + n));
                    if (best[i].Count > objectives[i].Keep) best[i].Remove(best[i].Min);
                }
            }
            progress?.Invoke(Math.Min(Samples, first + Batch));
        }
        return [.. best.Select(kept => (IReadOnlyList<LatentFind>)[.. kept.Reverse().Select(Found)])];

        // Drawn again: latents are a function of their index.
        LatentFind Found((float Value, int Index) kept)
        {
            var one = new float[Decoder.Latents];
            Decoder.Prior.Draw(stream, (long)kept.Index * Decoder.Latents, one);
            one.CopyTo(pictures.Input(latents));
            pictures.Run();
            int pixels = image.Shape.CountOf(1, 4);
            return new LatentFind(Picture.FromPlanar(pictures.Output(image)[..pixels], 3, image.Shape.Height, image.Shape.Width), kept.Value, one);
        }
    }
}

/// <summary>An image that a search has kept.</summary>
/// <param name="Picture">The image.</param>
/// <param name="Value">Its objective.</param>
/// <param name="Latents">What it was decoded from.</param>
public sealed record LatentFind(Picture Picture, float Value, IReadOnlyList<float> Latents);
