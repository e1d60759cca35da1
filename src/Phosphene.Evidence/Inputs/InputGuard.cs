using Phosphene.Evidence.Datasets;
using Phosphene.Models;
using Phosphene.Runtime.Numerics;

namespace Phosphene.Evidence.Inputs;

/// <summary>
/// Tells when images reach a model in another way than it was trained with: another range, another mean, red and blue exchanged. It tries the usual preprocessings on a few images and holds them against the one that is used, by how far the
/// model takes each image and its mirror image for the same. It says something only where the difference is beyond chance, and nothing of networks that do not take colours.
/// </summary>
public static class InputGuard
{
    /// <summary>With fewer images nothing is said.</summary>
    public const int Fewest = 8;

    /// <summary>The most images that are looked at. With more than the first <see cref="Fewest"/> only preprocessings are tried that did better on those than the one that is used.</summary>
    public const int Most = 128;

    private const int Rivals = 2;

    // A difference below this is of no interest, however certain.
    private const double Least = 0.05;

    // Student's t below which two hardly differ.
    private const double Unclear = 2;

    private sealed record Candidate(Preprocessing Preprocessing)
    {
        public List<double> Agreements { get; } = [];

        public double Mean => Agreements.Average();
    }

    /// <summary>What is wrong with the way in which images reach a model.</summary>
    /// <param name="model">The model, with the preprocessing that is in doubt.</param>
    /// <param name="images">The images; some are drawn from them, those that cannot be read are left out.</param>
    /// <param name="cancellation">Ends it between two batches; then there is no doubt.</param>
    /// <returns>The doubt; null if there is none, or if there are too few images to tell.</returns>
    public static InputDoubt? Of(Model model, Dataset images, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);
        if (images.Files.Count < Fewest) return null;
        using var agreement = MirrorAgreement.For(model, Fewest);
        if (agreement is null) return null;

        var used = new Candidate(model.Preprocessing);
        Preprocessing swapped = UsualPreprocessings.Swapped(used.Preprocessing);
        IEnumerable<Preprocessing> others = UsualPreprocessings.All.Where(other => !UsualPreprocessings.Near(other, used.Preprocessing));
        List<Candidate> rivals = [.. (others.Any(other => UsualPreprocessings.Near(other, swapped)) ? others : others.Append(swapped)).Select(other => new Candidate(other))];
        (int height, int width) = model.UsualSize;
        var drawn = new DatasetPart(images, [.. new RandomStream(0, 0, "images").Shuffled(images.Files).Take(Most)]);
        foreach (ImageBatch batch in new ImageBatches(drawn, height, width, Fewest).Read(cancellation))
        {
            agreement.See(batch);
            foreach (Candidate candidate in rivals.Prepend(used)) candidate.Agreements.AddRange(agreement.With(candidate.Preprocessing, batch.Images.Count));
            if (used.Agreements.Count > 0) rivals = [.. rivals.Where(rival => rival.Mean > used.Mean).OrderByDescending(rival => rival.Mean).Take(Rivals)];
            if (rivals.Count == 0 || cancellation.IsCancellationRequested) return null;
        }
        if (cancellation.IsCancellationRequested || used.Agreements.Count < Fewest) return null;
        // Of two that hardly differ, as where red and blue are alike in what a network looks at, the one that comes first: it has a name.
        Candidate best = rivals.OrderBy(rival => (uint)UsualPreprocessings.All.IndexOf(rival.Preprocessing)).First(rival => rival == rivals[0] || Certainty(rivals[0], rival) < Unclear);
        // About one in 20,000 pairs of equals exceeds this: 4 for many images, 7 for 8.
        return best.Mean - used.Mean >= Least && Certainty(best, used) > 4 * (1 + 6.0 / used.Agreements.Count)
            ? new InputDoubt(used.Preprocessing, best.Preprocessing, $"over {used.Agreements.Count} images its answers to an image and to its mirror image agree by {InputDoubt.Number(used.Mean)}, and with '{best.Preprocessing}' by {InputDoubt.Number(best.Mean)}")
            : null;
    }

    /// <summary>
    /// The same without any image, by the first ReLU: four of ten of its channels or more are open everywhere or nowhere, and with another preprocessing less than half as many. Only values that are far too small, or shifted, are found so; which of the
    /// ranges that fit is meant, and the order of colours, is a guess.
    /// </summary>
    /// <param name="model">The model, with the preprocessing that is in doubt.</param>
    /// <returns>The doubt; null if there is none.</returns>
    public static InputDoubt? WithoutImages(Model model)
    {
        const double many = 0.4;
        ArgumentNullException.ThrowIfNull(model);
        if (FirstLayer.Of(model) is not { } first || first.SameEverywhere(model.Preprocessing) is not { } used || used < many) return null;
        (Preprocessing better, double? share) = UsualPreprocessings.All.Select(other => (other, first.SameEverywhere(other))).MinBy(entry => entry.Item2);
        return share < used / 2
            ? new InputDoubt(model.Preprocessing, better, $"{Percent(used)} of the channels of its first ReLU are open everywhere or nowhere, and with '{better}' {Percent(share.Value)}")
            : null;

        static string Percent(double part) => FormattableString.Invariant($"{100 * part:0} %");
    }

    // Student's t of the differences between both on the same images.
    private static double Certainty(Candidate better, Candidate other)
    {
        double[] differences = [.. better.Agreements.Zip(other.Agreements, (a, b) => a - b)];
        double mean = differences.Average(), variance = differences.Sum(difference => (difference - mean) * (difference - mean)) / (differences.Length - 1);
        return variance > 0 ? mean / Math.Sqrt(variance / differences.Length) : mean > 0 ? double.PositiveInfinity : 0;
    }
}
