using System.Collections.Immutable;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Parameterizations;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx.Importing;
using Phosphene.Runtime.Onnx.Writing;
using Phosphene.Runtime.Training;
using Phosphene.Shapes.Datasets;
using Phosphene.Syntax;

namespace Phosphene.Shapes.Training;

/// <summary>
/// One of the trainings of the shapes experiment: a model, its loss and its images, all decided by the seed. With the same number of steps the same
/// seed gives the same model.
/// </summary>
public sealed class ShapesTraining
{
    /// <summary>Images of a step.</summary>
    public const int Batch = 32;

    /// <summary>
    /// What a nat of divergence weighs beside the squared error of an image, summed over its pixels: 2·σ² if pixels have a standard deviation of
    /// σ = 0.16. More makes latents smoother and images blurrier.
    /// </summary>
    private const float DivergenceWeight = 0.05f;

    /// <summary>
    /// What a squared difference in the classifier's second convolution weighs beside one of a pixel. Of a thin double line there are few pixels, and a
    /// blurred one costs little; the classifier's features tell them apart. Source: Hou et al., Deep feature consistent variational autoencoder, 2017.
    /// </summary>
    private const float FeatureWeight = 0.1f;

    /// <summary>
    /// The steps in which that weight rises from 0. With the whole weight from the start the encoder learns first that saying nothing is cheap, and the
    /// decoder never learns to listen.
    /// </summary>
    private const float DivergenceWarmUp = 2000;

    // Its weights are read where they lie, in the assembly.
    private static readonly Lazy<OnnxImporter> s_classifier = new(() => new OnnxImporter(EmbeddedModels.Open(EmbeddedModels.Shapes)));

    private readonly ShapesDataset _dataset;
    private readonly Func<int, ShapesGraph> _describe;

    private ShapesTraining(string name, ShapesDataset dataset, long steps, float rate, Func<TrainableModel, TrainableLayer, ShapesGraph> describe)
    {
        (Name, Steps, _dataset) = (name, steps, dataset);
        Model = new TrainableModel(name, dataset.Seed);
        LearningRate = LearningRate.Cosine(rate, steps, warmUp: Math.Min(200, steps / 10));
        _describe = batch => describe(Model, Model.Input("image", batch, dataset.Channels, dataset.Size, dataset.Size));
        Graph = _describe(Batch);
    }

    /// <summary>What can be trained.</summary>
    public static ImmutableArray<string> Names { get; } = ["shapes-classifier", "shapes-autoencoder", "shapes-vae"];

    /// <summary>One of <see cref="Names"/>.</summary>
    public string Name { get; }

    /// <summary>The updates of the whole training.</summary>
    public long Steps { get; }

    /// <summary>The rate of each of them.</summary>
    public LearningRate LearningRate { get; }

    /// <summary>The parameters.</summary>
    public TrainableModel Model { get; }

    private ShapesGraph Graph { get; }

    /// <summary>The training of a name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="seed">Decides the images, their order and the first weights.</param>
    /// <param name="steps">The updates; null for as many as the model needs.</param>
    /// <param name="size">The side of the images in pixels, at least 16; the autoencoders are made for 48.</param>
    /// <param name="channels">3 for colours, 1 for grey; the autoencoders are made for 3.</param>
    /// <exception cref="UsageException">There is no such training.</exception>
    public static ShapesTraining Of(string name, ulong seed = 1, long? steps = null, int size = 48, int channels = 3)
    {
        if (name != Names[0] && Names.Contains(name) && (size, channels) != (48, 3)) throw new UsageException($"{name} is made for colour images of 48 pixels; only {Names[0]} takes others.");
        if (size < 16) throw new UsageException($"Four poolings need images of at least 16 pixels; got {size}.");
        var dataset = new ShapesDataset(seed, size: size, channels: channels);
        return name switch
        {
            "shapes-classifier" => new(name, dataset, steps ?? 20_000, 2e-3f, Classifier),
            "shapes-autoencoder" => new(name, dataset, steps ?? 12_000, 1e-3f, Autoencoder),
            "shapes-vae" => new(name, dataset, steps ?? 16_000, 2e-3f, Variational),
            _ => throw new UsageException($"There is no training '{name}'; choose one of {string.Join(", ", Names)}."),
        };
    }

