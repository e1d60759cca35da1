using System.Collections.Immutable;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Transforms;

/// <summary>
/// Transforms in the order they are applied. Neighbours that only move pixels become one reading of the image (see <see cref="Tensor.Warp"/>).
/// As text: "pad(16)|jitter(16)|scale(0.95..1.05)|rotate(-5..5)|jitter(8)|crop"; "none" for an empty one.
/// </summary>
public sealed partial record Pipeline(ImmutableArray<ITransform> Transforms)
{
    /// <summary>No transforms: the image as it is.</summary>
    public static Pipeline None { get; } = new([]);

    /// <summary>A pipeline of the given transforms.</summary>
    public static Pipeline Of(params ReadOnlySpan<ITransform> transforms) => new([.. transforms]);

    /// <summary>The image after all transforms; its randomness is added to <paramref name="random"/>.</summary>
    public Tensor Apply(Tensor image, RandomVariables random)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(random);
        random.Original = image.Shape;
        return ApplyInside(image, random);
    }

    /// <summary>The image after all transforms, as part of a pipeline: each draws under its place in this one.</summary>
    internal Tensor ApplyInside(Tensor image, RandomVariables random)
    {
        string scope = random.Scope;
        for (int i = 0; i < Transforms.Length; i++)
        {
            random.Scope = $"{scope}{i}.";
            image = Transforms[i].Apply(image, random);
        }
        random.Scope = scope;
        return image;
    }

    /// <summary>
    /// A pipeline made for 224 pixels, or another size, for images of another size: if they are smaller, borders and shifts shrink with their shorter side, to at least a
    /// pixel. A jitter of 16 pixels would move a whole digit out of an image of 28.
    /// </summary>
    /// <param name="height">The height of the images.</param>
    /// <param name="width">Their width.</param>
    /// <param name="madeFor">The shorter side of the images that it is made for.</param>
    public Pipeline For(int height, int width, int madeFor = 224)
    {
        double factor = (double)Math.Min(height, width) / madeFor;
        return factor >= 1 ? this : Shrunk(factor);
    }

    /// <summary>Every transform for images that are smaller by a factor below 1.</summary>
    internal Pipeline Shrunk(double factor) => new([.. Transforms.Select(transform => transform.Shrunk(factor))]);

    /// <inheritdoc/>
    public bool Equals(Pipeline? other) => other is not null && Transforms.SequenceEqual(other.Transforms);

    /// <inheritdoc/>
    public override int GetHashCode() => Transforms.Aggregate(17, HashCode.Combine);

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => TransformTexts.Registry.PrintPipeline(Transforms);
}
