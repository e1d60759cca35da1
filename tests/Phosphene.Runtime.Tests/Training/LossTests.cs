using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Execution;
using Phosphene.Runtime.Tests.Graphs;
using Phosphene.Runtime.Training;
using Xunit;

namespace Phosphene.Runtime.Tests.Training;

public sealed class LossTests
{
    private static float Value(Sample given, Tensor scalar) => Compare.Run(given, [scalar])[0][0];

    private static void HasGradient(Func<Tensor[], Tensor> loss, params int[][] shapes)
    {
        var given = new Sample();
        GradientRuleTests.CompareWithDifferences(given, loss([.. shapes.Select(shape => given.Input(shape))]).Reshape(Shape.Scalar));
    }

    [Fact]
    public void Cross_entropy_is_the_mean_negative_logarithm_of_the_probability()
    {
        var given = new Sample();
        Tensor logits = given.InputOf([0, MathF.Log(3), 0, /**/ 1000, 0, -1000], 2, 3), classes = given.InputOf([1, 0], 2);
        // 3 / (1 + 3 + 1) and 1: nothing overflows.
        Assert.Equal(-Math.Log(0.6) / 2, Value(given, Losses.SoftmaxCrossEntropy(logits, classes)), 6);
    }

    [Fact]
    public void Cross_entropy_of_a_class_that_does_not_exist_is_no_number()
    {
        var given = new Sample();
        Tensor logits = given.Input(2, 3);
        Assert.True(float.IsNaN(Value(given, Losses.SoftmaxCrossEntropy(logits, given.InputOf([1, 3], 2)))));
        Assert.True(float.IsNaN(Value(given, Losses.SoftmaxCrossEntropy(logits, given.InputOf([1, 0.5f], 2)))));
    }

    [Fact]
    public void Cross_entropy_has_the_gradient_of_its_differences() =>
        HasGradient(x => Losses.SoftmaxCrossEntropy(x[0], Tensor.Constant(new Shape(3), 4, 0, 2)), [3, 5]);

    [Fact]
    public void Squared_error_is_the_mean_over_all_elements()
    {
        var given = new Sample();
        Assert.Equal((1 + 4 + 0 + 9) / 4f, Value(given, Losses.MeanSquaredError(given.InputOf([1, 2, 3, 4], 2, 2), given.InputOf([2, 0, 3, 1], 2, 2))), 6);
        HasGradient(x => Losses.MeanSquaredError(x[0], x[1]), [2, 3], [2, 3]);
    }

    [Fact]
    public void Divergence_from_the_standard_normal_is_zero_only_there()
    {
        var given = new Sample();
        Assert.Equal(0, Value(given, Losses.KullbackLeibler(given.InputOf([0, 0], 1, 2), given.InputOf([0, 0], 1, 2))), 6);
        // ½(m² + v - 1 - ln v), with m = 2 and v = e in one of two latents, for one of two images.
        Tensor mean = given.InputOf([2, 0, 0, 0], 2, 2), logVariance = given.InputOf([1, 0, 0, 0], 2, 2);
        Assert.Equal((4 + Math.E - 1 - 1) / 2 / 2, Value(given, Losses.KullbackLeibler(mean, logVariance)), 5);
        HasGradient(x => Losses.KullbackLeibler(x[0], x[1]), [2, 3], [2, 3]);
    }

    [Fact]
    public void A_sample_is_the_mean_plus_so_many_deviations()
    {
        var given = new Sample();
        Tensor sample = Losses.Sample(given.InputOf([1, 2], 1, 2), given.InputOf([2 * MathF.Log(3), 0], 1, 2), given.InputOf([2, -1], 1, 2));
        Assert.Equal([7, 1], Compare.Run(given, [sample])[0].Select(x => MathF.Round(x, 5)));
        HasGradient(x => Losses.Sample(x[0], x[1], Tensor.Constant(new Shape(2, 3), 1, -2, 3, 0.5f, -1, 2)).Square().Sum(), [2, 3], [2, 3]);
    }

    [Fact]
    public void Accuracy_counts_a_tie_as_a_miss()
    {
        var given = new Sample();
        Tensor logits = given.InputOf([1, 2, 3, /**/ 1, 2, 3, /**/ 3, 3, 1, /**/ -1, -2, -3], 4, 3);
        Assert.Equal(0.5f, Value(given, Losses.Accuracy(logits, given.InputOf([2, 0, 0, 0], 4))));
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        var given = new Sample();
        Assert.Contains("Classes [N] and logits [N, K] are expected", Assert.Throws<ArgumentException>(() => Losses.SoftmaxCrossEntropy(given.Input(2, 3), given.Input(3))).Message, StringComparison.Ordinal);
        Assert.Contains("needs a target of that shape", Assert.Throws<ArgumentException>(() => Losses.MeanSquaredError(given.Input(2, 3), given.Input(3))).Message, StringComparison.Ordinal);
        Assert.Contains("[N, latents]", Assert.Throws<ArgumentException>(() => Losses.KullbackLeibler(given.Input(2, 3), given.Input(2, 1))).Message, StringComparison.Ordinal);
    }
}
