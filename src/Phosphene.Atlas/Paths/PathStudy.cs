using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Paths;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Runtime.Numerics;
using Phosphene.Syntax;

namespace Phosphene.Atlas.Paths;

/// <summary>
/// Which units' pictures can be trusted: are they processed as the natural images are that excite the unit, or along other paths? The memory that it takes is that of the paths of the pictures, of the other images and of
/// one unit's natural images at a time.
/// </summary>
public sealed class PathStudy
{
    // Beyond so many deviations below the others a picture stands apart. Source: Iglewicz and Hoaglin 1993, with the median deviation as the measure; the factor makes it that of a normal distribution.
    private const double Apart = 3.5, DeviationOfMedian = 1.4826;
    private const int FewestToCompare = 5;

    private PathStudy(IReadOnlyList<Layer> layers, IReadOnlyList<UnitPaths> units, int others, IReadOnlyList<SkippedImage> skipped) => (Layers, Units, Others, Skipped) = (layers, units, others, skipped);

    /// <summary>The layers, in their order.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>The units, in the order that they were given in.</summary>
    public IReadOnlyList<UnitPaths> Units { get; }

    /// <summary>How many other images there were.</summary>
    public int Others { get; }

    /// <summary>The images that could not be read.</summary>
    public IReadOnlyList<SkippedImage> Skipped { get; }

    /// <summary>
    /// The places of the units whose pictures take other paths than those of the rest: by far less similar to their natural images than the pictures of most units are to theirs, by more than 3.5 deviations. None of fewer than
    /// five units, since these tell no rule.
    /// </summary>
    public IReadOnlyList<int> OtherPaths
    {
        get
        {
            double[] known = [.. Units.Select(unit => unit.Middle).Where(double.IsFinite).Order()];
            if (known.Length < FewestToCompare) return [];
            double median = Median(known), deviation = DeviationOfMedian * Median([.. known.Select(value => Math.Abs(value - median)).Order()]);
            return [.. Enumerable.Range(0, Units.Count).Where(place => Units[place].Middle < median - Apart * deviation)];
        }
    }

