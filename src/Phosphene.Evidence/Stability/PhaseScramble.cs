using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;

namespace Phosphene.Evidence.Stability;

/// <summary>
/// What is left of images when the phases of their frequencies are drawn by chance: the same mean colour, the same spectrum, the same correlation of the colours, and no shape. Each frequency is turned by the phase that white noise
/// has there, the same in all colours. Source: surrogate data, Theiler et al. 1992.
/// </summary>
internal static class PhaseScramble
{
    /// <summary>The scrambled images, kept in [0, 1].</summary>
    /// <param name="image">Images [N, C, H, W] in [0, 1].</param>
    /// <param name="noise">White noise [1, 1, H, W] whose mean is above 0, so that the mean of an image stays: <see cref="Draw"/>.</param>
    public static Tensor Of(Tensor image, Tensor noise)
    {
        (Tensor re, Tensor im) = Spectrum(image);
        (Tensor a, Tensor b) = Spectrum(noise);
        Tensor length = (a.Square() + b.Square() + 1e-12f).Sqrt(), cos = a / length, sin = b / length;
        return new Tensor(new InverseRealFourier(image.Shape.Width), Tensor.Concat(0, re * cos - im * sin, re * sin + im * cos)).Clip(0, 1);
    }

    /// <summary>Draws the noise.</summary>
    public static void Draw(Span<float> noise, ulong seed)
    {
        var stream = new RandomStream(seed, 0, "phases");
        double sum = 0;
        for (int i = 0; i < noise.Length; i++) sum += noise[i] = stream.Normal(i);
        float shift = 1 - (float)(sum / noise.Length);
        for (int i = 0; i < noise.Length; i++) noise[i] += shift;
    }

    // The half spectrum. The adjoint of its inverse has each frequency divided by the number of pixels, and twice where it stands for its mirror image, too.
    private static (Tensor Real, Tensor Imaginary) Spectrum(Tensor x)
    {
        (int height, int width) = (x.Shape.Height, x.Shape.Width);
        float[] factors = [.. Enumerable.Range(0, width / 2 + 1).Select(u => (u == 0 || 2 * u == width ? 1f : 0.5f) * height * width)];
        Tensor spectrum = new Tensor(new InverseRealFourierGradient(), x) * Tensor.Constant(new Shape(1, 1, 1, 1, factors.Length), factors);
        return (spectrum.Slice(0, 0, 1), spectrum.Slice(0, 1, 1));
    }
}
