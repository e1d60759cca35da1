using System.Globalization;
using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Paths;
using Phosphene.Models;
using Phosphene.Objectives;

namespace Phosphene.Evidence.Panels;

/// <summary>Whether a picture is processed as the images are that excite its objective most, or along other paths.</summary>
internal sealed class PathColumn : IPanelColumn
{
    // Images of the objective, and others.
    private const int Own = 16, Others = 32;

    private readonly PathMeter _meter;
    private readonly Dataset _images;
    private readonly ObjectiveRange _range;
    private readonly Dictionary<string, NaturalPaths> _natural = [];
    private readonly int _threads;
    private IReadOnlyList<(string File, ImagePath Path)>? _drawn;

    private PathColumn(Model model, Dataset images, ObjectiveRange range) => (_meter, _images, _range, _threads) = (new PathMeter(model), images, range, model.Backend.Threads);

    /// <summary>The column for some images; null where there are too few, or the model has no layers to compare in.</summary>
    public static PathColumn? Of(Model model, Dataset images, ObjectiveRange range) => range.Images >= Own + Others && PathMeter.UsualLayers(model).Count > 0 ? new PathColumn(model, images, range) : null;

    public string Name => "path";

    public string Meaning => $"How it is processed in the middle layers: 1 as the {Own} images are that excite its objective most, 0 as any other image. Optimized pictures mostly take other paths.";

    public double? Of(PanelPicture picture)
    {
        string objective = picture.Objective.ToString();
        if (!_natural.TryGetValue(objective, out NaturalPaths? natural)) _natural.Add(objective, natural = Natural(picture.Objective));
        double similarity = natural.MiddleOf(_meter.Of(picture.Picture)[0]);
        return double.IsFinite(similarity) ? similarity : null;
    }

    public string Text(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    // The others are drawn once for all objectives, and so many that there are enough without an objective's own.
    private NaturalPaths Natural(Objective objective)
    {
        IReadOnlyList<string> own = _range.Highest(objective, Own);
        _drawn ??= PathsOf(_range.Drawn(Own + Others));
        return new NaturalPaths([.. PathsOf(own).Select(image => image.Path)], [.. _drawn.Where(image => !own.Contains(image.File)).Take(Others).Select(image => image.Path)], threads: _threads);
    }

    private IReadOnlyList<(string File, ImagePath Path)> PathsOf(IReadOnlyList<string> files) => _meter.Of(new DatasetPart(_images, files))!.Images;
}
