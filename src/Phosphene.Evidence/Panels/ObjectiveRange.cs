using Phosphene.Evidence.Datasets;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Runtime.Numerics;

namespace Phosphene.Evidence.Panels;

/// <summary>What objectives give over the images of a dataset, each as it is, at the model's own size.</summary>
public sealed class ObjectiveRange
{
    private readonly Dictionary<string, float[]> _values;            // of each objective by its text, for each image
    private readonly IReadOnlyList<string> _files;

    private ObjectiveRange(Dictionary<string, float[]> values, IReadOnlyList<string> files, IReadOnlyList<SkippedImage> skipped) => (_values, _files, Skipped) = (values, files, skipped);

    /// <summary>The images that could not be read.</summary>
    public IReadOnlyList<SkippedImage> Skipped { get; }

    /// <summary>How many images there were.</summary>
    public int Images => _files.Count;

    /// <summary>Looks at the images once, for all objectives.</summary>
    /// <param name="model">The model.</param>
    /// <param name="objectives">The objectives, at least one; each gives one number for an image.</param>
    /// <param name="images">The images.</param>
    /// <param name="observe">Told how many images are done.</param>
    /// <param name="cancellation">Ends it between two batches; then there is no result.</param>
    /// <returns>What they give; null if it was cancelled.</returns>
    /// <exception cref="Syntax.UsageException">An objective does not fit the model, or is one number for several images.</exception>
    /// <exception cref="Syntax.InputFileException">No image can be read.</exception>
    public static ObjectiveRange? Of(Model model, IReadOnlyList<Objective> objectives, Dataset images, Action<int>? observe = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(objectives);
        ArgumentNullException.ThrowIfNull(images);
        Objective[] distinct = [.. objectives.DistinctBy(objective => objective.ToString())];
        var values = distinct.ToDictionary(objective => objective.ToString(), _ => new List<float>(), StringComparer.Ordinal);
        var files = new List<string>();
        var pass = new ImagePass(model, images);
        foreach ((DatasetImage image, float[][] computed) in pass.Compute(colours => ImageValues.Of(model, distinct, colours), observe, cancellation))
        {
            files.Add(image.File);
            for (int i = 0; i < distinct.Length; i++) values[distinct[i].ToString()].Add(computed[i][0]);
        }
        return cancellation.IsCancellationRequested ? null : new ObjectiveRange(values.ToDictionary(entry => entry.Key, entry => entry.Value.ToArray(), StringComparer.Ordinal), files, pass.Skipped);
    }

    /// <summary>The share of the images that give an objective less than a value, in percent.</summary>
    /// <param name="objective">One of the objectives.</param>
    /// <param name="value">The value.</param>
    public double PercentBelow(Objective objective, double value)
    {
        ArgumentNullException.ThrowIfNull(objective);
        float[] values = _values[objective.ToString()];
        return 100.0 * values.Count(other => other < value) / values.Length;
    }

    /// <summary>By how many times a value exceeds the highest of all images; 1 for as high.</summary>
    /// <param name="objective">One of the objectives.</param>
    /// <param name="value">The value.</param>
    public double? TimesHighest(Objective objective, double value)
    {
        ArgumentNullException.ThrowIfNull(objective);
        float highest = _values[objective.ToString()].Max();
        return highest > 0 ? value / highest : null;
    }

    /// <summary>The images that give an objective most, the highest first.</summary>
    /// <param name="objective">One of the objectives.</param>
    /// <param name="count">How many.</param>
    public IReadOnlyList<string> Highest(Objective objective, int count)
    {
        ArgumentNullException.ThrowIfNull(objective);
        float[] values = _values[objective.ToString()];
        return [.. Enumerable.Range(0, values.Length).OrderByDescending(i => values[i]).Take(count).Select(i => _files[i])];
    }

    /// <summary>Some of the images, drawn by chance, the same each time.</summary>
    /// <param name="count">How many.</param>
    public IReadOnlyList<string> Drawn(int count) => [.. new RandomStream(0, 0, "others").Shuffled(_files).Take(count)];
}
