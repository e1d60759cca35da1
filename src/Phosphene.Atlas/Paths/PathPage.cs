using System.Globalization;
using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Paths;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Pages;
using Phosphene.Syntax;

namespace Phosphene.Atlas.Paths;

/// <summary>The page of a <see cref="PathStudy"/>: of each unit its pictures, the natural images that they are held against, and how alike both are processed, layer by layer.</summary>
/// <param name="model">The model.</param>
/// <param name="study">What was found.</param>
/// <param name="images">The natural images that the study was of.</param>
public sealed class PathPage(Model model, PathStudy study, Dataset images)
{
    private const int Shown = 8, Side = 112, Lines = 4;
    private const double Tail = 0.05;

    /// <summary>Writes the page.</summary>
    /// <param name="path">The HTML file.</param>
    /// <exception cref="Runtime.Files.OutputFileException">The file cannot be written.</exception>
    public void Save(string path)
    {
        var page = new HtmlPage($"The paths of pictures through {Path.GetFileNameWithoutExtension(model.Path)}",
            $"A picture of a unit is worth believing if the network processes it as it does natural images that excite the unit. In each layer the rank correlation of its activations with theirs is held against that of two such images, which is 1 here, and that with other images, which is 0.\n\n`{Path.GetFileName(model.Path)}` · {images.Name} · {study.Layers.Count} layers · {study.Others} other images");
        if (study.Units.Count > 1) Summary(page);
        foreach (UnitPaths unit in study.Units) Section(page, unit);
        page.Save(path);
    }

    private void Summary(HtmlPage page)
    {
        IReadOnlyList<int> apart = study.OtherPaths;
        page.Section("All units")
            .Text(apart.Count > 0
                ? $"{string.Join(", ", apart.Select(place => $"`{study.Units[place].Unit}`"))}: {(apart.Count == 1 ? "its pictures take" : "their pictures take")} other paths than natural images do, by far more than those of the other units. Do not believe {(apart.Count == 1 ? "it" : "them")} without looking further."
                : "No unit stands apart from the others.")
            .Table("Units, the one that is processed least like natural images first.", ["Unit", "Similarity", "90 % interval", "Natural images below", "Processed most like images of", ""],
                [.. Enumerable.Range(0, study.Units.Count).OrderBy(place => study.Units[place].Middle).Select(place => Row(place, apart.Contains(place)))]);
    }

    private string[] Row(int place, bool apart)
    {
        UnitPaths unit = study.Units[place];
        return
        [
            $"{unit.Unit}", Number(unit.Middle), Interval(unit.Similarities.Average(s => s.Low), unit.Similarities.Average(s => s.High)), Percent(unit.NaturalBelow),
            unit.MostLike is { } other ? other == place ? "its own" : $"{study.Units[other].Unit}" : "", apart ? "other paths" : "",
        ];
    }

    private void Section(HtmlPage page, UnitPaths unit)
    {
        HtmlSection section = page.Section($"{unit.Unit}").Text(Told(unit));
        section.Gallery(unit.Pictures.Count == 1 ? "The picture." : "The pictures.", unit.Pictures.Select((picture, i) => new Figure(picture, $"{(unit.Pictures.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"picture {i + 1}, "))}similarity {Number(unit.Similarities[i].Middle)}")));
        section.Gallery($"The first of {unit.Natural.Count} natural images that {(unit.Pictures.Count == 1 ? "it is" : "they are")} held against.", unit.Natural.Take(Shown).Select(image =>
            new Figure(images.Read(image.File).Cover(Side, Side), Path.GetFileNameWithoutExtension(image.File), float.IsFinite(image.Value) ? string.Create(CultureInfo.InvariantCulture, $"{image.Value:G4}") : null)));
        section.Lines("How alike the picture and natural images are processed: nine of ten natural images lie between the two lines beside 1. A gap is a layer that does not tell these images from others.", "layer", "similarity", [.. Series(unit)], from: 1);
        section.Table("By layer.", ["", "Layer", "Picture", "Within", "Across", "Similarity", "90 % interval"], [.. study.Layers.Select((layer, l) => Row(unit, layer, l))]);
    }

    private static string Told(UnitPaths unit)
    {
        string similarity = double.IsFinite(unit.Middle)
            ? $"Similarity {Number(unit.Middle)} over the middle half of the layers, {Interval(unit.Similarities.Average(s => s.Low), unit.Similarities.Average(s => s.High))} nine times of ten; {Percent(unit.NaturalBelow)} of the natural images lie below."
            : "None of the middle half of the layers tells the natural images from others, so there is no similarity.";
        return $"{similarity} {(unit.Natural.All(image => float.IsFinite(image.Value)) ? "The natural images are those that excite the unit most; whether they show what it stands for is for the eye to tell." : "The natural images are those that were named.")}";
    }

    private static IEnumerable<(string, IReadOnlyList<double>)> Series(UnitPaths unit)
    {
        int layers = unit.Similarities[0].Layers.Count;
        if (unit.Pictures.Count is 1 or > Lines) yield return (unit.Pictures.Count == 1 ? "picture" : "pictures", [.. Enumerable.Range(0, layers).Select(l => unit.Similarities.Average(s => s.Layers[l].Similarity))]);
        else
            for (int p = 0; p < unit.Pictures.Count; p++) yield return (string.Create(CultureInfo.InvariantCulture, $"picture {p + 1}"), [.. unit.Similarities[p].Layers.Select(layer => layer.Similarity)]);
        yield return ("natural, high", Band(1 - Tail));
        yield return ("natural, low", Band(Tail));
        yield return ("other images", [.. Enumerable.Range(0, layers).Select(l => double.IsFinite(unit.Similarities[0].Layers[l].Similarity) ? 0.0 : double.NaN)]);

        double[] Band(double share) => [.. Enumerable.Range(0, layers).Select(l =>
        {
            double[] sorted = [.. unit.LeftOut.Select(image => image.Layers[l].Similarity).Order()];
            return sorted[(int)Math.Round(share * (sorted.Length - 1))];
        })];
    }

    private static string[] Row(UnitPaths unit, Layer layer, int l)
    {
        LayerSimilarity first = unit.Similarities[0].Layers[l];
        double Average(Func<LayerSimilarity, double> value) => unit.Similarities.Average(similarity => value(similarity.Layers[l]));
        return
        [
            string.Create(CultureInfo.InvariantCulture, $"{l + 1}"), layer.Name, Number(Average(s => s.Picture)), Number(first.Within), Number(first.Across),
            double.IsFinite(first.Similarity) ? Number(Average(s => s.Similarity)) : "–", double.IsFinite(first.Similarity) ? Interval(Average(s => s.Low), Average(s => s.High)) : "",
        ];
    }

    private static string Interval(double low, double high) => $"{Number(low)} to {Number(high)}";

    private static string Percent(double share) => double.IsFinite(share) ? string.Create(CultureInfo.InvariantCulture, $"{100 * share:0} %") : "–";

    private static string Number(double value) => double.IsFinite(value) ? value.ToString("0.00", CultureInfo.InvariantCulture) : "–";
}
