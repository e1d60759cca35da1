using Phosphene.Images;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;
using Phosphene.Syntax;

namespace Phosphene.Models;

/// <summary>
/// A trained model, read from an ONNX file: its layers by name, how it wants its pictures, and its labels. Weights are read from the mapped
/// file; what is repacked for speed is shared by everything computed with the model. One computation at a time.
/// </summary>
public sealed class Model : IDisposable
{
    private readonly OnnxModel _onnx;
    private readonly OnnxImporter _importer;
    private readonly Lazy<string> _hash;
    private readonly HashSet<string> _layerNames;
    private readonly ImageInput? _input;
    private readonly string? _misfit;
    private readonly Dictionary<FileReference, IDisposable> _beside = [];

    private Model(OnnxModel onnx, OnnxImporter importer, ModelOptions options)
    {
        (_onnx, _importer, _input) = (onnx, importer, ImageInput.Of(importer));
        ModelDescription description = ModelDescription.Of(onnx, importer, _input, options);
        (Preprocessing, PreprocessingSource, Labels) = description;
        _misfit = description.Misfit;
        Aliases = LayerAliases.Of(importer);
        _layerNames = [.. importer.Layers.Select(layer => layer.Name)];
        Backend = new Backend(options.Threads, options.InstructionSet);
        _hash = new Lazy<string>(onnx.ComputeSha256);
    }

    /// <summary>Opens an ONNX file, or one of the <see cref="EmbeddedModels"/> by its name, such as "embedded:shapes".</summary>
    /// <exception cref="ModelFormatException">The file cannot be read or used; the message says why and what to do.</exception>
    /// <exception cref="InputFileException">The sidecar file or the labels cannot be used.</exception>
    public static Model Load(string path, ModelOptions? options = null)
    {
        Model model = LoadAny(path, options);
        if (model.Obstacle is null && model._misfit is null) return model;
        model.Dispose();
        throw model.Obstacle is { } obstacle
            ? new ModelFormatException(obstacle, ModelFault.Unsupported)
            : new InputFileException($"Model '{path}': {model._misfit} It is {model.PreprocessingSource}.");
    }

    /// <summary>
    /// Opens an ONNX file of whatever inputs: to look into it, or to compute with raw numbers. Of its members those that see pictures need a model
    /// of pictures, as <see cref="Load"/> makes sure.
    /// </summary>
    /// <inheritdoc cref="Load"/>
    public static Model LoadAny(string path, ModelOptions? options = null)
    {
        options ??= new ModelOptions();
        OnnxModel onnx = EmbeddedModels.IsName(path) ? EmbeddedModels.Open(path) : OnnxModel.Open(path);
        try
        {
            return new Model(onnx, new OnnxImporter(onnx), options);
        }
        catch
        {
            onnx.Dispose();
            throw;
        }
    }

    /// <summary>Why the model cannot be visualized at all, in one sentence; null if it can.</summary>
    internal string? Obstacle =>
        LatentInput.Of(_importer) is { } latents
            ? $"Model '{Path}' is a decoder: it makes images of {latents} numbers and sees none. 'phosphene layers' lists what is in it; to visualize, give a model that sees images, such as {EmbeddedModels.Shapes}."
        : _importer.Inputs.Length != 1 || _input is null
            ? $"Model '{Path}' has the inputs {string.Join(", ", _importer.Inputs.Take(8))}; one input of images is expected, such as [N, 3, H, W]."
        : _importer.Outputs.IsEmpty ? $"Model '{Path}' has no outputs, where at least one is expected; export it again."
        : InputSize is var (height, width) && (double)Input.Channels * height * width > int.MaxValue
            ? $"Model '{Path}' has the input {_importer.Inputs[0]}, which is more than {int.MaxValue} numbers for one image; export it for a smaller size."
        : null;

    /// <summary>The dictionaries that layers of this model were looked at with.</summary>
    internal DictionaryShelf Dictionaries { get; } = new();

    /// <summary>The file as it was read, and its values as tensors.</summary>
    internal OnnxImporter Importer => _importer;

    /// <summary>The file, or the name of the embedded model.</summary>
    public string Path => _onnx.Path;

    /// <summary>The SHA-256 of the file, in lower-case hexadecimal. Read once, when first asked for.</summary>
    public string Sha256 => _hash.Value;

