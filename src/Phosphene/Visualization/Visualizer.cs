using System.Diagnostics;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Runtime.Execution;
using Phosphene.Syntax;

namespace Phosphene.Visualization;

/// <summary>
/// Makes the image that excites an objective most, by gradient ascent. <see cref="Ascend"/> is a lazy sequence of steps: stopping, progress,
/// snapshots and cancelling belong to the caller.
/// </summary>
public sealed class Visualizer(Model model, Recipe recipe)
{
    /// <summary>
    /// The ascent, step by step; each is computed when it is asked for. Every enumeration starts anew, from the recipe's seed.
    /// </summary>
    /// <exception cref="UsageException">The objective or the recipe does not fit the model.</exception>
    /// <exception cref="AscentDivergedException">The objective or its gradient became NaN or infinite.</exception>
    public IEnumerable<AscentStep> Ascend(Objective objective)
    {
        ArgumentNullException.ThrowIfNull(objective);
        using var ascent = new Ascent(model, recipe, objective);
        while (!ascent.IsDone)
        {
            ascent.Advance();
            yield return new AscentStep(ascent, ascent.StepsDone);
        }
    }

    /// <summary>
    /// The whole ascent and what came of it. With a cancelled token it stops after the current step; the result is what was reached by then.
    /// </summary>
    /// <param name="objective">What is maximized.</param>
    /// <param name="observe">Called after each step.</param>
    /// <param name="cancellation">Stops the ascent.</param>
    public Rendering Render(Objective objective, Action<AscentStep>? observe = null, CancellationToken cancellation = default)
    {
        long start = Stopwatch.GetTimestamp();
        using var ascent = new Ascent(model, recipe, objective);
        return Finish(ascent, start, observe, cancellation);
    }

    /// <summary>Goes on with an ascent, one restored to a snapshot for example, until the steps of its recipe are done or, with a patience, the objective no longer rises.</summary>
    /// <inheritdoc cref="Render(Objective, Action{AscentStep}, CancellationToken)"/>
    public static Rendering Finish(Ascent ascent, Action<AscentStep>? observe = null, CancellationToken cancellation = default) =>
        Finish(ascent, Stopwatch.GetTimestamp(), observe, cancellation);

    /// <summary>
    /// One ascent after the other, each when it is asked for. Objectives that differ only in the channels of their layers share what is compiled, so that all
    /// channels of a layer are compiled once.
    /// </summary>
    /// <param name="objectives">What is maximized, one after the other.</param>
    /// <param name="observe">Called after each step.</param>
    /// <param name="cancellation">Stops the ascent, and the sequence after it.</param>
    public IEnumerable<Rendering> RenderEach(IEnumerable<Objective> objectives, Action<AscentStep>? observe = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(objectives);
        Ascent? ascent = null;
        try
        {
            foreach (Objective objective in objectives)
            {
                long start = Stopwatch.GetTimestamp();
                if (ascent is null) ascent = new Ascent(model, recipe, objective) { KeepsPlans = true };
                else ascent.Restart(objective);
                yield return Finish(ascent, start, observe, cancellation);
                if (cancellation.IsCancellationRequested) yield break;
            }
        }
        finally
        {
            ascent?.Dispose();
        }
    }

    /// <summary>The most objectives of which <see cref="RenderTogether"/> makes a batch: of more rows, products of matrices are summed up in another order.</summary>
    public const int MostTogether = 4;