    /// <summary>Studies pictures of units.</summary>
    /// <param name="model">The model.</param>
    /// <param name="units">The units, each with its pictures.</param>
    /// <param name="images">Natural images: of each unit those that excite it most, and the others.</param>
    /// <param name="natural">Natural images of the only unit, in place of those that excite it most, such as a folder of its class; null for none.</param>
    /// <param name="layers">The layers; null for those of <see cref="PathMeter.UsualLayers"/>.</param>
    /// <param name="options">How many images are taken.</param>
    /// <param name="observe">Told how many images are done.</param>
    /// <param name="cancellation">Ends it between two batches.</param>
    /// <returns>What was found; null if it was cancelled.</returns>
    /// <exception cref="UsageException">There are too few images, or something does not fit the model.</exception>
    /// <exception cref="InputFileException">No image can be read.</exception>
    public static PathStudy? Of(Model model, IReadOnlyList<(Objective Unit, IReadOnlyList<Picture> Pictures)> units, Dataset images, Dataset? natural = null, IReadOnlyList<Layer>? layers = null, PathOptions? options = null,
        Action<int>? observe = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(units);
        ArgumentNullException.ThrowIfNull(images);
        options ??= new PathOptions();
        if (natural is not null && units.Count != 1) throw new UsageException($"Natural images that are named are of one unit; there are {units.Count}. Name one unit, or leave the images to be found.");
        var meter = new PathMeter(model, layers, options.Sample, options.Seed);
        int done = 0;
        NearestImages? nearest = natural is null ? NearestImages.Find(model, [.. units.Select(unit => unit.Unit)], images, options.Nearest, Observe, cancellation) : null;
        if (natural is null && nearest is null) return null;
        done += nearest is null ? 0 : images.Files.Count;

        (string File, float Value)[][] own = nearest is not null ? [.. nearest.Of.Select(found => found.ToArray())] : [[.. natural!.Files.Take(options.Nearest).Select(file => (file, float.NaN))]];
        string[] others = OthersOf(images, natural, own, options);
        if (meter.Of(new DatasetPart(images, others), Observe, cancellation) is not { } otherPaths) return null;
        done += others.Length;
        if (otherPaths.Images.Count < NaturalPaths.Fewest) throw new UsageException($"Only {otherPaths.Images.Count} other images of {images.Name} can be read, where {NaturalPaths.Fewest} at least are needed to compare with; give more.");
        ImagePath[] across = [.. otherPaths.Images.Select(image => image.Path)];
        List<SkippedImage> skipped = [.. nearest?.Skipped ?? [], .. otherPaths.Skipped];
        IReadOnlyList<ImagePath>[] pictures = [.. units.Select(unit => meter.Of(unit.Pictures))];

        var studied = new List<UnitPaths>();
        double[] best = [.. units.Select(_ => double.NegativeInfinity)];
        int?[] mostLike = new int?[units.Count];
        for (int u = 0; u < units.Count; u++)
        {
            if (meter.Of(new DatasetPart(natural ?? images, [.. own[u].Select(image => image.File)]), Observe, cancellation) is not { } ownPaths) return null;
            done += own[u].Length;
            skipped.AddRange(ownPaths.Skipped);
            HashSet<string> read = [.. ownPaths.Images.Select(image => image.File)];
            own[u] = [.. own[u].Where(image => read.Contains(image.File))];
            if (own[u].Length < NaturalPaths.Fewest) throw new UsageException($"Only {own[u].Length} natural images of {units[u].Unit} can be read, where {NaturalPaths.Fewest} at least are needed; give more.");
            var paths = new NaturalPaths([.. ownPaths.Images.Select(image => image.Path)], across, options.Seed, model.Backend.Threads);
            for (int p = 0; p < units.Count && units.Count > 1; p++)
                if (pictures[p].Average(paths.MiddleOf) is var similarity && similarity > best[p]) (best[p], mostLike[p]) = (similarity, u);
            studied.Add(new UnitPaths(units[u].Unit, units[u].Pictures, [.. pictures[u].Select(paths.Of)], own[u], paths.LeftOut, null));
        }
        return new PathStudy(meter.Layers, [.. studied.Select((unit, u) => unit with { MostLike = mostLike[u] })], across.Length, [.. skipped.Distinct()]);

        void Observe(int part) => observe?.Invoke(done + part);
    }

    /// <summary>How many images are told of, so that progress has an end.</summary>
    /// <param name="images">The natural images.</param>
    /// <param name="units">How many units there are.</param>
    /// <param name="options">How many images are taken.</param>
    /// <param name="named">Whether natural images of the unit are named.</param>
    public static long StepsOf(Dataset images, int units, PathOptions options, bool named)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(options);
        return (named ? 0 : images.Files.Count) + options.Others + (long)units * options.Nearest;
    }

    // Drawn from those that excite no unit most.
    private static string[] OthersOf(Dataset images, Dataset? natural, IEnumerable<IEnumerable<(string File, float)>> own, PathOptions options)
    {
        HashSet<string> taken = natural is null ? [.. own.SelectMany(found => found.Select(image => image.File))] : [.. natural.Files.Select(file => PathOf(natural, file))];
        string[] others = [.. new RandomStream(options.Seed, 0, "other images").Shuffled(images.Files).Where(file => !taken.Contains(natural is null ? file : PathOf(images, file))).Take(options.Others)];
        return others.Length >= NaturalPaths.Fewest ? others
            : throw new UsageException($"{images.Name} has {images.Files.Count} images, of which {others.Length} are none of the units' own, where {NaturalPaths.Fewest} at least are needed to compare with; give more images, or take fewer of each unit.");
    }

    private static string PathOf(Dataset images, string file) => images.PathOf(file) is { } path ? Path.GetFullPath(path) : file;

    private static double Median(double[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}
