using Phosphene.Models;
using Phosphene.Parameterizations;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Training;

namespace Phosphene.Visualization;

/// <summary>What becomes of ReLUs that let no gradient of an image through (<see cref="RedirectedRelu"/>).</summary>
internal enum DeadRelus
{
    /// <summary>Nothing: they stay so, and nobody knows.</summary>
    Ignored,

    /// <summary>The step tells whether there are any. If there are none, it is what it would be with these opened.</summary>
    Watched,

    /// <summary>They are opened, and the step tells how many.</summary>
    Opened,
}

/// <summary>
/// A step as a plan: parameters → image → transforms → model → objectives, the gradient back, and the optimizer's move as assignments to the parameters.
/// </summary>
internal sealed class CompiledStep : IDisposable
{
    private readonly ObjectiveGraph _objectives;
    private readonly Tensor _value, _climbed;                        // the objective, and what the step maximizes: one number each
    private readonly Tensor[] _gradients;
    private readonly Tensor? _redirected;

    /// <param name="model">What runs the plan.</param>
    /// <param name="image">What is moved.</param>
    /// <param name="states">For each of its parameters, what the optimizer remembers.</param>
    /// <param name="leg">How the parameters move, and what is done to the gradient before.</param>
    /// <param name="objectives">What is maximized; then, if there is one, the penalty to subtract; then what is only watched.</param>
    /// <param name="penalized">Whether the second objective is a penalty.</param>
    /// <param name="dead">What becomes of dead ReLUs.</param>
    public CompiledStep(Model model, ParameterizedImage image, IReadOnlyList<ParameterState> states, Leg leg, ObjectiveGraph objectives, bool penalized, DeadRelus dead)
    {
        int batch = image.Image.Shape[0];
        _objectives = objectives;
        _value = objectives.Values[0].Mean();
        // Of the sum over the batch: each image moves as it would alone. Of the mean it would be 1/N of that, no longer far above the epsilon of Adam.
        Tensor Summed(Tensor mean) => batch == 1 ? mean : batch * mean;
        Tensor climbed = penalized ? _value - objectives.Values[1].Mean() : _value;
        Tensor? penalty = image.Penalty?.Mean();
        _climbed = penalty is null ? climbed : climbed - penalty;
        RedirectedRelu? rules = dead switch
        {
            DeadRelus.Watched => RedirectedRelu.Watching(batch),
            DeadRelus.Opened => new RedirectedRelu(batch),
            _ => null,
        };
        Tensor inImage;
        if (leg.GradientOperators.IsEmpty)
        {
            Tensor[] gradients = Gradients.Of(Summed(_climbed), [.. image.Parameters.Select(parameter => parameter.Values), .. image.Opacity is null ? [] : new[] { image.Seen }], rules?.Rules);
            (_gradients, inImage) = (gradients[..image.Parameters.Count], gradients[^1]);
        }
        else _gradients = Pullback.Of(Summed(climbed), penalty is null ? null : Summed(penalty), image, leg.GradientOperators, rules?.Rules, out inImage);
        _redirected = rules?.Count();
        Tensor[] outputs = [_climbed, _value, .. objectives.Values, .. _gradients];
        Plan = model.Backend.Compile(_redirected is null ? outputs : [.. outputs, _redirected],
            [.. states.Select(state => state.Keep()), .. image.Parameters.SelectMany((parameter, i) => parameter.Keep(leg.Optimizer.Ascend(parameter, _gradients[i], states[i]))),
                .. image.Opacity is null ? [] : new[] { Importance.Grow(states, inImage) }]);
        objectives.Numbers.Set(Plan);
    }

    public Plan Plan { get; }

    /// <summary>How the image was made to fit the model, in words; null if it fitted.</summary>
    public string? Fit => _objectives.Fit;

    /// <summary>The objective, averaged over the batch.</summary>
    public float Value => Plan.Output(_value)[0];

    /// <summary>Whether what the step maximizes is a number.</summary>
    public bool IsFinite => float.IsFinite(Plan.Output(_climbed)[0]) && float.IsFinite(Value);

    /// <summary>Whether the gradients of the last run are numbers.</summary>
    public bool GradientIsFinite
    {
        get
        {
            foreach (Tensor gradient in _gradients)
                foreach (float value in Plan.Output(gradient))
                    if (!float.IsFinite(value)) return false;
            return true;
        }
    }

    /// <summary>An objective of each image, by its place; one number if it is one for the batch.</summary>
    public ReadOnlySpan<float> ValuesOf(int objective) => Plan.Output(_objectives.Values[objective]);

    /// <summary>How many images had a dead ReLU opened or, where they are only watched, have one that should be.</summary>
    public int DeadImages()
    {
        int images = 0;
        if (_redirected is not null)
            foreach (float count in Plan.Output(_redirected)) images += count > 0 ? 1 : 0;
        return images;
    }

    /// <summary>Whether the plan serves for other objectives too, whose channels it then looks at.</summary>
    public bool Takes(ObjectiveGraph objectives) => _objectives.TakeChannelsOf(objectives, Plan);

    public void Dispose() => Plan.Dispose();
}
