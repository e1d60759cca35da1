using Phosphene.Evidence.Datasets;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Syntax;

namespace Phosphene.Evidence.Priors;

/// <summary>Measures what photos have in some layers. Source: Görgün, Schiele and Fischer, VITAL, 2025 (arXiv 2503.22399).</summary>
/// <param name="Prototypes">What was measured.</param>
/// <param name="Skipped">The images that could not be read.</param>
public sealed record PrototypeMeasurement(Prototypes Prototypes, IReadOnlyList<SkippedImage> Skipped)
{
    /// <summary>
    /// The layers to measure if none are named: the last layer of each size, from the first to the last layer with positions, as the stages of a network end; if that is fewer than three, four layers spread evenly. Then the
    /// logits, for a class. Of a unit only those that it comes from.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="objective">What pictures are to be of; null for the model as a whole, with its logits.</param>
    /// <exception cref="UsageException">The objective does not fit the model, or comes from no layer with positions, or the model has none.</exception>
    public static IReadOnlyList<string> UsualLayers(Model model, Objective? objective = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        (int height, int width) = model.UsualSize;
        IEnumerable<(string Name, Shape Shape)> all = objective is null
            ? model.LayerShapes().Where(entry => entry.Shape is { Rank: 4 } shape && shape.Height * shape.Width > 1 && !model.IsPlumbing(entry.Layer, shape)).Select(entry => (model.Aliases[entry.Layer.Name] ?? entry.Layer.Name, entry.Shape!))
            : AttributionGraph.SlopesOf(model, new Tensor(new Input(new Shape(1, model.Input.Channels, height, width), "image")), objective).Skip(1).Select(slope => (slope.Layer, slope.Gradient.Shape));
        (string Name, Shape Shape)[] layers = [.. all];
        if (layers.Length == 0) throw new UsageException($"{(objective is null ? $"Model '{model.Path}' has" : $"The objective '{objective}' comes from")} no layer with positions, so there are none to measure by themselves; name layers.");
        string[] last = [.. layers.GroupBy(layer => (layer.Shape.Height, layer.Shape.Width)).Select(group => group.Last().Name)];
        if (last.Length < Fewest) last = [.. Enumerable.Range(1, Spread).Select(i => layers[Math.Max(0, i * layers.Length / Spread - 1)].Name).Distinct()];
        bool isOfClasses = objective is null || objective.Classes.Any();
        return isOfClasses && !last.Select(model.Aliases.Resolve).Contains(model.LogitsLayer) ? [.. last, model.LogitsLayer] : last;
    }

    private const int Fewest = 3, Spread = 4;

    /// <summary>Measures layers over images.</summary>
    /// <param name="model">The model. Images have its usual size.</param>
    /// <param name="layers">The layers, as <see cref="Model.LayerOf"/> reads them, each [N, C, H, W] or [N, C].</param>
    /// <param name="images">The images: of one kind, such as those of a class or the ones that excite a unit most.</param>
    /// <param name="relevantFor">What channels are weighted by: the mean over images of what the positions of a channel add to this objective, activation times gradient where that is above 0. Null for no weights.</param>
    /// <param name="observe">Told how many images are done.</param>
    /// <param name="cancellation">Ends it between two batches.</param>
    /// <returns>What was measured; null if it was cancelled.</returns>
    /// <exception cref="UsageException">There is no such layer, the objective does not come from one, or nothing of a layer speaks for it.</exception>
    /// <exception cref="InputFileException">No image can be read.</exception>
    public static PrototypeMeasurement? Of(Model model, IReadOnlyList<string> layers, Dataset images, Objective? relevantFor = null, Action<int>? observe = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(images);
        if (layers.GroupBy(model.Aliases.Resolve).FirstOrDefault(group => group.Count() > 1) is { } twice) throw new UsageException($"Layer '{twice.First()}' is named twice; once is enough.");
        Shape[] shapes = [];
        double[][] sums = [], shares = [];
        int count = 0;
        var pass = new ImagePass(model, images);
        foreach ((DatasetImage _, float[][] values) in pass.Compute(Outputs, observe, cancellation))
        {
            if (count++ == 0) (sums, shares) = ([.. layers.Select((_, l) => new double[values[l].Length])], [.. values.Skip(layers.Count).Select(share => new double[share.Length])]);
            for (int l = 0; l < sums.Length; l++) Add(sums[l], values[l]);
            for (int l = 0; l < shares.Length; l++) Add(shares[l], values[layers.Count + l]);
        }
        if (cancellation.IsCancellationRequested) return null;
        return new PrototypeMeasurement(new Prototypes([.. layers.Select((layer, l) => new LayerPrototype(layer, shapes[l], Means(sums[l]), shares.Length == 0 ? null : Relevance(layer, shares[l])))], count), pass.Skipped);

        IReadOnlyList<Tensor> Outputs(Tensor colours)
        {
            Tensor image = model.Input.FromColours(colours);
            Activations activations = model.Activate(image);
            Tensor[] sorted = [.. layers.Select(layer => Rows(layer, activations[model.LayerOf(layer)]).Sorted())];
            shapes = [.. sorted.Select(rows => new Shape(rows.Shape[1], rows.Shape[2]))];
            return relevantFor is null ? sorted : [.. sorted, .. layers.Select(layer => Rows(layer, AttributionGraph.Of(model, image, relevantFor, layer).Contributions).Relu().SumOver(2))];
        }

        float[] Means(double[] sum) => [.. sum.Select(value => (float)(value / count))];

        // On average 1, so that a file tells at once what counts.
        static float[] Relevance(string layer, double[] share) => share.Average() is > 0 and var mean
            ? [.. share.Select(value => (float)(value / mean))]
            : throw new UsageException($"No channel of layer '{layer}' speaks for the unit on these images, so none can count more than another; leave the layer out, or give other images.");
    }

    // [N, C, positions].
    private static Tensor Rows(string layer, Tensor values) => values.Shape.Rank is 2 or 4
        ? values.Reshape(new Shape(values.Shape.Batch, values.Shape.Channels, values.Shape.Rank == 4 ? values.Shape.Height * values.Shape.Width : 1))
        : throw new UsageException($"Layer '{layer}' is {values.Shape}, in which no dimension is known to be its channels; choose a layer [N, channels, height, width] or [N, channels].");

    private static void Add(double[] sums, float[] values)
    {
        for (int i = 0; i < sums.Length; i++) sums[i] += values[i];
    }
}
