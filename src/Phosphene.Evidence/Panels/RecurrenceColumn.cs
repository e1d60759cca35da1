using System.Globalization;
using Phosphene.Evidence.Stability;
using Phosphene.Images;
using Phosphene.Models;

namespace Phosphene.Evidence.Panels;

/// <summary>How alike the pictures of one objective are, made with different seeds for example: whether what they show recurs. There is none for an objective of one picture, or where no other objective has pictures to hold them against.</summary>
internal sealed class RecurrenceColumn : IPanelColumn, IDisposable
{
    private readonly RecurrenceMeter _meter;
    private readonly (string Objective, Picture Picture)[] _all;
    private readonly Dictionary<string, double?> _known = [];

    // At the model's own size, whatever theirs: one plan does for all of them, and they are alike or not as the other columns see them.
    public RecurrenceColumn(Model model, IReadOnlyList<PanelPicture> all)
    {
        (int height, int width) = model.UsualSize;
        (_meter, _all) = (new RecurrenceMeter(model), [.. all.Select(picture => (picture.Objective.ToString(), picture.Picture.Cover(height, width)))]);
    }

    public string Name => "recurs";

    public string Meaning => "How alike the pictures of its objective are, by what the layer below finds in them, in the median of all pairs: about 0.9 where all show the same, about 0 for noise.";

    public double? Of(PanelPicture picture)
    {
        string objective = picture.Objective.ToString();
        if (_known.TryGetValue(objective, out double? known)) return known;
        Picture[] own = [.. _all.Where(other => other.Objective == objective).Select(other => other.Picture)], others = [.. _all.Where(other => other.Objective != objective).Select(other => other.Picture)];
        return _known[objective] = own.Length < 2 || others.Length == 0 ? null : _meter.Of(picture.Objective, own, others).Median;
    }

    public string Text(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    public void Dispose() => _meter.Dispose();
}
