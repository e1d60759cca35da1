using Phosphene.Models;
using Phosphene.Operators;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Visualization;

/// <summary>
/// What image operators do between two steps, as plans: parameters → image → operators, and the parameters that make it, assigned. One plan for each set of operators that act together, compiled when it is
/// first needed.
/// </summary>
internal sealed class ImageChange : IDisposable
{
    private readonly Model _model;
    private readonly ParameterizedImage _image;
    private readonly OperatorPipeline _operators;
    private readonly Dictionary<OperatorPipeline, Plan> _plans = [];

    /// <exception cref="UsageException">There are operators, and the parameterization cannot take a changed image.</exception>
    public ImageChange(Model model, ParameterizedImage image, OperatorPipeline operators, IParameterization parameterization)
    {
        // An inverse makes a start, which is opaque: of an image with an alpha channel nothing would be left of that.
        if (!operators.IsEmpty && (image.Inverse is null || image.Shown != image.Image))
            throw new UsageException($"The image operators '{operators}' change the image, and the parameterization {Texts.Parameterizations.Print(parameterization)} cannot make any image that it is given. Choose another parameterization, or gradient operators.");
        (_model, _image, _operators) = (model, image, operators);
    }

    /// <summary>Changes the image as it is to be changed after a step.</summary>
    /// <param name="steps">How many steps were done, from 1.</param>
    /// <returns>Whether all parameters are finite.</returns>
    public bool Run(int steps)
    {
        if (_operators.IsEmpty || _operators.After(steps) is not { IsEmpty: false } acting) return true;
        if (!_plans.TryGetValue(acting, out Plan? plan)) _plans.Add(acting, plan = Compiled(acting));
        plan.Run();
        return plan.Assign();
    }

    private Plan Compiled(OperatorPipeline acting)
    {
        IReadOnlyList<Tensor> values = _image.Inverse!(acting.Apply(_image.Image));
        return _model.Backend.Compile([], [.. _image.Parameters.Select((parameter, i) => new Assignment(parameter.Values, values[i]))]);
    }

    /// <summary>Gives the memory of the plans back; the next step that needs one compiles it anew.</summary>
    public void Dispose()
    {
        foreach (Plan plan in _plans.Values) plan.Dispose();
        _plans.Clear();
    }
}
