using Phosphene.Runtime.Onnx;
using TorchSharp;

namespace Phosphene.Peers;

/// <summary>The nodes of an ONNX graph that a layer needs, each run by libtorch when its turn comes.</summary>
internal sealed class TorchNetwork : IDisposable
{
    private readonly string _input, _layer;
    private readonly List<(OnnxNode Node, string[] Spent)> _steps = [];

    // By name. Weights, and what follows from them alone, stay; the others live as long as nodes read them.
    private readonly Dictionary<string, torch.Tensor> _values = [];

    /// <exception cref="NotSupportedException">The network has something that is not translated here.</exception>
    public TorchNetwork(OnnxModel model, string layer, bool channelsLast)
    {
        if (model.Opsets.GetValueOrDefault("") is < 13 and var opset) throw new NotSupportedException($"'{model.Path}' has operator set {opset}; 13 or later is expected here.");
        OnnxGraph graph = model.Graph;
        (_input, _layer) = (Work.InputOf(graph), layer);
        foreach (OnnxTensor weight in graph.Initializers) _values[weight.Name] = TorchOperators.Ordered(TorchOperators.Tensor(weight), channelsLast);

        var wanted = new HashSet<string> { layer };
        var nodes = new Stack<OnnxNode>();
        foreach (OnnxNode node in graph.Nodes.Reverse().Where(node => wanted.Contains(node.Outputs[0])))
        {
            nodes.Push(node);
            wanted.UnionWith(node.Inputs);
        }
        if (nodes.Count == 0) throw new NotSupportedException($"'{model.Path}' computes no '{layer}'; give the name that a value has in the file.");

        var left = new List<OnnxNode>();
        foreach (OnnxNode node in nodes)
            if (node.Inputs.All(name => name.Length == 0 || _values.ContainsKey(name))) _values[node.Outputs[0]] = Apply(node);
            else left.Add(node);

        HashSet<string> kept = [.. _values.Keys, _input, layer, ""];
        foreach (OnnxNode node in Enumerable.Reverse(left)) _steps.Add((node, [.. node.Inputs.Where(kept.Add)]));
        _steps.Reverse();
    }

    /// <summary>The layer for images [N, C, H, W]; the caller disposes of it.</summary>
    public torch.Tensor Run(torch.Tensor image)
    {
        _values[_input] = image;
        foreach ((OnnxNode node, string[] spent) in _steps)
        {
            _values[node.Outputs[0]] = Apply(node);
            foreach (string name in spent) _values[name].Dispose();
        }
        return _values[_layer];
    }

    public void Dispose()
    {
        foreach (torch.Tensor value in _values.Values) value.Dispose();
    }

    private torch.Tensor Apply(OnnxNode node)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        return TorchOperators.Apply(node, [.. node.Inputs.Select(name => name.Length > 0 ? _values[name] : null)]).MoveToOuterDisposeScope();
    }
}
