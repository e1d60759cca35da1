using System.Diagnostics;
using Phosphene.Evidence.Quality;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Pages;
using Phosphene.Recipes;
using Phosphene.Visualization;

namespace Phosphene.Atlas.Comparisons;

/// <summary>
/// Recipes held against each other fairly: each gets the same work, and each picture is measured by numbers that no recipe ascends in. Source: the article, which asks how regularizations can be compared at all when each has
/// settings of its own.
/// </summary>
public sealed class Comparison
{
    private readonly NaturalImages? _natural;
    private readonly ClassRank? _judge;
    private readonly List<ComparisonCell> _cells = [];

    /// <summary>A comparison; nothing is rendered yet.</summary>
    /// <param name="model">The model.</param>
    /// <param name="axes">What differs among the rows.</param>
    /// <param name="rows">The ascents. A batch is one image.</param>
    /// <param name="budget">The work that each of them gets.</param>
    /// <param name="natural">The photos that pictures are held against; null for <see cref="NaturalImages.ImageNet"/>.</param>
    /// <param name="judge">A second network, which ranks the classes of class objectives; null for none.</param>
    /// <exception cref="Syntax.UsageException">An objective names a class that the judge does not know.</exception>
    public Comparison(Model model, IReadOnlyList<ComparisonAxis> axes, IReadOnlyList<ComparisonRow> rows, ComparisonBudget budget, NaturalImages? natural = null, ClassRank? judge = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(axes);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(budget);
        foreach (ComparisonRow row in rows) judge?.ClassOf(model, row.Objective);
        (Model, Rows, Budget, _natural, _judge) = (model, [.. rows.Select(row => row with { Recipe = row.Recipe.For(model) with { Batch = 1 } })], budget, natural, judge);
        Axes = [.. axes, new ComparisonAxis(budget.Unit, [.. budget.Stops.Select(stop => FormattableString.Invariant($"{stop}"))])];
    }

    /// <summary>What differs, the axis of the budget last.</summary>
    public IReadOnlyList<ComparisonAxis> Axes { get; }

    /// <summary>The work that each row gets.</summary>
    public ComparisonBudget Budget { get; }

    /// <summary>The model.</summary>
    public Model Model { get; }

    /// <summary>The pictures that are done, in order.</summary>
    public IReadOnlyList<ComparisonCell> Cells => _cells;

    /// <summary>How many pictures there are when it is done.</summary>
    public int Count => Rows.Count * Budget.Stops.Count;

    /// <summary>The rows.</summary>
    public IReadOnlyList<ComparisonRow> Rows { get; }

    /// <summary>Renders and measures all of it, once, and writes the page now and then and at the end. With a cancelled token it ends after the current step, and the page has the rows that were done.</summary>
    /// <param name="path">The HTML file.</param>
    /// <param name="observe">Called after each step: the row from 0, and its ascent.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="Syntax.UsageException">A recipe or an objective does not fit the model.</exception>
    /// <exception cref="Runtime.Files.OutputFileException">The file cannot be written.</exception>
    public void Render(string path, Action<int, Ascent>? observe = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        var growing = new GrowingPage(path, TimeSpan.Zero);
        foreach (IReadOnlyList<ComparisonCell> _ in Run(observe, cancellation))
            if (_cells.Count < Count) growing.WriteIfDue(() => ComparisonPage.Of(this, isDone: false));
        if (_cells.Count > 0) ComparisonPage.Of(this, isDone: true).Save(path);
    }

    /// <summary>The pictures that are done on one: a row for each combination of all respects but the last that has several values, which stand side by side.</summary>
    /// <param name="side">The height and width of each in pixels, however large it is.</param>
    public Picture Sheet(int side = 64)
    {
        int columns = Axes.Select(axis => axis.Values.Count).LastOrDefault(count => count > 1, 1);
        return new Layout(columns).Of([.. _cells.Select(cell => cell.Picture.Resize(side, side))]);
    }

    /// <summary>Renders and measures all of it, row by row, each when it is asked for; a row that is cut off is not among the <see cref="Cells"/>.</summary>
    /// <param name="observe">Called after each step: the row from 0, and its ascent.</param>
    /// <param name="cancellation">Ends it after the current step.</param>
    /// <exception cref="Syntax.UsageException">A recipe or an objective does not fit the model.</exception>
    public IEnumerable<IReadOnlyList<ComparisonCell>> Run(Action<int, Ascent>? observe = null, CancellationToken cancellation = default)
    {
        Dictionary<(string Objective, int Height, int Width), QualityMeter> meters = [];
        try
        {
            for (int number = 0; number < Rows.Count; number++)
            {
                ComparisonRow row = Rows[number];
                (string, int, int) key = ($"{row.Objective}", row.Recipe.Height!.Value, row.Recipe.Width!.Value);
                if (!meters.TryGetValue(key, out QualityMeter? meter)) meters.Add(key, meter = new QualityMeter(Model, row.Objective, key.Item2, key.Item3, _natural, _judge));
                int at = number;
                if (CellsOf(row, meter, ascent => observe?.Invoke(at, ascent), cancellation) is not { } cells) yield break;
                _cells.AddRange(cells);
                yield return cells;
            }
        }
        finally
        {
            foreach (QualityMeter meter in meters.Values) meter.Dispose();
        }
    }

    // Null if it was cut off.
    private List<ComparisonCell>? CellsOf(ComparisonRow row, QualityMeter meter, Action<Ascent> observe, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        List<ComparisonCell> cells = [];
        string? failure = null;
        using var ascent = new Ascent(Model, row.Recipe with { Steps = int.MaxValue }, row.Objective);
        for (int stop = 0; stop < Budget.Stops.Count; stop++)
        {
            while (failure is null && !ascent.HasStoppedRising && (Budget.InSeconds ? clock.Elapsed.TotalSeconds : ascent.StepsDone) < Budget.Stops[stop])
            {
                try
                {
                    if (!ascent.TryAdvance(cancellation)) return null;
                }
                catch (AscentDivergedException error)
                {
                    failure = error.Message;                         // what was reached before is still a picture
                    break;
                }
                observe(ascent);
                if (cancellation.IsCancellationRequested) return null;
            }
            clock.Stop();
            Picture picture = ascent.Pictures()[0];
            PictureQuality quality = meter.Of(picture);
            Recipe recipe = ascent.Recipe with { Steps = Math.Max(ascent.StepsDone, row.Recipe.Stages.Sum(stage => stage.Steps)) };
            Provenance provenance = Provenance.Of(Model, ascent.Objective, recipe, 0, ascent.StepsDone, [quality.Value]);
            cells.Add(new ComparisonCell(row, stop, picture.With(provenance.ToTexts()), quality, ascent.StepsDone, clock.Elapsed.TotalSeconds, failure));
            clock.Start();
        }
        return cells;
    }
}
