using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Transforms;
using Phosphene.Visualization;

namespace Phosphene.Evidence.Quality;

/// <summary>Measures pictures that were made for an objective.</summary>
public sealed class QualityMeter : IDisposable
{
    /// <summary>Over how many draws of them the objective is averaged.</summary>
    internal const int Draws = 16;

    private readonly PictureObjective _clean, _heldOut;
    private readonly NaturalImages _natural;
    private readonly ClassRank? _judge;
    private readonly int? _class;

    /// <summary>A meter for an objective.</summary>
    /// <param name="model">The network that the pictures are made for.</param>
    /// <param name="objective">The objective.</param>
    /// <param name="height">The height of the pictures in pixels.</param>
    /// <param name="width">Their width.</param>
    /// <param name="natural">The photos that they are held against; null for <see cref="NaturalImages.ImageNet"/>.</param>
    /// <param name="judge">The second network; null for none. It stays the caller's.</param>
    /// <exception cref="Syntax.UsageException">The objective does not fit the model, or the judge does not know the class.</exception>
    public QualityMeter(Model model, Objective objective, int height, int width, NaturalImages? natural = null, ClassRank? judge = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        (_natural, _judge, _class) = (natural ?? NaturalImages.ImageNet, judge, judge?.ClassOf(model, objective));
        _clean = new PictureObjective(model, objective, height, width);
        _heldOut = new PictureObjective(model, objective, height, width, HeldOut.For(height, width), Draws);
    }

    /// <summary>
    /// The transforms that a picture has to stand which no recipe optimizes for: made for 224 pixels, they shrink with smaller pictures. They mirror the picture at its edges, where recipes put grey around it.
    /// </summary>
    public static Pipeline HeldOut { get; } = Pipeline.Of(new Pad(24, PadFill.Reflect), new Rotate(Draw.Between(-12, 12)), new Shear(Draw.Between(-8, 8)), new Scale(Draw.Between(0.82f, 1.18f)), new Jitter(24),
        new ColourJitter(0.15f, 0, 0.2f), new Noise(0.02f), new Crop());

    /// <summary>The quality of a picture, in which the same numbers are drawn for every picture.</summary>
    public PictureQuality Of(Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        PictureSpectrum spectrum = PictureSpectrum.Of(picture);
        return new PictureQuality(_clean.Of(picture), _heldOut.Of(picture), spectrum.HighFrequencies(), spectrum.Checkerboard(), _natural.ColourDistance(picture), _natural.MagnitudeDistance(picture, spectrum),
            _class is { } number ? _judge!.Of(picture, number) : null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _clean.Dispose();
        _heldOut.Dispose();
    }
}
