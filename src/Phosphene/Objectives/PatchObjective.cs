using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>See <see cref="Objective.Patches"/>.</summary>
internal sealed record PatchObjective : Objective
{
    /// <param name="file">The patches.</param>
    /// <param name="step">The pixels from one patch of the image to the next; null for half of a patch.</param>
    public PatchObjective(FileReference file, int? step)
    {
        if (step < 1) throw new UsageException($"Patches of an image are at least 1 pixel apart; got {step}.");
        (File, Step) = (file, step);
    }

    public FileReference File { get; }

    public int? Step { get; }

    public override Tensor Build(Activations activations)
    {
        ImagePatches patches = File.Read(ImagePatches.Read);
        Shape s = activations.Image.Shape;
        Tensor images = Channelwise.Taken(activations.Image, patches.Channels, $"The file of patches '{File.Path}'"), distances = ToNearest(images, patches);
        return distances.Reshape(new Shape(s.Batch, images.Shape.Batch / s.Batch)).SumOver(1).Reshape(new Shape(s.Batch));
    }

    // ½·min_k |p - t_k|² = ½|p|² - max_k (p·t_k - ½|t_k|²), summed over the patches p of each image [N, C, H, W], and divided by how many patches a pixel is in: [N].
    private Tensor ToNearest(Tensor image, ImagePatches patches)
    {
        int side = patches.Side, step = Math.Min(Step ?? Math.Max(1, side / 2), side);
        if (image.Shape.Height < side || image.Shape.Width < side)
            throw new UsageException($"'{this}' compares patches of {side} x {side} pixels; the image has {image.Shape.Height} x {image.Shape.Width}. Choose a larger size.");
        Tensor x = Extended(Extended(image, 2, side, step), 3, side, step);
        var window = new Window(side, side, step, step);
        int length = patches.Channels * side * side;
        Tensor likenesses = x.Conv2D(Tensor.Constant(patches.Shape, [.. patches.Values]), Tensor.Constant(new Shape(patches.Count), Energies(patches, length)), window);
        Tensor energies = (0.5f * length) * x.Square().MeanOver(1).AveragePool(window);
        return (float)step * step / (side * side) * L1Objective.Total(energies - likenesses.MaxOver(1));
    }

    // -½|t|² of each patch.
    private static float[] Energies(ImagePatches patches, int length) =>
        [.. Enumerable.Range(0, patches.Count).Select(k => (float)(-0.5 * Enumerable.Range(k * length, length).Sum(i => (double)patches.Values[i] * patches.Values[i])))];

    // The last row or column again, until patches reach the end.
    private static Tensor Extended(Tensor image, int axis, int side, int step)
    {
        int extent = image.Shape[axis], needed = (extent - side + step - 1) / step * step + side;
        return needed == extent ? image : image.Pick(axis, [.. Enumerable.Range(0, needed).Select(place => Math.Min(place, extent - 1))]);
    }

    internal override Objective WithFiles(Func<FileReference, FileReference> change) => new PatchObjective(change(File), Step);

    public override string ToString() => ObjectiveTexts.Registry.Print(this);
}
