using System.Diagnostics;
using System.Globalization;
using Phosphene.Atlas.Units;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Pages;
using Phosphene.Recipes;
using Phosphene.Runtime.Files;
using Phosphene.Visualization;

namespace Phosphene.Atlas.Sheets;

/// <summary>
/// A page of many units of a model, one section for each layer: one HTML file that needs no other, whose pictures carry their recipes. The file is there from the first seconds on, whole at any moment, and
/// grows with the pictures.
/// </summary>
public sealed class Sheet
{
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(2);

    private readonly Model _model;
    private readonly Recipe _recipe;
    private readonly UnitRenderer _renderer;
    private readonly SheetLayer[] _layers;
    private readonly List<UnitPicture> _pictures = [];
    private readonly Dictionary<(Layer, int), SheetTile> _tiles = [];
    private readonly Stopwatch _clock = new();
    private long _stepsDone;

    /// <summary>A sheet of some units. Nothing is rendered yet.</summary>
    /// <param name="model">The model.</param>
    /// <param name="recipe">The recipe of each picture; its batch does not matter.</param>
    /// <param name="layers">The layers, in the order of the page, each with its channels.</param>
    /// <param name="batch">How many pictures are made at once, at most.</param>
    /// <exception cref="Syntax.UsageException">A layer or a channel is not in the model, or a layer has no channels.</exception>
    public Sheet(Model model, Recipe recipe, IEnumerable<(Layer Layer, ChannelChoice Channels)> layers, int batch = UnitRenderer.DefaultBatch)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        (_model, _recipe) = (model, recipe.For(model));
        _renderer = new UnitRenderer(model, _recipe, batch);
        _layers = [.. layers.Select(entry => SheetLayer.Of(model, _recipe, entry.Layer, entry.Channels))];
    }

    /// <summary>How many pictures the sheet has when it is done.</summary>
    public int Count => _layers.Sum(layer => layer.Channels.Count);

    /// <summary>The pictures that are done, in the order of the page.</summary>
    public IReadOnlyList<UnitPicture> Pictures => _pictures;

    /// <summary>How many steps of batches there are.</summary>
    public long Steps => _layers.Sum(layer => (long)_renderer.BatchesOf(layer.Channels.Count) * _recipe.Steps);

    /// <summary>Renders all of it, once, and writes the page every few seconds and at the end. With a cancelled token it ends after the current step, and the page has what was done.</summary>
    /// <param name="path">The HTML file.</param>
    /// <param name="observe">Called after each step of a batch: how many of <see cref="Steps"/> are done, and the step.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="OutputFileException">The file cannot be written.</exception>
    public void Render(string path, Action<long, AscentStep>? observe = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        _clock.Start();
        var growing = new GrowingPage(path, FirstLook);
        foreach (SheetLayer layer in _layers)
            foreach (IReadOnlyList<UnitPicture> batch in _renderer.Render(layer.Layer, layer.Channels, (channels, step) => Observe(growing, layer, channels, step, observe), cancellation))
            {
                foreach (UnitPicture picture in batch)
                {
                    _pictures.Add(picture);
                    _tiles[(layer.Layer, picture.Channel)] = layer.Tile(_model, picture);
                }
                if (_pictures.Count < Count) Page(isDone: false).Save(path);
            }
        // A picture that was cut off is none.
        foreach ((Layer Layer, int Channel) unfinished in _tiles.Keys.Except(_pictures.Select(picture => (picture.Layer, picture.Channel))).ToArray()) _tiles.Remove(unfinished);
        if (!cancellation.IsCancellationRequested || _pictures.Count > 0) Page(isDone: true).Save(path);
        _clock.Stop();
    }

    private void Observe(GrowingPage growing, SheetLayer layer, IReadOnlyList<int> channels, AscentStep step, Action<long, AscentStep>? observe)
    {
        _stepsDone++;
        observe?.Invoke(_stepsDone, step);
        growing.WriteIfDue(() =>
        {
            IReadOnlyList<Picture> pictures = step.Pictures();
            for (int image = 0; image < channels.Count; image++)
                _tiles[(layer.Layer, channels[image])] = layer.Growing(channels[image], pictures[image], $"step {step.Index} of {_recipe.Steps}");
            return Page(isDone: false);
        });
    }

    private HtmlPage Page(bool isDone)
    {
        var page = new HtmlPage($"What {Path.GetFileNameWithoutExtension(_model.Path)} sees",
            $"`{Path.GetFileName(_model.Path)}` · {_recipe.Preset}, {_recipe.Steps} steps, {_recipe.Height} × {_recipe.Width} pixels, seed {_recipe.Seed} · Phosphene {Provenance.CurrentVersion}");
        if (!isDone) page.Progress = $"{_pictures.Count} of {Count} pictures are done{TimeLeft()}. This page reloads until it is done.";
        else if (_pictures.Count < Count) page.Section("Not finished").Text($"The work was stopped after {_pictures.Count} of {Count} pictures.");
        foreach (SheetLayer layer in _layers)
        {
            SheetTile[] tiles = [.. layer.Channels.Select(channel => _tiles.GetValueOrDefault((layer.Layer, channel)) ?? layer.Pending(channel)).Where(tile => !isDone || tile.Picture is not null)];
            if (tiles.Length > 0) page.Section(layer.Layer.Name).Text(layer.Description).Sheet(tiles);
        }
        return page;
    }

    private string TimeLeft()
    {
        double seconds = _stepsDone == 0 ? 0 : _clock.Elapsed.TotalSeconds * (Steps - _stepsDone) / _stepsDone;
        return _stepsDone < 10 ? "" : seconds < 90 ? ", about a minute is left" : string.Create(CultureInfo.InvariantCulture, $", about {Math.Round(seconds / 60)} minutes are left");
    }
}