    /// <summary>A trainer at the first step.</summary>
    /// <param name="settings">Where checkpoints and metrics go, and how often; steps and rates are this training's.</param>
    /// <param name="backend">What runs it; null for all processors.</param>
    public Trainer Start(TrainingSettings? settings = null, Backend? backend = null)
    {
        settings = settings is null ? new TrainingSettings(Steps, LearningRate) : settings with { Steps = Steps, LearningRate = LearningRate };
        var metrics = Graph.Metrics.Where(metric => metric.Key != "loss").ToDictionary();       // a trainer tells of the loss anyway
        return new Trainer(Model, Graph.Loss, new ShapesBatches(_dataset.Split(ShapesSplit.Training)), settings, metrics, backend);
    }

    /// <summary>The metrics over all images of a split, with the weights as they are.</summary>
    public IReadOnlyDictionary<string, double> Evaluate(ShapesSplit split = ShapesSplit.Test, Backend? backend = null)
    {
        ShapesSubset images = _dataset.Split(split);
        return Inference.Means(Graph.Metrics, new ShapesBatches(images), images.Count / Batch, backend);
    }

    /// <summary>Whether it makes images of images, of which <see cref="Reconstructions"/> shows some.</summary>
    public bool IsAutoencoder => Graph.Models.Length > 1;

    /// <summary>
    /// What an autoencoder makes of images that it was not trained on, with the weights as they are: one test image of each class and, below it, its
    /// reconstruction. The pairs of rows are the forms; the columns are single, double and filled, of each white, blue, green, red and rainbow.
    /// </summary>
    /// <exception cref="InvalidOperationException">The model is no autoencoder.</exception>
    public Picture Reconstructions(Backend? backend = null)
    {
        if (!IsAutoencoder) throw new InvalidOperationException($"'{Name}' makes no images of images.");
        const int classes = ShapeClass.Count, columns = 15;
        ShapesSubset test = _dataset.Split(ShapesSplit.Test);
        Picture[] originals = [.. Enumerable.Range(0, classes).Select(index => _dataset.PictureOf(test.First + (index + classes - test.First % classes) % classes))];
        float[] made = Made(originals, backend);
        int pixels = made.Length / classes;
        Picture[] copies = [.. Enumerable.Range(0, classes).Select(n => Picture.FromPlanar(made.AsSpan(n * pixels, pixels), 3, _dataset.Size, _dataset.Size))];
        return Picture.Tile([.. originals.Chunk(columns).Zip(copies.Chunk(columns), (above, below) => above.Concat(below)).SelectMany(rows => rows)], columns, gap: 2);
    }

    private float[] Made(Picture[] pictures, Backend? backend)
    {
        Tensor output = _describe(pictures.Length).Models[0].Output;
        Tensor image = Tensor.InOrder([output]).Single(tensor => tensor.Operator is Input);
        using Backend? own = backend is null ? new Backend() : null;
        using Plan plan = (backend ?? own!).Compile(output);
        int length = image.Shape.CountOf(1, 4);
        for (int n = 0; n < pictures.Length; n++) pictures[n].ToPlanar(plan.Input(image).Slice(n * length, length));
        plan.Run();
        return plan.Output(output).ToArray();
    }

    /// <summary>How the names of the files of <see cref="Models"/> end, in their order.</summary>
    public IReadOnlyList<string> Endings => [.. Graph.Models.Select(model => model.Ending)];

    /// <summary>
    /// The model as ONNX files, by the ending of their files' names: the whole ("") and, of an autoencoder, the half that makes images ("-decoder").
    /// </summary>
    /// <param name="backend">What runs the encoder, whose results say where latents lie; null for all processors.</param>
    public IReadOnlyList<(string Ending, OnnxExport Model)> Models(Backend? backend = null)
    {
        string? prior = Graph.Prior?.ToString() ?? (Graph.Latents is null ? null : Range(Graph.Latents, backend).ToString());
        return [.. _describe(1).Models.Select(model => (model.Ending, Exported(model.Ending, model.Output, prior)))];
    }

    // From the least to the greatest of each latent over the validation images.
    private LatentPrior Range(Tensor latents, Backend? backend)
    {
        ShapesSubset images = _dataset.Split(ShapesSplit.Validation);
        float[] all = Inference.Gather(latents, new ShapesBatches(images), images.Count / Batch, backend);
        int count = latents.Shape[1];
        return LatentPrior.Uniform(Enumerable.Range(0, count).Select(latent => Enumerable.Range(0, all.Length / count).Select(n => all[n * count + latent]))
            .Select(values => (values.Min(), values.Max())));
    }

