using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Syntax;

namespace Phosphene.Parameterizations;

/// <summary>
/// A compositional pattern producing network: a small network that makes the colour of a pixel of its place, and whose weights are what the optimizer changes. The longer side of the image goes
/// from -√3 to √3, pixels being square, so that its places have a variance of about 1.
/// <code>
/// x_0 = (y, x) of the pixel,  x_k = a(W_k · x_(k-1) + b_k),  k = 1 .. Layers,  image = sigmoid(W · x_Layers + b)
/// a(t) = (atan(t) / 0.67, atan(t)² / 0.6),  or if it is periodic  a(t) = √2 · (sin t, cos t)
/// </code>
/// Weights start as normal noise of the variance 1 / inputs, those of the first layer of a periodic one five times as strong; biases with the standard deviation 0.1; the last layer as zeros, so that the image
/// starts grey. The same weights make the image at any size. A learning rate of about 0.004 suits it, 0.0005 to 0.001 if it is periodic.
/// Sources: Stanley 2007; Lucid's cppn and its notebook; periodic: Sitzmann et al. 2020 (SIREN), whose first layer starts as strong.
/// </summary>
/// <param name="Layers">The hidden layers.</param>
/// <param name="Channels">The channels of a layer; the activation makes two of each.</param>
/// <param name="Periodic">Whether the activations are waves, which repeat patterns and have finer detail.</param>
public sealed record Cppn(int Layers = 8, int Channels = 24, bool Periodic = false) : IParameterization
{
    // Lucid's constants, which bring an activation to a variance of about 1.
    private const float Odd = 0.67f, Even = 0.6f, BiasDeviation = 0.1f;

    // What SIREN's 30 for places from -1 to 1, with weights even between -1/2 and 1/2, is for ours.
    private const float FirstFrequency = 5;

    /// <inheritdoc/>
    public ParameterizedImage Build(Shape image, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (Layers < 1 || Channels < 1) throw new UsageException($"A CPPN has at least one layer and one channel; got {Layers} and {Channels}.");
        var parameters = new List<ImageParameter>();
        Tensor x = Tensor.Constant(new Shape(1, 2, image.Height * image.Width), Places(image.Height, image.Width));
        for (int layer = 0; layer < Layers; layer++)
        {
            float frequency = Periodic && layer == 0 ? FirstFrequency : 1;
            x = Activation(Mixed(Channels, frequency / MathF.Sqrt(x.Shape[1]), BiasDeviation));
        }
        return new ParameterizedImage(Mixed(image.Channels, 0, 0).Reshape(image).Sigmoid(), parameters);

        // [N, in, pixels] to [N, channels, pixels]. Every image has weights of its own.
        Tensor Mixed(int channels, float deviation, float biasDeviation)
        {
            int layer = parameters.Count / 2;
            Tensor weights = Start($"weights {layer}", new Shape(image.Batch, channels, x.Shape[1]), deviation), biases = Start($"biases {layer}", new Shape(image.Batch, channels, 1), biasDeviation);
            return weights.MatMul(x) + biases;
        }

        Tensor Start(string name, Shape shape, float deviation)
        {
            var parameter = new ImageParameter(new Tensor(new Parameter(shape, () => new RandomStream(seed, 0, name).Normals(shape.Count, deviation), name)));
            parameters.Add(parameter);
            return parameter.Values;
        }
    }

    private Tensor Activation(Tensor t)
    {
        if (Periodic) return Tensor.Concat(1, t.Sin(), t.Cos()) * MathF.Sqrt(2);
        Tensor a = t.Atan();
        return Tensor.Concat(1, a / Odd, a.Square() / Even);
    }

    // y of all pixels, then x.
    private static float[] Places(int height, int width)
    {
        float most = MathF.Sqrt(3), step = 2 * most / Math.Max(1, Math.Max(height, width) - 1);
        var places = new float[2 * height * width];
        for (int i = 0; i < height * width; i++)
            (places[i], places[height * width + i]) = (step * (i / width - (height - 1) / 2f), step * (i % width - (width - 1) / 2f));
        return places;
    }
}