    /// <summary>Everything the model computes, in order.</summary>
    public IReadOnlyList<OnnxLayer> Layers => _importer.Layers;

    /// <summary>Short names for layers, which stand wherever a layer's name does.</summary>
    public LayerAliases Aliases { get; }

    /// <summary>How pictures are prepared for the model.</summary>
    public Preprocessing Preprocessing { get; }

    /// <summary>Where that is known from, in words.</summary>
    public string PreprocessingSource { get; }

    /// <summary>The names of the classes.</summary>
    public Labels Labels { get; }

    /// <summary>Threads, instruction set and packed weights.</summary>
    public Backend Backend { get; }

    /// <summary>The images that the model takes.</summary>
    /// <exception cref="InvalidOperationException">It takes none; only a model of <see cref="LoadAny"/> can.</exception>
    public ImageInput Input => _input ?? throw new InvalidOperationException($"Model '{Path}' takes no images.");

    /// <summary>The height and width that the model was exported for; null if the file leaves one of them open.</summary>
    /// <exception cref="InvalidOperationException">The model takes no images, see <see cref="Input"/>.</exception>
    public (int Height, int Width)? InputSize => Input.Size;

    /// <summary>The height and width that pictures have if nobody asks for others: what the file states, and 224 pixels for a side that it leaves open.</summary>
    /// <exception cref="InvalidOperationException">The model takes no images, see <see cref="Input"/>.</exception>
    public (int Height, int Width) UsualSize => Input.UsualSize;

    internal bool TakesChannelsLast => _input is { ChannelsLast: true };

    /// <summary>The layer with the evidence for each class: what the last softmax reads or, without one, the model's output.</summary>
    public string LogitsLayer
    {
        get
        {
            string output = _importer.Outputs[0].Name;
            OnnxLayer? last = Layers.FirstOrDefault(layer => layer.Name == output);
            return last is { Operator: "Softmax" } ? _onnx.Graph.Nodes[last.NodeIndex].Inputs[0] : output;
        }
    }

    /// <summary>Why what the model gives is likely to be no classes, in one sentence: nothing that makes classes stands at its end, and no labels name them. Null if it does.</summary>
    public string? ClassDoubt
    {
        get
        {
            if (Labels.Count > 0) return null;
            string output = _importer.Outputs[0].Name, name = output;
            for (int steps = 0; steps < Layers.Count && Layers.FirstOrDefault(layer => layer.Name == name) is { } layer; steps++)
            {
                if (layer.Operator is "Softmax" or "LogSoftmax" or "Sigmoid" or "Gemm" or "MatMul" or "Einsum" or "Conv") return null;
                if (layer.Operator is not ("Reshape" or "Flatten" or "Squeeze" or "Identity" or "Cast" or "Dropout" or "Add" or "Mul" or "Div"))
                    return $"output '{output}' of model '{Path}' is what {layer.Operator} gives, with no softmax and no fully connected layer after it, so it is likely to be features and not classes. If they are classes, name them in a file of labels.";
                // The other input of a bias or a factor is a weight.
                name = _onnx.Graph.Nodes[layer.NodeIndex].Inputs.FirstOrDefault(_layerNames.Contains) ?? "";
            }
            return null;
        }
    }

    /// <summary>
    /// The model in the graph: activations for an image [N, C, H, W] in [0, 1] that the model sees, and the image that penalties are taken of. C is
    /// the channels of <see cref="Input"/>, also where the model takes them last.
    /// </summary>
    public Activations Activate(Tensor seen, Tensor? image = null) => Activate(seen, image, numbers: null);

    /// <summary>The same as <see cref="Activate(Tensor, Tensor?)"/> with another preprocessing than the model's: to tell what would be otherwise.</summary>
    /// <exception cref="UsageException">It is for another number of channels.</exception>
    public Activations ActivateWith(Preprocessing preprocessing, Tensor seen)
    {
        ArgumentNullException.ThrowIfNull(seen);
        ArgumentNullException.ThrowIfNull(preprocessing);
        return new Activations(LayersOf(seen, preprocessing), seen);
    }

