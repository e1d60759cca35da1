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

    // What is silent after the short ascent gets so many times its steps: of a classifier of shapes 5 of 184 channels that images excite need more than 32 steps, and none more than 128.
    private const int Patience = 8;

    private readonly Recipe? _recipe;
    private readonly int _seeds;
    private readonly UnitRenderer? _renderer, _longer;

    /// <summary>Nothing is measured yet.</summary>
    /// <param name="model">The model.</param>
    /// <param name="layers">The layers; by default <see cref="ActivationLayers.Of"/>.</param>
    /// <param name="recipe">The recipe of the pictures, whose batch does not matter; null for no pictures.</param>
    /// <param name="seeds">How many pictures of each channel; from 2 on it is asked whether they recur.</param>
    /// <exception cref="UsageException">There is no such layer, or none with positions to compare its pictures in.</exception>
    public ModelDiagnosis(Model model, IReadOnlyList<Layer> layers, Recipe? recipe, int seeds = 1)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentOutOfRangeException.ThrowIfLessThan(seeds, 1);
        (Model, _recipe, _seeds) = (model, recipe?.For(model), seeds);
        Layers = [.. (layers.Count > 0 ? layers : ActivationLayers.Of(model)).Select(layer => new LayerDiagnosis(layer, [.. Enumerable.Range(0, model.LayerShape(layer) is { Rank: >= 2 } shape ? shape.Channels : 0).Select(channel => new ChannelDiagnosis(channel))]))];
        if (_recipe is not null && seeds > 1)
            foreach (LayerDiagnosis layer in Layers.Where(layer => layer.Channels.Count > 0)) LayerBelow.Of(model, Objective.Channel(layer.Layer, 0));      // says what does not fit, before anything is rendered
        // Enough for the pictures of a channel to be different images of a batch or two, each from noise of its own.
        int batch = seeds * Math.Max(1, Batch / seeds);
        if (_recipe is not null) (_renderer, _longer) = (new UnitRenderer(model, _recipe, batch), new UnitRenderer(model, _recipe.WithSteps(Patience * _recipe.Steps), batch));
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
    /// <param name="observe">Called after each step of a batch: how many of <see cref="Steps"/> are done, and the step. Those of silent channels, which get more of them, are not counted.</param>
    /// <param name="cancellation">Ends it after the current step or comparison; the layers that were done have their pictures.</param>
    /// <returns>Whether it came to the end.</returns>
    /// <exception cref="UsageException">The recipe does not fit the model.</exception>
    public bool Render(Action<long, AscentStep>? observe = null, CancellationToken cancellation = default)
    {
        long done = 0;
        for (int i = 0; i < Layers.Count && _renderer is not null; i++)
        {
            LayerDiagnosis layer = Layers[i];
            if (PicturesOf(layer.Layer, [.. layer.Channels.Select(channel => channel.Channel)], (counts, step) => observe?.Invoke(counts ? ++done : done, step), cancellation) is not { } pictures || WithPictures(layer, pictures, cancellation) is not { } seen) return false;
            Layers = [.. Layers.Select(other => ReferenceEquals(other, layer) ? seen.Judged() : other)];
        }
        return true;
    }

    // The pictures of each channel, with the largest activation of the first; null if it was cut off.
    private (UnitPicture[] Pictures, double Maximum)[]? PicturesOf(Layer layer, int[] channels, Action<bool, AscentStep> observe, CancellationToken cancellation)
    {
        using var activation = new PictureActivation(Model, layer, _recipe!.Height!.Value, _recipe.Width!.Value);
        Layer climbed = Climbed(layer);
        if (Rendered(_renderer!, channels, counts: true) is not { } pictures) return null;
        int[] silent = [.. Enumerable.Range(0, channels.Length).Where(i => pictures[i].Maximum <= 0)];
        if (Rendered(_longer!, [.. silent.Select(i => channels[i])], counts: false) is not { } longer) return null;
        foreach ((int i, (UnitPicture[], double) again) in silent.Zip(longer)) pictures[i] = again;
        return pictures;

        (UnitPicture[] Pictures, double Maximum)[]? Rendered(UnitRenderer renderer, int[] some, bool counts)
        {
            UnitPicture[] all = [.. renderer.Render(climbed, [.. some.SelectMany(channel => Enumerable.Repeat(channel, _seeds))], (_, step) => observe(counts, step), cancellation).SelectMany(batch => batch)];
            return all.Length < some.Length * _seeds ? null : [.. all.Chunk(_seeds).Select(own => (own, own[0].Value is null ? double.NaN : activation.MaximumOf(own[0].Picture, own[0].Channel)))];
        }
    }

    // Before its activation a channel has a gradient, however far from 0 it is: one that stays silent then is dead.
    private Layer Climbed(Layer layer)
    {
        var before = Layer.Pre(layer);
        try
        {
            return Model.LayerShape(before, _recipe!.Height, _recipe.Width) is null ? layer : before;
        }
        catch (UsageException)
        {
            return layer;                                            // it ends in no activation
        }
    }

    // Null if it was cut off.
    private LayerDiagnosis? WithPictures(LayerDiagnosis layer, (UnitPicture[] Pictures, double Maximum)[] pictures, CancellationToken cancellation)
    {
        using RecurrenceMeter? meter = _seeds > 1 ? new RecurrenceMeter(Model) : null;
        var channels = new List<ChannelDiagnosis>();
        foreach ((ChannelDiagnosis channel, (UnitPicture[] Pictures, double Maximum) own) in layer.Channels.Zip(pictures))
        {
            if (meter is not null && cancellation.IsCancellationRequested) return null;
            channels.Add(channel with
            {
                Picture = new ChannelPicture(own.Pictures[0].Picture, own.Maximum, PictureSpectrum.Of(own.Pictures[0].Picture).HighFrequencies()),
                Recurrence = meter is not null && HaveNoiseOfTheirOwn(own.Pictures) && OthersOf(channel.Channel) is { Length: > 0 } others ? meter.Of(Objective.Channel(layer.Layer, channel.Channel), [.. own.Pictures.Select(unit => unit.Picture)], others) : null,
            });
        }
        return layer with { Channels = channels };

        // Those that were made again one by one, since a channel of their batch diverged, begin with the same noise and recur whatever they show.
        static bool HaveNoiseOfTheirOwn(UnitPicture[] own) => own.DistinctBy(unit => unit.Provenance.Image).Count() == own.Length;

        // Some channels, evenly spread, that something excites: pictures of dead ones are noise.
        Picture[] OthersOf(int channel) => EvenSpread.Of([.. pictures.Where((own, other) => other != channel && own.Maximum > 0).Select(own => own.Pictures[0].Picture)], Others);
    }

    /// <summary>Writes a page of the concerns, the gravest first, with the pictures of the channels.</summary>
    /// <param name="path">The HTML file.</param>
    /// <exception cref="Runtime.Files.OutputFileException">The file cannot be written.</exception>
    public void Save(string path) => DiagnosisPage.Of(this).Save(path);
}
