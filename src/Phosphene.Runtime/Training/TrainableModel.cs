using System.Text.RegularExpressions;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;

namespace Phosphene.Runtime.Training;

/// <summary>
/// The parameters of a model, by name. The model itself is described by a function from layer to layer; applied to an input of another batch
/// size, the same function makes another graph over the same parameters:
/// <code>
/// static TrainableLayer Classifier(TrainableLayer image) =&gt; image
///     .Conv("conv1", 4, kernel: 5).Relu().MaxPool(2)
///     .Flatten().Dense("logits", 60);
///
/// var model = new TrainableModel("shapes-classifier", seed: 1);
/// TrainableLayer training = Classifier(model.Input("image", 32, 3, 48, 48)), single = Classifier(model.Input("image", 1, 3, 48, 48));
/// </code>
/// </summary>
public sealed partial class TrainableModel
{
    private readonly List<Tensor> _parameters = [];
    private readonly Dictionary<string, (Tensor Tensor, Initialization Initialization)> _byName = [];

    /// <summary>A model without parameters yet.</summary>
    /// <param name="name">What messages, checkpoints and exported files call it.</param>
    /// <param name="seed">Decides the values that parameters start with.</param>
    public TrainableModel(string name, ulong seed)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        Seed = seed;
    }

    /// <summary>What messages, checkpoints and exported files call it.</summary>
    public string Name { get; }

    /// <summary>Decides the values that parameters start with.</summary>
    public ulong Seed { get; }

    /// <summary>The parameters in the order in which they were first described: tensors whose operator is a <see cref="Graphs.Parameter"/>.</summary>
    public IReadOnlyList<Tensor> Parameters => _parameters;

    /// <summary>A new input of the given extents, for example 32, 3, 48, 48 for a batch of images; the name is that of the plan's input.</summary>
    public TrainableLayer Input(string name, params ReadOnlySpan<int> extents) => On(new Tensor(new Input(new Shape(extents), name)) { Name = name });

    /// <summary>Any tensor as what the next layers are put on.</summary>
    public TrainableLayer On(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return new TrainableLayer(this, tensor, tensor.Name ?? "input", []);
    }

    /// <summary>The parameter of a name, made when first asked for.</summary>
    /// <param name="name">For example "conv1/weight": letters, digits, '_', '-', '.' and '/'.</param>
    /// <param name="shape">Its extents; the same whenever it is asked for.</param>
    /// <param name="initialization">The values it starts with; the same whenever it is asked for.</param>
    /// <exception cref="ArgumentException">The name has other characters, or names a parameter of another shape or initialization.</exception>
    public Tensor Parameter(string name, Shape shape, Initialization initialization)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(initialization);
        if (!NamePattern().IsMatch(name))
            throw new ArgumentException($"Model '{Name}': '{name}' cannot name a parameter; use letters, digits, '_', '-', '.' and '/'.");
        if (_byName.TryGetValue(name, out var known))
        {
            if (known.Tensor.Shape == shape && known.Initialization == initialization) return known.Tensor;
            throw new ArgumentException(
                $"Model '{Name}' has a parameter '{name}' {known.Tensor.Shape} ({known.Initialization}); {shape} ({initialization}) needs a name of its own.");
        }
        var values = new float[shape.Count];
        initialization.Fill(values, shape, new RandomStream(Seed, 0, name));
        var tensor = new Tensor(new Parameter(shape, values, name)) { Name = name };
        _parameters.Add(tensor);
        _byName.Add(name, (tensor, initialization));
        return tensor;
    }

    /// <summary>The current values of a parameter, row-major.</summary>
    /// <exception cref="ArgumentException">There is no such parameter.</exception>
    public float[] Values(string parameter) =>
        _byName.TryGetValue(parameter, out var known)
            ? ((Parameter)known.Tensor.Operator).Values
            : throw new ArgumentException($"Model '{Name}' has no parameter '{parameter}'; it has {string.Join(", ", _byName.Keys)}.");

    [GeneratedRegex(@"^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*\z")]
    private static partial Regex NamePattern();
}
