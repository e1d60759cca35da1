using System.Globalization;
using System.Security.Cryptography;
using Phosphene.Images;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Parameterizations;

/// <summary>
/// An image that is another parameterization's where a mask is white, and a picture where it is black: mask · x + (1 - mask) · kept. What is black keeps its values to the last bit. It exists in code alone.
/// </summary>
/// <param name="Inner">What makes the image where the mask is white.</param>
/// <param name="Mask">How much of each pixel may change: the mean of its channels, from 0, none, to 1. Brought to the size of the image.</param>
/// <param name="Kept">The picture that is kept elsewhere. Brought to the size of the image.</param>
public sealed record Masked(IParameterization Inner, Picture Mask, Picture Kept) : IParameterization
{
    /// <inheritdoc/>
    /// <exception cref="UsageException">The inner one cannot make images of this shape, or they have neither 1 nor 3 channels.</exception>
    public ParameterizedImage Build(Shape image, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Channels is not (1 or 3)) throw new UsageException($"A masked image has 1 or 3 channels; the model takes {image.Channels}.");
        (int height, int width) = (image.Height, image.Width);
        float[] share = Means(Mask.Resize(height, width));
        float[] kept = image.Channels == 3 ? Kept.Resize(height, width).ToPlanar() : Means(Kept.Resize(height, width));
        for (int i = 0; i < kept.Length; i++) kept[i] *= 1 - share[i % share.Length];
        Tensor mask = Tensor.Constant(new Shape(1, 1, height, width), share), rest = Tensor.Constant(new Shape(1, image.Channels, height, width), kept);
        ParameterizedImage inner = Inner.Build(image, seed);
        // Of an image that is the kept picture where nothing changes, the inner parameters make what lies under the mask.
        return inner.Map(x => mask * x + rest) with { Inverse = inner.Inverse };
    }

    private static float[] Means(Picture picture)
    {
        float[] planar = picture.ToPlanar();
        int pixels = picture.Height * picture.Width, channels = planar.Length / pixels;
        return [.. Enumerable.Range(0, pixels).Select(i => Enumerable.Range(0, channels).Average(c => planar[c * pixels + i]))];
    }

    /// <inheritdoc/>
    public IParameterization WideEnoughFor(ReadOnlySpan<float> image) => this with { Inner = Inner.WideEnoughFor(image) };

    /// <inheritdoc/>
    public IParameterization Pinned() => Inner.Pinned() is var inner && inner.Equals(Inner) ? this : this with { Inner = inner };

    /// <inheritdoc/>
    public IParameterization FoundFrom(string folder) => this with { Inner = Inner.FoundFrom(folder) };

    /// <summary>The inner one, and digests of the two pictures.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"masked({ParameterizationTexts.Registry.Print(Inner)}, {Digest(Mask)}, {Digest(Kept)})");

    private static string Digest(Picture picture) => Convert.ToHexStringLower(SHA256.HashData(picture.Bytes))[..16];
}
