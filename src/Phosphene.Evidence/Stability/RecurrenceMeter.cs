using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Syntax;
using Phosphene.Visualization;

namespace Phosphene.Evidence.Stability;

/// <summary>
/// Tells whether pictures that were made for a unit with different seeds show the same: whether they are more alike than pictures of different units are. Alike is what the layer below the unit finds
/// (<see cref="LayerBelow"/>) beyond each picture's own colours and frequencies, by its channel means and Gram matrices. The layer below sees what the unit is made of; the unit's own layer has the channel in it that all the
/// pictures are made to raise. And the unit has to give more for its own pictures than for those of others. Pictures may come from anywhere. What was computed of a picture is kept, so that a picture can be in many comparisons.
/// </summary>
/// <param name="model">The model that the pictures were made for; it stays the caller's.</param>
public sealed class RecurrenceMeter(Model model) : IDisposable
{
    // The pictures are held against no more of them, and the objective is computed for no more.
    private const int MostCompared = 256, MostExcited = 32;

    private readonly Dictionary<(Layer Layer, int Height, int Width), FeaturePlan> _plans = [];
    private readonly Dictionary<(Layer Layer, Picture Picture), PictureFeatures> _features = [];

    /// <summary>Compares the pictures of a unit.</summary>
    /// <param name="objective">What the pictures were made for; it says which layer they are compared in.</param>
    /// <param name="pictures">The pictures, one for each seed, at least two.</param>
    /// <param name="others">Pictures of other units, at least one, made in the same way. Of more than 256 as many are taken, at an even stride.</param>
    /// <exception cref="UsageException">The objective does not fit the model, or depends on no layer with positions.</exception>
    public UnitRecurrence Of(Objective objective, IReadOnlyList<Picture> pictures, IReadOnlyList<Picture> others)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(others);
        ArgumentOutOfRangeException.ThrowIfLessThan(pictures.Count, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(others.Count, 1);
        Layer layer = LayerBelow.Of(model, objective);
        PictureFeatures[] own = [.. pictures.Select(picture => FeaturesOf(layer, picture))], other = [.. Some(others, MostCompared).Select(picture => FeaturesOf(layer, picture))];
        double[] same = [.. own.SelectMany((a, i) => own.Skip(i + 1).Select(a.SimilarityTo))];
        double[] baseline = [.. own.SelectMany(a => other.Select(a.SimilarityTo))];
        return new UnitRecurrence(layer, same, baseline, Excitation(objective, pictures, others), (a, b) => own[a].SimilarityTo(own[b]), own.Length);
    }

    private double Excitation(Objective objective, IReadOnlyList<Picture> pictures, IReadOnlyList<Picture> others)
    {
        using var value = new PictureObjective(model, objective, pictures[0].Height, pictures[0].Width);
        return UnitRecurrence.AucOf([.. pictures.Select(picture => value.Of(picture))], [.. Some(others, MostExcited).Select(picture => value.Of(picture))]);
    }

    private static IEnumerable<Picture> Some(IReadOnlyList<Picture> pictures, int most)
    {
        int count = Math.Min(pictures.Count, most);
        return Enumerable.Range(0, count).Select(i => pictures[(int)((long)i * pictures.Count / count)]);
    }

    private PictureFeatures FeaturesOf(Layer layer, Picture picture)
    {
        if (_features.TryGetValue((layer, picture), out PictureFeatures? known)) return known;
        if (!_plans.TryGetValue((layer, picture.Height, picture.Width), out FeaturePlan? plan)) _plans.Add((layer, picture.Height, picture.Width), plan = new FeaturePlan(model, layer, picture.Height, picture.Width));
        PictureFeatures features = plan.Of(picture);
        _features.Add((layer, picture), features);
        return features;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (FeaturePlan plan in _plans.Values) plan.Dispose();
        _plans.Clear();
    }
}
