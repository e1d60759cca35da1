using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Evidence.Weights;

/// <summary>How a layer is joined to others that are looked at, by the graph and by its weights.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Shape">Its shape for one image, [1, C, H, W] or [1, C].</param>
/// <param name="Sources">The layers that it is made of, by their numbers in the list: those from which a way leads to it that passes none of the others.</param>
/// <param name="Branches">The layers that a concatenation puts side by side, in order, each with its name and how many channels it has; none if it is no concatenation.</param>
/// <param name="Incoming">For each channel the weights from channels of the sources, the largest first and the smallest last: as many above 0 and below as asked for. Empty where weights do not tell.</param>
/// <param name="Similar">For each channel the channels of the layer whose weights are most like its own, with the cosine.</param>
public sealed record LayerConnections(
    Layer Layer, Shape Shape, IReadOnlyList<int> Sources, IReadOnlyList<(string Name, int Channels)> Branches,
    IReadOnlyList<IReadOnlyList<(int Layer, int Channel, double Weight)>> Incoming, IReadOnlyList<IReadOnlyList<(int Channel, double Cosine)>> Similar)
{
    // Below it, weights of a few hundred numbers are as alike as chance makes them.
    private const double LeastAlike = 0.2;

    /// <summary>The largest and the smallest weights from each channel to those of layers made of its own; built by <see cref="Of"/>.</summary>
    public IReadOnlyList<IReadOnlyList<(int Layer, int Channel, double Weight)>> Outgoing { get; private init; } = [];

    /// <summary>The connections of layers among each other.</summary>
    /// <param name="model">The model.</param>
    /// <param name="layers">The layers, [N, C, H, W] or [N, C], in the order of the network.</param>
    /// <param name="most">How many weights above 0, how many below, and how many similar channels are kept of each channel.</param>
    /// <param name="height">The height of the image in pixels; by default the model's usual one.</param>
    /// <param name="width">Its width.</param>
    /// <exception cref="UsageException">There is no such layer.</exception>
    public static IReadOnlyList<LayerConnections> Of(Model model, IReadOnlyList<Layer> layers, int most, int? height = null, int? width = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(layers);
        (Tensor[] tensors, Dictionary<Tensor, int> numbers) = Numbered(model, layers, height, width);
        var sources = new HashSet<Tensor>(tensors, ReferenceEqualityComparer.Instance);
        List<(int Layer, int Channel, double Weight)>[][] outgoing = [.. tensors.Select(tensor => Enumerable.Range(0, tensor.Shape.Channels).Select(_ => new List<(int, int, double)>()).ToArray())];

        var found = new List<LayerConnections>();
        for (int number = 0; number < tensors.Length; number++)
        {
            Tensor tensor = tensors[number];
            List<(int Layer, int Channel, double Weight)>[] incoming = [.. Enumerable.Range(0, tensor.Shape.Channels).Select(_ => new List<(int, int, double)>())];
            foreach ((Tensor source, float[][] rows) in ExpandedWeights.Of(tensor, sources))
            {
                int from = numbers[source];
                for (int channel = 0; channel < rows.Length; channel++) incoming[channel].AddRange(Extremes(rows[channel], most).Select(entry => (from, entry.Place, entry.Value)));
                for (int channel = 0; channel < source.Shape.Channels; channel++) outgoing[from][channel].AddRange(Extremes([.. rows.Select(row => row[channel])], most).Select(entry => (number, entry.Place, entry.Value)));
            }
            found.Add(new LayerConnections(layers[number], tensor.Shape, [.. SourcesOf(tensor, numbers).Order()], BranchesOf(model, tensor), [.. incoming.Select(list => Extremes(list, most))],
                ChannelWeights.Of(tensor) is { } weights ? ChannelWeights.Nearest(weights, most, LeastAlike, model.Backend.Threads) : []));
        }
        return [.. found.Zip(outgoing, (layer, lists) => layer with { Outgoing = [.. lists.Select(list => Extremes(list, most))] })];
    }

    /// <summary>The shapes of layers for one image and, by their numbers in the list, the layers that each is made of, as <see cref="Sources"/> has them; without a look at the weights.</summary>
    /// <param name="model">The model.</param>
    /// <param name="layers">The layers, [N, C, H, W] or [N, C], in the order of the network.</param>
    /// <exception cref="UsageException">There is no such layer.</exception>
    public static IReadOnlyList<(Shape Shape, IReadOnlyList<int> Sources)> Ways(Model model, IReadOnlyList<Layer> layers)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(layers);
        (Tensor[] tensors, Dictionary<Tensor, int> numbers) = Numbered(model, layers, null, null);
        return [.. tensors.Select(tensor => (tensor.Shape, (IReadOnlyList<int>)[.. SourcesOf(tensor, numbers).Order()]))];
    }

    private static (Tensor[] Tensors, Dictionary<Tensor, int> Numbers) Numbered(Model model, IReadOnlyList<Layer> layers, int? height, int? width)
    {
        (int usualHeight, int usualWidth) = model.UsualSize;
        Activations activations = model.Activate(new Tensor(new Input(new Shape(1, model.Input.Channels, height ?? usualHeight, width ?? usualWidth), "image")));
        Tensor[] tensors = [.. layers.Select(layer => activations[layer])];
        var numbers = new Dictionary<Tensor, int>(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < tensors.Length; i++) numbers.TryAdd(tensors[i], i);
        return (tensors, numbers);
    }

    private static IEnumerable<(int Place, double Value)> Extremes(float[] values, int most)
    {
        IEnumerable<(int Place, double Value)> all = values.Select((value, place) => (place, (double)value)).Where(entry => double.IsFinite(entry.Item2));
        (int Place, double Value)[] sorted = [.. all.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Place)];
        return sorted.Take(most).Where(entry => entry.Value > 0).Concat(sorted.TakeLast(most).Where(entry => entry.Value < 0));
    }

    private static IReadOnlyList<(int Layer, int Channel, double Weight)> Extremes(List<(int Layer, int Channel, double Weight)> all, int most)
    {
        (int Layer, int Channel, double Weight)[] sorted = [.. all.OrderByDescending(entry => entry.Weight).ThenBy(entry => (entry.Layer, entry.Channel))];
        return [.. sorted.Take(most).Where(entry => entry.Weight > 0), .. sorted.TakeLast(most).Where(entry => entry.Weight < 0)];
    }

    private static HashSet<int> SourcesOf(Tensor layer, Dictionary<Tensor, int> numbers)
    {
        var sources = new HashSet<int>();
        var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        var open = new Stack<Tensor>(layer.Inputs);
        while (open.TryPop(out Tensor? tensor))
            if (!seen.Add(tensor)) continue;
            else if (numbers.TryGetValue(tensor, out int number)) sources.Add(number);
            else
                foreach (Tensor input in tensor.Inputs) open.Push(input);
        return sources;
    }

    // Without what the names of all branches begin with, which is the name of the module.
    private static IReadOnlyList<(string Name, int Channels)> BranchesOf(Model model, Tensor layer)
    {
        IReadOnlyList<Tensor> parts = Concat.PartsOf(layer);
        if (layer.Operator is not Concat { Axis: 1 } || parts.Any(part => part.Operator is Constant)) return [];
        string[] names = [.. parts.Select((input, i) => input.Name is { } name ? model.Aliases[name] ?? name : $"branch {i}")];
        int common = names.Length < 2 ? 0 : Enumerable.Range(0, names.Min(name => name.Length)).TakeWhile(i => names.All(name => name[i] == names[0][i])).Count();
        while (common > 0 && names[0][common - 1] is not ('/' or '.' or '_' or '-')) common--;
        return [.. names.Zip(parts, (name, input) => (name[common..], input.Shape.Channels))];
    }
}
