using System.Globalization;
using Phosphene.Runtime.Numerics;
using Phosphene.Runtime.Training;
using Phosphene.Shapes.Datasets;

namespace Phosphene.Shapes.Training;

/// <summary>
/// Batches of shapes for a training or a test: fills "image" [N, C, H, W] as the dataset draws them and, where a model has them, "class" [N] and "noise" [N, latents],
/// standard normal numbers, and "step", the step itself.
/// </summary>
/// <param name="Images">The images, drawn as they are needed.</param>
public sealed record ShapesBatches(ShapesSubset Images) : IBatchSource
{
    internal const string Step = "step";

    /// <inheritdoc/>
    public string Description => string.Create(CultureInfo.InvariantCulture, $"{Images.Split} split of {Images.Dataset}");

    /// <inheritdoc/>
    public void Fill(long step, Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Span<int> classes = stackalloc int[batch.Size];
        Images.Fill(step, batch.Size, batch["image"], classes);
        if (batch.Names.Contains("class"))
            for (int n = 0; n < classes.Length; n++) batch["class"][n] = classes[n];
        if (batch.Names.Contains(Step)) batch[Step][0] = step;
        if (!batch.Names.Contains("noise")) return;
        var stream = new RandomStream(Images.Dataset.Seed, step, "shapes.noise");
        Span<float> noise = batch["noise"];
        for (int i = 0; i < noise.Length; i++) noise[i] = stream.Normal(i);
    }
}
