using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;

namespace Phosphene.Evidence.Stability;

/// <summary>
/// What is left of images of one size when the phases of their frequencies are drawn by chance: the same values in each colour, nearly the same spectrum and the same correlation of the colours, and no shape. Each frequency is turned
/// by the phase that white noise has there, the same in all colours; then the pixels of each colour take the values that the image has, in the order of what came out. Of noise that is noise of the same kind. Source: amplitude-adjusted
/// surrogate data, Theiler et al. 1992.
/// </summary>
internal sealed class PhaseScramble : IDisposable
{
    private readonly Tensor _image, _noise, _turned;
    private readonly Plan _plan;

    /// <param name="backend">What computes it.</param>
    /// <param name="height">The height of the images.</param>
    /// <param name="width">Their width.</param>
    public PhaseScramble(Backend backend, int height, int width)
    {
        _image = new Tensor(new Input(new Shape(1, 3, height, width), "image"));
        _noise = new Tensor(new Input(new Shape(1, 1, height, width), "noise"));
        _turned = Turned(_image, _noise);
        _plan = backend.Compile([_turned]);
    }

    /// <summary>Scrambles an image.</summary>
    /// <param name="image">The image [3, H, W].</param>
    /// <param name="scrambled">What comes of it, in the same shape.</param>
    /// <param name="seed">What the phases come from.</param>
    public void Of(ReadOnlySpan<float> image, Span<float> scrambled, ulong seed)
    {
        image.CopyTo(_plan.Input(_image));
        Draw(_plan.Input(_noise), seed);
        _plan.Run();
        float[] turned = _plan.Output(_turned).ToArray();
        int pixels = image.Length / 3;
        int[] order = new int[pixels];
        float[] values = new float[pixels];
        for (int colour = 0; colour < 3; colour++)
        {
            image.Slice(colour * pixels, pixels).CopyTo(values);
            Array.Sort(values);
            for (int i = 0; i < pixels; i++) order[i] = i;
            Array.Sort(turned[(colour * pixels)..((colour + 1) * pixels)], order);
            for (int rank = 0; rank < pixels; rank++) scrambled[colour * pixels + order[rank]] = values[rank];
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _plan.Dispose();

    /// <summary>Images [N, C, H, W] with their phases turned by those of noise [1, 1, H, W] whose mean is above 0, so that theirs stays.</summary>
    internal static Tensor Turned(Tensor image, Tensor noise)
    {
        (Tensor re, Tensor im) = Spectrum(image);
        (Tensor a, Tensor b) = Spectrum(noise);
        Tensor length = (a.Square() + b.Square() + 1e-12f).Sqrt(), cos = a / length, sin = b / length;
        return new Tensor(new InverseRealFourier(image.Shape.Width), Tensor.Concat(0, re * cos - im * sin, re * sin + im * cos));
    }

    /// <summary>Draws white noise with the mean 1.</summary>
    internal static void Draw(Span<float> noise, ulong seed)
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
