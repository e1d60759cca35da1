using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Weights;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Evidence.Diagnoses;

/// <summary>What is summed up over images of the channels of a layer, and of those pairs whose weights are alike; it does not grow with the images.</summary>
internal sealed class LayerSums
{
    private readonly int _channels, _positions;
    private readonly IReadOnlyList<(int A, int B, double Cosine)> _pairs;
    private readonly Sums[] _sums;
    private readonly ILookup<int, int> _pairsOf;                     // by channel
    private readonly double[] _products;                             // of each pair
    private readonly ParallelOptions _threads;

    /// <param name="layer">The layer, [N, C, H, W] or [N, C].</param>
    /// <param name="threads">How many threads may work on it.</param>
    public LayerSums(Tensor layer, int threads)
    {
        _threads = new ParallelOptions { MaxDegreeOfParallelism = threads };
        _channels = layer.Shape.Channels;
        _positions = layer.Shape.Rank == 4 ? layer.Shape.Height * layer.Shape.Width : 1;
        _pairs = ChannelWeights.Of(layer) is { } weights ? ChannelWeights.Pairs(weights, DiagnosisLimits.WeightCosine, threads) : [];
        _pairsOf = _pairs.SelectMany((pair, i) => new[] { (Channel: pair.A, Pair: i), (Channel: pair.B, Pair: i) }).ToLookup(entry => entry.Channel, entry => entry.Pair);
        _sums = new Sums[_channels];
        Array.Fill(_sums, new Sums { Maximum = float.NegativeInfinity, Minimum = float.PositiveInfinity });
        _products = new double[_pairs.Count];
    }

    /// <summary>Adds the images of a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="output">Which of its outputs the layer is.</param>
    public void Add(ComputedBatch batch, int output)
    {
        Parallel.For(0, _channels, _threads, channel =>
        {
            for (int n = 0; n < batch.Images.Count; n++) _sums[channel].Add(Map(n, channel));
        });
        Parallel.For(0, _pairs.Count, _threads, pair =>
        {
            for (int n = 0; n < batch.Images.Count; n++) _products[pair] += Product(Map(n, _pairs[pair].A), Map(n, _pairs[pair].B));
        });

        ReadOnlySpan<float> Map(int image, int channel) => batch.Values(output, image).Slice(channel * _positions, _positions);
    }

    /// <summary>What a channel gave.</summary>
    public ChannelRange RangeOf(int channel, int images) => new(images, _sums[channel].Maximum, _sums[channel].Minimum, _sums[channel].Mean, _sums[channel].Deviation, _sums[channel].Positive / (double)_sums[channel].Count);

    /// <summary>The channel that is most like one by its activations, of those whose weights are alike; null if none are.</summary>
    public NearDuplicate? DuplicateOf(int channel) => _pairsOf[channel].Select(i => (Pair: _pairs[i], Product: _products[i]))
        .Select(of => new NearDuplicate(of.Pair.A == channel ? of.Pair.B : of.Pair.A, of.Pair.Cosine, Correlation(_sums[of.Pair.A], _sums[of.Pair.B], of.Product))).MaxBy(other => double.IsNaN(other.Correlation) ? -2 : other.Correlation);

    // Of a constant channel there is none; what is left of its deviation, and of the covariance, is rounding.
    private static double Correlation(in Sums a, in Sums b, double product)
    {
        double deviations = a.Deviation * b.Deviation;
        return a.Maximum == a.Minimum || b.Maximum == b.Minimum || deviations == 0 ? double.NaN : Math.Clamp((product / a.Count - a.Mean * b.Mean) / deviations, -1, 1);
    }

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
