using System.Globalization;
using Phosphene.Evidence.Diagnoses;
using Phosphene.Models;
using Phosphene.Pages;
using Phosphene.Recipes;

namespace Phosphene.Atlas.Diagnoses;

/// <summary>A <see cref="ModelDiagnosis"/> as a page: the layers, then each concern with its channels.</summary>
internal static class DiagnosisPage
{
    // Of one concern; more than that nobody looks at, and a page has all pictures in it.
    private const int Most = 120;

    private static readonly (ConcernKind Kind, string Text)[] s_kinds =
    [
        (ConcernKind.DeadOnData, "Never above 0 on any image, or always the same."),
        (ConcernKind.DeadToOptimization, "Not above 0 after an ascent either. The picture is little more than the noise it began with."),
        (ConcernKind.AlwaysOn, "Above 0 nearly everywhere, with little variation: it says little of an image."),
        (ConcernKind.NearDuplicate, "Nearly the weights and nearly the activations of another channel."),
        (ConcernKind.StaticLike, "Far more of the finest frequencies than the other pictures of the layer. The pattern may be of the optimisation, not of the channel."),
        (ConcernKind.FlatLight, "An image of one colour excites it nearly as much as anything that was tried. The colour counts, whatever shapes the picture has."),
        (ConcernKind.DoesNotRecur, "Other seeds give other pictures. What this one shows may be chance."),
    ];

    public static HtmlPage Of(ModelDiagnosis diagnosis)
    {
        string pictures = diagnosis.PictureRecipe is { } recipe ? $" · {recipe.Preset}, {recipe.Steps} steps, {recipe.Height} × {recipe.Width} pixels, seed {recipe.Seed}" : "";
        var page = new HtmlPage($"Channels of {Path.GetFileNameWithoutExtension(diagnosis.Model.Path)} to be careful with",
            string.Create(CultureInfo.InvariantCulture, $"`{Path.GetFileName(diagnosis.Model.Path)}` · {diagnosis.Count:#,0} channels of {diagnosis.Layers.Count} layers · {(diagnosis.Images > 0 ? $"{Number(diagnosis.Images)} images" : "no images")}{pictures} · Phosphene {Provenance.CurrentVersion}"));
        (Layer Layer, ChannelDiagnosis Channel, Concern Concern)[] all = [.. diagnosis.Layers.SelectMany(layer => layer.Channels.SelectMany(channel => channel.Concerns.Select(concern => (layer.Layer, channel, concern))))];
        (ConcernKind Kind, string Text)[] found = [.. s_kinds.Where(kind => all.Any(entry => entry.Concern.Kind == kind.Kind))];
        HtmlSection summary = page.Section("Layers").Text(found.Length == 0 ? "Nothing is the matter with any of these channels, as far as was looked." : string.Create(CultureInfo.InvariantCulture, $"{all.Select(entry => (entry.Layer, entry.Channel.Channel)).Distinct().Count()} of {diagnosis.Count:#,0} channels have something to be careful with."));
        if (Missing(diagnosis) is { } missing) summary.Text(missing);
        summary.Table("How many channels of each layer.", ["layer", "channels", .. found.Select(kind => Concern.NameOf(kind.Kind))],
            [.. diagnosis.Layers.Select(layer => (IReadOnlyList<string>)[layer.Layer.ToString(), Number(layer.Channels.Count), .. found.Select(kind => Number(layer.Channels.Count(channel => channel.Concerns.Any(concern => concern.Kind == kind.Kind))))])]);
        foreach ((ConcernKind kind, string text) in found) Concerns(page.Section(Title(kind)).Text(text), kind, [.. all.Where(entry => entry.Concern.Kind == kind)]);
        page.Section("Where a concern begins").Text(Explanation);
        return page;
    }

    private static void Concerns(HtmlSection section, ConcernKind kind, (Layer Layer, ChannelDiagnosis Channel, Concern Concern)[] entries)
    {
        // The worst first; of two near-duplicates, which have the same evidence, one beside the other.
        bool leastIsWorst = kind is ConcernKind.AlwaysOn or ConcernKind.DoesNotRecur or ConcernKind.DeadOnData or ConcernKind.DeadToOptimization;
        (Layer Layer, ChannelDiagnosis Channel, Concern Concern)[] sorted = [.. entries.OrderBy(entry => leastIsWorst ? entry.Concern.Evidence : -entry.Concern.Evidence)
            .ThenBy(entry => Math.Min(entry.Channel.Channel, entry.Channel.Duplicate?.Channel ?? int.MaxValue))];
        (Layer Layer, ChannelDiagnosis Channel, Concern Concern)[] shown = [.. sorted.Take(Most)];
        if (shown.All(entry => entry.Channel.Picture is not null)) section.Gallery("", shown.Select(entry => new Figure(entry.Channel.Picture!.Picture, $"{entry.Layer}:{entry.Channel.Channel}", entry.Concern.Text)));
        else section.Table("", ["channel", "evidence"], [.. shown.Select(entry => (IReadOnlyList<string>)[$"{entry.Layer}:{entry.Channel.Channel}", entry.Concern.Text])]);
        if (sorted.Length > Most) section.Text(string.Create(CultureInfo.InvariantCulture, $"And {sorted.Length - Most} more, which `--json` lists."));
    }

    private static string? Missing(ModelDiagnosis diagnosis)
    {
        string[] missing =
        [
            .. diagnosis.Images == 0 ? new[] { "without images nothing can be said of channels that are dead on data, always on or near-duplicates" } : [],
            .. diagnosis.Layers.Any(layer => layer.Channels.Any(channel => channel.Picture is null)) ? new[] { "without pictures nothing of those that are dead to optimisation or like static" } : [],
        ];
        return missing.Length == 0 ? null : $"Not all was looked at: {string.Join("; ", missing)}.";
    }

    private static string Title(ConcernKind kind) => $"{char.ToUpperInvariant(Concern.NameOf(kind)[0])}{Concern.NameOf(kind)[1..]}";

    private static string Number(int count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Explanation => string.Create(CultureInfo.InvariantCulture,
        $"""
        *Dead on data*: at most 0, or constant, at all positions of all images. *Dead to optimisation*: at most 0 at all positions of its picture, for which its activation's input was raised. *Always on*: above 0 at {DiagnosisLimits.AlwaysActive:0 %} of the positions, with a standard deviation of at most {DiagnosisLimits.LittleVariation:0 %} of the mean.

        *Near-duplicate*: the cosine of the weights is at least {DiagnosisLimits.WeightCosine}, and the correlation of the activations over the images at least {DiagnosisLimits.Correlation}. *Like static*: at least {DiagnosisLimits.Static:0 %} of the power of the picture's spectrum above a quarter cycle per pixel, and {DiagnosisLimits.StaticTimes} times the median of the layer. *Flat light*: in the middle of an image of one of nine colours at least {DiagnosisLimits.FlatShare:0 %} of the largest activation that is known.

        A channel that is dead has no other concern, and one that is always on is not said to be excited by flat light.
        """);
}