    private OnnxExport Exported(string ending, Tensor output, string? prior) => new(Name + ending, output)
    {
        Documentation = $"Trained by Phosphene on {_dataset} for {Steps} steps of {Batch}.",
        Metadata =
        [
            new("phosphene.preprocessing", "unit"),
            .. ending == "-decoder" && prior is not null ? [new KeyValuePair<string, string>(LatentPrior.MetadataKey, prior)] : Array.Empty<KeyValuePair<string, string>>(),
            .. Name == "shapes-classifier" ? [new KeyValuePair<string, string>("phosphene.labels", string.Join('\n', ShapesDataset.ClassNames))] : Array.Empty<KeyValuePair<string, string>>(),
        ],
    };

    private static ShapesGraph Classifier(TrainableModel model, TrainableLayer image)
    {
        TrainableLayer logits = ShapesModels.Classifier(image);
        Tensor classes = model.Input("class", image.Shape.Batch);
        Tensor loss = Losses.SoftmaxCrossEntropy(logits, classes);
        return new(loss, new Dictionary<string, Tensor> { ["loss"] = loss, ["accuracy"] = Losses.Accuracy(logits, classes) }, [("", logits.Softmax())]);
    }

    private static ShapesGraph Autoencoder(TrainableModel model, TrainableLayer image)
    {
        TrainableLayer encoded = ShapesModels.Encode(image), decoded = ShapesModels.Decode(encoded);
        Tensor loss = Losses.MeanSquaredError(decoded, image);
        TrainableLayer latent = model.Input("latent", image.Shape.Batch, ShapesModels.AutoencoderLatents);
        return new(loss, new Dictionary<string, Tensor> { ["squaredError"] = loss }, [("", decoded), ("-decoder", ShapesModels.Decode(latent))]) { Latents = encoded };
    }

    private static ShapesGraph Variational(TrainableModel model, TrainableLayer image)
    {
        int batch = image.Shape.Batch;
        (TrainableLayer mean, TrainableLayer logVariance) = ShapesModels.EncodeVariational(image);
        Tensor noise = model.Input("noise", batch, ShapesModels.VariationalLatents);
        TrainableLayer decoded = ShapesModels.DecodeResidual(model.On(Losses.Sample(mean, logVariance, noise)));
        Tensor error = Losses.MeanSquaredError(decoded, image), divergence = Losses.KullbackLeibler(mean, logVariance);
        TrainableLayer latent = model.Input("latent", batch, ShapesModels.VariationalLatents);
        Tensor weight = new(new Input(Shape.Scalar, ShapesBatches.Step)) { Name = ShapesBatches.Step };
        weight = DivergenceWeight * (weight / DivergenceWarmUp).Clip(0, 1);
        Tensor features = (Features(decoded) - Features(image)).Square().Sum() / batch;
        // Sums, not means: gradients of means are so small that Adam's ε would swallow them.
        return new(image.Shape.CountOf(1, 4) * error + FeatureWeight * features + weight * divergence, new Dictionary<string, Tensor> { ["squaredError"] = error, ["divergence"] = divergence },
            [("", Clipped(ShapesModels.DecodeResidual(model.On(mean)))), ("-decoder", Clipped(ShapesModels.DecodeResidual(latent)))])
        { Prior = LatentPrior.Normal };
    }

    // What the embedded classifier finds in images early on.
    private static Tensor Features(Tensor image) => s_classifier.Value.Bind(image)["conv2"];

    private static TrainableLayer Clipped(TrainableLayer image) => image.Then("clip", x => x.Clip(0, 1));

    /// <summary>A model for one batch size: what is made small, what is told, and what is exported.</summary>
    private sealed record ShapesGraph(Tensor Loss, IReadOnlyDictionary<string, Tensor> Metrics, ImmutableArray<(string Ending, Tensor Output)> Models)
    {
        /// <summary>What an encoder makes of the images, [N, latents], if that says where latents lie.</summary>
        public Tensor? Latents { get; init; }

        /// <summary>Where latents lie, if that is known.</summary>
        public LatentPrior? Prior { get; init; }
    }
}
