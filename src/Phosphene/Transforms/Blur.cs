using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Transforms;

/// <summary>
/// Blurs the image by a Gauss filter whose standard deviation is drawn anew for each step: y = Σ_k w_k · x[· + k], w_k = exp(-k² / 2σ²) / Σ, along rows and columns, up to three of the largest standard
/// deviation. Past the edge the outermost pixels go on. The size [N, C, H, W] stays. Source: xplique's random_blur, 1 to 1.1.
/// </summary>
/// <param name="Sigmas">The standard deviation of the filter, in pixels.</param>
public sealed record Blur(Draw Sigmas) : ITransform
{
    internal const float Least = 0.01f, Most = 100;

    /// <inheritdoc/>
    public Tensor Apply(Tensor image, RandomVariables random)
    {
        if (Sigmas.Least < Least || Sigmas.Most > Most) throw new UsageException($"{this} needs standard deviations from {Printed.Number(Least)} to {Printed.Number(Most)} pixels.");
        int radius = (int)MathF.Ceiling(3 * Sigmas.Most), taps = 2 * radius + 1, channels = image.Shape.Channels;
        Tensor squares = Tensor.Constant(new Shape(taps), [.. Enumerable.Range(-radius, taps).Select(k => (float)k * k)]);
        Tensor bell = (squares * (-0.5f / Sigmas.From(random, "blur").Square())).Exp(), weights = bell / bell.SumOver(0);
        Tensor wide = new(new Runtime.Graphs.Pad([0, 0, radius, radius], [0, 0, radius, radius], PadMode.Edge), image);
        return Along(Along(wide, taps, 1), 1, taps);

        Tensor Along(Tensor x, int rows, int columns) => x.Conv2D(weights.Reshape(new Shape(1, 1, rows, columns)).BroadcastTo(new Shape(channels, 1, rows, columns)), null, new Window(rows, columns), channels);
    }

    /// <inheritdoc/>
    public ITransform Shrunk(double factor) => this with { Sigmas = Sigmas.Times((float)factor, Least) };

    /// <summary>For example "blur(0.5..1)".</summary>
    public override string ToString() => TransformTexts.Registry.Print(this);
}
