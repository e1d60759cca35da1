using System.Collections.Immutable;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;

namespace Phosphene.Models;

/// <summary>What can be known of a model without running it: layer by layer what it computes, what that costs, and what stands in the way.</summary>
public sealed class ModelInspection
{
    private readonly List<LayerInspection> _layers = [];

    private ModelInspection(Model model, IReadOnlyDictionary<string, Tensor> inputs, ImportedGraph? graph, string? obstacle)
    {
        Model = model;
        Inputs = [.. inputs.Select(input => (input.Key, input.Value.Shape))];
        var walk = new GraphWalk(inputs.Values);
        foreach (OnnxLayer layer in model.Layers)
        {
            string? problem = obstacle;
            Tensor? tensor = null;
            try
            {
                tensor = graph?[layer.Name];
            }
            catch (ModelFormatException error) when (error.Fault != ModelFault.Malformed)
            {
                problem = error.Message;
            }
            (double operations, bool gradient) = tensor is null ? (0, false) : walk.Visit(tensor);
            _layers.Add(new LayerInspection(layer, model.Aliases[layer.Name], tensor?.Shape, operations, gradient, problem));
        }
    }

    /// <summary>Looks at every layer, for inputs as the model declares them; an open batch is 1, an open number of channels 3, an open height or width the given one.</summary>
    /// <exception cref="ModelFormatException">The model breaks ONNX's rules; the message names the node.</exception>
    public static ModelInspection Of(Model model, int height = 224, int width = 224)
    {
        ArgumentNullException.ThrowIfNull(model);
        var inputs = new Dictionary<string, Tensor>();
        try
        {
            foreach (OnnxValue input in model.Importer.Inputs)
                inputs.Add(input.Name, new Tensor(new Input(ShapeOf(input, height, width, model.TakesChannelsLast), input.Name)) { Name = input.Name });
            return new ModelInspection(model, inputs, model.Importer.Bind(inputs), null);
        }
        catch (ModelFormatException error) when (error.Fault != ModelFault.Malformed)
        {
            return new ModelInspection(model, inputs, null, error.Message);
        }
    }

    /// <summary>What the file says of itself alone, without a look at the layers.</summary>
    public static ModelInspection Declared(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new ModelInspection(model);
    }

    private ModelInspection(Model model) => (Model, Inputs) = (model, []);

    /// <summary>The model.</summary>
    public Model Model { get; }

    /// <summary>The shapes of its inputs that the layers are for.</summary>
    public ImmutableArray<(string Name, Shape Shape)> Inputs { get; }

    /// <summary>What the file says of its inputs; weights that it lists as inputs are not among them.</summary>
    public ImmutableArray<OnnxValue> DeclaredInputs => Model.Importer.Inputs;

    /// <summary>What the file says of its outputs.</summary>
    public ImmutableArray<OnnxValue> DeclaredOutputs => Model.Importer.Outputs;

    /// <summary>The file.</summary>
    public OnnxModel File => Model.Importer.Model;

    /// <summary>Every layer, in order.</summary>
    public IReadOnlyList<LayerInspection> Layers => _layers;

    /// <summary>The operators that this runtime does not have.</summary>
    public ImmutableArray<MissingOperator> Missing => Model.Importer.Missing;

    /// <summary>Why some layers cannot be had, each reason once, with the number of layers it hinders.</summary>
    public IEnumerable<(string Reason, int Layers)> Problems =>
        _layers.Where(layer => layer.Problem is not null).GroupBy(layer => layer.Problem!).Select(group => (group.Key, group.Count()));

    /// <summary>Why nothing can be visualized, if so: the inputs are no image, or there is no output.</summary>
    public string? Obstacle => Model.Obstacle;

    /// <summary>The numbers in the weights, be they initializers or nodes Constant.</summary>
    public long Parameters => File.Graph.Initializers.Concat(File.Graph.Nodes.Where(node => node is { Operator: "Constant", Domain: "" }).SelectMany(node => node.Attributes.OfType<TensorAttribute>()).Select(attribute => attribute.Value))
        .Where(tensor => tensor.DataType is OnnxDataType.Float32 or OnnxDataType.Float16 or OnnxDataType.BFloat16 or OnnxDataType.Float64)
        .Sum(tensor => (long)tensor.Shape.Count);

    /// <summary>Whether the gradient of the last layer that can be had reaches the input.</summary>
    public bool GradientReachesInput => _layers.LastOrDefault(layer => layer.Shape is not null)?.GradientReachesInput ?? false;

    private static Shape ShapeOf(OnnxValue input, int height, int width, bool channelsLast)
    {
        int[] usual = channelsLast ? [1, height, width, 3] : [1, 3, height, width];
        int[] extents = input.Dimensions is { } declared
            ? [.. declared.Select((dimension, axis) => dimension.Extent ?? (declared.Length == 4 ? usual[axis] : 1))]
            : usual;
        try
        {
            return new Shape(extents);
        }
        catch (ArgumentException error)
        {
            throw new ModelFormatException($"Input {input} has {string.Join(" x ", extents)} numbers, where at most {int.MaxValue} are possible; export the model for a smaller size.", ModelFault.Unsupported, error);
        }
    }
}

/// <summary>A layer as it is found.</summary>
/// <param name="Layer">The value and the node that makes it.</param>
/// <param name="Alias">Its short name; null if it has none.</param>
/// <param name="Shape">Null if it cannot be had.</param>
/// <param name="Operations">The floating-point operations of one image or batch that it takes beyond the layers before it; see <see cref="Cost"/>.</param>
/// <param name="GradientReachesInput">Whether its gradient reaches an input of the model.</param>
/// <param name="Problem">Why it cannot be had, in one sentence; null if it can.</param>
public sealed record LayerInspection(OnnxLayer Layer, string? Alias, Shape? Shape, double Operations, bool GradientReachesInput, string? Problem);
