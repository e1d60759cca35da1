using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Transforms;

/// <summary>
/// A border of <paramref name="Pixels"/> pixels on each side, against artefacts at the edge: [N, C, H, W] becomes
/// [N, C, H + 2·pixels, W + 2·pixels]. Source: the article, 16 pixels; Lucid's transform.pad with constant 0.5; reflected, Captum's RandomSpatialJitter.
/// </summary>
/// <param name="Pixels">Its width on each side.</param>
/// <param name="Fill">What it is made of.</param>
public sealed record Pad(int Pixels, PadFill Fill = PadFill.Grey) : ITransform
{
    /// <inheritdoc/>
    public Tensor Apply(Tensor image, RandomVariables random)
    {
        if (Pixels < 0) throw new UsageException($"pad({Pixels}) needs a number of pixels of at least 0.");
        if (Pixels == 0 && Fill != PadFill.Grey) return image;
        (int height, int width) = (image.Shape.Height, image.Shape.Width);
        switch (Fill)
        {
            case PadFill.Reflect:
                if (Pixels >= Math.Min(height, width)) throw new UsageException($"{this} needs an image of more than {Pixels} pixels on both sides; got {height} x {width} (height x width).");
                return new Tensor(new Runtime.Graphs.Pad([0, 0, Pixels, Pixels], [0, 0, Pixels, Pixels], PadMode.Reflect), image);
            case PadFill.Random:
                Tensor outside = Tensor.Constant(new Shape(1, 1, height, width), new float[height * width]).Pad(Pixels, Pixels, Pixels, Pixels, 1);
                return image.Pad(Pixels, Pixels, Pixels, Pixels) + outside * random.Uniform("pad", new Shape(1, image.Shape.Channels, 1, 1), 0, 1);
            default:
                Tensor offset = Tensor.Constant(-Pixels);
                return image.Crop(offset, offset, height + 2 * Pixels, width + 2 * Pixels, Fill == PadFill.Black ? 0 : Affine.Grey);
        }
    }

    /// <inheritdoc/>
    public ITransform Shrunk(double factor) => this with { Pixels = ITransform.Shrunk(Pixels, factor) };

    /// <summary>For example "pad(16)" or "pad(16, reflect)".</summary>
    public override string ToString() => TransformTexts.Registry.Print(this);
}
