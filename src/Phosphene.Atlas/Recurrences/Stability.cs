using System.Globalization;
using System.Text.RegularExpressions;
using Phosphene.Atlas.Units;
using Phosphene.Evidence.Stability;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Pages;
using Phosphene.Recipes;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;
using Phosphene.Visualization;

namespace Phosphene.Atlas.Recurrences;

/// <summary>
/// Whether pictures recur: each unit is rendered several times at once, from different noise, and the pictures are compared with each other and with those of the other units (<see cref="RecurrenceMeter"/>). What one unit alone is
/// held against is some other channels of its layer, one picture each.
/// </summary>
public sealed partial class Stability
{
    /// <summary>How many pictures of a unit are made where nobody says.</summary>
    public const int UsualSeeds = 4;

    // Of one unit alone.
    private const int Others = 4;

    private readonly Model _model;
    private readonly Recipe _recipe;
    private readonly IReadOnlyList<Objective> _objectives;
    private readonly Objective[] _others;
    private readonly List<RecurringUnit> _units = [];

    /// <summary>Nothing is rendered yet.</summary>
    /// <param name="model">The model.</param>
    /// <param name="recipe">The recipe of each picture; its batch does not matter.</param>
    /// <param name="objectives">The units, at least one.</param>
    /// <param name="seeds">How many pictures of each unit, at least 2.</param>
    /// <exception cref="UsageException">There are too few seeds, or one unit alone has no other channels beside it.</exception>
    public Stability(Model model, Recipe recipe, IReadOnlyList<Objective> objectives, int seeds = UsualSeeds)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(objectives);
        if (seeds < 2) throw new UsageException($"What recurs is seen in two pictures of a unit at least; got {seeds}.");
        (_model, _recipe, _objectives) = (model, recipe.For(model) with { Batch = seeds }, [.. objectives.Distinct()]);
        foreach (Objective objective in _objectives) LayerBelow.Of(model, objective);         // says what does not fit, before anything is rendered
        _others = _objectives.Count == 1 ? OthersOf(model, _objectives[0]) : [];
    }

    /// <summary>How many units there are when it is done.</summary>
    public int Count => _objectives.Count;

    /// <summary>How many steps of batches there are.</summary>
    public long Steps => (Count + (_others.Length > 0 ? 1L : 0)) * _recipe.Steps;

    /// <summary>The units that are done, in their order.</summary>
    public IReadOnlyList<RecurringUnit> Units => _units;

    /// <summary>Whether all units have been rendered and compared.</summary>
    public bool IsDone => _units.Count == Count && _units.All(unit => unit.Recurrence is not null);

    /// <summary>The probability that a pair of pictures of one unit is more alike than a pair of different units, over all pairs of all units; NaN before they are compared.</summary>
    public double Auc { get; private set; } = double.NaN;

    private IEnumerable<UnitRecurrence> Recurrences => _units.Select(unit => unit.Recurrence).OfType<UnitRecurrence>();

    /// <summary>Renders and compares all of it, once, and writes the page now and then and at the end. With a cancelled token it ends after the current step or unit, and the page has what was done.</summary>
    /// <param name="path">The HTML file.</param>
    /// <param name="observe">Called after each step of a batch: how many of <see cref="Steps"/> are done, and the step.</param>
    /// <param name="compared">Called after each unit that is compared, when all are rendered: how many are.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="UsageException">The recipe does not fit the model.</exception>
    /// <exception cref="Runtime.Files.OutputFileException">The file cannot be written.</exception>
    public void Render(string path, Action<long, AscentStep>? observe = null, Action<int>? compared = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        long done = 0;
        var growing = new GrowingPage(path, TimeSpan.Zero);
        foreach (Rendering rendering in Renderings(_recipe, _objectives))
        {
            _units.Add(new RecurringUnit(_objectives[_units.Count], rendering.Pictures, rendering.Values) { Failure = rendering.Divergence?.Message });
            growing.WriteIfDue(() => Page(isDone: false));
        }
        Picture[] others = _others.Length == 0 ? [] : [.. Renderings(_recipe with { Batch = _others.Length }, [Objective.Each(_others)]).SelectMany(rendering => rendering.Pictures)];
        Compare(others, compared, cancellation);
        if (_units.Count > 0) Page(isDone: true).Save(path);

        IEnumerable<Rendering> Renderings(Recipe recipe, IReadOnlyList<Objective> objectives) => cancellation.IsCancellationRequested ? []
            : new Visualizer(_model, recipe).RenderEach(objectives, step => observe?.Invoke(++done, step), cancellation).TakeWhile(rendering => !cancellation.IsCancellationRequested || rendering.IsDone);
    }

    private void Compare(Picture[] others, Action<int>? compared, CancellationToken cancellation)
    {
        using var meter = new RecurrenceMeter(_model);
        for (int i = 0; i < _units.Count && !cancellation.IsCancellationRequested; i++)
        {
            Picture[] baseline = others.Length > 0 ? others : [.. _units.Where((_, other) => other != i).SelectMany(unit => unit.Pictures)];
            if (baseline.Length > 0) _units[i] = _units[i] with { Recurrence = meter.Of(_units[i].Objective, _units[i].Pictures, baseline) };
            compared?.Invoke(i + 1);
        }
        Auc = UnitRecurrence.AucOf([.. Recurrences.SelectMany(recurrence => recurrence.Same)], [.. Recurrences.SelectMany(recurrence => recurrence.Baseline)]);
    }

    // Channels of the layer that an objective reads, evenly spread. Numbers that stand in the objective are left out, whatever they mean there: one of them is its own channel.
    private static Objective[] OthersOf(Model model, Objective objective)
    {
        Layer layer = objective.Layers.FirstOrDefault() ?? model.LogitsLayer;
        if (model.LayerShape(layer) is not { Rank: 2 or 4 } shape) throw new UsageException($"Layer '{layer.Name}' has no channels to hold the pictures of '{objective}' against; name another unit beside it.");
        HashSet<int> own = [.. Number().Matches($"{objective}").Select(match => int.TryParse(match.Value, CultureInfo.InvariantCulture, out int number) ? number : -1),
            .. objective.Classes.Select(name => model.Labels.TryFind(name, int.MaxValue) ?? -1)];
        int[] free = [.. Enumerable.Range(0, shape.Channels).Where(channel => !own.Contains(channel))];
        return free.Length > 0 ? [.. EvenSpread.Of(free, Others).Select(channel => Objective.Channel(layer, channel))]
            : throw new UsageException($"Layer '{layer.Name}' has no other channels to hold the pictures of '{objective}' against; name another unit beside it.");
    }

    [GeneratedRegex(@"\d+", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    private HtmlPage Page(bool isDone)
    {
        var page = new HtmlPage($"What recurs in pictures of {Path.GetFileNameWithoutExtension(_model.Path)}",
            $"`{Path.GetFileName(_model.Path)}` · {_recipe.Batch} pictures a unit · {_recipe.Preset}, {_recipe.Steps} steps, {_recipe.Height} × {_recipe.Width} pixels, seed {_recipe.Seed} · Phosphene {Provenance.CurrentVersion}");
        if (!isDone) page.Progress = $"{_units.Count} of {Count} units are done. They are compared at the end. This page reloads until it is done.";
        else if (!IsDone) page.Section("Not finished").Text($"The work was stopped after {_units.Count} of {Count} units were rendered and {Recurrences.Count()} compared.");
        foreach ((string title, string text, RecurrenceVerdict? verdict) in s_sections)
        {
            RecurringUnit[] units = [.. _units.Where(unit => unit.Recurrence?.Verdict == verdict)];
            if (units.Length == 0) continue;
            page.Section(title).Text(text).Comparison("", [.. Enumerable.Range(1, _recipe.Batch).Select(i => i.ToString(CultureInfo.InvariantCulture))], [.. units.Select(Row)]);
        }
        if (isDone && Recurrences.Any()) page.Section("What the numbers are").Text(Explanation());
        return page;
    }

    private static readonly (string Title, string Text, RecurrenceVerdict? Verdict)[] s_sections =
    [
        ("Does not recur", "Other seeds give other pictures. What one of them shows may be chance, and says little about the unit.", RecurrenceVerdict.DoesNotRecur),
        ("Several facets", "There are kinds of pictures that come again. One picture shows one of them.", RecurrenceVerdict.SeveralFacets),
        ("Recurs", "Other seeds show the same. What the pictures of a row have in common is what to look for.", RecurrenceVerdict.Recurs),
        ("Not compared", "These have not been held against pictures of other units.", null),
    ];

    private static (string Label, IReadOnlyList<Figure?> Cells) Row(RecurringUnit unit)
    {
        string numbers = unit.Recurrence is { } recurrence ? string.Create(CultureInfo.InvariantCulture, $" · {recurrence.Median:0.00} alike, others {recurrence.BaselineMedian:0.00}") : "";
        return ($"{unit.Objective}{numbers}{(unit.Failure is null ? "" : " · ended early")}", [.. unit.Pictures.Select((picture, i) => new Figure(picture, Value(unit.Values[i]), Facet(unit, i)))]);
    }

    private static string Value(double value) => value <= 0 ? "silent" : value.ToString("G4", CultureInfo.InvariantCulture);

    private static string? Facet(RecurringUnit unit, int picture) =>
        unit.Recurrence is not { Facets.Length: > 1 } recurrence ? null : recurrence.Facets[recurrence.FacetOf[picture]] == 1 ? "alone" : $"facet {recurrence.FacetOf[picture] + 1}";

    private string Explanation()
    {
        string auc = string.Create(CultureInfo.InvariantCulture, $"{Auc:0.000}"), least = string.Create(CultureInfo.InvariantCulture, $"{UnitRecurrence.LeastSimilarity} and {UnitRecurrence.ShareOfBaseline:0 %}");
        return $"""
            How alike two pictures are is seen in the layer below the unit: the mean of two cosines, of channel means and of Gram matrices, each less what the same picture gives with its phases drawn by chance. 1 is the same, about 0 is what two pictures of noise have. *alike* is the median over pairs of the unit's pictures, *others* that over pairs of one of them and one of another unit.

            Pictures are of one facet where they are more alike on average than {least} of the pairs of different units. A unit recurs where three of four pictures are one facet, and the unit gives more for them than for pictures of others. A pair of one unit is more alike than a pair of different units with the probability {auc}.
            """;
    }
}
