using Phosphene.Evidence.Datasets;
using Phosphene.Models;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Evidence.Diagnoses;

/// <summary>Measures the channels of layers, without a picture of them: over images, in flat light, and by their weights.</summary>
public static class Diagnosis
{
    // Full and half light, and the corners of the cube of colours.
    private static readonly (string Name, float Red, float Green, float Blue)[] s_colours =
        [("grey", 0.5f, 0.5f, 0.5f), ("white", 1, 1, 1), ("black", 0, 0, 0), ("red", 1, 0, 0), ("green", 0, 1, 0), ("blue", 0, 0, 1), ("yellow", 1, 1, 0), ("magenta", 1, 0, 1), ("cyan", 0, 1, 1)];

    /// <summary>Measures layers, in one pass over the images.</summary>
    /// <param name="model">The model. Images have its usual size.</param>
    /// <param name="layers">The layers, [N, C, H, W] or [N, C].</param>
    /// <param name="images">The images; null for none, so that only weights and flat light tell.</param>
    /// <param name="skipped">Told which images cannot be read.</param>
    /// <param name="observe">Told how many images are done.</param>
    /// <param name="cancellation">Ends it between two batches; then there is no result.</param>
    /// <returns>The layers, in order, not judged yet; null if it was cancelled.</returns>
    /// <exception cref="UsageException">There is no such layer, or it has no channels.</exception>
    /// <exception cref="InputFileException">No image can be read.</exception>
    public static IReadOnlyList<LayerDiagnosis>? Of(Model model, IReadOnlyList<Layer> layers, Dataset? images, Action<SkippedImage>? skipped = null, Action<int>? observe = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(layers);
        (FlatResponse[][] flat, LayerSums[] sums) = Flat(model, layers);
        int seen = 0;
        if (images is not null)
        {
            var pass = new ImagePass(model, images);
            foreach (ComputedBatch batch in pass.Batches(colours => Tensors(model, layers, colours), 0, observe, cancellation))
            {
                for (int layer = 0; layer < sums.Length; layer++) sums[layer].Add(batch, layer);
                seen += batch.Images.Count;
            }
            if (cancellation.IsCancellationRequested) return null;
            if (seen == 0) throw images.NoneCanBeRead(pass.Skipped[0]);
            foreach (SkippedImage image in pass.Skipped) skipped?.Invoke(image);
        }
        return [.. layers.Select((layer, i) => new LayerDiagnosis(layer, [.. flat[i].Select((response, channel) => new ChannelDiagnosis(channel)
        {
            Flat = response,
            OnImages = seen > 0 ? sums[i].RangeOf(channel, seen) : null,
            Duplicate = seen > 0 ? sums[i].DuplicateOf(channel) : null,
        })]))];
    }

    // The layers of images [N, 3, H, W].
    private static IReadOnlyList<Tensor> Tensors(Model model, IReadOnlyList<Layer> layers, Tensor colours)
    {
        Activations activations = model.Activate(model.Input.FromColours(colours));
        return [.. layers.Select(layer => activations[layer])];
    }

    // In the middle, where padding is seen least; and empty sums for each layer.
    private static (FlatResponse[][] Responses, LayerSums[] Sums) Flat(Model model, IReadOnlyList<Layer> layers)
    {
        (int height, int width) = model.UsualSize;
        int pixels = height * width;
        var colours = new Tensor(new Input(new Shape(s_colours.Length, 3, height, width), "colours"));
        IReadOnlyList<Tensor> tensors = Tensors(model, layers, colours);
        foreach ((Layer layer, Tensor tensor) in layers.Zip(tensors))
            if (tensor.Shape.Rank is not (2 or 4)) throw new UsageException($"Layer '{layer.Name}' is {tensor.Shape}, in which no dimension is known to be its channels; choose a layer [N, channels, height, width] or [N, channels].");
        using Plan plan = model.Backend.Compile([.. tensors]);
        for (int i = 0; i < s_colours.Length; i++)
        {
            Span<float> image = plan.Input(colours).Slice(3 * i * pixels, 3 * pixels);
            image[..pixels].Fill(s_colours[i].Red);
            image[pixels..(2 * pixels)].Fill(s_colours[i].Green);
            image[(2 * pixels)..].Fill(s_colours[i].Blue);
        }
        plan.Run();
        return ([.. tensors.Select(Responses)], [.. tensors.Select(tensor => new LayerSums(tensor, model.Backend.Threads))]);

        FlatResponse[] Responses(Tensor tensor)
        {
            (int rows, int columns) = tensor.Shape.Rank == 4 ? (tensor.Shape.Height, tensor.Shape.Width) : (1, 1);
            float[] values = plan.Output(tensor).ToArray();
            return [.. Enumerable.Range(0, tensor.Shape.Channels).Select(channel => s_colours
                .Select((colour, i) => new FlatResponse(colour.Name, values[(i * tensor.Shape.Channels + channel) * rows * columns + rows / 2 * columns + columns / 2])).MaxBy(response => response.Value)!)];
        }
    }
}