    /// <summary>
    /// The same for a picture, brought to a size as <see cref="Picture.Cover"/> does, by default the <see cref="UsualSize"/>: constants, computed when what reads
    /// them is compiled. An objective compares its activations with them, a mask its image.
    /// </summary>
    /// <exception cref="UsageException">The model takes neither grey images nor colours.</exception>
    public Activations Activate(Picture picture, int? height = null, int? width = null)
    {
        ArgumentNullException.ThrowIfNull(picture);
        (int usualHeight, int usualWidth) = UsualSize;
        return Activate(Input.FromColours(Tensor.Constant(new Shape(1, 3, height ?? usualHeight, width ?? usualWidth), picture.Cover(height ?? usualHeight, width ?? usualWidth).ToPlanar())));
    }

    internal Activations Activate(Tensor seen, Tensor? image, ChannelNumbers? numbers, Tensor? alpha = null)
    {
        ArgumentNullException.ThrowIfNull(seen);
        return new Activations(LayersOf(seen), image ?? seen, numbers, alpha);
    }

    /// <summary>The layers of an image [N, C, H, W] in [0, 1].</summary>
    internal LayerSource LayersOf(Tensor seen) => LayersOf(seen, Preprocessing);

    private LayerSource LayersOf(Tensor seen, Preprocessing preprocessing)
    {
        ImportedGraph graph = _importer.Bind(Input.Arrange(preprocessing.Apply(seen)));
        return new LayerSource(this, seen, name => graph[name]);
    }

    /// <summary>The name of a layer in the file, given that or its alias.</summary>
    /// <exception cref="UnknownLayerException">There is no such layer; the message offers the nearest names.</exception>
    public string LayerName(string nameOrAlias)
    {
        string name = Aliases.Resolve(nameOrAlias);
        return _layerNames.Contains(name) ? name : throw new UnknownLayerException(nameOrAlias, Path, [.. Layers.Select(layer => Aliases[layer.Name] ?? layer.Name)], _layerNames.Count);
    }

    /// <summary>
    /// The shape of every layer, as objectives see it, for an image of the given size (the model's own by default), or for the latents of one image; null
    /// where the size does not fit.
    /// </summary>
    public IEnumerable<(OnnxLayer Layer, Shape? Shape)> LayerShapes(int? height = null, int? width = null)
    {
        Func<Layer, Shape?> shapeOf = ShapesFor(height, width);
        return Layers.Select(layer => (layer, shapeOf(layer.Name)));
    }

    /// <summary>The shape of one layer, as <see cref="LayerShapes"/> has it.</summary>
    /// <exception cref="UsageException">There is no such layer, or nothing of the kind in it; the message says what there is.</exception>
    public Shape? LayerShape(Layer layer, int? height = null, int? width = null) => ShapesFor(height, width)(layer);

