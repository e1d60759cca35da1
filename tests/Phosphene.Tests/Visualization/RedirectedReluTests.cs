using Phosphene.Runtime.Graphs;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Tests.Visualization;

/// <summary>The gradient of Σ y·d in x by the rules for dead ReLUs, worked out by hand. One image is a row of four numbers.</summary>
public sealed class RedirectedReluTests
{
    [Fact]
    public void A_dead_ReLU_lets_through_what_pushes_its_inputs_up()
    {
        (float[] gradient, float[] count) = Relu(1, [-1, -2, -3, -4], [1, -2, 3, -4]);
        Assert.Equal([1, 0, 3, 0], gradient);
        Assert.Equal([1], count);
    }

    [Fact]
    public void A_ReLU_that_lets_anything_through_keeps_its_ordinary_gradient()
    {
        (float[] gradient, float[] count) = Relu(1, [-1, 2, -3, 4], [1, -2, 3, 0]);
        Assert.Equal([0, -2, 0, 0], gradient);
        Assert.Equal([0], count);
    }

    [Fact]
    public void Only_the_dead_image_of_a_batch_is_redirected()
    {
        (float[] gradient, float[] count) = Relu(2, [-1, -2, -3, -4, -1, 2, -3, 4], [1, -2, 3, -4, 1, -2, 3, -4]);
        Assert.Equal([1, 0, 3, 0, 0, -2, 0, -4], gradient);
        Assert.Equal([1, 0], count);
        (gradient, count) = Relu(2, [-1, 2, -3, 4, -1, -2, -3, -4], [1, -2, 3, -4, 1, -2, 3, -4]);
        Assert.Equal([0, -2, 0, -4, 1, 0, 3, 0], gradient);
        Assert.Equal([0, 1], count);
    }

    [Fact]
    public void A_ReLU_is_dead_if_its_active_positions_get_no_gradient()
    {
        (float[] gradient, float[] count) = Relu(1, [-1, 2, -3, 4], [5, 0, -6, 0]);
        Assert.Equal([5, 0, 0, 0], gradient);
        Assert.Equal([1], count);
    }

    [Fact]
    public void A_ReLU_that_gets_no_gradient_at_all_is_not_counted()
    {
        (float[] gradient, float[] count) = Relu(1, [-1, 2, -3, 4], [0, 0, 0, 0]);
        Assert.Equal([0, 0, 0, 0], gradient);
        Assert.Equal([0], count);
    }

    [Fact]
    public void A_clip_lets_through_what_pushes_back_from_either_side()
    {
        // Limits 0 and 6: below may go up, above may go down, and nothing goes further out.
        (float[] gradient, float[] count) = Gradient(1, x => x.Clip(0, 6), [-1, -1, 7, 7], [2, -3, 4, -5]);
        Assert.Equal([2, 0, 0, -5], gradient);
        Assert.Equal([1], count);
    }

    [Fact]
    public void A_clip_with_a_number_inside_keeps_its_ordinary_gradient()
    {
        (float[] gradient, float[] count) = Gradient(2, x => x.Clip(0, 6), [-1, 3, 7, 7, -1, -1, 7, 7], [2, -3, 4, -5, 2, -3, 4, -5]);
        Assert.Equal([0, -3, 0, 0, 2, 0, 0, -5], gradient);
        Assert.Equal([0, 1], count);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void What_is_no_number_passes_only_where_an_ordinary_ReLU_lets_it(float none)
    {
        (float[] gradient, float[] count) = Relu(1, [-1, 2, -3, 4], [none, -2, none, 3]);
        Assert.Equal([0, -2, 0, 3], gradient);
        Assert.Equal([0], count);
        Assert.Equal([none, 0, 0, 0], Relu(1, [1, -2, -3, -4], [none, -1, -2, -1]).Gradient);
        Assert.Equal([0, 5, 0, 0], Relu(1, [-1, -2, -3, -4], [float.NaN, 5, -6, float.NaN]).Gradient);
    }

    [Fact]
    public void Each_dead_ReLU_on_the_way_is_counted()
    {
        // relu(x) is 0, and so is relu(relu(x) - 1): what the second lets through reaches the first.
        (float[] gradient, float[] count) = Gradient(1, x => (x.Relu() - 1f).Relu(), [-1, -2, -3, -4], [1, -2, 3, -4]);
        Assert.Equal([1, 0, 3, 0], gradient);
        Assert.Equal([2], count);
    }

    [Fact]
    public void A_graph_without_ReLUs_has_none_to_count()
    {
        (float[] gradient, float[] count) = Gradient(2, x => 2 * x, [1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 1, 1, 1, 1, 1, 1]);
        Assert.All(gradient, g => Assert.Equal(2, g));
        Assert.Equal([0, 0], count);
    }

    [Fact]
    public void A_hinge_on_numbers_that_are_no_activations_keeps_its_ordinary_gradient()
    {
        // relu(mean of each image), relu(mean of all) and relu of one row of all numbers: dead, and they stay so.
        float[] x = [-1, -2, -3, -4, -1, -2, -3, -4], d = [1, 1, 1, 1, 1, 1, 1, 1];
        foreach (Func<Tensor, Tensor> hinge in new Func<Tensor, Tensor>[]
        {
            input => input.MeanOver(1, 2, 3).Reshape(new Shape(2)).Relu().Reshape(new Shape(2, 1, 1, 1)),
            input => input.Mean().Relu(),
            input => input.Reshape(new Shape(1, 8)).Relu().Reshape(input.Shape),
        })
        {
            (float[] gradient, float[] count) = Gradient(2, hinge, x, d);
            Assert.Equal(new float[8], gradient);
            Assert.Equal([0, 0], count);
        }
    }

    private static (float[] Gradient, float[] Count) Relu(int batch, float[] x, float[] d) => Gradient(batch, x => x.Relu(), x, d);

    private static (float[] Gradient, float[] Count) Gradient(int batch, Func<Tensor, Tensor> function, float[] x, float[] d)
    {
        Tensor input = Evaluate.Input(batch, 2, 1, 2), probe = Evaluate.Input(batch, 2, 1, 2);
        RedirectedRelu rules = new(batch), watching = RedirectedRelu.Watching(batch);
        Tensor value = (function(input) * probe).Sum();
        Tensor gradient = Gradients.Of(value, [input], rules.Rules)[0], watched = Gradients.Of(value, [input], watching.Rules)[0], ordinary = Gradients.Of(value, [input])[0];
        float[][] values = Evaluate.All([gradient, rules.Count(), watched, watching.Count(), ordinary], (input, x), (probe, d));
        // Who only watches finds the same images, and has the same gradient of the others.
        Assert.Equal(values[4], values[2]);
        Assert.Equal(values[1].Select(count => count > 0), values[3].Select(count => count > 0));
        int length = x.Length / batch;
        for (int n = 0; n < batch; n++)
            if (values[1][n] == 0) Assert.Equal(values[0].AsSpan(n * length, length), values[2].AsSpan(n * length, length));
        return (values[0], values[1]);
    }
}
