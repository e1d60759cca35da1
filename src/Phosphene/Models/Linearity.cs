using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;

namespace Phosphene.Models;

/// <summary>Which layers are linear in the image, and where the activations stand: found in the graph of the model at its usual size.</summary>
internal sealed class Linearity
{
    // What is looked at well, of that which is not linear: a pooling or a normalization is not.
    private static readonly HashSet<string> s_activations =
    [
        "Relu", "LeakyRelu", "PRelu", "Clip", "Elu", "Celu", "Selu", "Gelu", "HardSwish", "Mish", "Swish", "Softplus", "Softsign", "ThresholdedRelu", "Tanh", "Sigmoid", "HardSigmoid",
    ];

    private readonly Model _model;
    private readonly LayerSource _source;
    private readonly Dictionary<Tensor, Dependence> _known = new(ReferenceEqualityComparer.Instance);

    public Linearity(Model model)
    {
        _model = model;
        (int height, int width) = model.UsualSize;
        var image = new Tensor(new Input(new Shape(1, model.Input.Channels, height, width), "image"));
        _known.Add(image, Dependence.Linear);
        _source = model.LayersOf(image);
    }

    private enum Dependence
    {
        None,
        Linear,
        Nonlinear,
    }

    /// <summary>Whether nothing but sums and constant factors, with an offset, stands between the image and a layer.</summary>
    public bool IsLinear(Layer layer) => Tensor(layer) is { } tensor && Of(tensor) == Dependence.Linear;

    /// <summary>The first activation after a layer that is linear, by its alias if it has one; null if none is found.</summary>
    public string? ActivationAfter(Layer layer)
    {
        if (layer is not NamedLayer || Raw(layer.Name) is not { } from) return null;
        foreach (OnnxLayer next in _model.Layers)
        {
            if (!s_activations.Contains(next.Operator) || Raw(next.Name) is not { } tensor || tensor.Shape.Rank != from.Shape.Rank) continue;
            if (Of(tensor) != Dependence.Nonlinear || !Runtime.Graphs.Tensor.InOrder([tensor]).Contains(from, ReferenceEqualityComparer.Instance)) continue;
            // x·sigmoid(x), where the file has it in two parts.
            Tensor whole = _model.Layers.Select(other => Raw(other.Name))
                .FirstOrDefault(other => tensor.Operator is Sigmoid && other is { Operator: Multiply } && other.Inputs.SequenceEqual([tensor.Inputs[0], tensor])) ?? tensor;
            return NameOf(whole);
        }
        return null;
    }

    /// <summary>Whether a channel of a layer is what a ReLU gives, and <see cref="Layer.Pre"/> has what the ReLU reads.</summary>
    public bool ComesOutOfRelu(Layer layer, int channel) => Tensor(layer) is { } tensor && ComesOutOfRelu(tensor, channel) && PreActivation.Before(tensor) is not null;

    private static bool ComesOutOfRelu(Tensor tensor, int channel)
    {
        switch (tensor.Operator)
        {
            case Relu or Clip { Low: 0 }:
                return true;
            case MaxPool2D or AveragePool2D or Linear { Scale: > 0, Offset: 0 } or Transpose { Axes: [0, 3, 1, 2] }:
            case Sum when tensor.Shape.Rank == 4 && tensor.Shape.Channels == tensor.Inputs[0].Shape.Channels:
                return ComesOutOfRelu(tensor.Inputs[0], channel);
            case Concat { Axis: 1 or 3 } concat when tensor.Shape.Rank == 4:
                foreach (Tensor part in tensor.Inputs)
                {
                    if (channel < part.Shape[concat.Axis]) return ComesOutOfRelu(part, channel);
                    channel -= part.Shape[concat.Axis];
                }
                return false;
            default:
                return false;
        }
    }

    private Tensor? Tensor(Layer layer) => Having(() => _source[layer]);

    // A layer of the model as the file has it, in which others can be found.
    private Tensor? Raw(string name) => Having(() => _source.Raw(name));

    private static Tensor? Having(Func<Tensor> tensor)
    {
        try
        {
            return tensor();
        }
        catch (ModelFormatException)
        {
            return null;                                             // not supported, or no activations
        }
    }

    private string? NameOf(Tensor tensor) =>
        _model.Layers.FirstOrDefault(layer => ReferenceEquals(Raw(layer.Name), tensor)) is { } found ? _model.Aliases[found.Name] ?? found.Name : null;

    private Dependence Of(Tensor tensor)
    {
        foreach (Tensor next in Runtime.Graphs.Tensor.InOrder([tensor], _known.ContainsKey)) _known.Add(next, Found(next));
        return _known[tensor];
    }

    private Dependence Found(Tensor tensor)
    {
        int reading = tensor.Inputs.Count(input => _known[input] != Dependence.None);
        if (reading == 0) return Dependence.None;
        if (tensor.Inputs.Any(input => _known[input] == Dependence.Nonlinear)) return Dependence.Nonlinear;
        bool onlyFirst = reading == 1 && _known[tensor.Inputs[0]] == Dependence.Linear;
        return tensor.Operator switch
        {
            Add or Subtract or Concat or Linear or Reshape or BroadcastTo or Transpose or Slice or Pad or Sum or AveragePool2D or Upsample2D or StopGradient => Dependence.Linear,
            Multiply or MatMul when reading == 1 => Dependence.Linear,
            Conv2D or Conv2DInputGradient or Divide or Warp or SparseProduct or ChannelPick when onlyFirst => Dependence.Linear,
            _ => Dependence.Nonlinear,
        };
    }
}
