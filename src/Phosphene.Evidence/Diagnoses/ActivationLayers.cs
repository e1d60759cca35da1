using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;
using Phosphene.Syntax;

namespace Phosphene.Evidence.Diagnoses;

/// <summary>The layers of a model whose channels are worth a diagnosis: what its activation functions give, with a concatenation of such layers in place of its parts.</summary>
public static class ActivationLayers
{
    // ONNX operators; Mul is the last of a SiLU or a GELU that is spelled out.
    private static readonly HashSet<string> s_activations = ["Celu", "Clip", "Elu", "Gelu", "HardSwish", "LeakyRelu", "Mish", "Mul", "PRelu", "Relu", "Selu", "Softplus", "Swish", "Tanh", "ThresholdedRelu"];

    /// <summary>The layers in their order, and then the classes, if the model has such and they are none of those.</summary>
    /// <param name="model">The model.</param>
    /// <param name="height">The height of the images in pixels; by default the model's usual one. Of images of another size many models give no classes.</param>
    /// <param name="width">Their width.</param>
    /// <exception cref="UsageException">There are none.</exception>
    public static IReadOnlyList<Layer> WithClasses(Model model, int? height = null, int? width = null)
    {
        IReadOnlyList<Layer> layers = Of(model);
        bool addsClasses = model.ClassDoubt is null && !layers.Any(layer => model.LayerName(layer.Name) == model.LogitsLayer) && model.LayerShape(model.LogitsLayer, height, width) is { Rank: 2 or 4 };
        return addsClasses ? [.. layers, model.Aliases[model.LogitsLayer] ?? model.LogitsLayer] : layers;
    }

    /// <summary>The layers in their order: [N, C, H, W] or [N, C].</summary>
    /// <param name="model">The model.</param>
    /// <exception cref="UsageException">There are none.</exception>
    public static IReadOnlyList<Layer> Of(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        (int height, int width) = model.UsualSize;
        Activations activations = model.Activate(new Tensor(new Input(new Shape(1, model.Input.Channels, height, width), "image")));
        var found = new OrderedDictionary<Tensor, string>(ReferenceEqualityComparer.Instance);      // a plain one would put what comes next in the place of what was removed
        foreach (OnnxLayer layer in model.Layers)
        {
            if (Tried(layer.Name) is not { Shape: { Rank: 2 or 4, Batch: 1 } } tensor) continue;
            string name = model.Aliases[layer.Name] ?? layer.Name;
            if (tensor.Operator is Concat { Axis: 1 } && Concat.PartsOf(tensor) is var parts && parts.All(found.ContainsKey))
            {
                foreach (Tensor part in parts) found.Remove(part);
                found.TryAdd(tensor, name);
            }
            else if (s_activations.Contains(layer.Operator) && Tried(Layer.Pre(layer.Name)) is not null) found.TryAdd(tensor, name);
        }
        return found.Count > 0 ? [.. found.Values.Select(name => (Layer)name)] : throw new UsageException($"Model '{model.Path}' has no layer that ends in an activation function; name the layers to look at. 'phosphene layers' lists them.");

        // Null where it is not supported, or ends in no activation.
        Tensor? Tried(Layer layer)
        {
            try
            {
                return activations[layer];
            }
            catch (Exception error) when (error is UsageException || error is ModelFormatException { Fault: not ModelFault.Malformed })
            {
                return null;
            }
        }
    }
}