    /// <summary>A layer as people write it: by its name, whatever characters are in it, its alias, or as the text of <see cref="Layer.Parse"/>.</summary>
    /// <exception cref="UnknownLayerException">There is no such layer; the message offers the nearest names.</exception>
    /// <exception cref="TextFormatException">It is the text of no layer.</exception>
    public Layer LayerOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Contains('(', StringComparison.Ordinal) && !HasLayer(Aliases.Resolve(text))) return Layer.Parse(text);
        LayerName(text);
        return text;
    }

    /// <summary>
    /// Whether a layer only moves numbers, or is a step on the way to what a module gives, so that there is little in it to look at: reshapes, slices, the parts of a
    /// normalization, what attention splits into heads.
    /// </summary>
    /// <param name="layer">The layer.</param>
    /// <param name="shape">Its shape, of <see cref="LayerShapes"/>.</param>
    public bool IsPlumbing(OnnxLayer layer, Shape? shape)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return Plumbing.Is(this, layer, shape);
    }

    /// <summary>The layers that every way from the image to the output runs through, in their order: the ends of blocks rather than the branches in them.</summary>
    public IReadOnlyList<OnnxLayer> MainPath => Models.MainPath.Of(this);

    internal bool HasLayer(string name) => _layerNames.Contains(name);

    // The shape of a layer; null where it is not supported, or not at this size.
    private Func<Layer, Shape?> ShapesFor(int? height, int? width)
    {
        (Tensor input, ImportedGraph graph) = Bound(height, width);
        var source = new LayerSource(this, input, name => graph[name]);
        return layer =>
        {
            try
            {
                return source[layer].Shape;
            }
            catch (ModelFormatException error) when (error.Fault != ModelFault.Malformed)
            {
                return null;
            }
        };
    }

    private (Tensor Input, ImportedGraph Graph) Bound(int? height, int? width)
    {
        if (LatentInput.Of(_importer) is { } latents)
        {
            var numbers = new Tensor(new Input(new Shape(1, latents), "latents"));
            return (numbers, _importer.Bind(numbers));
        }
        (int h, int w) = UsualSize;
        var image = new Tensor(new Input(new Shape(1, Input.Channels, height ?? h, width ?? w), "image"));
        return (image, _importer.Bind(Input.Arrange(image)));
    }

    /// <summary>
    /// The classes that the model sees in a picture, the likeliest first. The picture is resized so that its shorter side fits the model
    /// (antialiased), and its middle is cut out.
    /// </summary>
    /// <exception cref="UsageException">The model takes neither grey images nor colours, or gives no list of classes.</exception>
    public IReadOnlyList<(int Class, string Label, float Probability)> Classify(Picture picture, int count = 5)
    {
        ArgumentNullException.ThrowIfNull(picture);
        (int height, int width) = UsualSize;
        Picture seen = picture.Cover(height, width);
        var image = new Tensor(new Input(new Shape(1, 3, height, width), "image"));
        Tensor probabilities = Probabilities(image);
        using Plan plan = Backend.Compile(probabilities);
        seen.ToPlanar(plan.Input(image));
        plan.Run();
        return Likeliest(plan.Output(probabilities), count);
    }

    /// <summary>The probability of each class, [N, classes] or [N, classes, 1, 1]: the softmax of <see cref="Logits"/>.</summary>
    /// <param name="colours">Images [N, 3, H, W] in [0, 1].</param>
    /// <exception cref="UsageException">The model takes neither grey images nor colours, or gives no list of classes.</exception>
    public Tensor Probabilities(Tensor colours) => Logits(colours).Softmax(1);

    /// <summary>The evidence for each class before the softmax, [N, classes] or [N, classes, 1, 1]: <see cref="LogitsLayer"/>.</summary>
    /// <param name="colours">Images [N, 3, H, W] in [0, 1].</param>
    /// <exception cref="UsageException">The model takes neither grey images nor colours, or gives no list of classes.</exception>
    public Tensor Logits(Tensor colours)
    {
        Tensor logits = Activate(Input.FromColours(colours))[LogitsLayer];
        if (logits.Shape.Rank < 2 || logits.Shape.Count != logits.Shape.Batch * logits.Shape.Channels)
            throw new UsageException($"Model '{Path}' gives '{LogitsLayer}' {logits.Shape.With(0, 1)} for an image, where one number for each class is expected, [1, classes]: it does not classify. Give a classifier.");
        return logits;
    }

    /// <summary>The classes of the largest probabilities, the likeliest first; of equals the first.</summary>
    /// <param name="probabilities">One for each class.</param>
    /// <param name="count">How many classes.</param>
    public IReadOnlyList<(int Class, string Label, float Probability)> Likeliest(ReadOnlySpan<float> probabilities, int count = 5) =>
        [.. probabilities.ToArray().Select((probability, index) => (index, Labels[index], probability)).OrderByDescending(entry => entry.probability).Take(count)];

    /// <summary>Another model that an objective looks at together with this one, such as an earlier state of its training; it has the same preprocessing.</summary>
    /// <inheritdoc cref="Beside{T}"/>
    internal Model Beside(FileReference file) => Beside(file, path => Load(path, new ModelOptions { Preprocessing = Preprocessing, Labels = Labels, Threads = 1, InstructionSet = Backend.InstructionSet }));

    /// <summary>What an objective reads of another file while it looks at this model; opened once, and open as long as this one.</summary>
    /// <exception cref="InputFileException">The file is missing or another one.</exception>
    /// <exception cref="ModelFormatException">The file cannot be read or used.</exception>
    internal T Beside<T>(FileReference file, Func<string, T> open) where T : IDisposable
    {
        lock (_beside)
        {
            if (!_beside.TryGetValue(file, out IDisposable? other)) _beside.Add(file, other = file.Read(open));
            return (T)other;
        }
    }

    /// <summary>Ends the threads and unmaps the file.</summary>
    public void Dispose()
    {
        foreach (IDisposable other in _beside.Values) other.Dispose();
        Backend.Dispose();
        _onnx.Dispose();
    }
}
