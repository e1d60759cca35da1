using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>The layer that an objective is made of: what it sees of an image, without being what it maximizes.</summary>
public static class LayerBelow
{
    /// <summary>
    /// The last layer that all of an objective is computed from, with weights in between and several positions: of a unit of an Inception or residual block the layer that the block reads, of a unit of a plain convolution the layer
    /// before it. The layer of the objective itself where there is none, as for the first convolution.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="objective">The objective.</param>
    /// <exception cref="UsageException">The objective does not fit the model, or depends on no layer with positions.</exception>
    public static Layer Of(Model model, Objective objective)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(objective);
        (int height, int width) = model.UsualSize;
        var image = new Tensor(new Input(new Shape(1, model.Input.Channels, height, width), "image"));
        LayerSource source = model.LayersOf(image);
        Tensor value = objective.Build(new Activations(source, image));
        IReadOnlyList<Tensor> order = Tensor.InOrder([value]);
        var needed = new HashSet<Tensor>(order, ReferenceEqualityComparer.Instance);
        (string Layer, Tensor Raw)[] layers = [.. AttributionGraph.WithPositions(model, source, needed)];
        if (layers.Length == 0) throw new UsageException($"The objective '{objective}' depends on no layer with positions, so there is none to compare its pictures in; choose another objective.");
        return layers.LastOrDefault(layer => HasWeightsAfter(order, layer.Raw) && IsOnEveryPath(order, image, layer.Raw)).Layer ?? layers[^1].Layer;
    }

    // Whether what is computed of a tensor is weighted on the way.
    private static bool HasWeightsAfter(IReadOnlyList<Tensor> order, Tensor tensor) =>
        Reached(order, tensor, without: null).Any(next => !ReferenceEquals(next, tensor) && next.Operator is Conv2D or Conv2DInputGradient or MatMul);

    // Whether nothing of the image reaches the end, the last of all, but through a tensor.
    private static bool IsOnEveryPath(IReadOnlyList<Tensor> order, Tensor image, Tensor tensor) => !Reached(order, image, tensor).Contains(order[^1]);

    // What is computed of a tensor, itself included, without another.
    private static HashSet<Tensor> Reached(IReadOnlyList<Tensor> order, Tensor from, Tensor? without)
    {
        var reached = new HashSet<Tensor>(ReferenceEqualityComparer.Instance) { from };
        foreach (Tensor next in order)
            if (!ReferenceEquals(next, without) && next.Inputs.Any(reached.Contains)) reached.Add(next);
        return reached;
    }
}
