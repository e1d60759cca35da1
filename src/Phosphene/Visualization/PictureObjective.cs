using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Transforms;

namespace Phosphene.Visualization;

/// <summary>An objective of given pictures, one at a time, without an ascent: as they are, or averaged over what transforms make of them. It is compiled once.</summary>
public sealed class PictureObjective : IDisposable
{
    private readonly int _height, _width, _draws;
    private readonly Tensor _colours, _value;
    private readonly RandomVariables _random = new();
    private readonly Plan _plan;

    /// <summary>An objective of pictures of one size.</summary>
    /// <param name="model">The model. If a layer takes only images of one size, pictures are brought to that, as in an ascent.</param>
    /// <param name="objective">The objective.</param>
    /// <param name="height">The height of the pictures in pixels; others are made to cover it, as <see cref="Picture.Cover"/> does.</param>
    /// <param name="width">Their width.</param>
    /// <param name="transforms">What happens to a picture before the model sees it.</param>
    /// <param name="draws">Over how many draws of the transforms the objective is averaged.</param>
    /// <exception cref="Syntax.UsageException">The objective or the transforms do not fit the model.</exception>
    public PictureObjective(Model model, Objective objective, int height, int width, Pipeline? transforms = null, int draws = 1)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 1);
        (_height, _width, _draws) = (height, width, draws);
        _colours = new Tensor(new Input(new Shape(1, 3, height, width), "picture"));
        Tensor image = model.Input.FromColours(_colours);
        ObjectiveGraph objectives = ObjectiveGraph.Of(model, [objective.Pinned()], (transforms ?? Pipeline.None).Apply(image, _random), image);
        _value = objectives.Values[0].Mean();
        _plan = model.Backend.Compile([_value]);
        objectives.Numbers.Set(_plan);
    }

    /// <summary>The objective of a picture.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="seed">What the transforms are drawn from; equal seeds draw the same.</param>
    public double Of(Picture picture, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(picture);
        float[] planar = picture.Cover(_height, _width).ToPlanar();
        double sum = 0;
        for (int draw = 0; draw < _draws; draw++)
        {
            planar.CopyTo(_plan.Input(_colours));                    // each time: a plan may use the room of an input for something else
            _random.Draw(_plan, seed, draw);
            _plan.Run();
            sum += _plan.Output(_value)[0];
        }
        return sum / _draws;
    }

    /// <inheritdoc/>
    public void Dispose() => _plan.Dispose();
}
