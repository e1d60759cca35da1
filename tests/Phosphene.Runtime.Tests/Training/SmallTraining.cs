using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Runtime.Training;

namespace Phosphene.Runtime.Tests.Training;

/// <summary>A classifier of small images with every kind of layer: few channels, pooling of both kinds, dense layers.</summary>
internal static class SmallTraining
{
    public const int Classes = 4, Height = 8, Width = 12, Batch = 6;

    public static TrainableLayer Classifier(TrainableLayer image) => image
        .Conv("conv1", 4, kernel: 5).Relu().MaxPool(2)
        .Conv("conv2", 8, kernel: 3).Relu().AveragePool(2)
        .Flatten().Dense("dense1", 20).Relu()
        .Dense("logits", Classes);

    /// <summary>The loss and the accuracy of the classifier, for a batch.</summary>
    public static (Tensor Loss, Tensor Accuracy) Losses(TrainableModel model, int batch = Batch)
    {
        Tensor logits = Classifier(model.Input("image", batch, 3, Height, Width));
        var classes = new Tensor(new Input(new Shape(batch), "class"));
        return (Runtime.Training.Losses.SoftmaxCrossEntropy(logits, classes), Runtime.Training.Losses.Accuracy(logits, classes));
    }

    public static TrainingSettings Settings(long steps) => new(steps, LearningRate.Constant(3e-3f)) { ReportEvery = 10 };

    public static Trainer Start(TrainableModel model, TrainingSettings settings, Backend? backend = null, IBatchSource? source = null)
    {
        (Tensor loss, Tensor accuracy) = Losses(model);
        return new Trainer(model, loss, source ?? new Stripes(seed: 3), settings, new Dictionary<string, Tensor> { ["accuracy"] = accuracy }, backend);
    }

    /// <summary>All weights of a model, one after another.</summary>
    public static float[] Weights(TrainableModel model) => [.. model.Parameters.SelectMany(parameter => ((Parameter)parameter.Operator).Values)];
}

/// <summary>Images of noise with a stripe whose direction and side tell the class.</summary>
internal sealed class Stripes(ulong seed) : IBatchSource
{
    public string Description => $"stripes, seed {seed}";

    /// <summary>The step whose first pixel is not a number; none by default.</summary>
    public long PoisonedStep { get; init; } = -1;

    public void Fill(long step, Batch batch)
    {
        Span<float> images = batch["image"], classes = batch["class"];
        Shape shape = batch.ShapeOf("image");
        var random = new RandomStream(seed, step, "stripes");
        int size = shape.CountOf(1, 4);
        for (int i = 0; i < images.Length; i++) images[i] = 0.3f * random.Uniform(i);
        for (int n = 0; n < shape.Batch; n++)
        {
            int kind = new RandomStream(seed, step, "class").Integer(n, 0, SmallTraining.Classes - 1), at = kind % 2 == 0 ? 1 : 5;
            classes[n] = kind;
            for (int c = 0; c < shape.Channels; c++)
                for (int k = 0; k < 8; k++)
                    images[n * size + (c * shape.Height + (kind < 2 ? at : k)) * shape.Width + (kind < 2 ? k : at)] = 1;
        }
        if (step == PoisonedStep) images[0] = float.NaN;
    }
}
