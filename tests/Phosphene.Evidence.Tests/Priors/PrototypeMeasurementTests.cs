using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Priors;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;
using Phosphene.Tests;
using Xunit;

namespace Phosphene.Evidence.Tests.Priors;

public sealed class PrototypeMeasurementTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TinyModel _tiny = new() { FixedSize = (7, 10) };
    private readonly Model _model;
    private readonly Picture[] _pictures;

    public PrototypeMeasurementTests()
    {
        _model = _tiny.Load();
        _pictures = [.. Enumerable.Range(0, 11).Select(i => _folder.Picture($"{i:00}.png", i, 9, 14))];
    }

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
        _folder.Dispose();
    }

    private PrototypeMeasurement Measure(string[] layers, string? relevantFor = null) => PrototypeMeasurement.Of(_model, layers, ImageFolder.Open(_folder.Path), relevantFor is null ? null : Objective.Parse(relevantFor))!;

    [Fact]
    public void A_prototype_is_the_mean_of_the_sorted_activations_of_each_channel()
    {
        Prototypes prototypes = Measure(["relu2", "logits"]).Prototypes;
        Assert.Equal(11, prototypes.Images);
        Assert.Equal([("relu2", new Shape(6, 20)), ("logits", new Shape(4, 1))], prototypes.Layers.Select(layer => (layer.Layer, layer.Shape)));
        foreach (LayerPrototype layer in prototypes.Layers)
        {
            int places = layer.Shape[1];
            var expected = new double[layer.Shape.Count];
            foreach (Picture picture in _pictures)
            {
                float[][] rows = [.. Evaluate.Of(_model.Activate(picture)[layer.Layer]).Chunk(places).Select(row => row.Order().ToArray())];
                for (int i = 0; i < expected.Length; i++) expected[i] += rows[i / places][i % places] / 11.0;
            }
            Assert.All(expected.Zip(layer.Values), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
            Assert.Null(layer.Relevance);
        }
    }

    [Fact]
    public void The_relevance_of_a_channel_is_what_it_adds_to_the_unit_and_1_on_average()
    {
        // What is behind relu2 is linear: the activations times the weights of logit 2, where that is above 0.
        LayerPrototype layer = Measure(["relu2"], "logit(2)").Prototypes.Layers[0];
        var image = new Tensor(new Input(new Shape(1, 3, 7, 10), "image"));
        AttributionGraph graph = AttributionGraph.Of(_model, image, Objective.Logit(2), "relu2");
        double[] expected = new double[6];
        foreach (Picture picture in _pictures)
        {
            float[] contributions = Evaluate.Of(graph.Contributions, (image, picture.Cover(7, 10).ToPlanar()));
            for (int i = 0; i < contributions.Length; i++) expected[i / 20] += Math.Max(0, contributions[i]);
        }
        double mean = expected.Average();
        Assert.True(mean > 0);
        Assert.All(expected.Zip(layer.Relevance!), pair => Assert.Equal(pair.First / mean, pair.Second, 1e-3));
    }

    [Fact]
    public void The_usual_layers_are_the_last_of_each_size_and_the_logits_of_a_class()
    {
        Assert.Equal(["relu1", "relu2", "logits"], Three(PrototypeMeasurement.UsualLayers(_model)));
        Assert.Equal(["relu1", "relu2", "logits"], Three(PrototypeMeasurement.UsualLayers(_model, Objective.Logit(1))));
        Assert.DoesNotContain("relu2", PrototypeMeasurement.UsualLayers(_model, Objective.Channel("relu1", 1)));

        // Two sizes are too few to be stages; the ends of both are among the four layers that are taken then.
        static IEnumerable<string> Three(IEnumerable<string> layers) => layers.Where(layer => layer is "relu1" or "relu2" or "logits");
    }

    [Fact]
    public void A_layer_and_its_alias_are_one()
    {
        using var named = new TinyModel { FixedSize = (7, 10), Metadata = [("phosphene.aliases", """{ "first": "relu1" }""")] };
        using Model model = named.Load();
        UsageException error = Assert.Throws<UsageException>(() => PrototypeMeasurement.Of(model, ["first", "relu1"], ImageFolder.Open(_folder.Path)));
        Assert.Equal("Layer 'first' is named twice; once is enough.", error.Message);
    }

    [Fact]
    public void A_model_without_positions_has_no_usual_layers()
    {
        using var point = new TinyModel { FixedSize = (1, 1) };
        using Model model = point.Load();
        Assert.Equal($"Model '{model.Path}' has no layer with positions, so there are none to measure by themselves; name layers.", Assert.Throws<UsageException>(() => PrototypeMeasurement.UsualLayers(model)).Message);
        Assert.Throws<UsageException>(() => PrototypeMeasurement.UsualLayers(model, Objective.Logit(1)));
    }

    [Fact]
    public void What_cannot_be_measured_is_said()
    {
        Assert.Equal("Layer 'relu1' is named twice; once is enough.", Assert.Throws<UsageException>(() => Measure(["relu1", "relu1"])).Message);
        Assert.Throws<UnknownLayerException>(() => Measure(["relu9"]));
        UsageException behind = Assert.Throws<UsageException>(() => Measure(["relu2"], "relu1:0"));
        Assert.StartsWith("The objective 'relu1:0' does not depend on layer 'relu2'", behind.Message, StringComparison.Ordinal);
        Assert.Null(PrototypeMeasurement.Of(_model, ["relu1"], ImageFolder.Open(_folder.Path), cancellation: new CancellationToken(canceled: true)));
    }
}
