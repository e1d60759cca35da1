using Phosphene.Optimizers;
using Phosphene.Parameterizations;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Training;

namespace Phosphene.Tests.Optimizers;

/// <summary>Moves one parameter by an optimizer along gradients that a test makes up.</summary>
internal sealed class Climb : IDisposable
{
    private readonly Backend _backend = new(threads: 2);
    private readonly Tensor _gradient;
    private readonly Plan _plan;
    private readonly ParameterState _state;

    public Climb(IOptimizer optimizer, Shape shape, float[] start, int? batchAxis = 0)
    {
        var parameter = new ImageParameter(new Tensor(new Parameter(shape, start, "x")), batchAxis);
        _state = new ParameterState(parameter.Values);
        _gradient = new Tensor(new Input(shape, "gradient"));
        _plan = _backend.Compile([], [_state.Keep(), .. optimizer.Ascend(parameter, _gradient, _state)]);
    }

    public Climb(IOptimizer optimizer, params float[] start) : this(optimizer, new Shape(start.Length), start)
    {
    }

    public float[] Values => _state.Values;

    /// <summary>A step along a gradient; whether all is finite after it.</summary>
    public bool Step(params float[] gradient)
    {
        gradient.CopyTo(_plan.Input(_gradient));
        _plan.Run();
        return _plan.Assign();
    }

    public void Undo() => _state.Undo();

    public void Dispose()
    {
        _plan.Dispose();
        _backend.Dispose();
    }
}
