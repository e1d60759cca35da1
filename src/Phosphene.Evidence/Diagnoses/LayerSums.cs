using Phosphene.Evidence.Datasets;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Evidence.Diagnoses;

/// <summary>What is summed up over images of the channels of a layer, and of those pairs whose weights are alike; it does not grow with the images.</summary>
internal sealed class LayerSums
{
    private readonly int _channels, _positions;
    private readonly IReadOnlyList<(int A, int B, double Cosine)> _pairs;
    private readonly Sums[] _sums;
    private readonly double[] _products;                             // of each pair

    /// <param name="layer">The layer, [N, C, H, W] or [N, C].</param>
    public LayerSums(Tensor layer)
    {
        _channels = layer.Shape.Channels;
        _positions = layer.Shape.Rank == 4 ? layer.Shape.Height * layer.Shape.Width : 1;
        _pairs = ChannelWeights.Of(layer) is { } weights ? ChannelWeights.Pairs(weights, DiagnosisLimits.WeightCosine) : [];
        _sums = new Sums[_channels];
        Array.Fill(_sums, new Sums { Maximum = float.NegativeInfinity, Minimum = float.PositiveInfinity });
        _products = new double[_pairs.Count];
    }

    /// <summary>Adds the images of a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="output">Which of its outputs the layer is.</param>
    public void Add(ComputedBatch batch, int output)
    {
        Parallel.For(0, _channels, channel =>
        {
            for (int n = 0; n < batch.Images.Count; n++) _sums[channel].Add(Map(n, channel));
        });
        Parallel.For(0, _pairs.Count, pair =>
        {
            for (int n = 0; n < batch.Images.Count; n++) _products[pair] += Product(Map(n, _pairs[pair].A), Map(n, _pairs[pair].B));
        });

        ReadOnlySpan<float> Map(int image, int channel) => batch.Values(output, image).Slice(channel * _positions, _positions);
    }

    /// <summary>What a channel gave.</summary>
    public ChannelRange RangeOf(int channel, int images) => new(images, _sums[channel].Maximum, _sums[channel].Minimum, _sums[channel].Mean, _sums[channel].Deviation, _sums[channel].Positive / (double)_sums[channel].Count);

    /// <summary>The channel that is most like one by its activations, of those whose weights are alike; null if none are.</summary>
    public NearDuplicate? DuplicateOf(int channel) => _pairs
        .Select((pair, i) => (pair.A, pair.B, pair.Cosine, Product: _products[i])).Where(pair => pair.A == channel || pair.B == channel)
        .Select(pair => new NearDuplicate(pair.A == channel ? pair.B : pair.A, pair.Cosine, Correlation(_sums[pair.A], _sums[pair.B], pair.Product))).MaxBy(other => double.IsNaN(other.Correlation) ? -2 : other.Correlation);

    private static double Correlation(in Sums a, in Sums b, double product) => (product / a.Count - a.Mean * b.Mean) / (a.Deviation * b.Deviation);

    private static double Product(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += (double)a[i] * b[i];
        return sum;
    }

    private struct Sums
    {
        public long Count, Positive;

        public double Sum, Squares;

        public float Maximum, Minimum;

        public readonly double Mean => Sum / Count;

        public readonly double Deviation => Math.Sqrt(Math.Max(0, Squares / Count - Mean * Mean));

        public void Add(ReadOnlySpan<float> map)
        {
            foreach (float value in map)
            {
                Sum += value;
                Squares += (double)value * value;
                if (value > 0) Positive++;
                (Maximum, Minimum) = (MathF.Max(Maximum, value), MathF.Min(Minimum, value));
            }
            Count += map.Length;
        }
    }
}
