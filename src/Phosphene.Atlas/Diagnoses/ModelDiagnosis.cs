using Phosphene.Atlas.Units;
using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Diagnoses;
using Phosphene.Evidence.Quality;
using Phosphene.Evidence.Stability;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Syntax;
using Phosphene.Visualization;

namespace Phosphene.Atlas.Diagnoses;

/// <summary>
/// What is the matter with the channels of a model: first by images, flat light and weights (<see cref="Diagnosis"/>), then by a small picture of each. The channels of a layer are rendered in batches, of which the first compiles and
/// the others are what it compiled.
/// </summary>
public sealed class ModelDiagnosis
{
    private const int Batch = 8, Others = 8;

    private const double QuarterCycle = 0.25;

    private readonly Recipe? _recipe;
    private readonly int _seeds;
    private readonly UnitRenderer? _renderer;

    /// <summary>Nothing is measured yet.</summary>
    /// <param name="model">The model.</param>
    /// <param name="layers">The layers; by default <see cref="ActivationLayers.Of"/>.</param>
    /// <param name="recipe">The recipe of the pictures, whose batch does not matter; null for no pictures.</param>
    /// <param name="seeds">How many pictures of each channel; from 2 on it is asked whether they recur.</param>
    /// <exception cref="UsageException">There is no such layer.</exception>
    public ModelDiagnosis(Model model, IReadOnlyList<Layer> layers, Recipe? recipe, int seeds = 1)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentOutOfRangeException.ThrowIfLessThan(seeds, 1);
        (Model, _recipe, _seeds) = (model, recipe?.For(model), seeds);
        Layers = [.. (layers.Count > 0 ? layers : ActivationLayers.Of(model)).Select(layer => new LayerDiagnosis(layer, [.. Enumerable.Range(0, model.LayerShape(layer) is { Rank: >= 2 } shape ? shape.Channels : 0).Select(channel => new ChannelDiagnosis(channel))]))];
        // All pictures of a channel are in one batch.
        if (_recipe is not null) _renderer = new UnitRenderer(model, _recipe, seeds * Math.Max(1, Batch / seeds));
    }

    /// <summary>The recipe that small pictures are usually made with: enough to bring a channel above 0 that can be.</summary>
    public static Recipe Quick(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        const int side = 64, steps = 32;
        (int height, int width) = model.UsualSize;
        return Recipe.Swift.WithSteps(steps).For(Math.Min(side, height), Math.Min(side, width));
    }

    /// <summary>The model.</summary>
    public Model Model { get; }

    /// <summary>The layers with what is known of them so far.</summary>
    public IReadOnlyList<LayerDiagnosis> Layers { get; private set; }

    /// <summary>The recipe of the pictures; null for none.</summary>
    public Recipe? PictureRecipe => _recipe;

    /// <summary>How many channels there are.</summary>
    public int Count => Layers.Sum(layer => layer.Channels.Count);

    /// <summary>How many steps of batches <see cref="Render"/> does.</summary>
    public long Steps => _renderer is null ? 0 : Layers.Sum(layer => (long)_renderer.BatchesOf(layer.Channels.Count * _seeds) * _recipe!.Steps);

    /// <summary>The images that could not be read.</summary>
    public IReadOnlyList<SkippedImage> Skipped { get; private set; } = [];

    /// <summary>How many images were looked at.</summary>
    public int Images => Layers.SelectMany(layer => layer.Channels).Select(channel => channel.OnImages?.Images ?? 0).DefaultIfEmpty().Max();

    /// <summary>Looks at images and flat light.</summary>
    /// <param name="images">The images; null for none.</param>
    /// <param name="observe">Told how many images are done.</param>
    /// <param name="cancellation">Ends it without a result.</param>
    /// <returns>Whether it came to the end.</returns>
    /// <exception cref="UsageException">A layer has no channels.</exception>
    /// <exception cref="InputFileException">No image can be read.</exception>
    public bool Measure(Dataset? images, Action<int>? observe = null, CancellationToken cancellation = default)
    {
        var skipped = new List<SkippedImage>();
        if (Diagnosis.Of(Model, [.. Layers.Select(layer => layer.Layer)], images, skipped.Add, observe, cancellation) is not { } measured) return false;
        (Layers, Skipped) = ([.. measured.Select(layer => layer.Judged())], skipped);
        return true;
    }

    /// <summary>Makes a picture of each channel, or several.</summary>
    /// <param name="observe">Called after each step of a batch: how many of <see cref="Steps"/> are done, and the step.</param>
    /// <param name="cancellation">Ends it after the current step; the layers that were done have their pictures.</param>
    /// <returns>Whether it came to the end.</returns>
    /// <exception cref="UsageException">The recipe does not fit the model.</exception>
    public bool Render(Action<long, AscentStep>? observe = null, CancellationToken cancellation = default)
    {
        long done = 0;
        for (int i = 0; i < Layers.Count && _renderer is not null; i++)
        {
            LayerDiagnosis layer = Layers[i];
            UnitPicture[] pictures = [.. _renderer.Render(layer.Layer, [.. layer.Channels.SelectMany(channel => Enumerable.Repeat(channel.Channel, _seeds))], (_, step) => observe?.Invoke(++done, step), cancellation).SelectMany(batch => batch)];
            if (pictures.Length < layer.Channels.Count * _seeds) return false;
            Layers = [.. Layers.Select(other => ReferenceEquals(other, layer) ? WithPictures(layer, [.. pictures.Chunk(_seeds)]).Judged() : other)];
        }
        return true;
    }

    private LayerDiagnosis WithPictures(LayerDiagnosis layer, UnitPicture[][] pictures)
    {
        using RecurrenceMeter? meter = _seeds > 1 ? new RecurrenceMeter(Model) : null;
        return layer with
        {
            Channels = [.. layer.Channels.Zip(pictures, (channel, own) => channel with
            {
                Picture = new ChannelPicture(own[0].Picture, own[0].Value ?? double.NaN, PictureSpectrum.Of(own[0].Picture).ShareAbove(QuarterCycle)),
                Recurrence = OthersOf(channel.Channel) is { Length: > 0 } others ? meter?.Of(Objective.Channel(layer.Layer, channel.Channel), [.. own.Select(unit => unit.Picture)], others) : null,
            })],
        };

        // Some channels, evenly spread, that something excites: pictures of dead ones are noise.
        Picture[] OthersOf(int channel)
        {
            Picture[] alive = [.. pictures.Where((own, other) => other != channel && own[0].Value > 0).Select(own => own[0].Picture)];
            int count = Math.Min(Others, alive.Length);
            return [.. Enumerable.Range(0, count).Select(i => alive[(2 * i + 1) * alive.Length / (2 * count)])];
        }
    }

    /// <summary>Writes a page of the concerns, the gravest first, with the pictures of the channels.</summary>
    /// <param name="path">The HTML file.</param>
    /// <exception cref="Runtime.Files.OutputFileException">The file cannot be written.</exception>
    public void Save(string path) => DiagnosisPage.Of(this).Save(path);
}
