using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>An objective that compares a layer with what a photo gives in it.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Photo">The photo, which is brought to the size that the model sees as <see cref="Picture.Cover"/> does.</param>
internal abstract record PhotoObjective(Layer Layer, ImageReference Photo) : LayerObjective(Layer)
{
    public sealed override Tensor Build(Activations activations)
    {
        Tensor seen = activations[Layer];
        return seen.Shape.Rank is 2 or 4
            ? Build(seen, activations.Of(Photo.Read())[Layer]).Reshape(new Shape(seen.Shape.Batch))
            : throw new UsageException($"Layer '{Layer.Name}' {seen.Shape} has no channels to compare with those of a photo; choose a layer [N, C, H, W] or [N, C].");
    }

    internal sealed override Objective WithFiles(Func<FileReference, FileReference> change) => this with { Layer = Layer.WithFiles(change), Photo = ImageReference.Of(change(Photo.File)) };

    public sealed override string ToString() => ObjectiveTexts.Registry.Print(this);

    /// <summary>The value of each image: as many numbers as there are images.</summary>
    /// <param name="seen">The layer [N, C, H, W] or [N, C].</param>
    /// <param name="photo">What the photo gives in it: [1, C, H, W] or [1, C].</param>
    internal abstract Tensor Build(Tensor seen, Tensor photo);

    /// <summary>[N, C, H, W] as [N, C, H·W]; what has no positions has one.</summary>
    protected static Tensor Positions(Tensor layer) => layer.Reshape(new Shape(layer.Shape[0], layer.Shape[1], layer.Shape.Rank == 4 ? layer.Shape.Height * layer.Shape.Width : 1));

    /// <summary>The sum over all but the batch.</summary>
    protected static Tensor Total(Tensor layer) => layer.SumOver([.. Enumerable.Range(1, layer.Shape.Rank - 1)]);
}

/// <summary>See <see cref="Objective.Invert"/>.</summary>
internal sealed record InvertObjective(Layer Layer, ImageReference Photo) : PhotoObjective(Layer, Photo)
{
    internal override Tensor Build(Tensor seen, Tensor photo) => -(Total((seen - photo).Square()) / (Total(photo.Square()) + 1e-12f));
}

/// <summary>See <see cref="Objective.Caricature"/>.</summary>
internal sealed record CaricatureObjective(Layer Layer, ImageReference Photo, float Power) : PhotoObjective(Layer, Photo)
{
    private const float LeastCosine = 0.1f;

    internal override Tensor Build(Tensor seen, Tensor photo)
    {
        Tensor dot = Total(seen * photo);
        Tensor mean = dot / Positions(seen).Shape[2];
        if (Power == 0) return mean;
        // The root is kept away from 0, where its slope is infinite.
        Tensor cosine = dot / ((Total(seen.Square()) + 1e-12f).Sqrt() * (Total(photo.Square()) + 1e-12f).Sqrt());
        return mean * Tensor.Max(cosine, Tensor.Constant(LeastCosine)).Pow(Power);
    }
}

/// <summary>See <see cref="Objective.Style"/>.</summary>
internal sealed record StyleObjective(Layer Layer, ImageReference Photo) : PhotoObjective(Layer, Photo)
{
    internal override Tensor Build(Tensor seen, Tensor photo)
    {
        Tensor style = Gram(photo);
        return -(Total((Gram(seen) - style).Square()) / (Total(style.Square()) + 1e-12f));
    }

    // G[c, d] = Σ z[c]·z[d] over positions, divided by their number, so that sizes compare.
    private static Tensor Gram(Tensor layer)
    {
        Tensor positions = Positions(layer);
        return positions.MatMul(positions, transposeOther: true) / positions.Shape[2];
    }
}

/// <summary>See <see cref="Objective.Guide"/>.</summary>
internal sealed record GuideObjective(Layer Layer, ImageReference Photo) : PhotoObjective(Layer, Photo)
{
    internal override Tensor Build(Tensor seen, Tensor photo)
    {
        // [N, positions of the image, positions of the guide]: how well each goes with each.
        Tensor guide = Positions(photo).Reshape(new Shape(photo.Shape[1], Positions(photo).Shape[2]));
        return Positions(seen).Transpose(0, 2, 1).MatMul(guide).MaxOver(2).MeanOver(1, 2);
    }
}
