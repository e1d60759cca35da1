using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Execution;
using Phosphene.Runtime.Tests.Graphs;
using Phosphene.Runtime.Training;
using Xunit;

namespace Phosphene.Runtime.Tests.Training;

/// <summary>What training descends along: the gradients of whole losses in the weights.</summary>
public sealed class WeightGradientTests
{
    private static readonly Window Same = new(3, 3, 1, 1, 1, 1, 1, 1);

    [Fact]
    public void Gradients_of_a_classifier_in_its_weights_agree_with_the_reference()
    {
        var given = new Sample();
        var model = new TrainableModel("any", seed: 1);
        TrainableLayer logits = model.On(given.Input(5, 3, 13, 11))
            .Conv("conv1", 4, kernel: 5).Relu().MaxPool(2)
            .Conv("conv2", 8, kernel: 5).Relu().AveragePool(2)
            .Conv("depthwise", 8, kernel: 3, groups: 8).Relu()
            .Conv("grouped", 16, kernel: 3, groups: 2, bias: false).LeakyRelu(0.1f)
            .Upsample(2).Conv("conv3", 20, kernel: 3, stride: 2).Relu()
            .Flatten().Dense("dense1", 17).Relu().Dense("logits", 5);
        Tensor loss = Losses.SoftmaxCrossEntropy(logits, given.InputOf([4, 0, 1, 1, 3], 5));
        // Errors of a dozen layers add up; a wrong index is wrong by about 1.
        Compare.WithReference(given, 1e-4, [loss, .. Gradients.Of(loss, model.Parameters)]);
    }

    [Fact]
    public void Gradients_in_the_weights_of_every_kind_of_layer_agree_with_central_differences()
    {
        var given = new Sample();
        Tensor x = given.Input(2, 3, 6, 4);
        Tensor a = x.Conv2D(given.Input(4, 3, 5, 5), given.Input(4), new Window(5, 5, 1, 1, 2, 2, 2, 2)).Tanh().AveragePool(new Window(2, 2, 2, 2));
        Tensor b = a.Conv2D(given.Input(4, 1, 3, 3), given.Input(4), Same, groups: 4).Tanh().Conv2D(given.Input(6, 2, 3, 3), null, Same, groups: 2).Sigmoid();
        Tensor c = b.Upsample(2).Conv2D(given.Input(2, 6, 3, 3), given.Input(2), Same).Tanh();
        Tensor logits = c.Reshape(new Shape(2, 48)).MatMul(given.Input(5, 48), transposeOther: true) + given.Input(5);
        GradientRuleTests.CompareWithDifferences(given, Losses.SoftmaxCrossEntropy(logits, Tensor.Constant(new Shape(2), 3, 1)));
    }

    [Fact]
    public void Gradients_of_a_variational_autoencoder_in_its_weights_agree_with_the_reference()
    {
        var given = new Sample();
        var model = new TrainableModel("any", seed: 1);
        Tensor image = given.Input([3, 3, 8, 12], 0, 1);
        TrainableLayer encoded = model.On(image).Conv("encode1", 8, kernel: 3).Relu().AveragePool(2).Conv("encode2", 16, kernel: 3).Relu().AveragePool(2).Flatten();
        Tensor mean = encoded.Dense("mean", 6), logVariance = encoded.Dense("logvariance", 6);
        TrainableLayer decoded = model.On(Losses.Sample(mean, logVariance, given.Input(3, 6))).Dense("decode1", 96).Relu().Reshape(16, 2, 3)
            .Conv("decode2", 8, kernel: 3).Relu().Upsample(2).Conv("decode3", 3, kernel: 3).Upsample(2).Sigmoid();
        Tensor loss = Losses.MeanSquaredError(decoded, image) + 0.01f * Losses.KullbackLeibler(mean, logVariance);
        Compare.WithReference(given, 1e-4, [loss, .. Gradients.Of(loss, model.Parameters)]);
    }
}
