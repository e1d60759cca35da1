using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Tests.Objectives;

/// <summary>Objectives on activations that are known, without a model.</summary>
internal static class Known
{
    /// <summary>The objective's value where every layer is the given one, and so is the image.</summary>
    public static float[] Value(Objective objective, Shape shape, float[] layer)
    {
        var x = new Tensor(new Input(shape, "layer"));
        return Evaluate.Of(objective.Build(new Activations(null!, x, _ => x)), (x, layer));
    }

    /// <summary>The gradient of the mean over the batch in the layer, which is the image, too.</summary>
    public static float[] Gradient(Objective objective, Shape shape, float[] layer)
    {
        var x = new Tensor(new Input(shape, "layer"));
        Tensor value = objective.Build(new Activations(null!, x, _ => x)).Mean();
        return Evaluate.Of(Gradients.Of(value, [x])[0], (x, layer));
    }

    /// <summary>Activations that are never computed, for errors.</summary>
    public static Activations Of(Shape shape)
    {
        var x = new Tensor(new Input(shape, "layer"));
        return new Activations(null!, x, _ => x);
    }
}
