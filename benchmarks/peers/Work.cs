using Phosphene.Runtime.Numerics;
using Phosphene.Runtime.Onnx;

namespace Phosphene.Peers;

/// <summary>What is computed: the network of a file up to a layer, by its name in the file, on square colour images.</summary>
internal sealed record Work(string Model, string Layer, int Size, int Batch, int Threads)
{
    /// <summary>[N, 3, H, W].</summary>
    public long[] ImageShape => [Batch, 3, Size, Size];

    /// <summary>Images of noise about as strong as what networks see, [N, 3, H, W]; always the same.</summary>
    public float[] Image()
    {
        var image = new float[Batch * 3 * Size * Size];
        new RandomStream(1, 0, "image").FillNormal(image, standardDeviation: 50);
        return image;
    }

    /// <summary>The one input of the network; early files list weights as inputs too.</summary>
    public static string InputOf(OnnxGraph graph) => graph.Inputs.Select(input => input.Name).Except(graph.Initializers.Select(weight => weight.Name)).Single();
}
