using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Quality;
using Phosphene.Models;
using Phosphene.Visualization;

namespace Phosphene.Evidence.Panels;

/// <summary>What can be said of pictures in numbers, whatever they were made with: a row for each, a column for each measure.</summary>
public sealed class QualityPanel : IDisposable
{
    private readonly Model _model;
    private readonly (int Height, int Width) _size;
    private readonly Dictionary<(string Objective, bool HeldOut), PictureObjective> _objectives = [];
    private readonly Dictionary<PanelPicture, double> _values = [];

    /// <summary>A panel.</summary>
    /// <param name="model">The model that the pictures were made for. It sees them at its own size.</param>
    /// <param name="pictures">All pictures that will be asked for: those of one objective are held against each other.</param>
    /// <param name="natural">The photos that they are held against; null for <see cref="NaturalImages.ImageNet"/>.</param>
    /// <param name="images">Images that the pictures are held against; null for none.</param>
    /// <param name="range">What the objectives give over them; null for none.</param>
    /// <param name="judge">A second network, which tells the place of the class; null for none. It stays the caller's.</param>
    public QualityPanel(Model model, IReadOnlyList<PanelPicture> pictures, NaturalImages? natural = null, Dataset? images = null, ObjectiveRange? range = null, ClassRank? judge = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(pictures);
        (_model, _size) = (model, model.UsualSize);
        natural ??= NaturalImages.ImageNet;
        IPanelColumn?[] columns =
        [
            new NumberColumn("value", "The objective of the picture as it is.", picture => Value(picture)),
            new NumberColumn("heldOut", $"The share of it that is left, in percent, on average over {QualityMeter.Draws} draws of `{QualityMeter.HeldOut}`, which no recipe optimizes for. A picture that loses most of it shows one image exactly, not what the unit looks for.",
                picture => Value(picture) > 0 ? 100 * Objective(picture, heldOut: true) / Value(picture) : null),
            range is null ? null : new NumberColumn("percentile", $"The share of {range.Images} images, in percent, that give the objective less. A picture made for it should be above nearly all.", picture => range.PercentBelow(picture.Objective, Value(picture)), "0.#"),
            range is null ? null : new NumberColumn("timesHighest", "How many times the highest of these images it is. Far above 1 it excites the unit as nothing in them does.", picture => range.TimesHighest(picture.Objective, Value(picture))),
            new NumberColumn("colour", "The distance of its colours from those of photos: 0 for the same, 0.22 for a single photo, 0.47 for flat grey.", picture => natural.ColourDistance(picture.Picture)),
            new NumberColumn("spectrum", "The distance of its spectrum from that of photos, in powers of ten over all octaves: 0.14 for a single photo.", picture => natural.MagnitudeDistance(picture.Picture)),
            judge is null ? null : new NumberColumn("rank", $"The place of its class under {judge.Name}, which did not make it: 1 is the first.", picture => judge.ClassOf(model, picture.Objective) is { } number ? judge.Of(picture.Picture, number) : null, "0"),
            pictures.GroupBy(picture => picture.Objective.ToString()) is var groups && groups.Count() > 1 && groups.Any(group => group.Count() > 1) ? new RecurrenceColumn(model, pictures) : null,
            images is null || range is null ? null : PathColumn.Of(model, images, range),
        ];
        Columns = [.. columns.OfType<IPanelColumn>()];
    }

    /// <summary>The columns, in their order.</summary>
    public IReadOnlyList<IPanelColumn> Columns { get; }

    /// <summary>The row of a picture: a number for each column, null where there is none.</summary>
    /// <exception cref="Syntax.UsageException">The objective does not fit the model, or the judge does not know the class.</exception>
    public IReadOnlyList<double?> Of(PanelPicture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return [.. Columns.Select(column => column.Of(picture))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PictureObjective objective in _objectives.Values) objective.Dispose();
        foreach (IDisposable column in Columns.OfType<IDisposable>()) column.Dispose();
    }

    private double Value(PanelPicture picture) => _values.TryGetValue(picture, out double value) ? value : _values[picture] = Objective(picture, heldOut: false);

    private double Objective(PanelPicture picture, bool heldOut)
    {
        (string, bool) key = (picture.Objective.ToString(), heldOut);
        if (!_objectives.TryGetValue(key, out PictureObjective? objective))
            _objectives.Add(key, objective = new PictureObjective(_model, picture.Objective, _size.Height, _size.Width, heldOut ? QualityMeter.HeldOut.For(_size.Height, _size.Width) : null, heldOut ? QualityMeter.Draws : 1));
        return objective.Of(picture.Picture);
    }
}
