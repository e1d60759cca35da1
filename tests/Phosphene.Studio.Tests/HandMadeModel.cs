using Phosphene.Runtime.Tests.Onnx;

namespace Phosphene.Studio.Tests;

/// <summary>
/// A model whose activations are known: relu is [red, green, 0, 3e38] at each pixel of images of 6 x 8 pixels (height x width), logits is [mean of red · 2, mean of green · 3 - mean of red].
/// </summary>
internal static class HandMadeModel
{
    public const int Height = 6, Width = 8;

    /// <summary>Writes it into a folder; its path.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="isBroken">Whether it has the last channel, whose mean over positions is no number that a float can hold.</param>
    public static string Write(string folder, bool isBroken = false)
    {
        int channels = isBroken ? 4 : 3;
        float[] mix = [1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0], bias = [0, 0, -1, 3e38f], weights = [2, -1, 0, 3, 0, 0, 0, 0];
        byte[][] nodes =
        [
            OnnxBytes.Node("Conv", "image mix bias", "mixed"), OnnxBytes.Node("Relu", "mixed", "relu"), OnnxBytes.Node("GlobalAveragePool", "relu", "mean"), OnnxBytes.Node("Flatten", "mean", "flat"),
            OnnxBytes.Node("Gemm", "flat weights none", "logits"), OnnxBytes.Node("Softmax", "logits", "prob"),
        ];
        byte[][] constants =
        [
            OnnxBytes.Tensor("mix", [channels, 3, 1, 1], mix[..(3 * channels)]), OnnxBytes.Tensor("bias", [channels], bias[..channels]),
            OnnxBytes.Tensor("weights", [channels, 2], weights[..(2 * channels)]), OnnxBytes.Tensor("none", [2], 0, 0),
        ];
        byte[] graph = OnnxBytes.Graph(nodes, constants, [OnnxBytes.Value("image", -1, 3, Height, Width)], [OnnxBytes.Value("prob", -1, 2)]);
        string path = Path.Combine(folder, "hand.onnx");
        // Images as they are, from 0 to 1.
        File.WriteAllBytes(path, OnnxBytes.Model(graph, metadata: ("phosphene.preprocessing", "unit")));
        return path;
    }
}
