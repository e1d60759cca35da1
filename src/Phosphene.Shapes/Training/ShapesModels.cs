using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Training;

namespace Phosphene.Shapes.Training;

/// <summary>The models of the shapes experiment, for images [N, 3, 48, 48] in [0, 1]; the classifier takes other sizes and grey too.</summary>
public static class ShapesModels
{
    /// <summary>The numbers that the report's autoencoder makes of an image.</summary>
    public const int AutoencoderLatents = 6;

    /// <summary>The numbers that the variational autoencoder makes of an image.</summary>
    public const int VariationalLatents = 10;

    /// <summary>
    /// The report's classifier: five convolutions and two dense layers, 60 classes. The result is "logits"; the third convolution is "conv3".
    /// Source: COMP421 report, section 3.2.
    /// </summary>
    public static TrainableLayer Classifier(TrainableLayer image) => image
        .Conv("conv1", 4, kernel: 5).Relu().MaxPool(2)
        .Conv("conv2", 8, kernel: 5).Relu().MaxPool(2)
        .Conv("conv3", 16, kernel: 5).Relu().MaxPool(2)
        .Conv("conv4", 32, kernel: 3).Relu().MaxPool(2)
        .Conv("conv5", 64, kernel: 3).Relu()
        .Flatten().Dense("dense1", 60).Relu()
        .Dense("logits", 60);

    /// <summary>The report's autoencoder, first half: [N, 3, 48, 48] to [N, 6]. Source: COMP421 report, section 3.4.</summary>
    public static TrainableLayer Encode(TrainableLayer image) => image
        .Conv("encode1", 8, kernel: 3).Relu().AveragePool(2)
        .Conv("encode2", 16, kernel: 3).Relu().AveragePool(2)
        .Conv("encode3", 32, kernel: 3).Relu().AveragePool(2)
        .Conv("encode4", 64, kernel: 3).Relu().AveragePool(2)
        .Conv("encode5", 128, kernel: 3).Relu()
        .Flatten().Dense("encode6", 1152).Relu()
        .Dense("latent", AutoencoderLatents);

    /// <summary>The report's autoencoder, second half: [N, 6] to [N, 3, 48, 48].</summary>
    public static TrainableLayer Decode(TrainableLayer latent) => latent
        .Dense("decode1", 1152).Relu().Reshape(128, 3, 3)
        .Conv("decode2", 64, kernel: 3).Relu().Upsample(2)
        .Conv("decode3", 32, kernel: 3).Relu().Upsample(2)
        .Conv("decode4", 16, kernel: 3).Relu().Upsample(2)
        .Conv("decode5", 8, kernel: 3).Relu().Upsample(2)
        .Conv("image", 3, kernel: 3).Relu();

    /// <summary>
    /// What the report wished for, first half: [N, 3, 48, 48] to the mean and the logarithm of the variance of a normal distribution over latents
    /// [N, 10] each.
    /// </summary>
    public static (TrainableLayer Mean, TrainableLayer LogVariance) EncodeVariational(TrainableLayer image)
    {
        TrainableLayer features = image
            .Conv("encode1", 16, kernel: 3, stride: 2, padding: 1).Relu()
            .Conv("encode2", 32, kernel: 3, stride: 2, padding: 1).Relu()
            .Conv("encode3", 64, kernel: 3, stride: 2, padding: 1).Relu()
            .Conv("encode4", 64, kernel: 3).Relu()
            .Flatten().Dense("encode5", 256).Relu();
        // Begins with a standard deviation of e^-2: as much noise as meaning would teach the decoder not to listen.
        return (features.Dense("mean", VariationalLatents), features.Dense("logvariance", VariationalLatents).Then("shifted", x => x - 4f));
    }

    /// <summary>
    /// Second half: [N, 10] to [N, 3, 48, 48]. Each stage is a convolution and a residual block, so that gradients have a short way; the last layer makes
    /// each cell of 2×2 pixels at once. The image is not held in [0, 1]: a sigmoid, on images that are mostly black, would let hardly any gradient through.
    /// </summary>
    public static TrainableLayer DecodeResidual(TrainableLayer latent)
    {
        TrainableLayer x = latent.Dense("decode1", 64 * 6 * 6).Relu().Reshape(64, 6, 6);
        x = Residual(x, "decode2", 64).Upsample(2);
        x = Residual(x.Conv("decode3", 32, kernel: 3).Relu(), "decode4", 32).Upsample(2);
        x = Residual(x.Conv("decode5", 16, kernel: 3).Relu(), "decode6", 16);
        return x.Conv("cells", 12, kernel: 3).Then("image", Assembled);
    }

    // [N, 3·2·2, H, W] to [N, 3, 2·H, 2·W]
    private static Tensor Assembled(Tensor cells)
    {
        (int n, int height, int width) = (cells.Shape.Batch, cells.Shape.Height, cells.Shape.Width);
        return cells.Reshape(new Shape(n, 3, 2, 2, height, width)).Transpose(0, 1, 4, 2, 5, 3).Reshape(new Shape(n, 3, 2 * height, 2 * width));
    }

    // relu(x + conv(relu(conv(x))))
    private static TrainableLayer Residual(TrainableLayer x, string name, int channels) => x
        .Conv($"{name}a", channels, kernel: 3).Relu()
        .Conv($"{name}b", channels, kernel: 3).Add(name, x).Relu();
}
