using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Examples;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Evidence.Ablations;

/// <summary>What becomes of the logits of all classes, on average over images, where one channel of a layer is 0 everywhere and all else is as it was. Source: Meyes et al. 2019, "Ablation Studies in Artificial Neural Networks".</summary>
public sealed class ChannelAblation
{
    private readonly float[] _changes;                               // [channels, classes]

    private ChannelAblation(IReadOnlyList<int> channels, float[] logits, float[] changes, int images, IReadOnlyList<SkippedImage> skipped) =>
        (Channels, Logits, _changes, Images, Skipped) = (channels, logits, changes, images, skipped);

    /// <summary>The channels that were taken away, one at a time.</summary>
    public IReadOnlyList<int> Channels { get; }

    /// <summary>The mean logit of each class with all channels.</summary>
    public IReadOnlyList<float> Logits { get; }

    /// <summary>How many images there were.</summary>
    public int Images { get; }

    /// <summary>The images that could not be read.</summary>
    public IReadOnlyList<SkippedImage> Skipped { get; }

    /// <summary>By how much the mean logit of each class changes without a channel: below 0 where the channel speaks for the class.</summary>
    /// <param name="channel">The place of the channel in <see cref="Channels"/>.</param>
    public ReadOnlySpan<float> ChangesOf(int channel) => _changes.AsSpan(channel * Logits.Count, Logits.Count);

    /// <summary>Takes channels away one after another, over all images. The network up to the layer is computed once for an image, what follows once for each channel.</summary>
    /// <param name="model">The model. Images have its usual size.</param>
    /// <param name="units">The channels.</param>
    /// <param name="images">The images.</param>
    /// <param name="observe">Told how many images are done.</param>
    /// <param name="cancellation">Ends it between two batches; then there is no result.</param>
    /// <returns>What was measured; null if it was cancelled.</returns>
    /// <exception cref="UsageException">There is no such layer or channel, the logits do not depend on it, or the model does not classify.</exception>
    /// <exception cref="InputFileException">No image can be read.</exception>
    public static ChannelAblation? Of(Model model, UnitChoice units, Dataset images, Action<int>? observe = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(units);
        ArgumentNullException.ThrowIfNull(images);
        Rest? rest = null;
        double[] sums = [], changes = [];
        int seen = 0;
        var pass = new ImagePass(model, images);
        try
        {
            foreach (ComputedBatch batch in pass.Batches(colours => (rest = Rest.Of(model, units, colours)).Whole, 0, observe, cancellation))
            {
                Rest after = rest!;
                int classes = after.Classes;
                if (sums.Length == 0) (sums, changes) = (new double[classes], new double[after.Channels.Count * classes]);
                for (int n = 0; n < batch.Images.Count; n++)
                    for (int k = 0; k < classes; k++) sums[k] += batch.Values(1, n)[k];
                after.Begin(model, batch);
                for (int c = 0; c < after.Channels.Count && !cancellation.IsCancellationRequested; c++)
                {
                    ReadOnlySpan<float> without = after.Without(c);
                    for (int n = 0; n < batch.Images.Count; n++)
                    {
                        ReadOnlySpan<float> with = batch.Values(1, n);
                        for (int k = 0; k < classes; k++) changes[c * classes + k] += (double)without[n * classes + k] - with[k];
                    }
                }
                seen += batch.Images.Count;
            }
            if (cancellation.IsCancellationRequested) return null;
            if (seen == 0) throw images.NoneCanBeRead(pass.Skipped[0]);
            return new ChannelAblation(rest!.Channels, [.. sums.Select(sum => (float)(sum / seen))], [.. changes.Select(sum => (float)(sum / seen))], seen, pass.Skipped);
        }
        finally
        {
            rest?.Dispose();
        }
    }

    /// <summary>The network from a layer on, with the layer as an input.</summary>
    private sealed class Rest : IDisposable
    {
        private readonly Tensor _colours, _layer, _input, _mask, _logits;
        private Plan? _plan;

        private Rest(Tensor colours, Tensor layer, Tensor whole, IReadOnlyList<int> channels)
        {
            (_colours, _layer, Whole, Channels) = (colours, layer, [layer, whole], channels);
            Classes = whole.Shape.Channels;
            _input = new Tensor(new Input(layer.Shape, "layer"));
            _mask = new Tensor(new Input(layer.Shape.Rank == 4 ? new Shape(1, layer.Shape.Channels, 1, 1) : new Shape(1, layer.Shape.Channels), "mask"));
            _logits = Replaced(whole, layer, _input * _mask);
        }

        /// <summary>What is computed of images: the layer, and the logits [N, classes].</summary>
        public IReadOnlyList<Tensor> Whole { get; }

        public IReadOnlyList<int> Channels { get; }

        public int Classes { get; }

        public static Rest Of(Model model, UnitChoice units, Tensor colours)
        {
            Activations activations = model.Activate(model.Input.FromColours(colours));
            Tensor layer = activations[units.Layer], logits = activations[model.LogitsLayer];
            model.Logits(colours);                                   // says so if it does not classify
            if (layer.Shape.Rank is not (2 or 4)) throw new UsageException($"Layer '{units.Layer.Name}' is {layer.Shape}, in which no dimension is known to be its channels; choose a layer [N, channels, height, width] or [N, channels].");
            foreach (int channel in units.Channels)
                if (channel < 0 || channel >= layer.Shape.Channels) throw new UsageException($"Layer '{units.Layer.Name}' has channels 0 to {layer.Shape.Channels - 1}; there is no channel {channel}.");
            if (!Tensor.InOrder([logits]).Contains(layer, ReferenceEqualityComparer.Instance))
                throw new UsageException($"The logits of the model are not computed from layer '{units.Layer.Name}' as it stands, so nothing changes without a channel of it; choose a layer on the way to them, with its channels first.");
            return new Rest(colours, layer, logits, units.Channels.IsEmpty ? [.. Enumerable.Range(0, layer.Shape.Channels)] : [.. units.Channels]);
        }

        /// <summary>Takes over what a batch has in the layer and, where something passes the layer by, its images.</summary>
        public void Begin(Model model, ComputedBatch batch)
        {
            _plan ??= model.Backend.Compile(_logits);
            Span<float> layer = _plan.Input(_input), colours = _plan.Input(_colours);
            int length = layer.Length / _layer.Shape.Batch;
            layer.Clear();
            for (int n = 0; n < batch.Images.Count; n++)
            {
                batch.Values(0, n).CopyTo(layer.Slice(n * length, length));
                Picture picture = batch.Images[n].Picture;
                if (!colours.IsEmpty) picture.ToPlanar(colours.Slice(n * 3 * picture.Height * picture.Width, 3 * picture.Height * picture.Width));
            }
        }

        /// <summary>The logits [N, classes] without a channel.</summary>
        public ReadOnlySpan<float> Without(int channel)
        {
            Span<float> mask = _plan!.Input(_mask);
            mask.Fill(1);
            mask[Channels[channel]] = 0;
            _plan.Run();
            return _plan.Output(_logits);
        }

        public void Dispose() => _plan?.Dispose();

        // A tensor in which one of those that it is made of is another.
        private static Tensor Replaced(Tensor tensor, Tensor old, Tensor @new)
        {
            var made = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance) { [old] = @new };
            foreach (Tensor next in Tensor.InOrder([tensor]))
                if (!made.ContainsKey(next))
                    made.Add(next, next.Inputs.All(input => ReferenceEquals(made[input], input)) ? next : new Tensor(next.Operator, [.. next.Inputs.Select(input => made[input])]));
            return made[tensor];
        }
    }
}
