using Phosphene.Evidence.Responses;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Optimizers;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Syntax;
using Phosphene.Transforms;
using Phosphene.Visualization;

namespace Phosphene.Evidence.Sensitivity;

/// <summary>
/// What to change in a photo for a channel to give clearly more at the place where it gives most: half as much again, and at least by what is usual of it. Short steps of one length up the gradient, from the photo on, in a
/// space whose frequencies have equal energy and through small shifts, until that is reached: in pixels, and without the shifts, it would be a noise that nobody sees. Step by step.
/// </summary>
public sealed class SmallestChange : IDisposable
{
    /// <summary>The most steps: a channel that has not risen by then does not.</summary>
    public const int MostSteps = 200;

    // Of the spectrum. Of photos of 224 pixels a side, GoogLeNet's channels have risen by half after 1 to 30 steps, by a root mean square of 0.3 to 2 percent of the range of a pixel.
    private const float StepLength = 0.5f;

    // Of the pixels that changed, the share that has not the whole colour where the difference is shown.
    private const double NotWhole = 0.99;

    private static readonly float[] s_brighter = [0xc2 / 255f, 0x4e / 255f, 0x1a / 255f], s_darker = [0x2a / 255f, 0x6d / 255f, 0xb0 / 255f];      // the orange and the blue of the pages

    private readonly Ascent _ascent;

    /// <summary>The start: the photo as it is.</summary>
    /// <param name="model">The model.</param>
    /// <param name="photo">The photo, brought to the size of the model as <see cref="Picture.Cover"/> does.</param>
    /// <param name="response">What the layer gives for it.</param>
    /// <param name="channel">The channel.</param>
    /// <exception cref="UsageException">There is no such channel, or something does not fit the model.</exception>
    /// <exception cref="InputFileException">The photo is missing or cannot be read.</exception>
    public SmallestChange(Model model, ImageReference photo, LayerResponse response, int channel)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(photo);
        ArgumentNullException.ThrowIfNull(response);
        if (channel < 0 || channel >= response.Channels) throw new UsageException($"Layer '{response.Layer}' has channels 0 to {response.Channels - 1}; there is no channel {channel}.");
        UnitResponse most = response.Largest(channel);
        float rise = MathF.Max(MathF.Abs(most.Value) / 2, most.Usual);
        if (!float.IsFinite(rise) || rise <= 0) throw new UsageException($"Layer '{response.Layer}' gives nothing for this photo by which a rise could be measured; choose another layer.");
        // A channel that gives the same everywhere has no place: the middle.
        (Row, Column) = response.Map(channel).ContainsAnyExcept(most.Value) ? (most.Row, most.Column) : (response.Height / 2, response.Width / 2);
        (Before, Now, Wanted) = (most.Value, most.Value, most.Value + rise);
        Objective objective = response.Height * response.Width > 1 ? Objective.Neuron(response.Layer, channel, Row, Column) : Objective.Channel(response.Layer, channel);
        var recipe = new Recipe { Steps = MostSteps, Start = photo, Parameterization = new Fourier(), Optimizer = new NormalizedAscent(StepLength), Transforms = Pipeline.Of(new Pad(2), new Jitter(4)) };
        _ascent = new Ascent(model, recipe, objective);
        Photo = _ascent.Pictures()[0];
    }

    /// <summary>The row of the position where the channel gives most.</summary>
    public int Row { get; }

    /// <summary>Its column.</summary>
    public int Column { get; }

    /// <summary>The photo at the size of the model.</summary>
    public Picture Photo { get; }

    /// <summary>What the channel gave there before.</summary>
    public double Before { get; }

    /// <summary>What it gives there now.</summary>
    public double Now { get; private set; }

    /// <summary>What it is to give: half as much again, and at least as much more as is usual of it (<see cref="LayerResponse.UsualOf"/>).</summary>
    public double Wanted { get; }

    /// <summary>The steps that were done.</summary>
    public int Step => _ascent.StepsDone;

    /// <summary>Whether it gives what is wanted, or no step is left.</summary>
    public bool IsDone => Now >= Wanted || _ascent.IsDone;

    /// <summary>Does a step.</summary>
    /// <exception cref="AscentDivergedException">The channel or its gradient became NaN or infinite.</exception>
    public void Advance()
    {
        _ascent.Advance();
        Now = _ascent.CleanValues()[0];
    }

    /// <summary>The photo as it is now.</summary>
    public Picture Changed() => _ascent.Pictures()[0];

    /// <summary>What has changed: mid-grey where nothing has, orange where it became brighter, blue where it became darker, so strong that the strongest changes have the whole colour.</summary>
    /// <param name="changed">The photo as it is now.</param>
    public Picture Difference(Picture changed)
    {
        ArgumentNullException.ThrowIfNull(changed);
        float[] before = Photo.ToPlanar(), after = changed.ToPlanar();
        int pixels = Photo.Height * Photo.Width;
        float[] difference = [.. Enumerable.Range(0, pixels).Select(i => LumaOf(after, i) - LumaOf(before, i))];
        float[] sizes = [.. difference.Select(Math.Abs).Where(size => size > 0).Order()];
        float largest = sizes.Length == 0 ? 0 : sizes[(int)(NotWhole * (sizes.Length - 1))];
        var shown = new float[3 * pixels];
        for (int i = 0; i < pixels; i++)
        {
            float share = largest > 0 ? Math.Min(1, Math.Abs(difference[i]) / largest) : 0;
            float[] colour = difference[i] > 0 ? s_brighter : s_darker;
            for (int c = 0; c < 3; c++) shown[c * pixels + i] = 0.5f + share * (colour[c] - 0.5f);
        }
        return Picture.FromPlanar(shown, 3, Photo.Height, Photo.Width);

        float LumaOf(float[] planar, int i) => Luma.Of(planar[i], planar[pixels + i], planar[2 * pixels + i]);
    }

    /// <inheritdoc/>
    public void Dispose() => _ascent.Dispose();
}
