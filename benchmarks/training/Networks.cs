using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Training;

/// <summary>The networks of the shapes data, for 48 x 48 pixels; those of torch_train.py.</summary>
internal static class Networks
{
    public static Layer Classifier(Layer image) => image
        .Conv("conv1", 4, kernel: 5).Relu().MaxPool(2)
        .Conv("conv2", 8, kernel: 5).Relu().MaxPool(2)
        .Conv("conv3", 16, kernel: 5).Relu().MaxPool(2)
        .Conv("conv4", 32, kernel: 3).Relu().MaxPool(2)
        .Conv("conv5", 64, kernel: 3).Relu()
        .Flatten().Dense("dense1", 60).Relu()
        .Dense("logits", 60);

    public static Layer Autoencoder(Layer image) => image
        .Conv("encode1", 8, kernel: 3).Relu().AveragePool(2)
        .Conv("encode2", 16, kernel: 3).Relu().AveragePool(2)
        .Conv("encode3", 32, kernel: 3).Relu().AveragePool(2)
        .Conv("encode4", 64, kernel: 3).Relu().AveragePool(2)
        .Conv("encode5", 128, kernel: 3).Relu()
        .Flatten().Dense("encode6", 1152).Relu()
        .Dense("latent", 6)
        .Dense("decode1", 1152).Relu().Reshape(128, 3, 3)
        .Conv("decode2", 64, kernel: 3).Relu().Upsample(2)
        .Conv("decode3", 32, kernel: 3).Relu().Upsample(2)
        .Conv("decode4", 16, kernel: 3).Relu().Upsample(2)
        .Conv("decode5", 8, kernel: 3).Relu().Upsample(2)
        .Conv("image", 3, kernel: 3).Relu();

    public static Tensor Loss(string name, Network network, int batch)
    {
        Layer image = network.Input("pixels", batch, 3, 48, 48);
        return name switch
        {
            "classifier" => Losses.SoftmaxCrossEntropy(Classifier(image), new Tensor(new Input(new Shape(batch), "class"))),
            "autoencoder" => Losses.MeanSquaredError(Autoencoder(image), image),
            _ => throw new ArgumentException($"There is no network '{name}'; choose classifier or autoencoder."),
        };
    }
}

/// <summary>Random pixels that stay the same, so that nothing but the step is measured.</summary>
internal sealed class Frozen : IBatchSource
{
    public string Description => "frozen";

    public void Fill(long step, Batch batch)
    {
        if (step > 1) return;                                        // both buffers are filled
        Span<float> pixels = batch["pixels"];
        var random = new RandomStream(1, 0, "pixels");
        for (int i = 0; i < pixels.Length; i++) pixels[i] = random.Uniform(i);
        if (!batch.Names.Contains("class")) return;
        for (int n = 0; n < batch.Size; n++) batch["class"][n] = n % 60;
    }
}
