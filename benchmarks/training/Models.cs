using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Runtime.Training;
using Phosphene.Shapes.Training;

/// <summary>The losses of the models of the shapes data, for 48 x 48 pixels; torch_train.py has the same.</summary>
internal static class Models
{
    public static Tensor Loss(string name, TrainableModel model, int batch)
    {
        TrainableLayer image = model.Input("pixels", batch, 3, 48, 48);
        return name switch
        {
            "classifier" => Losses.SoftmaxCrossEntropy(ShapesModels.Classifier(image), new Tensor(new Input(new Shape(batch), "class"))),
            "autoencoder" => Losses.MeanSquaredError(ShapesModels.Decode(ShapesModels.Encode(image)), image),
            _ => throw new ArgumentException($"There is no model '{name}'; choose classifier or autoencoder."),
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
