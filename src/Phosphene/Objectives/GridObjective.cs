using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>See <see cref="Objective.Grid"/>.</summary>
internal sealed record GridObjective(Layer Layer, ImageReference Photo, float Power) : LayerObjective(Layer)
{
    public override Tensor Build(Activations activations)
    {
        Tensor layer = activations[Layer], photo = activations.Model.Activate(Photo.Read())[Layer];
        if (layer.Shape.Rank != 4) throw new UsageException($"Layer '{Layer.Name}' {layer.Shape} has no positions to make pictures of; choose a layer [N, C, H, W].");
        (int images, int channels, int positions) = (layer.Shape.Batch, photo.Shape.Channels, photo.Shape.Height * photo.Shape.Width);
        // [1, C, H, W] to a vector for each position, row by row, and one of them for each image.
        Tensor vectors = photo.Reshape(new Shape(channels, positions)).Transpose(1, 0);
        Tensor chosen = vectors.Pick(0, [.. Enumerable.Range(0, images).Select(image => image % positions)]);
        return DirectionObjective.Along(layer, chosen.Reshape(new Shape(images, channels, 1, 1)), Power);
    }

    internal override Objective WithFiles(Func<FileReference, FileReference> change) => this with { Layer = Layer.WithFiles(change), Photo = ImageReference.Of(change(Photo.File)) };

    public override string ToString() => ObjectiveTexts.Registry.Print(this);
}
