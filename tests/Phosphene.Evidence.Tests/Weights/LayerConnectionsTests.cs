using Phosphene.Evidence.Weights;
using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Tests;
using Xunit;

namespace Phosphene.Evidence.Tests.Weights;

public sealed class LayerConnectionsTests : IDisposable
{
    private readonly TinyModel _tiny = new();
    private readonly Model _model;

    public LayerConnectionsTests() => _model = _tiny.Load();

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
    }

    [Fact]
    public void Layers_know_what_they_are_made_of_and_which_channels_reach_them_most()
    {
        IReadOnlyList<LayerConnections> layers = LayerConnections.Of(_model, ["relu1", "relu2", "logits"], most: 2, 20, 14);
        Assert.Equal([[], [0], [1]], layers.Select(layer => layer.Sources));
        Assert.Equal(new Shape(1, 6, 10, 7), layers[1].Shape);
        float[][] sums = SumsOfConv2();
        for (int channel = 0; channel < 6; channel++)
        {
            (int, double)[] sorted = [.. sums[channel].Select((weight, from) => (from, (double)weight)).OrderByDescending(entry => entry.Item2)];
            (int, double)[] expected = [.. sorted.Take(2).Where(entry => entry.Item2 > 0), .. sorted.TakeLast(2).Where(entry => entry.Item2 < 0)];
            Assert.Equal(expected, layers[1].Incoming[channel].Select(entry => (entry.Channel, entry.Weight)));
        }
        // The largest of what goes out of a channel is the largest that comes in.
        (int to, float largest) = sums.Select((row, to) => (to, row[3])).MaxBy(entry => entry.Item2);
        Assert.Equal((1, to, (double)largest), layers[0].Outgoing[3][0]);
    }

    [Fact]
    public void Similar_channels_are_those_whose_weights_have_the_largest_cosine()
    {
        LayerConnections layer = LayerConnections.Of(_model, ["relu1"], most: 4, 20, 14)[0];
        IReadOnlyList<(Tensor Input, ReadOnlyMemory<float> Weights)> rows = ChannelWeights.Of(Tensors()[0])!;
        for (int channel = 0; channel < layer.Similar.Count; channel++)
            foreach ((int other, double cosine) in layer.Similar[channel])
                Assert.Equal(Cosine(rows[channel].Weights.Span, rows[other].Weights.Span), cosine, 1e-5);
        Assert.Contains(layer.Similar, list => list.Count > 0);
        Assert.All(layer.Similar, list => Assert.Equal(list.OrderByDescending(other => other.Cosine), list));
    }

    private float[][] SumsOfConv2() => [.. ChannelWeights.Of(Tensors()[1])!.Select(row => row.Weights.ToArray().Chunk(9).Select(taps => (float)taps.Sum(tap => (double)tap)).ToArray())];

    private Tensor[] Tensors()
    {
        Activations activations = _model.Activate(new Tensor(new Input(new Shape(1, 3, 20, 14), "image")));
        return [activations["relu1"], activations["relu2"]];
    }

    private static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double product = 0, first = 0, second = 0;
        for (int i = 0; i < a.Length; i++) (product, first, second) = (product + (double)a[i] * b[i], first + (double)a[i] * a[i], second + (double)b[i] * b[i]);
        return product / Math.Sqrt(first * second);
    }
}
