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
    private readonly ImportedGraph _graph;
    private readonly Dictionary<Tensor, Dependence> _known = new(ReferenceEqualityComparer.Instance);

    public Linearity(Model model)
    {
        _model = model;
        (int height, int width) = model.UsualSize;
        var image = new Tensor(new Input(new Shape(1, model.Input.Channels, height, width), "image"));
        _known.Add(image, Dependence.Linear);
        _graph = model.Importer.Bind(model.Input.Arrange(model.Preprocessing.Apply(image)));
    }

    private enum Dependence
    {
        None,
        Linear,
        Nonlinear,
    }

    /// <summary>Whether nothing but sums and constant factors, with an offset, stands between the image and a layer.</summary>
    public bool IsLinear(string layer) => Tensor(layer) is { } tensor && Of(tensor) == Dependence.Linear;

    /// <summary>The first activation after a layer that is linear, by its alias if it has one; null if none is found.</summary>
    public string? ActivationAfter(string layer)
    {
        if (Tensor(layer) is not { } from) return null;
        foreach (OnnxLayer next in _model.Layers)
        {
            if (!s_activations.Contains(next.Operator) || Tensor(next.Name) is not { } tensor || tensor.Shape.Rank != from.Shape.Rank) continue;
            if (Of(tensor) != Dependence.Nonlinear || !Runtime.Graphs.Tensor.InOrder([tensor]).Contains(from, ReferenceEqualityComparer.Instance)) continue;
            // x·sigmoid(x), where the file has it in two parts.
            Tensor whole = _model.Layers.Select(other => Tensor(other.Name))
                .FirstOrDefault(other => tensor.Operator is Sigmoid && other is { Operator: Multiply } && other.Inputs.SequenceEqual([tensor.Inputs[0], tensor])) ?? tensor;
            return NameOf(whole);
        }
        return null;
    }

    /// <summary>What the ReLU reads that a channel of a layer comes out of: a layer, by its alias if it has one, and its channel; null if the channel comes out of none.</summary>
    public (string Layer, int Channel)? BeforeRelu(string layer, int channel) => Tensor(layer) is { } tensor ? BeforeRelu(tensor, channel) : null;

    private (string Layer, int Channel)? BeforeRelu(Tensor tensor, int channel)
    {
        switch (tensor.Operator)
        {
            case Relu or Clip { Low: 0 }:
                return NameOf(tensor.Inputs[0]) is { } name ? (name, channel) : null;
            case MaxPool2D or AveragePool2D or Linear { Scale: > 0, Offset: 0 }:
            case Sum when tensor.Shape.Rank == 4 && tensor.Shape.Channels == tensor.Inputs[0].Shape.Channels:
                return BeforeRelu(tensor.Inputs[0], channel);
            case Concat { Axis: 1 } when tensor.Shape.Rank == 4:
                foreach (Tensor part in tensor.Inputs)
                {
                    if (channel < part.Shape.Channels) return BeforeRelu(part, channel);
                    channel -= part.Shape.Channels;
                }
                return null;
            default:
                return null;
        }
    }

    private Tensor? Tensor(string layer)
    {
        try
        {
            return _graph[_model.LayerName(layer)];
        }
        catch (ModelFormatException)
        {
            return null;                                             // not supported, or no activations
        }
    }

    private string? NameOf(Tensor tensor) =>
        _model.Layers.FirstOrDefault(layer => ReferenceEquals(Tensor(layer.Name), tensor)) is { } found ? _model.Aliases[found.Name] ?? found.Name : null;

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
