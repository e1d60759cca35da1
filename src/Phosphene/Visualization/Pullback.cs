using Phosphene.Operators;
using Phosphene.Parameterizations;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Visualization;

/// <summary>The gradient in the parameters of an image by way of the gradient in the image, which operators change in between.</summary>
internal static class Pullback
{
    /// <summary>
    /// The gradients in the parameters: J·op(g), where g is the gradient of an objective in the image that a step looks at, and J is the transposed Jacobian of that image. It is the gradient of
    /// Σ op(g)·image with op(g) held fixed. What the parameterization itself subtracts is no matter of the image, and is left as it is.
    /// </summary>
    /// <param name="objective">What the images maximize, summed over the batch: one number.</param>
    /// <param name="penalty">What the parameterization subtracts, summed over the batch; null for nothing.</param>
    /// <param name="image">The image and its parameters.</param>
    /// <param name="operators">What changes the gradient.</param>
    /// <param name="rules">Gradient rules in place of the usual ones; null for none.</param>
    /// <param name="inImage">g: the gradient in the image, before the operators.</param>
    public static Tensor[] Of(Tensor objective, Tensor? penalty, ParameterizedImage image, OperatorPipeline operators, IReadOnlyDictionary<Type, Gradients.Rule>? rules, out Tensor inImage)
    {
        inImage = Gradients.Of(objective, [image.Seen], rules)[0];
        Tensor gradient = operators.Apply(inImage).StopGradient();
        Tensor along = (gradient * image.Seen).Sum();
        return Gradients.Of(penalty is null ? along : along - penalty, [.. image.Parameters.Select(parameter => parameter.Values)], rules);
    }
}
