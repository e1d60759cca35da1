using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Training;
using Xunit;

namespace Phosphene.Runtime.Tests.Training;

public sealed class NetworkTests
{
    [Fact]
    public void Layers_and_parameters_carry_their_names()
    {
        var model = new TrainableModel("stripes", seed: 1);
        Tensor logits = SmallTraining.Classifier(model.Input("image", 2, 3, 8, 12));
        Assert.Equal(
            ["image", "conv1/weight", "conv1/bias", "conv1", "conv1/relu", "conv1/pool", "conv2/weight", "conv2/bias", "conv2", "conv2/relu", "conv2/pool", "conv2/flatten",
                "dense1/weight", "dense1/bias", "dense1", "dense1/relu", "logits/weight", "logits/bias", "logits"],
            Tensor.InOrder([logits]).Where(tensor => tensor.Name is not null).Select(tensor => tensor.Name));
        Assert.Equal(new Shape(2, 4), logits.Shape);
        Assert.Equal(new Shape(20, 8 * 2 * 3), model.Parameters[4].Shape);
    }

    [Fact]
    public void Another_batch_size_shares_the_parameters()
    {
        var model = new TrainableModel("stripes", seed: 1);
        Tensor many = SmallTraining.Classifier(model.Input("image", 32, 3, 8, 12)), one = SmallTraining.Classifier(model.Input("image", 1, 3, 8, 12));
        Assert.Equal(8, model.Parameters.Count);
        Assert.All(model.Parameters, parameter => Assert.Contains(parameter, Tensor.InOrder([one])));
        Assert.Equal((32, 1), (many.Shape.Batch, one.Shape.Batch));
    }

    [Fact]
    public void Initial_values_depend_on_seed_and_name_alone()
    {
        float[] Values(ulong seed, params string[] names)
        {
            var model = new TrainableModel("any", seed);
            foreach (string name in names) model.Parameter(name, new Shape(5, 7), Initialization.He);
            return model.Values("a");
        }

        Assert.Equal(Values(1, "a", "b"), Values(1, "b", "a"));
        Assert.NotEqual(Values(1, "a"), Values(2, "a"));
        var one = new TrainableModel("any", 1);
        one.Parameter("b", new Shape(5, 7), Initialization.He);
        Assert.NotEqual(Values(1, "a"), one.Values("b"));
    }

    [Fact]
    public void Initial_weights_have_the_size_that_their_fans_ask_for()
    {
        var model = new TrainableModel("any", 1);
        model.Parameter("he", new Shape(64, 20, 5, 5), Initialization.He);
        model.Parameter("glorot", new Shape(300, 200), Initialization.Glorot);
        Assert.InRange(Deviation(model.Values("he")) / Math.Sqrt(2.0 / (20 * 25)), 0.98, 1.02);
        double limit = Math.Sqrt(6.0 / 500);
        Assert.InRange(model.Values("glorot").Max(), 0.99 * limit, limit);
        Assert.InRange(model.Values("glorot").Min(), -limit, -0.99 * limit);

        static double Deviation(float[] values) => Math.Sqrt(values.Average(value => (double)value * value));
    }

    [Fact]
    public void Same_padding_keeps_the_size()
    {
        TrainableLayer x = new TrainableModel("any", 1).Input("x", 1, 2, 7, 10);
        Assert.Equal(new Shape(1, 3, 7, 10), x.Conv("odd", 3, kernel: 5).Shape);
        Assert.Equal(new Shape(1, 3, 7, 10), x.Conv("even", 3, kernel: 4).Shape);
        Assert.Equal(new Shape(1, 3, 4, 5), x.Conv("stride", 3, kernel: 3, stride: 2).Shape);
        Assert.Equal(new Shape(1, 3, 5, 8), x.Conv("valid", 3, kernel: 3, padding: 0).Shape);
    }

    [Fact]
    public void All_kinds_of_layers_fit_together()
    {
        TrainableLayer x = new TrainableModel("any", 1).Input("x", 2, 4, 6, 8);
        TrainableLayer residual = x.Conv("a", 4, 3).LeakyRelu().Conv("b", 4, 3, groups: 2, bias: false).Add("sum", x);
        Assert.Equal(("sum", new Shape(2, 4, 6, 8)), (residual.Name, residual.Shape));
        TrainableLayer latent = residual.AveragePool(2).GlobalAveragePool().Dense("latent", 12).Tanh();
        TrainableLayer decoded = latent.Reshape(1, 3, 4).Upsample(2).Conv("c", 3, 3).Sigmoid().Then("twice", t => 2f * t);
        Assert.Equal(("c/twice", new Shape(2, 3, 6, 8)), (decoded.Name, decoded.Shape));
        Assert.Equal("latent/tanh2", latent.Tanh().Name);
        Assert.Equal(new Shape(2, 12), latent.Softmax().Shape);
    }

    [Fact]
    public void A_description_that_makes_no_sense_is_refused()
    {
        var model = new TrainableModel("any", 1);
        TrainableLayer x = model.Input("x", 1, 2, 4, 6);
        void Says(string expected, Action wrong) => Assert.Contains(expected, Assert.Throws<ArgumentException>(wrong).Message, StringComparison.Ordinal);

        Says("has two layers 'a', which would share their parameters", () => x.Conv("a", 2, 3).Conv("a", 2, 3));
        Says("Dense layer 'd' needs a layer [N, inputs]; 'x' is [1, 2, 4, 6]: flatten it first.", () => x.Dense("d", 3));
        Says("Convolution 'c' needs a layer [N, C, H, W]; 'x/flatten' is [1, 48].", () => x.Flatten().Conv("c", 3, 3));
        Says("Convolution 'c' from 2 to 3 channels cannot be divided into 2 groups.", () => x.Conv("c", 3, 3, groups: 2));
        Says("'no spaces/weight' cannot name a parameter", () => x.Conv("no spaces", 3, 3));
        Says("has a parameter 'a/weight' [2, 2, 3, 3]", () => model.Input("y", 1, 2, 4, 6).Conv("a", 2, 5));
        Says("has no parameter 'q'; it has a/weight, a/bias", () => model.Values("q"));
    }
}