    /// <summary>
    /// Several ascents at once, as the images of batches, because that is faster: each picture has the very bytes that its objective and the recipe with a batch of 1 give, and the provenance of that.
    /// What is compiled serves for all batches of one size whose objectives differ only in the channels of their layers.
    /// </summary>
    /// <param name="batches">The objectives of each batch, at most <see cref="MostTogether"/>. They are made one at a time where they are not of one kind, such as channels of a layer, where the images of a batch are not independent (noise that each draws apart, a decoder's latents, a patience), and where one diverges.</param>
    /// <param name="observe">Called after each step: the place in its batch of the first objective whose picture the step makes, and the step.</param>
    /// <param name="cancellation">Stops the ascent, and the sequence before the batch that was cut off.</param>
    /// <returns>For each batch, the renderings in the order of its objectives.</returns>
    /// <exception cref="UsageException">The objective or the recipe does not fit the model.</exception>
    public IEnumerable<IReadOnlyList<Rendering>> RenderTogether(IEnumerable<IReadOnlyList<Objective>> batches, Action<int, AscentStep>? observe = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(batches);
        JointAscent? joint = null;
        try
        {
            foreach (IReadOnlyList<Objective> batch in batches)
            {
                ArgumentOutOfRangeException.ThrowIfGreaterThan(batch.Count, MostTogether, nameof(batches));
                if (batch.Count == 0)
                {
                    yield return [];
                    continue;
                }
                IReadOnlyList<Rendering>? renderings = null;
                if (batch.Count > 1 && (joint is null ? JointAscent.CanJoin(model, recipe, batch) : EachObjective.AreOfOneKind(batch)))
                {
                    long start = Stopwatch.GetTimestamp();
                    if (joint?.Objectives.Count == batch.Count) joint.Restart(batch);
                    else
                    {
                        joint?.Dispose();
                        joint = new JointAscent(model, recipe, batch);
                    }
                    Rendering whole = Finish(joint.Ascent, start, step => observe?.Invoke(0, step), cancellation);
                    if (IsCutOff(whole)) yield break;
                    if (whole.Divergence is null) renderings = joint.Parts(whole);
                }
                if (renderings is null)
                {
                    var each = new List<Rendering>();
                    each.AddRange(new Visualizer(model, recipe with { Batch = 1 }).RenderEach(batch, step => observe?.Invoke(each.Count, step), cancellation));
                    if (each.Count < batch.Count || IsCutOff(each[^1])) yield break;
                    renderings = each;
                }
                yield return renderings;
            }
        }
        finally
        {
            joint?.Dispose();
        }

        bool IsCutOff(Rendering rendering) => cancellation.IsCancellationRequested && !rendering.IsDone;
    }

    // In milliseconds.
    private const double SlowStep = 250;

    private static Rendering Finish(Ascent ascent, long start, Action<AscentStep>? observe, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(ascent);
        var times = new List<double>();
        AscentDivergedException? divergence = null;
        while (!ascent.IsDone && !cancellation.IsCancellationRequested)
        {
            long stepStart = Stopwatch.GetTimestamp();
            try
            {
                if (!ascent.TryAdvance(cancellation)) break;
            }
            catch (AscentDivergedException error)
            {
                divergence = error;                                  // what was reached before is still a picture
                break;
            }
            times.Add(Stopwatch.GetElapsedTime(stepStart).TotalMilliseconds);
            observe?.Invoke(new AscentStep(ascent, ascent.StepsDone));
        }
        times.Sort();
        if (!ascent.KeepsPlans) ascent.ReleaseSteps();               // the memory of the step goes before that of the values comes
        // Who interrupts slow steps does not wait for values that take as long.
        bool hurries = cancellation.IsCancellationRequested && (ascent.StepsDone == 0 || times.Count > 0 && times[times.Count / 2] > SlowStep);
        IReadOnlyList<double> values = hurries ? [.. Enumerable.Repeat(double.NaN, ascent.Recipe.Batch)] : ascent.CleanValues();
        IReadOnlyList<Picture> pictures = ascent.Pictures();
        Provenance[] provenances = [.. pictures.Select((_, image) => ascent.ProvenanceOf(image, values))];
        return new Rendering
        {
            Pictures = [.. pictures.Zip(provenances, (picture, provenance) => picture.With(provenance.ToTexts()))],
            Provenances = provenances,
            Value = values.Average(),
            Values = values,
            Similarities = ascent.Similarities(),
            Steps = ascent.StepsDone,
            HasStoppedRising = ascent.HasStoppedRising,
            RedirectedSteps = ascent.RedirectedSteps,
            MillisecondsPerStep = times.Count == 0 ? 0 : times[times.Count / 2],
            Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds,
            Fit = ascent.Fit,
            Warnings = ascent.Warnings,
            Divergence = divergence,
        };
    }
}

