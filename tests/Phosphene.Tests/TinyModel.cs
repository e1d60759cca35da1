using Phosphene.Models;
using Phosphene.Runtime.Tests.Onnx;

namespace Phosphene.Tests;

/// <summary>
/// A small convolutional model as an ONNX file in a temporary folder:
/// <code>
/// image [N, 3, H, W] → conv1 3x3 (5) → relu1 → conv2 3x3, stride 2 (6) → relu2 → the mean of each channel → logits (4) → prob
/// </code>
/// With a fixed size H x W, "logits" reads all positions of relu2 instead of the means, and so takes that size only.
/// </summary>
internal sealed class TinyModel : IDisposable
{
    public const int Conv1Channels = 5, Conv2Channels = 6, Classes = 4;

    private readonly string _folder = Directory.CreateTempSubdirectory("phosphene-tiny-").FullName;

    /// <summary>Each weight of channel 0 of conv1; the other weights are random.</summary>
    public float Conv1Weight { get; init; } = 0.15f;

    /// <summary>The bias of channel 0 of conv1.</summary>
    public float Conv1Bias { get; init; }

    /// <summary>What all random weights are multiplied by.</summary>
    public float WeightScale { get; init; } = 1;

    /// <summary>The only size that the model takes; null for any.</summary>
    public (int Height, int Width)? FixedSize { get; init; }

    /// <summary>Whether the output is the softmax of the logits.</summary>
    public bool Softmax { get; init; } = true;

    /// <summary>Properties of the model.</summary>
    public (string Key, string Value)[] Metadata { get; init; } = [];

    /// <summary>Whether the image is halved before conv1.</summary>
    public bool StartsWithNormalization { get; init; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Opens the model; one thread unless the options say otherwise.</summary>
    public Model Load(ModelOptions? options = null) => Model.Load(Write(), options ?? new ModelOptions { Threads = 1 });

    /// <summary>The path of the file.</summary>
    public string Write() => Write("tiny.onnx", Bytes());

    /// <summary>Writes any file into the folder.</summary>
    public string Write(string name, byte[] bytes)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private byte[] Bytes()
    {
        float[] conv1 = [.. Enumerable.Repeat(Conv1Weight, 27), .. Random(27 * (Conv1Channels - 1), 1)];
        float[] bias1 = new float[Conv1Channels];
        bias1[0] = Conv1Bias;
        int features = Conv2Channels * (FixedSize is var (h, w) ? ((h + 1) / 2) * ((w + 1) / 2) : 1);
        byte[] pads = OnnxBytes.Attribute("pads", [1L, 1, 1, 1]), two = OnnxBytes.Attribute("strides", [2L, 2]);
        string first = StartsWithNormalization ? "scaled" : "image";
        byte[][] nodes =
        [
            .. StartsWithNormalization ? [OnnxBytes.Node("Mul", "image half", "scaled")] : Array.Empty<byte[]>(),
            OnnxBytes.Node("Conv", $"{first} w1 b1", "conv1", pads),
            OnnxBytes.Node("Relu", "conv1", "relu1"),
            OnnxBytes.Node("Conv", "relu1 w2", "conv2", pads, two),
            OnnxBytes.Node("Relu", "conv2", "relu2"),
            .. FixedSize is null ? [OnnxBytes.Node("GlobalAveragePool", "relu2", "pool")] : Array.Empty<byte[]>(),
            OnnxBytes.Node("Flatten", FixedSize is null ? "pool" : "relu2", "flat"),
            OnnxBytes.Node("Gemm", "flat w3 b3", "logits"),
            .. Softmax ? [OnnxBytes.Node("Softmax", "logits", "prob")] : Array.Empty<byte[]>(),
        ];
        byte[][] weights =
        [
            OnnxBytes.Tensor("half", [], 0.5f),
            OnnxBytes.Tensor("w1", [Conv1Channels, 3, 3, 3], conv1), OnnxBytes.Tensor("b1", [Conv1Channels], bias1),
            OnnxBytes.Tensor("w2", [Conv2Channels, Conv1Channels, 3, 3], Random(Conv2Channels * Conv1Channels * 9, 2)),
            OnnxBytes.Tensor("w3", [features, Classes], Random(features * Classes, 3)), OnnxBytes.Tensor("b3", [Classes], 0.1f, 0.2f, 0.3f, 0.4f),
        ];
        (long height, long width) = FixedSize ?? (-1, -1);
        byte[] graph = OnnxBytes.Graph(nodes, weights, [OnnxBytes.Value("image", -1, 3, height, width)], [OnnxBytes.Value(Softmax ? "prob" : "logits", -1, Classes)]);
        return OnnxBytes.Model(graph, metadata: Metadata);
    }

    // Of about the size that keeps activations near 1.
    private float[] Random(int count, int seed) => [.. Evaluate.Numbers(count, seed, -0.5, 0.6).Select(weight => WeightScale * weight)];
}
