using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Tests.Objectives;

public sealed class ClassObjectiveTests : IDisposable
{
    private readonly TinyModel _tiny = new();
    private readonly Model _model;
    private readonly Tensor _layer = Evaluate.Input(2, 4);

    public ClassObjectiveTests() =>
        _model = _tiny.Load(new ModelOptions { Threads = 1, Labels = Labels.Of(["tench, Tinca tinca", "goldfish", "great white shark", "hen"]) });

    public void Dispose()
    {
        _model.Dispose();
        _tiny.Dispose();
    }

    [Theory]
    [InlineData("goldfish")]
    [InlineData("GoldFish")]
    [InlineData("1")]
    public void A_class_is_found_by_label_or_number(string label)
    {
        Assert.Equal([2, 6], Value(Objective.Logit(label)));
        Assert.Equal([2, 6], Value(Objective.Logit(1)));
        // e² / (e¹ + e² + e³ + e⁴); the second image has every logit 4 more, and so the same probability.
        float[] probability = Value(Objective.Probability(label));
        Assert.Equal(0.0871443, probability[0], 1e-6);
        Assert.Equal(0.0871443, probability[1], 1e-6);
        // 2 - log(e¹ + e² + e³ + e⁴).
        float[] logarithm = Value(Objective.LogProbability(label));
        Assert.Equal(-2.4401897, logarithm[0], 1e-6);
        Assert.Equal(-2.4401897, logarithm[1], 1e-6);
    }

    [Fact]
    public void A_class_is_found_by_any_of_its_synonyms() => Assert.Equal([1, 5], Value(Objective.Logit("tinca TINCA")));

    [Fact]
    public void A_class_reads_the_logits_and_not_the_softmax()
    {
        Layer? read = null;
        Objective.Probability(1).Build(new Activations(_model, _layer, layer =>
        {
            read = layer;
            return _layer;
        }));
        Assert.Equal("logits", read);
    }

    [Fact]
    public void A_logits_gradient_leaves_the_other_classes_alone_and_a_probabilitys_pushes_them_down()
    {
        Assert.Equal([0, 1, 0, 0], Gradient(Objective.Logit(1)));
        float[] gradient = Gradient(Objective.Probability(1));
        Assert.True(gradient[1] > 0 && gradient[0] < 0 && gradient[2] < 0 && gradient[3] < 0);
    }

    [Fact]
    public void A_log_probability_still_has_a_gradient_where_the_probability_is_flat()
    {
        // e¹ is 0.0320586 of e¹ + e² + e³ + e⁴: the gradient is 1 less that of the class itself, and less theirs of the others.
        float[] gradient = Gradient(Objective.LogProbability(0));
        double[] expected = [1 - 0.0320586, -0.0871443, -0.2368828, -0.6439143];
        for (int i = 0; i < 4; i++) Assert.Equal(expected[i], gradient[i], 1e-6);
    }

    [Fact]
    public void A_class_that_is_not_there_is_refused()
    {
        Assert.Equal("The model has classes 0 to 3; there is no class 4.", Assert.Throws<UsageException>(() => Value(Objective.Logit(4))).Message);
        Assert.Equal("No class is called 'golfish'; did you mean 'goldfish'?", Assert.Throws<UsageException>(() => Value(Objective.Logit("golfish"))).Message);
    }

    [Fact]
    public void A_model_without_labels_asks_for_numbers()
    {
        using Model unlabelled = _tiny.Load();
        var activations = new Activations(unlabelled, _layer, _ => _layer);
        string message = Assert.Throws<UsageException>(() => Objective.Logit("goldfish").Build(activations)).Message;
        Assert.Contains("Give a number from 0 to 3", message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_layer_is_refused_with_the_nearest_names()
    {
        Activations activations = _model.Activate(Evaluate.Input(1, 3, 9, 14));
        string message = Assert.Throws<UnknownLayerException>(() => Objective.Channel("rellu2", 0).Build(activations)).Message;
        Assert.StartsWith("Layer 'rellu2' does not exist; did you mean 'relu2' or 'relu1'?", message, StringComparison.Ordinal);
        Assert.EndsWith("tiny.onnx' lists all 8.", message, StringComparison.Ordinal);
        message = Assert.Throws<UnknownLayerException>(() => Objective.Channel("entirely-other", 0).Build(activations)).Message;
        Assert.StartsWith("Layer 'entirely-other' does not exist; there are, for example, 'conv2', 'pool', 'logits'. 'phosphene layers --all", message, StringComparison.Ordinal);
    }

    private float[] Value(Objective objective) => Evaluate.Of(objective.Build(new Activations(_model, _layer, _ => _layer)), (_layer, [1, 2, 3, 4, 5, 6, 7, 8]));

    private float[] Gradient(Objective objective)
    {
        Tensor logits = Evaluate.Input(1, 4);
        Tensor value = objective.Build(new Activations(_model, logits, _ => logits)).Mean();
        return Evaluate.Of(Gradients.Of(value, [logits])[0], (logits, [1, 2, 3, 4]));
    }
}