/// <summary>One step of an ascent. What it shows is the present of the ascent: read it before asking for the next step.</summary>
public readonly struct AscentStep
{
    private readonly Ascent _ascent;

    internal AscentStep(Ascent ascent, int index) => (_ascent, Index) = (ascent, index);

    /// <summary>The number of the step, from 1: how many times the parameters have moved.</summary>
    public int Index { get; }

    /// <summary>The objective that the step started from, on the transformed image, averaged over the batch.</summary>
    public float Value => _ascent.Value;

    /// <summary>How many images of the batch had a dead ReLU opened in this step.</summary>
    public int RedirectedImages => _ascent.RedirectedImages;

    /// <summary>What the step ran: for its cost and its profile. It belongs to the ascent.</summary>
    public Plan Plan => _ascent.Plan;

    /// <summary>The pictures after the step, one for each image of the batch.</summary>
    public IReadOnlyList<Picture> Pictures() => _ascent.Pictures();

    /// <summary>Writes a picture after the step to a PNG file, which carries its <see cref="Provenance"/>, as those of a <see cref="Rendering"/> do.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="image">Which image of the batch.</param>
    /// <exception cref="Runtime.Files.OutputFileException">The file cannot be written; the message says why.</exception>
    public void Save(string path, int image = 0) =>
        Pictures()[image].Save(path, _ascent.ProvenanceOf(image, CleanValues()).ToTexts());

    /// <summary>The objective after the step on each clean, untransformed image; computed when asked for.</summary>
    public IReadOnlyList<double> CleanValues() => _ascent.CleanValues();
}

/// <summary>What came of an ascent.</summary>
public sealed record Rendering
{
    /// <summary>
    /// The pictures, one for each image of the batch. A PNG that one is saved to carries its <see cref="Provenance"/>; "phosphene replay" makes it again, if the
    /// objective and the recipe have no part that exists only in code.
    /// </summary>
    public required IReadOnlyList<Picture> Pictures { get; init; }

    /// <summary>Where each picture comes from: what it carries.</summary>
    public required IReadOnlyList<Provenance> Provenances { get; init; }

    /// <summary>The objective on the clean, untransformed final image, averaged over the batch; NaN where the first step or slow ones were interrupted.</summary>
    public required double Value { get; init; }

    /// <summary>The objective on each clean final image.</summary>
    public required IReadOnlyList<double> Values { get; init; }

    /// <summary>
    /// How alike the final images are in each layer in which the objective compares them, from 1, all alike, to 0; empty if it compares none. See
    /// <see cref="Ascent.Similarities"/>.
    /// </summary>
    public IReadOnlyDictionary<Layer, double> Similarities { get; init; } = new Dictionary<Layer, double>();

    /// <summary>The steps taken.</summary>
    public required int Steps { get; init; }

    /// <summary>Whether the objective no longer rose, as the recipe's patience has it: then the steps may be fewer than those of the recipe.</summary>
    public bool HasStoppedRising { get; init; }

    /// <summary>Whether all steps of the recipe were done, or the objective no longer rose: whether it was not cut off.</summary>
    public bool IsDone => Steps >= Provenances[0].Recipe.Steps || HasStoppedRising;

    /// <summary>In how many steps a dead ReLU was opened, for any image of the batch.</summary>
    public required int RedirectedSteps { get; init; }

    /// <summary>The median time of a step.</summary>
    public required double MillisecondsPerStep { get; init; }

    /// <summary>The time of the whole, compilation included.</summary>
    public required double Seconds { get; init; }

    /// <summary>How the transformed image was made to fit the model, in words; null if it fitted.</summary>
    public string? Fit { get; init; }

    /// <summary>What could be carried out, and yet is likely to disappoint: sentences that say what to do instead.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Why the ascent ended early, if it did: the objective or its gradient was no longer a number.</summary>
    public AscentDivergedException? Divergence { get; init; }
}

/// <summary>An ascent whose objective or gradient became NaN or infinite.</summary>
public sealed class AscentDivergedException(string message) : Exception(message);
