using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Training;

/// <summary>
/// A layer of a model that is being described: a tensor with a name, and what can be put on it. A layer with parameters has the name that it is
/// given ("conv1": before its activation); what follows takes that name and its own, until the next is named: "conv1/relu", "conv1/pool". Parameters
/// are "conv1/weight" and "conv1/bias". These are the names in an exported file.
/// </summary>
public sealed class TrainableLayer
{
    private readonly TrainableModel _model;
    private readonly string _stem;
    private readonly HashSet<string> _names;                         // of all layers of one description

    internal TrainableLayer(TrainableModel model, Tensor tensor, string stem, HashSet<string> names)
    {
        (_model, Tensor, _stem, _names) = (model, tensor, stem, names);
    }

    /// <summary>The layer's value.</summary>
    public Tensor Tensor { get; }

    /// <summary>The extents of the value, the batch first.</summary>
    public Shape Shape => Tensor.Shape;

    /// <summary>The layer's name.</summary>
    public string Name => Tensor.Name ?? _stem;

    /// <summary>The layer's value.</summary>
    public static implicit operator Tensor(TrainableLayer layer) => layer?.Tensor!;

    /// <summary>
    /// Convolution of [N, C, H, W] with a trained weight [outputs, C / groups, kernel, kernel] and bias [outputs]. Without a padding, as much is padded as
    /// keeps the size at stride 1 ("same"; for an even kernel one more below and to the right).
    /// </summary>
    /// <exception cref="ArgumentException">The layer is no image, the window does not fit, or the name is taken.</exception>
    public TrainableLayer Conv(string name, int outputs, int kernel, int stride = 1, int? padding = null, int groups = 1, bool bias = true, Initialization? initialization = null)
    {
        if (Shape.Rank != 4) throw new ArgumentException($"Convolution '{name}' needs a layer [N, C, H, W]; '{Name}' is {Shape}.");
        if (groups < 1 || Shape.Channels % groups != 0 || outputs < 1 || outputs % groups != 0)
            throw new ArgumentException($"Convolution '{name}' from {Shape.Channels} to {outputs} channels cannot be divided into {groups} groups.");
        (int before, int after) = padding is { } both ? (both, both) : ((kernel - 1) / 2, kernel / 2);
        var window = new Window(kernel, kernel, stride, stride, before, before, after, after);
        Tensor weight = Weight(name, new Shape(outputs, Shape.Channels / groups, kernel, kernel), initialization);
        return Named(name, Tensor.Conv2D(weight, bias ? Bias(name, outputs) : null, window, groups));
    }

    /// <summary>x·Wᵀ + b of [N, inputs], with a trained weight [outputs, inputs] and bias [outputs].</summary>
    /// <exception cref="ArgumentException">The layer is no list of vectors (flatten it first), or the name is taken.</exception>
    public TrainableLayer Dense(string name, int outputs, bool bias = true, Initialization? initialization = null)
    {
        if (Shape.Rank != 2) throw new ArgumentException($"Dense layer '{name}' needs a layer [N, inputs]; '{Name}' is {Shape}: flatten it first.");
        Tensor product = Tensor.MatMul(Weight(name, new Shape(outputs, Shape[1]), initialization), transposeOther: true);
        return Named(name, bias ? product + Bias(name, outputs) : product);
    }

    /// <summary>max(x, 0).</summary>
    public TrainableLayer Relu() => Then("relu", x => x.Relu());

    /// <summary>x where positive, slope·x elsewhere.</summary>
    public TrainableLayer LeakyRelu(float slope = 0.01f) => Then("leakyrelu", x => x.LeakyRelu(slope));

    /// <summary>1 / (1 + e^-x).</summary>
    public TrainableLayer Sigmoid() => Then("sigmoid", x => x.Sigmoid());

    /// <summary>The hyperbolic tangent.</summary>
    public TrainableLayer Tanh() => Then("tanh", x => x.Tanh());

    /// <summary>Softmax along the second axis: probabilities of [N, classes].</summary>
    public TrainableLayer Softmax() => Then("softmax", x => x.Softmax(1));

    /// <summary>The largest of each cell of size × size pixels.</summary>
    public TrainableLayer MaxPool(int size) => Then("pool", x => x.MaxPool(new Window(size, size, size, size)));

    /// <summary>The mean of each cell of size × size pixels.</summary>
    public TrainableLayer AveragePool(int size) => Then("pool", x => x.AveragePool(new Window(size, size, size, size)));

    /// <summary>The mean over all pixels: [N, C, H, W] becomes [N, C].</summary>
    public TrainableLayer GlobalAveragePool() => Then("mean", x => x.MeanOver(2, 3).Reshape(new Shape(x.Shape.Batch, x.Shape.Channels)));

    /// <summary>Each pixel repeated to a cell of factor × factor.</summary>
    public TrainableLayer Upsample(int factor) => Then("upsample", x => x.Upsample(factor));

    /// <summary>[N, ...] as [N, inputs].</summary>
    public TrainableLayer Flatten() => Then("flatten", x => x.Reshape(new Shape(x.Shape.Batch, x.Shape.CountOf(1, x.Shape.Rank))));

    /// <summary>Each image of the batch under other extents of the same count: [N, 1152] as [N, 128, 3, 3] by Reshape(128, 3, 3).</summary>
    public TrainableLayer Reshape(params ReadOnlySpan<int> extents)
    {
        var shape = new Shape([Shape.Batch, .. extents]);
        return Then("reshape", x => x.Reshape(shape));
    }

    /// <summary>The sum with a layer of the same shape: a residual connection, under a name of its own.</summary>
    public TrainableLayer Add(string name, TrainableLayer other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Named(name, Tensor + other.Tensor);
    }

    /// <summary>Any other function; the result has the name of this layer and the given one, as "conv1/relu".</summary>
    public TrainableLayer Then(string name, Func<Tensor, Tensor> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        string full = $"{_stem}/{name}";
        for (int i = 2; _names.Contains(full); i++) full = $"{_stem}/{name}{i}";
        Tensor result = function(Tensor);
        return ReferenceEquals(result, Tensor) ? this : Made(full, result, _stem);
    }

    private Tensor Weight(string name, Shape shape, Initialization? initialization) => _model.Parameter($"{name}/weight", shape, initialization ?? Initialization.He);

    private Tensor Bias(string name, int outputs) => _model.Parameter($"{name}/bias", new Shape(outputs), Initialization.Constant(0));

    private TrainableLayer Named(string name, Tensor result) =>
        _names.Contains(name)
            ? throw new ArgumentException($"The description of the model has two layers '{name}', which would share their parameters; give the second a name of its own.")
            : Made(name, result, name);

    private TrainableLayer Made(string name, Tensor result, string stem)
    {
        _names.Add(name);
        return new TrainableLayer(_model, new Tensor(result.Operator, result.Inputs.AsSpan()) { Name = name }, stem, _names);
    }
}
