using System.Globalization;
using Phosphene.Atlas.Sheets;
using Phosphene.Atlas.Units;
using Phosphene.Evidence.Quality;
using Phosphene.Models;
using Phosphene.Pages;
using Phosphene.Recipes;
using Phosphene.Runtime.Numerics;
using Phosphene.Syntax;
using Phosphene.Visualization;

namespace Phosphene.Atlas.Transfers;

/// <summary>
/// Whether another network recognises pictures that were made for classes of a network: what both know of a class, or only what excites the first.
/// </summary>
public sealed class Transfer
{
    private const int Few = 5;

    private readonly Model _model;
    private readonly ClassRank _judge;
    private readonly Recipe _recipe;
    private readonly SheetLayer _layer;
    private readonly UnitRenderer _renderer;
    private readonly List<TransferredClass> _classes = [];

    /// <summary>Nothing is rendered yet.</summary>
    /// <param name="model">The network that the pictures are made for.</param>
    /// <param name="recipe">The recipe of each picture; its batch does not matter.</param>
    /// <param name="judge">The other network.</param>
    /// <param name="classes">The classes, by their numbers in the first network.</param>
    /// <param name="batch">How many pictures are made at once, at most.</param>
    /// <exception cref="UsageException">The other network does not know a class, or one of them has no labels.</exception>
    public Transfer(Model model, Recipe recipe, ClassRank judge, IReadOnlyList<int> classes, int batch = UnitRenderer.DefaultBatch)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(judge);
        ArgumentNullException.ThrowIfNull(classes);
        foreach (int number in classes) judge.ClassOf(model, number);
        (_model, _judge, _recipe) = (model, judge, recipe.For(model));
        _layer = SheetLayer.Of(model, _recipe, model.LogitsLayer, ChannelChoice.Parse(string.Join(',', classes)));
        _renderer = new UnitRenderer(model, _recipe, batch);
    }

    /// <summary>How many pictures there are when it is done.</summary>
    public int Count => _layer.Channels.Count;

    /// <summary>How many steps of batches there are.</summary>
    public long Steps => (long)_renderer.BatchesOf(Count) * _recipe.Steps;

    /// <summary>What is done, in the order of the classes.</summary>
    public IReadOnlyList<TransferredClass> Classes => _classes;

    /// <summary>How many of the pictures that are done the other network recognises: the class is first.</summary>
    public int Recognised => _classes.Count(entry => entry.Rank == 1);

    /// <summary>In how many of them the class is among the first five.</summary>
    public int AmongFive => _classes.Count(entry => entry.Rank <= Few);

    /// <summary>So many classes of a network that another knows, too, drawn by the seed, in order; all of them if it knows fewer.</summary>
    /// <param name="model">The network.</param>
    /// <param name="judge">The other one.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">What they are drawn from.</param>
    /// <exception cref="UsageException">There are none, as without labels.</exception>
    public static IReadOnlyList<int> Drawn(Model model, ClassRank judge, int count, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(judge);
        var stream = new RandomStream(seed, 0, "classes");
        int[] known = [.. Enumerable.Range(0, model.Labels.Count).Where(number => judge.Knows(model, number)).OrderBy(number => stream.Uniform(number)).Take(count).Order()];
        if (known.Length == 0) judge.ClassOf(model, 0);              // says why
        return known;
    }

    /// <summary>Renders all of it, once, and writes the page at the end. With a cancelled token it ends after the current step, and the page has what was done.</summary>
    /// <param name="path">The HTML file.</param>
    /// <param name="observe">Called after each step of a batch: how many of <see cref="Steps"/> are done, and the step.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="Runtime.Files.OutputFileException">The file cannot be written.</exception>
    public void Render(string path, Action<long, AscentStep>? observe = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        long done = 0;
        foreach (IReadOnlyList<UnitPicture> batch in _renderer.Render(_layer.Layer, _layer.Channels, (_, step) => observe?.Invoke(++done, step), cancellation))
            foreach (UnitPicture unit in batch)
            {
                int rank = _judge.Of(unit.Picture, _judge.ClassOf(_model, unit.Channel), out int first);
                _classes.Add(new TransferredClass(unit.Channel, _model.Labels[unit.Channel], unit, rank, _judge.LabelOf(first)));
            }
        if (_classes.Count > 0) Page().Save(path);
    }

    private HtmlPage Page()
    {
        var page = new HtmlPage($"What {_judge.Name} sees in pictures of {Path.GetFileNameWithoutExtension(_model.Path)}'s classes",
            $"`{Path.GetFileName(_model.Path)}` · {_recipe.Preset}, {_recipe.Steps} steps, {_recipe.Height} × {_recipe.Width} pixels, seed {_recipe.Seed} · Phosphene {Provenance.CurrentVersion}");
        page.Section("Classes").Text(string.Create(CultureInfo.InvariantCulture, $"{_judge.Name} has the class first in {Recognised} of {_classes.Count} pictures, and among the first five in {AmongFive}."))
            .Sheet([.. _classes.Select(entry => _layer.Tile(_model, entry.Unit, entry.Rank == 1 ? "first" : FormattableString.Invariant($"place {entry.Rank}, after {entry.First}")))]);
        if (_classes.Count < Count) page.Section("Not finished").Text($"The work was stopped after {_classes.Count} of {Count} pictures.");
        return page;
    }
}
