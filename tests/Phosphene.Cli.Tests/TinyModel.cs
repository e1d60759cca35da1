using static Phosphene.Runtime.Tests.Onnx.OnnxBytes;

namespace Phosphene.Cli.Tests;

/// <summary>
/// A model that is made in the test: data [N, 3, H, W] → conv1 (16) → relu1 → pool1 → conv2 (20) → relu2 → gap → flat → prob, with 3 x 3
/// convolutions without padding and weights from a fixed seed.
/// </summary>
internal static class TinyModel
{
    /// <summary>The bytes of the file.</summary>
    /// <param name="height">The declared height and width; -1 leaves them open.</param>
    /// <param name="width">See <paramref name="height"/>.</param>
    /// <param name="metadata">Metadata properties.</param>
    /// <param name="unsupported">Whether a node that no runtime knows comes after relu2.</param>
    /// <param name="nan">Whether the second convolution has a NaN among its weights.</param>
    /// <param name="huge">Whether the second convolution overflows.</param>
    /// <param name="output">The layer that the model gives: prob, flat or relu2.</param>
    public static byte[] Bytes(int height = -1, int width = -1, (string, string)[]? metadata = null, bool unsupported = false, bool nan = false, bool huge = false, string output = "prob")
    {
        float[] second = Normal(20 * 16 * 9, 2, 0.1f);
        if (nan) second[1234] = float.NaN;
        if (huge) for (int i = 0; i < second.Length; i++) second[i] = 3e38f;
        byte[][] nodes =
        [
            Node("Conv", "data w1 b1", "conv1"),
            Node("Relu", "conv1", "relu1"),
            Node("MaxPool", "relu1", "pool1", Attribute("kernel_shape", [2L, 2]), Attribute("strides", [2L, 2])),
            Node("Conv", "pool1 w2", "conv2"),
            Node("Relu", "conv2", "relu2"),
            .. unsupported ? [Node("Bessel", "relu2", "bessel")] : Array.Empty<byte[]>(),
            Node("GlobalAveragePool", "relu2", "gap"),
            Node("Flatten", "gap", "flat"),
            Node("Softmax", "flat", "prob", Attribute("axis", 1)),
        ];
        byte[] graph = Graph(nodes,
            [Tensor("w1", [16, 3, 3, 3], Normal(16 * 27, 1, 0.4f)), Filled("b1", [16], 0.1f), Tensor("w2", [20, 16, 3, 3], second)],
            [Value("data", -1, 3, height, width)], [output == "relu2" ? Value(output, -1, 20, -1, -1) : Value(output, -1, 20)]);
        return Model(graph, metadata: metadata ?? [("phosphene.preprocessing", "signed")]);
    }

    private static float[] Normal(int count, int seed, float deviation)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => deviation * (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble())))];
    }
}
