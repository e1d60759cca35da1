using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Syntax;
using Phosphene.Visualization;

namespace Phosphene.Studio.Pictures;

/// <summary>The pictures of some channels of a layer that are made at once, a step at a time. It is compiled for the first of them and serves for all others of the layer.</summary>
internal sealed class PictureBatch : IDisposable
{
    private readonly Model _model;
    private JointAscent? _ascent;

    /// <param name="model">The model.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="kind">How the pictures are made.</param>
    /// <param name="together">How many are made at once.</param>
    public PictureBatch(Model model, string layer, PictureKind kind, int together) => (_model, Layer, Kind, Together) = (model, layer, kind, together);

    public string Layer { get; }

    public PictureKind Kind { get; }

    public int Together { get; }

    /// <summary>The units that are in hand; none between two batches.</summary>
    public IReadOnlyList<Unit> Units { get; private set; } = [];

    /// <summary>Begins with units of the layer, as many as are made at once or fewer; then the last one is made several times, which takes less than compiling for fewer.</summary>
    /// <exception cref="UsageException">They do not fit the model, or cannot be made at once.</exception>
    public void Begin(IReadOnlyList<Unit> units)
    {
        Objective[] objectives = [.. Enumerable.Range(0, Together).Select(place => Objective.Channel(Layer, units[Math.Min(place, units.Count - 1)].Channel))];
        Units = units;
        if (_ascent is null) _ascent = new JointAscent(_model, Kind.Recipe, objectives);
        else _ascent.Restart(objectives);
    }

    /// <summary>Does a step.</summary>
    /// <returns>What came of each unit, if it was the last.</returns>
    /// <exception cref="AscentDivergedException">One of them became no number.</exception>
    public IReadOnlyList<Rendering>? Advance()
    {
        _ascent!.Ascent.Advance();
        if (!_ascent.Ascent.IsDone) return null;
        IReadOnlyList<Rendering> made = _ascent.Finish();
        return [.. Units.Select((_, place) => made[place])];
    }

    /// <summary>Has no units in hand any more.</summary>
    public void Drop() => Units = [];

    public void Dispose() => _ascent?.Dispose();
}
